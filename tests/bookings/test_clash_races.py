"""Baskets taken in opposite order, and the same room, teacher or pupil claimed at once.

Each race is also run with its guard off, and must then go wrong.
"""

import datetime as dt
import itertools
from functools import partial

import pytest

from bookings import actions
from bookings.actions import endings, locks
from bookings.models import Activity, Attendance, Session, SessionStaff
from core.refusals import TryAgain
from tests.bookings.stage import JULY, MINUTE, booked, family, open_group
from tests.factories.bookings import ActivityFactory
from tests.factories.centres import RoomFactory
from tests.factories.safeguarding import cleared_teacher
from tests.races import ROUNDS, all_at_once, done, pause, refused, without

pytestmark = pytest.mark.django_db(transaction=True)

LAST_ON = dt.date(2026, 9, 26)  # four meetings are enough to race for


def two_families_swap(first, second):
    """One moves from the first to the second group while the other moves the other way."""
    movers = [(booked(first), second), (booked(second), first)]
    return all_at_once(
        [
            partial(
                actions.move_enrolment,
                enrolment=enrolment,
                to=to,
                by=enrolment.booked_by.user,
                at=JULY + MINUTE,
            )
            for enrolment, to in movers
        ]
    )


@pytest.fixture
def two_groups():
    return [open_group(last_on=LAST_ON, capacity=20, local_start=dt.time(hour)) for hour in (9, 11)]


def test_two_baskets_in_opposite_order_both_get_through(two_groups):
    for _ in range(ROUNDS):
        assert len(done(two_families_swap(*two_groups))) == 2


def test_two_baskets_in_opposite_order_deadlock_without_the_order(monkeypatch, two_groups):
    turns = itertools.count()

    def in_any_order(keys, *parts):
        """One after the other, the second caller the other way round."""
        backwards = next(turns) % 2 == 1
        return {key: locks.lock_activity(key, *parts) for key in sorted(keys, reverse=backwards)}

    monkeypatch.setattr(endings, "lock_activities", in_any_order)
    pause(monkeypatch, locks, "lock_activity", 0.2)

    outcomes = two_families_swap(*two_groups)

    assert [type(outcome) for outcome in refused(outcomes)] == [TryAgain]


def plan_eight_at_the_same_time(**shared):
    groups = [
        ActivityFactory(last_on=LAST_ON, centre=shared.get("room") and shared["room"].centre)
        for _ in range(8)
    ]
    Activity.objects.update(**shared)
    return all_at_once(
        [partial(actions.plan_sessions, activity=group, by=None, at=JULY) for group in groups]
    )


def book_two_at_the_same_time(**_):
    guardian, child = family()
    holds = [
        actions.hold_place(activity=open_group(last_on=LAST_ON), person=child, by=guardian, at=JULY)
        for _ in range(2)
    ]
    return all_at_once(
        [partial(actions.confirm_place, enrolment=held, by=guardian, at=JULY) for held in holds]
    )


CLASHES = pytest.mark.parametrize(
    ("model", "constraint", "race", "share"),
    [
        pytest.param(
            Session,
            "session_room_holds_one_at_a_time",
            plan_eight_at_the_same_time,
            lambda: {"room": RoomFactory()},
            id="room",
        ),
        pytest.param(
            SessionStaff,
            "sessionstaff_one_place_at_a_time",
            plan_eight_at_the_same_time,
            lambda: {"teacher": cleared_teacher()},
            id="teacher",
        ),
        pytest.param(
            Attendance,
            "attendance_one_place_at_a_time",
            book_two_at_the_same_time,
            dict,
            id="pupil",
        ),
    ],
)


@CLASHES
def test_one_is_in_one_place_at_a_time(model, constraint, race, share):
    outcomes = race(**share())

    assert len(done(outcomes)) == 1
    assert model.objects.count() == 4


@CLASHES
def test_one_is_in_several_places_at_a_time_without_the_constraint(model, constraint, race, share):
    with without(model, constraint):
        outcomes = race(**share())

    assert len(done(outcomes)) == len(outcomes)
