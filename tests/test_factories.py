"""Every model has its factory, and every factory makes something valid, twice."""

import importlib

import pytest
from django.apps import apps
from factory.django import DjangoModelFactory

OURS = ["core", "centres", "people", "billing", "safeguarding", "bookings", "loans", "lessons"]
# What schools order is much: it has a factories' module of its own.
MODULES = [*OURS, "schools"]
FACTORIES = [
    kind
    for app in MODULES
    for kind in vars(importlib.import_module(f"tests.factories.{app}")).values()
    if isinstance(kind, type)
    and issubclass(kind, DjangoModelFactory)
    and kind.__module__ == f"tests.factories.{app}"
]


def test_every_model_has_a_factory():
    models = {model for app in OURS for model in apps.get_app_config(app).get_models()}

    made = {factory._meta.model for factory in FACTORIES}

    assert models - made == set()


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_factory_makes_something_valid_and_can_make_two(factory):
    made, another = factory(), factory()

    left_empty = [field.name for field in made._meta.fields if field.null]
    made.clean_fields(exclude=left_empty)
    assert type(another).objects.filter(pk=another.pk).exists()
