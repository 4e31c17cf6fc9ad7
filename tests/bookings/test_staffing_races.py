"""Two heads at once: for one teacher, for one meeting, for one room; and an absence told meanwhile.

Each race is also run with its guard off, and must then go wrong.
"""

import datetime as dt
from functools import partial

import pytest

from bookings import actions
from bookings.actions import staff_absences, staffing
from bookings.models import Session, SessionStaff
from bookings.rules import staffing as rules
from core.models import Email
from core.refusals import TryAgain
from people.models import StaffAbsence
from tests.bookings.stage import JULY
from tests.factories.bookings import LONDON, SessionFactory, SessionStaffFactory
from tests.factories.centres import RoomFactory
from tests.factories.people import head_of
from tests.factories.safeguarding import cleared_teacher
from tests.races import ROUNDS, all_at_once, done, pause, refused, unlock, without

pytestmark = pytest.mark.django_db(transaction=True)

SATURDAY = dt.date(2026, 9, 12)
DAY = [
    dt.datetime.combine(SATURDAY, clock, LONDON) for clock in (dt.time(0), dt.time(23, 59))
]  # fmt: skip


def meetings(number, **fields):
    return [SessionFactory(occurs_on=SATURDAY, **fields) for _ in range(number)]


def assigning(session, person, role="lead"):
    return partial(
        actions.assign_staff, session=session, person=person, role=role, by=None, at=JULY
    )


def reporting(person):
    return partial(
        actions.report_absence,
        staff=person.staff,
        starts_at=DAY[0],
        ends_at=DAY[1],
        kind="unwell",
        by=None,
        at=JULY,
    )


# One teacher, wanted at eight places at once


def eight_want_one_teacher():
    teacher = cleared_teacher(given_name="Nuria", family_name="Vidal")
    return all_at_once([assigning(session, teacher) for session in meetings(8)])


def test_one_teacher_is_given_to_one_meeting_and_the_others_read_to_which():
    outcomes = eight_want_one_teacher()

    assert len(done(outcomes)) == 1
    title = SessionStaff.objects.get().session.activity.title
    for refusal in refused(outcomes):
        assert isinstance(refusal, rules.StaffBusy)
        assert f"Nuria Vidal teaches {title}" in str(refusal)


def test_one_teacher_is_given_to_several_without_the_constraint():
    with without(SessionStaff, "sessionstaff_one_place_at_a_time"):
        outcomes = eight_want_one_teacher()

    assert len(done(outcomes)) == 8


# One meeting, and two heads who each ask somebody


def two_ask_for_one_meeting():
    [session] = meetings(1)
    away = cleared_teacher()
    SessionStaffFactory(session=session, person=away, is_away=True)
    calls = [
        partial(assigning(session, teacher, "cover"), replaces=away)
        for teacher in (cleared_teacher(), cleared_teacher())
    ]
    return all_at_once(calls)


def test_one_meeting_has_one_who_covers():
    for _ in range(ROUNDS):
        outcomes = two_ask_for_one_meeting()

        assert len(done(outcomes)) == 1
        assert [type(each) for each in refused(outcomes)] == [rules.AlreadyStaffed]


def test_one_meeting_has_two_who_cover_without_the_lock(monkeypatch):
    unlock(monkeypatch)
    pause(monkeypatch, staffing, "_check_may_come", 0.2)

    assert any(len(done(two_ask_for_one_meeting())) == 2 for _ in range(ROUNDS))


# One room, wanted by eight


def eight_want_one_room():
    room = RoomFactory()
    return all_at_once(
        [
            partial(actions.assign_room, session=session, room=room, by=None, at=JULY)
            for session in meetings(8, activity__centre=room.centre)
        ]
    )


def test_one_room_holds_one_meeting_and_the_others_read_which():
    outcomes = eight_want_one_room()

    assert len(done(outcomes)) == 1
    title = Session.objects.exclude(room=None).get().activity.title
    assert all(title in str(refusal) for refusal in refused(outcomes))
    assert {type(refusal) for refusal in refused(outcomes)} == {rules.RoomBusy}


def test_one_room_holds_several_without_the_constraint():
    with without(Session, "session_room_holds_one_at_a_time"):
        outcomes = eight_want_one_room()

    assert len(done(outcomes)) == 8


# Somebody says they cannot come as a head asks them


def asked_as_they_say_no():
    """Return how many meetings expect somebody who told us they cannot come."""
    teacher = cleared_teacher()
    [session] = meetings(1)
    outcomes = all_at_once([reporting(teacher), assigning(session, teacher)])
    done([each for each in outcomes if not isinstance(each, TryAgain)])
    told = StaffAbsence.objects.filter(staff=teacher.pk)
    return SessionStaff.objects.here().filter(person=teacher).count() if told else 0


def test_nobody_is_expected_who_told_us_they_cannot_come():
    for _ in range(ROUNDS):
        assert asked_as_they_say_no() == 0


def test_somebody_is_expected_who_cannot_come_without_the_lock(monkeypatch):
    unlock(monkeypatch)
    pause(monkeypatch, staffing, "_written", 0.4)
    pause(monkeypatch, staff_absences, "_locked", 0.2)

    assert asked_as_they_say_no() == 1


# The same absence, sent twice by an impatient thumb


def test_an_absence_sent_twice_at_once_stands_once_and_is_told_once():
    for number in range(1, ROUNDS + 1):
        [session] = meetings(1)
        head_of(session.activity.centre)
        teacher = SessionStaffFactory(session=session).person

        outcomes = all_at_once([reporting(teacher)] * 3)

        assert len({absence.pk for absence in done(outcomes)}) == 1
        assert Email.objects.filter(copy="teacher-away").count() == number
