"""What the database itself holds about payers, prices and charges."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.models import Account, LateCancellation, Rate
from tests.factories.billing import (
    AccountFactory,
    ChargeFactory,
    LateCancellationFactory,
    RateFactory,
)
from tests.factories.people import SchoolFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_an_account_has_a_payer():
    with refuses("account_of_one_payer"):
        AccountFactory(person=None, school=None)


def test_an_account_has_no_two_payers():
    with refuses("account_of_one_payer"):
        AccountFactory(school=SchoolFactory())


def test_a_school_has_an_account():
    school = SchoolFactory()

    assert AccountFactory(person=None, school=school) == Account.objects.get(school=school)


def test_there_is_one_price_at_a_time():
    rate = RateFactory(to_on=dt.date(2026, 8, 31))
    later = {"amount": Decimal("95.00"), "unit": "term", "description": "A weekly group, a term"}
    Rate.objects.create(key=rate.key, audience=rate.audience, from_on=dt.date(2026, 9, 1), **later)

    with refuses("rate_one_price_at_a_time"):
        Rate.objects.create(
            key=rate.key, audience=rate.audience, from_on=dt.date(2026, 8, 31), **later
        )


def test_a_charge_is_not_negative():
    with refuses("charge_is_not_negative"):
        ChargeFactory(amount=Decimal("-0.01"))


def test_one_rule_for_cancelling_so_late():
    LateCancellationFactory()

    with refuses("latecancellation_one_rule_at_a_time"):
        LateCancellation.objects.create(
            applies_to="training", days_before=14, percent=60, from_on=dt.date(2026, 9, 1)
        )


def test_cancelling_costs_at_most_the_price():
    with refuses("latecancellation_at_most_the_price"):
        LateCancellationFactory(days_before=1, percent=101)
