"""A calendar for other programs, read back by another library than the one that wrote it."""

import datetime as dt
import uuid

import pytest

from bookings import actions
from bookings.models import Session
from tests.bookings.reading import address_of, ask, only, read
from tests.factories.bookings import (
    AttendanceFactory,
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import RoomFactory
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, UserFactory, head_of
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 11, 28)
LATER = NOON + dt.timedelta(minutes=5)


@pytest.fixture(autouse=True)
def now(time_machine, settings):
    settings.CALENDAR_DAYS_BACK = settings.CALENDAR_DAYS_AHEAD = 400
    settings.CALENDAR_READS_AN_HOUR = 1000
    time_machine.move_to(NOON)


@pytest.fixture
def guardian():
    return GuardianFactory(person__given_name="Priya", person__family_name="Okonkwo")


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anaya", family_name="Verysecret")


def change(session, **fields):
    Session.objects.filter(pk=session.pk).update(**fields)


# What it says


def test_the_feed_says_who_what_where_and_when_and_no_more(guardian, child):
    line = AttendanceFactory(
        person=child,
        session__activity__title="Guitar club",
        session__activity__centre__name="Hazelmoor Music Centre",
        session__occurs_on=SATURDAY,
    )
    change(line.session, room=RoomFactory(centre=line.session.activity.centre, name="Room 3"))
    address = address_of(guardian)

    event = only(address)

    assert event.summary.value == "Anaya: Guitar club"
    assert event.location.value == "Hazelmoor Music Centre, Room 3"
    assert event.dtstart.value == dt.datetime(2026, 11, 28, 9, 30, tzinfo=dt.UTC)
    assert event.dtend.value == dt.datetime(2026, 11, 28, 10, 15, tzinfo=dt.UTC)
    assert event.status.value == "CONFIRMED"
    words = ask(address).content.decode()
    assert "Verysecret" not in words
    assert "Okonkwo" not in words


def test_half_past_nine_stays_so_across_both_changes_of_the_clocks(guardian, child):
    days = [dt.date(2026, 10, 24), dt.date(2026, 10, 31)]
    days += [dt.date(2027, 3, 27), dt.date(2027, 4, 3)]
    for day in days:
        AttendanceFactory(person=child, session__occurs_on=day)

    starts = sorted(event.dtstart.value for event in read(address_of(guardian)).values())

    assert [(start.date(), start.hour, start.minute) for start in starts] == [
        (days[0], 8, 30),
        (days[1], 9, 30),
        (days[2], 9, 30),
        (days[3], 8, 30),
    ]
    assert {start.utcoffset() for start in starts} == {dt.timedelta(0)}


def test_a_meeting_keeps_its_uid_and_counts_up_as_it_moves_is_cancelled_and_restored(
    guardian, child
):
    line = AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    address = address_of(guardian)

    def seen():
        event = only(address)
        return event.uid.value, int(event.sequence.value), event.status.value

    planned = seen()
    change(line.session, during=spell(SATURDAY, "12:00"))
    moved, moved_event = seen(), only(address)
    cause = CancellationCauseFactory(
        name="Snow, flood or storm", words_for_family="We will offer another date."
    )
    change(line.session, status=Session.Status.CANCELLED, cause=cause)
    cancelled, cancelled_event = seen(), only(address)
    change(line.session, status=Session.Status.PLANNED, cause=None, during=spell(SATURDAY))
    restored = seen()

    assert [each[0] for each in (moved, cancelled, restored)] == [planned[0]] * 3
    assert [each[1] for each in (planned, moved, cancelled, restored)] == [0, 1, 2, 3]
    assert [each[2] for each in (planned, moved, cancelled, restored)] == [
        *("CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED")
    ]
    assert moved_event.dtstart.value.hour == 12
    assert moved_event.description.value == "Moved from 9.30am."
    assert cancelled_event.transp.value == "TRANSPARENT"
    assert cancelled_event.description.value == (
        "Not on. Snow, flood or storm. We will offer another date."
    )


def test_a_stamp_changes_with_the_meeting_and_not_with_the_reading(guardian, child, time_machine):
    line = AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    address = address_of(guardian)
    first = only(address)
    time_machine.move_to(LATER)
    again = only(address)
    change(line.session, during=spell(SATURDAY, "12:00"), changed_at=LATER)
    moved = only(address)

    assert again.dtstamp.value == first.dtstamp.value
    assert moved.dtstamp.value == moved.last_modified.value == LATER


def test_a_make_up_says_what_it_makes_up_for(guardian, child):
    line = AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    missed = SessionFactory(
        activity=line.session.activity, occurs_on=dt.date(2026, 11, 14), cancelled=True
    )
    change(line.session, makes_up=missed)

    event = only(address_of(guardian))

    assert event.description.value == "Makes up for Saturday 14 November."


@pytest.mark.parametrize(
    "title",
    [
        r"Strings; winds, and brass \ drums",
        "Zoë’s “Ūkulele” ☂ 合唱",
        "A very long title " * 6,
        "Two\nlines: BEGIN:VEVENT",
    ],
)
def test_what_is_odd_or_long_comes_back_as_it_was(guardian, title):
    child = ChildFactory(guardian=guardian, given_name="Siân, Æ;\\")
    AttendanceFactory(
        person=child, session__occurs_on=SATURDAY, session__activity__title=title[:120]
    )
    address = address_of(guardian)

    assert only(address).summary.value == f"Siân, Æ;\\: {title[:120]}"
    assert max(len(line) for line in ask(address).content.split(b"\r\n")) <= 75


def test_a_teachers_lessons_name_no_child():
    teacher = UserFactory(person=cleared_teacher(), email="teacher@staff.example")
    line = AttendanceFactory(session__occurs_on=SATURDAY, session__activity__title="Choir")
    SessionStaffFactory(session=line.session, person=teacher.person)
    address = address_of(teacher)

    assert only(address).summary.value == "Choir"
    assert line.person.first_name not in ask(address).content.decode()


def test_a_teacher_who_is_away_has_no_lesson_there():
    teacher = UserFactory(person=cleared_teacher(), email="teacher@staff.example")
    session = SessionFactory(occurs_on=SATURDAY)
    SessionStaffFactory(session=session, person=teacher.person, is_away=True)

    assert read(address_of(teacher)) == {}


def test_a_meeting_has_one_uid_for_each_person_and_says_neither(guardian, child):
    sibling = ChildFactory(guardian=guardian, given_name="Dev")
    line = AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    AttendanceFactory(session=line.session, person=sibling)

    uids = read(address_of(guardian)).keys()

    assert len(uids) == 2
    assert not {str(line.session.ref), str(child.ref)} & uids
    assert all(uuid.UUID(uid) for uid in uids)


def test_the_feed_reaches_as_far_as_the_settings_say(guardian, child, settings):
    settings.CALENDAR_DAYS_BACK, settings.CALENDAR_DAYS_AHEAD = 10, 20
    days = [dt.date(2026, 11, 7), dt.date(2026, 11, 21), SATURDAY, dt.date(2026, 12, 19)]
    for day in days:
        AttendanceFactory(person=child, session__occurs_on=day)

    events = read(address_of(guardian)).values()

    assert sorted(event.dtstart.value.date() for event in events) == days[1:3]


def test_the_acts_of_a_head_of_centre_reach_the_calendar(guardian, child):
    line = AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    session, head = line.session, head_of(line.session.activity.centre)
    address, noon = address_of(guardian), spell(SATURDAY, "12:00")
    cause = CancellationCauseFactory(name="Snow", pupil_pays=False)
    seen = [only(address)]

    actions.move_session(
        session=session, starts_at=noon.lower, ends_at=noon.upper, room=None, comment="",
        by=head, at=NOON,
    )  # fmt: skip
    seen.append(only(address))
    actions.cancel_session(session=session, cause=cause, comment="Ice", by=head, at=NOON)
    seen.append(only(address))
    actions.restore_session(session=session, by=head, at=NOON)
    seen.append(only(address))

    counts = [int(event.sequence.value) for event in seen]
    assert [event.status.value for event in seen] == [
        *("CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED")
    ]
    assert len({event.uid.value for event in seen}) == 1
    assert counts == sorted(set(counts))
    assert seen[-1].dtstart.value == noon.lower
    assert "Ice" not in ask(address).content.decode()
