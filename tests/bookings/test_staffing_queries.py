"""Cover notes for a teacher's day, and rooms free at a time."""

import datetime as dt

import pytest

from bookings.queries import staffing
from tests.factories.bookings import (
    ActivityFactory,
    ClosureFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db

SATURDAY = dt.date(2026, 9, 12)
LAST_WEEK = dt.date(2026, 9, 5)


def covered(*, by=None, **session):
    """A meeting whose teacher is away; `by` covers."""
    away = cleared_teacher(given_name="Daniel", family_name="Roper")
    session = SessionFactory(occurs_on=SATURDAY, **session)
    SessionStaffFactory(session=session, person=away, is_away=True)
    if by:
        SessionStaffFactory(session=session, person=by, role="cover", replaces=away)
    return session, away


def test_who_covers_reads_for_whom_and_what_was_left_for_them():
    nuria = cleared_teacher()
    session, _ = covered(by=nuria)
    SessionFactory(activity=session.activity, occurs_on=LAST_WEEK, note="They are at bar 9.")

    note = staffing.cover_notes([session], nuria)[session.pk]

    assert (note.said, note.covers) == ("You cover for Daniel Roper", True)
    assert (note.left, note.left_on) == ("They are at bar 9.", LAST_WEEK)


def test_who_is_away_reads_who_covers_or_that_nobody_does():
    session, away = covered(by=cleared_teacher(given_name="Nuria", family_name="Vidal"))
    other, also_away = covered(during=spell(SATURDAY, "11:00"))

    assert staffing.cover_notes([session], away)[session.pk].said == (
        "You are away: Nuria Vidal covers for you"
    )
    assert staffing.cover_notes([other], also_away)[other.pk].said == (
        "You are away: nobody covers it yet"
    )


def test_a_stand_in_who_is_away_too_covers_nothing():
    nuria = cleared_teacher()
    session, away = covered(by=nuria)
    session.staff.filter(person=nuria).update(is_away=True)

    assert staffing.cover_notes([session], away)[session.pk].said == (
        "You are away: nobody covers it yet"
    )


def test_a_meeting_as_usual_has_no_note():
    line = SessionStaffFactory()

    assert staffing.cover_notes([line.session], line.person) == {}


def test_cover_notes_are_one_statement(django_assert_num_queries):
    nuria = cleared_teacher()
    sessions = [covered(by=nuria, during=spell(SATURDAY, f"{hour}:00"))[0] for hour in (10, 11, 13)]

    with django_assert_num_queries(1):
        assert len(staffing.cover_notes(sessions, nuria)) == 3


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def rooms(centre):
    return [RoomFactory(centre=centre, name=name) for name in ("Hall", "Room 1", "Room 2")]


def test_free_rooms_leave_out_the_busy_the_closed_the_unused_and_other_centres(centre, rooms):
    hall, one, two = rooms
    session = SessionFactory(activity__centre=centre, room=hall)
    ClosureFactory(room=one, starts_on=LAST_WEEK)
    RoomFactory(centre=centre, is_active=False)
    RoomFactory()

    assert list(staffing.free_rooms(centre, session.during)) == [two]


def test_a_room_is_free_once_the_meeting_in_it_ends_or_is_off(centre, rooms):
    SessionFactory(activity__centre=centre, room=rooms[0])
    SessionFactory(
        activity=ActivityFactory(centre=centre), room=rooms[1], during=spell(LAST_WEEK, "10:15"),
        cancelled=True,
    )  # fmt: skip

    assert list(staffing.free_rooms(centre, spell(LAST_WEEK, "10:15"))) == rooms


def test_a_meeting_that_moves_does_not_stand_in_its_own_way(centre, rooms):
    session = SessionFactory(activity__centre=centre, room=rooms[0])
    later = spell(LAST_WEEK, "09:45")

    assert rooms[0] not in staffing.free_rooms(centre, later)
    assert rooms[0] in staffing.free_rooms(centre, later, but=session)


@pytest.mark.parametrize(
    ("start", "free"),
    [("09:30", True), ("11:30", False), ("13:00", True)],
    ids=["before", "within", "after"],
)
def test_a_room_closed_for_part_of_a_day_is_free_for_the_rest(centre, rooms, start, free):
    ClosureFactory(
        room=rooms[0],
        starts_on=LAST_WEEK,
        from_time=dt.time(11),
        until_time=dt.time(13),
    )

    assert (rooms[0] in staffing.free_rooms(centre, spell(LAST_WEEK, start))) is free


def test_a_closure_that_was_undone_leaves_the_room_free(centre, rooms):
    person = cleared_teacher()
    ClosureFactory(
        room=rooms[0],
        starts_on=LAST_WEEK,
        undone_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        undone_by=person,
    )

    assert rooms[0] in staffing.free_rooms(centre, spell(LAST_WEEK))
