"""A row of any kind, for tests that go through every kind there is."""

from tests.factories import (
    billing,
    bookings,
    centres,
    core,
    lessons,
    loans,
    people,
    safeguarding,
    schools,
)

AS_LISTED = {"MarkReceived": {"outcome": "differed"}}  # of marks, those that differ have a page


def a_row_of(model):
    """One row of any registered model, as its factory makes it."""
    ours = (billing, bookings, centres, core, lessons, loans, people, safeguarding, schools)
    for module in ours:
        factory = getattr(module, f"{model.__name__}Factory", None)
        if factory is not None:
            return factory(**AS_LISTED.get(model.__name__, {}))
    raise LookupError(model)
