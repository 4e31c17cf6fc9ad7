"""What the database itself holds about class sets and who has them."""

import datetime as dt

import pytest

from loans.models import Custody
from tests.factories.core import NOON
from tests.factories.loans import AssetFactory, CustodyFactory, KindFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db

SUMMER = {"first_on": dt.date(2027, 4, 12), "last_on": dt.date(2027, 7, 21)}


def test_at_least_one_plays():
    with refuses("kind_plays_at_least_one"):
        KindFactory(slug="nothing", pieces=0)


@pytest.mark.parametrize("status", ["offered", "allocated", "out"])
def test_a_set_is_in_one_place_at_a_time(status):
    taken = CustodyFactory()
    more = {"offered": {"offer_expires_at": NOON}, "out": {"out_on": SUMMER["first_on"]}}

    with refuses("custody_one_place_at_a_time"):
        CustodyFactory(asset=taken.asset, status=status, **SUMMER, **more.get(status, {}))


def test_a_set_that_is_not_needed_any_more_is_free():
    taken = CustodyFactory(status=Custody.Status.CANCELLED)

    assert CustodyFactory(asset=taken.asset, **SUMMER).pk


def test_two_sets_go_to_two_places():
    CustodyFactory(asset=AssetFactory())

    assert CustodyFactory(asset=AssetFactory()).pk


def test_a_set_goes_out_before_it_comes_back():
    with refuses("custody_leaves_before_it_is_back"):
        CustodyFactory(first_on=dt.date(2027, 7, 22))


@pytest.mark.parametrize("wrong", [{"status": "offered"}, {"offer_expires_at": NOON}])
def test_what_is_kept_for_an_answer_has_its_end(wrong):
    with refuses("custody_offer_has_its_end"):
        CustodyFactory(**wrong)


def test_what_is_out_went_out_on_a_day():
    with refuses("custody_out_on_a_day"):
        CustodyFactory(status=Custody.Status.OUT)


def test_what_is_back_came_back_on_a_day():
    with refuses("custody_back_on_a_day"):
        CustodyFactory(status=Custody.Status.BACK, out_on=dt.date(2026, 9, 3))
