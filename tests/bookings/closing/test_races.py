"""Closings at the same moment as other acts; each race also without its guard, and then wrong."""

import datetime as dt
import threading
import time
from functools import partial

import pytest

from bookings import actions
from bookings.actions import calling_off, closures, places
from bookings.models import Attendance, ClosedSession, Closure, Credit, Session
from core.models import Email
from core.refusals import RuleBroken
from tests.bookings.closing.stage import DAWN, MINUTE, SATURDAY, Snow, meeting
from tests.bookings.stage import family
from tests.factories.bookings import ActivityFactory, SessionFactory, spell
from tests.factories.people import head_of
from tests.races import all_at_once, done, pause, refused, unlock, without

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def snow():
    snow = Snow()
    Email.objects.all().delete()
    return snow


def two_heads_close(snow, monkeypatch):
    """Both have found what meets before either writes."""
    pause(monkeypatch, closures, "call_off", 0.3)
    other = head_of(snow.centre)
    moments = (DAWN, DAWN + dt.timedelta(milliseconds=40))
    return all_at_once(
        [
            partial(snow.close, by=by, at=at)
            for by, at in zip((snow.head, other), moments, strict=True)
        ]
    )


def test_two_heads_close_the_same_day_and_it_is_one_closing(snow, monkeypatch):
    first, second = done(two_heads_close(snow, monkeypatch))

    assert first == second
    assert (Closure.objects.count(), ClosedSession.objects.count()) == (1, 2)
    assert (Email.objects.count(), Credit.objects.count()) == (3, 2)


def test_two_heads_tell_everybody_twice_without_the_locks(snow, monkeypatch):
    unlock(monkeypatch)

    two_heads_close(snow, monkeypatch)

    assert Email.objects.filter(copy="cancelled-by-us").count() == 2


def after(monkeypatch, module, name):
    """An event that is set when this function is reached, which then takes a while."""
    reached, real = threading.Event(), getattr(module, name)

    def slow(*args, **kwargs):
        reached.set()
        time.sleep(0.5)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, slow)
    return reached


def once(event, call):
    def wait_and_call():
        event.wait(20)
        return call()

    return wait_and_call


def close_against_confirm(snow, monkeypatch, first):
    """A family confirms its place while the day is closed; one of the two is halfway already."""
    guardian, child = family()
    before = DAWN - dt.timedelta(minutes=5)
    held = actions.hold_place(activity=snow.first, person=child, by=guardian, at=before)
    confirm = partial(actions.confirm_place, enrolment=held, by=guardian, at=before)
    if first == "confirm":
        reached = after(monkeypatch, places, "charge_term")
        done(all_at_once([confirm, once(reached, snow.close)]))
    else:
        reached = after(monkeypatch, calling_off, "give_credits")
        done(all_at_once([snow.close, once(reached, confirm)]))
    line = child.attendance.filter(session=meeting(snow.first)).first()
    told = Email.objects.filter(copy="cancelled-by-us", to_person_id=guardian.person_id).exists()
    return line is not None, told, Credit.objects.filter(person=child).exists()


@pytest.mark.parametrize(
    ("first", "outcome"),
    [("confirm", (True, True, True)), ("close", (False, False, False))],
)
def test_a_place_confirmed_while_closing_is_told_and_owed_or_never_had_the_meeting(
    snow, monkeypatch, first, outcome
):
    assert close_against_confirm(snow, monkeypatch, first) == outcome


def test_without_the_locks_the_key_of_the_register_still_holds(snow, monkeypatch):
    """A line refers to the meeting with its time, so the meeting waits for the line."""
    unlock(monkeypatch)

    assert close_against_confirm(snow, monkeypatch, "confirm") == (True, True, True)


def test_a_family_is_at_a_locked_door_without_locks_and_key(snow, monkeypatch):
    """It has its line in the register of a meeting that is off, and nobody told it."""
    unlock(monkeypatch)

    with without(Attendance, "attendance_time_follows_session"):
        assert close_against_confirm(snow, monkeypatch, "confirm") == (True, False, False)


def undo_against_another(snow, monkeypatch):
    """Something else is put into the room while the closing is undone."""
    closure = snow.close()
    other = ActivityFactory(centre=snow.centre, title="Brass")
    looked = after(monkeypatch, calling_off, "void_credits")  # and has not written yet
    take_the_room = partial(
        SessionFactory,
        activity=other,
        occurs_on=SATURDAY,
        during=spell(SATURDAY, "09:15"),
        room=snow.room,
    )
    undo = partial(actions.undo_closure, closure=closure, by=snow.head, at=DAWN + MINUTE)
    outcomes = all_at_once([undo, once(looked, take_the_room)])
    return outcomes, Session.objects.happening().filter(room=snow.room, occurs_on=SATURDAY).count()


def test_undoing_against_a_new_booking_of_the_room_is_all_or_nothing_in_words(snow, monkeypatch):
    outcomes, in_the_room = undo_against_another(snow, monkeypatch)

    assert in_the_room == 1
    [no] = refused(outcomes)
    assert isinstance(no, RuleBroken)
    assert str(no) == "Something else is in that room at that time."
    assert Session.objects.filter(status="cancelled").count() == 2
    assert Closure.objects.get().undone_at is None


def test_two_are_in_the_room_without_the_constraint(snow, monkeypatch):
    with without(Session, "session_room_holds_one_at_a_time"):
        outcomes, in_the_room = undo_against_another(snow, monkeypatch)

    assert (len(done(outcomes)), in_the_room) == (2, 2)


def test_two_undo_at_once_and_everybody_is_told_once(snow, monkeypatch):
    closure = snow.close()
    Email.objects.update(status="sent", sent_at=DAWN)
    pause(monkeypatch, closures, "put_back", 0.2)

    undo = partial(actions.undo_closure, closure=closure, by=snow.head, at=DAWN + MINUTE)
    done(all_at_once([undo, undo]))

    assert Email.objects.filter(copy="on-after-all").count() == 1


def test_a_closing_and_a_plan_of_meetings_leave_no_meeting_on_the_closed_day(snow, monkeypatch):
    """Dates are planned for a day while it is being closed."""
    day = SATURDAY + dt.timedelta(days=14)
    snow.first.last_on = day
    snow.first.save(update_fields=["last_on"])
    pause(monkeypatch, closures, "call_off", 0.3)

    plan = partial(actions.plan_sessions, activity=snow.first, by=None, at=DAWN)
    done(all_at_once([partial(snow.close, starts_on=day, ends_on=day), plan]))

    assert not Session.objects.filter(occurs_on=day).exclude(status="cancelled").exists()
