"""The moments and the people the kernel's tests play with."""

import datetime as dt

from bookings import actions
from bookings.models import Activity
from tests.factories.bookings import ActivityFactory
from tests.factories.people import ChildFactory, GuardianFactory

JULY = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


def family(**child):
    """A guardian who can sign in, and her child."""
    guardian = GuardianFactory()
    return guardian, ChildFactory(guardian=guardian, **child)


def open_group(**fields):
    """An open weekly group whose meetings of 2026-27 are planned."""
    activity = ActivityFactory(status=Activity.Status.DRAFT, **fields)
    return actions.open_activity(activity=activity, by=None, at=JULY)


def booked(activity, at=JULY):
    """A family with a place."""
    guardian, child = family()
    held = actions.hold_place(activity=activity, person=child, by=guardian, at=at)
    return actions.confirm_place(enrolment=held, by=guardian, at=at)


def waiting(activity, at=JULY):
    """A family on the waiting list."""
    guardian, child = family()
    return actions.join_waiting_list(activity=activity, person=child, by=guardian, at=at)
