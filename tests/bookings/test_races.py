"""Many families at once. Each race is also run with its guards off, and must then go wrong.

Where two guards stand behind one another (a lock, and a constraint behind it), either alone holds.
"""

import datetime as dt
import itertools
from contextlib import ExitStack
from functools import partial

import pytest

from billing.models import Charge
from bookings import actions, queries
from bookings.actions import offers
from bookings.models import Activity, Attendance, Enrolment
from core import mail
from core.models import Email
from tests.bookings.stage import JULY, booked, family, open_group, waiting
from tests.factories.people import GuardianFactory
from tests.races import ROUNDS, all_at_once, done, pause, refused, unlock, without

pytestmark = pytest.mark.django_db(transaction=True)

LAST_ON = dt.date(2026, 9, 26)  # four meetings are enough to race for
LOCK_AND_CONSTRAINT, LOCK, CONSTRAINT = {"lock", "constraint"}, {"lock"}, {"constraint"}
NEITHER = set()


def guards(monkeypatch, left, model, constraint):
    """Only these guards are left: take off the others until the test ends."""
    taken_off = ExitStack()
    if "lock" not in left:
        unlock(monkeypatch)
    if "constraint" not in left:
        taken_off.enter_context(without(model, constraint))
    return taken_off


def names(left):
    return " and ".join(sorted(left)) or "neither"


def race_for_the_last_place(families):
    group = open_group(capacity=1, last_on=LAST_ON)
    outcomes = all_at_once(
        [
            partial(actions.hold_place, activity=group, person=child, by=guardian, at=JULY)
            for guardian, child in families
        ]
    )
    return len(done(outcomes)), Activity.objects.get(pk=group.pk).places_taken


@pytest.mark.parametrize("left", [LOCK_AND_CONSTRAINT, LOCK, CONSTRAINT], ids=names)
def test_the_last_place_goes_to_one_of_twenty_four(monkeypatch, left):
    families = [family() for _ in range(24)]

    with guards(monkeypatch, left, Activity, "activity_never_over_full"):
        assert race_for_the_last_place(families) == (1, 1)


def test_the_last_place_goes_to_several_without_lock_and_constraint(monkeypatch):
    families = [family() for _ in range(24)]

    with guards(monkeypatch, NEITHER, Activity, "activity_never_over_full"):
        went_to = max(race_for_the_last_place(families)[0] for _ in range(2))

    assert went_to > 1


def click_eight_times():
    group, (guardian, child) = open_group(last_on=LAST_ON, capacity=20), family()
    click = partial(actions.hold_place, activity=group, person=child, by=guardian, at=JULY)
    outcomes = all_at_once([click] * 8)
    return outcomes, group.enrolments.count()


def test_a_double_click_holds_one_place():
    outcomes, rows = click_eight_times()

    assert (len({held.pk for held in done(outcomes)}), len(done(outcomes)), rows) == (1, 8, 1)


def test_a_double_click_without_the_lock_is_refused_by_the_constraint(monkeypatch):
    """Nothing wrong is kept, but somebody is told no: that is what the lock is for."""
    unlock(monkeypatch)
    pause(monkeypatch, queries, "first_clash", 0.1)

    outcomes, rows = click_eight_times()

    assert (len({held.pk for held in done(outcomes)}), rows) == (1, 1)
    assert refused(outcomes)


def test_a_double_click_holds_several_places_without_lock_and_constraint(monkeypatch):
    pause(monkeypatch, queries, "first_clash", 0.1)

    with guards(monkeypatch, NEITHER, Enrolment, "enrolment_one_live_per_person"):
        rows = max(click_eight_times()[1] for _ in range(2))

    assert rows > 1


def confirm_four_times():
    group, (guardian, child) = open_group(last_on=LAST_ON), family()
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)
    confirm = partial(actions.confirm_place, enrolment=held, by=guardian, at=JULY)
    return all_at_once([confirm] * 4)


def test_a_place_confirmed_twice_is_charged_and_told_once(monkeypatch):
    pause(monkeypatch, queries, "cost_of_joining", 0.05)

    outcomes = confirm_four_times()

    assert len(done(outcomes)) == 4
    assert (Charge.objects.count(), Email.objects.count(), Attendance.objects.count()) == (1, 1, 4)


def test_a_place_confirmed_twice_breaks_without_the_lock(monkeypatch):
    unlock(monkeypatch)
    pause(monkeypatch, queries, "cost_of_joining", 0.05)

    assert any(refused(confirm_four_times()) for _ in range(ROUNDS))


def confirm_against_sweep(monkeypatch):
    """The family confirms in the last moment; the sweep comes in the next."""
    # Both have read what they decide by; the sweep is the later to write.
    pause(monkeypatch, queries, "cost_of_joining", 0.1)
    pause(monkeypatch, mail, "withdraw", 0.3)
    group, (guardian, child) = open_group(last_on=LAST_ON), family()
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)
    end = held.offer_expires_at

    done(
        all_at_once(
            [
                partial(
                    actions.confirm_place,
                    enrolment=held,
                    by=guardian,
                    at=end - dt.timedelta(seconds=1),
                ),
                partial(actions.sweep_places, at=end),
            ]
        )
    )
    held.refresh_from_db()
    return held.status, Charge.objects.count(), Email.objects.count(), held.attendance.count()


def test_a_hold_is_confirmed_or_lapses_and_never_half_of_each(monkeypatch):
    outcome = confirm_against_sweep(monkeypatch)

    assert outcome in [("active", 1, 1, 4), ("lapsed", 0, 0, 0)]


def test_a_hold_lapses_although_it_is_charged_without_the_lock(monkeypatch):
    unlock(monkeypatch)

    assert confirm_against_sweep(monkeypatch) == ("lapsed", 1, 1, 4)


def ten_sweeps(monkeypatch):
    """Each reads who waits a little later than the one before it, in both arms."""
    group = open_group(last_on=LAST_ON, capacity=1)
    booked(group)
    for _ in range(4):
        waiting(group)
    Email.objects.all().delete()
    Activity.objects.filter(pk=group.pk).update(capacity=2)
    turns = itertools.count()
    pause(monkeypatch, offers, "offer_freed_places", lambda: 0.02 * next(turns))

    outcomes = all_at_once([partial(actions.sweep_places, at=JULY)] * 10)
    return outcomes, group.enrolments.filter(status="offered").count(), Email.objects.count()


@pytest.mark.parametrize("left", [LOCK_AND_CONSTRAINT, LOCK], ids=names)
def test_ten_sweeps_make_one_offer_and_write_one_letter(monkeypatch, left):
    with guards(monkeypatch, left, Activity, "activity_never_over_full"):
        outcomes, offered, letters = ten_sweeps(monkeypatch)

    assert (len(done(outcomes)), offered, letters) == (10, 1, 1)


def test_ten_sweeps_offer_one_place_twice_without_lock_and_constraint(monkeypatch):
    with guards(monkeypatch, NEITHER, Activity, "activity_never_over_full"):
        rounds = (ten_sweeps(monkeypatch)[1:] for _ in range(ROUNDS))
        assert any(offered == letters > 1 for offered, letters in rounds)


def lower_while_booking(monkeypatch):
    """The last of two places is taken away while a family takes it."""
    pause(monkeypatch, queries, "first_clash", 0.1)
    group, (guardian, child) = open_group(last_on=LAST_ON, capacity=2), family()
    booked(group)
    outcomes = all_at_once(
        [
            partial(actions.hold_place, activity=group, person=child, by=guardian, at=JULY),
            partial(
                actions.set_capacity,
                activity=group,
                capacity=1,
                reason="Less room",
                by=GuardianFactory(),
                at=JULY,
            ),
        ]
    )
    group.refresh_from_db()
    return len(done(outcomes)), group.places_taken - group.capacity


@pytest.mark.parametrize("left", [LOCK_AND_CONSTRAINT, CONSTRAINT], ids=names)
def test_a_capacity_lowered_while_booking_refuses_one_of_the_two(monkeypatch, left):
    with guards(monkeypatch, left, Activity, "activity_never_over_full"):
        through, over = lower_while_booking(monkeypatch)

    assert through == 1
    assert over <= 0


def test_a_capacity_lowered_while_booking_is_exceeded_without_lock_and_constraint(monkeypatch):
    with guards(monkeypatch, NEITHER, Activity, "activity_never_over_full"):
        assert any(lower_while_booking(monkeypatch) == (2, 1) for _ in range(ROUNDS))
