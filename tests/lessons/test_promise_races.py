"""An hour is kept for a school in the moment in which something else is planned in it.

One of the two gets it. Without the teacher's lock both do.
"""

from functools import partial

import pytest

from bookings import actions as bookings
from bookings.actions import staffing
from bookings.models import SessionStaff
from bookings.rules.promises import HourPromised
from lessons.actions import keeping
from lessons.models import HourKept
from tests.factories.bookings import ActivityFactory, SessionFactory, spell
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


def test_an_hour_is_kept_or_planned_and_never_both():
    assert kept_and_planned() == 1


def test_without_the_lock_it_is_both(monkeypatch):
    """The negative control."""
    unlock(monkeypatch)

    assert kept_and_planned() == 2
