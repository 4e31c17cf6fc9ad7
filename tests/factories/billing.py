"""Accounts, prices and charges."""

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from billing.models import Account, Charge, LateCancellation, Rate
from tests.factories.centres import TermFactory
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, PersonFactory


class AccountFactory(DjangoModelFactory):
    """Of a person, fetched if they have one; for a school say `person=None, school=...`."""

    class Meta:
        model = Account
        django_get_or_create = ("person", "school")

    person = factory.SubFactory(PersonFactory)
    school = None


class RateFactory(DjangoModelFactory):
    """£90 a term for a weekly group, since September 2025; fetched if it exists."""

    class Meta:
        model = Rate
        django_get_or_create = ("key", "audience")

    key = "weekly-group-term"
    audience = Rate.Audience.PUPIL
    amount = Decimal("90.00")
    unit = "term"
    from_on = dt.date(2025, 9, 1)
    description = "A weekly group, a term"


class ChargeFactory(DjangoModelFactory):
    class Meta:
        model = Charge

    account = factory.SubFactory(AccountFactory)
    person = factory.SubFactory(ChildFactory)
    term = factory.SubFactory(TermFactory)
    description = "A weekly group, autumn term"
    explanation = factory.Dict({"basis": "term", "amount": "90.00"})
    amount = Decimal("90.00")
    source = factory.Sequence("enrolment:{}:2026-autumn".format)
    raised_at = NOON


class LateCancellationFactory(DjangoModelFactory):
    """Half price from four weeks before training down."""

    class Meta:
        model = LateCancellation
        django_get_or_create = ("applies_to", "days_before")

    applies_to = LateCancellation.AppliesTo.TRAINING
    days_before = 14
    percent = 50
    from_on = dt.date(2025, 9, 1)
