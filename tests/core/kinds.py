"""A row of any kind, for tests that go through every kind there is."""

from tests.factories import billing, bookings, centres, core, lessons, people, safeguarding


def a_row_of(model):
    """One row of any registered model, as its factory makes it."""
    for module in (billing, bookings, centres, core, lessons, people, safeguarding):
        factory = getattr(module, f"{model.__name__}Factory", None)
        if factory is not None:
            return factory()
    raise LookupError(model)
