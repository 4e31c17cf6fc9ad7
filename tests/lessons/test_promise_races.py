"""An hour is kept for a school in the moment in which something else is planned in it.

One of the two gets it. Without the teacher's lock both do.
"""

from functools import partial

import pytest

from bookings import actions as bookings
from bookings.actions import calling_off, staffing
from bookings.models import Session, SessionStaff
from bookings.rules.promises import HourPromised
from lessons.actions import keeping
from lessons.models import HourKept
from tests.bookings.closing.stage import weather
from tests.factories.bookings import (
    ActivityFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.people import UserFactory
from tests.factories.schools import OrderPolicyFactory
from tests.lessons.asking import JUNE, TUESDAY, order, teacher, ukulele
from tests.races import all_at_once, pause, refused, unlock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def slow(monkeypatch):
    """Both look before either writes."""
    OrderPolicyFactory()
    pause(monkeypatch, keeping, "_lapse_in_the_way", 0.3)
    pause(monkeypatch, staffing, "_written", 0.3)
    pause(monkeypatch, calling_off, "void_credits", 0.3)


def kept_and_planned():
    """How often one teacher's only free hour was kept for a school and planned over."""
    ngozi = teacher(hours=[(2, "09:00", "09:45")])
    asked = order(ukulele(), classes=1, pupils=30)
    group = ActivityFactory(
        weekday=None, local_start=None, minutes=None, first_on=None, last_on=None
    )
    session = SessionFactory(activity=group, occurs_on=TUESDAY, during=spell(TUESDAY, "09:15", 30))
    outcomes = all_at_once(
        [
            partial(keeping.keep_for, asked, by=None, at=JUNE),
            partial(
                bookings.assign_staff, session=session, person=ngozi, role="lead", by=None, at=JUNE
            ),
        ]
    )
    assert {type(each) for each in refused(outcomes)} <= {HourPromised}
    return HourKept.objects.count() + SessionStaff.objects.count()


def kept_and_put_back():
    """How often her only free hour was kept, and a meeting in it was put back."""
    ngozi = teacher(hours=[(2, "09:00", "09:45")])
    asked = order(ukulele(), classes=1, pupils=30)
    group = ActivityFactory(
        weekday=None, local_start=None, minutes=None, first_on=None, last_on=None
    )
    session = SessionFactory(activity=group, occurs_on=TUESDAY, during=spell(TUESDAY, "09:15", 30))
    SessionStaffFactory(session=session, person=ngozi)
    bookings.cancel_session(session=session, cause=weather(), comment="", by=None, at=JUNE)
    outcomes = all_at_once(
        [
            partial(keeping.keep_for, asked, by=None, at=JUNE),
            partial(bookings.restore_session, session=session, by=UserFactory(), at=JUNE),
        ]
    )
    assert {type(each) for each in refused(outcomes)} <= {HourPromised}
    return HourKept.objects.count() + Session.objects.happening().count()


def test_an_hour_is_kept_or_put_back_and_never_both():
    assert kept_and_put_back() == 1


def test_without_the_lock_it_is_kept_and_put_back(monkeypatch):
    """The negative control."""
    unlock(monkeypatch)

    assert kept_and_put_back() == 2


def test_an_hour_is_kept_or_planned_and_never_both():
    assert kept_and_planned() == 1


def test_without_the_lock_it_is_both(monkeypatch):
    """The negative control."""
    unlock(monkeypatch)

    assert kept_and_planned() == 2
