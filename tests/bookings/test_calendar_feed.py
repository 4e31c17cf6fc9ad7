"""A calendar for other programs, read back by another library than the one that wrote it."""

import datetime as dt
import uuid

import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions, ical
from bookings.models import Attendance, CalendarFeed, Session
from bookings.queries import feeds
from core.models import AuditRow
from hms_portal.logs import without_secrets
from tests.bookings.stage import open_group
from tests.factories.bookings import (
    AttendanceFactory,
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import RoomFactory
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory, UserFactory
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


def address_of(user):
    """A fresh address of this user's."""
    actions.renew_calendar_feed(by=user, at=NOON)
    return reverse("bookings:calendar_feed", args=[feeds.key_of(user.person)])


def ask(address, **headers):
    return Client().get(address, headers=headers)


def read(address):
    """The events as vobject reads them, by their UID."""
    response = ask(address)
    assert response.status_code == 200
    calendar = vobject.readOne(response.content.decode())
    return {event.uid.value: event for event in calendar.contents.get("vevent", [])}


def only(address):
    (event,) = read(address).values()
    return event


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


# Who may read it


def test_an_unknown_a_revoked_and_a_switched_off_key_are_told_the_same(guardian):
    revoked, other = address_of(guardian), UserFactory()
    actions.revoke_calendar_feed(by=guardian, at=NOON)
    switched_off = address_of(other)
    other.is_active = False
    other.save()
    unknown = reverse("bookings:calendar_feed", args=["no-such-key"])

    answers = [ask(each) for each in (unknown, revoked, switched_off)]

    def said(answer):
        headers = {name: value for name, value in answer.items() if name != "X-Request-ID"}
        return answer.status_code, answer.content, headers

    assert said(answers[0]) == said(answers[1]) == said(answers[2])
    assert answers[0].status_code == 404


def test_a_renewed_address_stops_the_old_one(guardian):
    old = address_of(guardian)
    new = address_of(guardian)

    assert (ask(old).status_code, ask(new).status_code) == (404, 200)
    assert CalendarFeed.objects.filter(person=guardian.person, revoked_at=None).count() == 1


@pytest.mark.parametrize(
    "rights",
    [
        pytest.param({"is_barred": True, "may_see": False, "may_book": False, "may_pay": False,
                      "may_collect": False}, id="barred"),
        pytest.param({"may_see": False, "may_book": False}, id="may only pay"),
    ],
)  # fmt: skip
def test_a_child_is_gone_at_once_when_the_adult_may_not_see(guardian, child, rights):
    line = AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    address = address_of(guardian)
    before = ask(address)
    child.guardians.update(**rights)

    after = ask(
        address,
        if_none_match=before["ETag"],
        if_modified_since=before["Last-Modified"],
    )

    assert line.session.activity.title in before.content.decode()
    assert after.status_code == 200
    assert b"VEVENT" not in after.content


def test_who_may_only_see_has_the_meetings(child):
    other = GuardianFactory()
    GuardianshipFactory(
        adult=other.person, child=child, may_book=False, may_pay=False, may_collect=False
    )
    AttendanceFactory(person=child, session__occurs_on=SATURDAY)

    assert len(read(address_of(other))) == 1


def test_who_runs_the_county_has_no_calendar_of_it(child):
    from_the_office = UserFactory(is_superuser=True)
    AttendanceFactory(person=child, session__occurs_on=SATURDAY)

    assert read(address_of(from_the_office)) == {}


# What is asked again


def test_what_has_not_changed_is_not_sent_again(guardian, child, time_machine):
    AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    address = address_of(guardian)
    first = ask(address)
    time_machine.move_to(LATER)

    by_tag = ask(address, if_none_match=first["ETag"])
    by_time = ask(address, if_modified_since=first["Last-Modified"])

    assert [by_tag.status_code, by_time.status_code] == [304, 304]
    assert by_tag.content == b""


def test_what_changed_is_sent_again(guardian, child, time_machine):
    line = AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    address = address_of(guardian)
    first = ask(address)
    time_machine.move_to(LATER)
    change(line.session, during=spell(SATURDAY, "12:00"))

    by_tag = ask(address, if_none_match=first["ETag"])
    by_time = ask(address, if_modified_since=first["Last-Modified"])

    assert [by_tag.status_code, by_time.status_code] == [200, 200]


def test_the_headers_keep_it_to_its_owner(guardian):
    response = ask(address_of(guardian))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_feed_asked_for_too_often_is_told_to_wait(guardian, settings):
    settings.CALENDAR_READS_AN_HOUR = 2
    address = address_of(guardian)

    answers = [ask(address) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "3600"


# The key


def test_the_key_is_in_no_log(guardian, caplog):
    key = address_of(guardian).split("/")[-1]
    caplog.set_level("DEBUG")
    for address in (address_of(guardian), reverse("bookings:calendar_feed", args=[key[:-4]])):
        Client().get(address)
        Client().post(address)
        Client().get(address, headers={"if-match": '"other"'})
    written = [
        without_secrets(None, "", {"event": record.getMessage()})["event"]
        for record in caplog.records
    ]

    assert any("/feed/….ics" in line for line in written)  # a refused method is written down
    assert not [line for line in written if key[:-4] in line]


def test_the_key_is_nowhere_in_the_clear(guardian):
    address_of(guardian)
    key = feeds.key_of(guardian.person)
    feed = CalendarFeed.objects.get()

    assert len(key) >= 32
    assert key.encode() not in bytes(feed.sealed_key)
    rows = AuditRow.objects.filter(table="bookings_calendarfeed").values_list("old", "new")
    assert key not in str(list(rows))
    assert feed.key_hash not in str(list(rows))


def test_a_key_moved_to_another_row_opens_for_nobody(guardian):
    address_of(guardian)
    thief = UserFactory()
    address_of(thief)
    stolen = CalendarFeed.objects.get(person=guardian.person).sealed_key
    CalendarFeed.objects.filter(person=thief.person).update(sealed_key=stolen)

    assert feeds.key_of(thief.person) == ""


# How much it asks


def test_a_thousand_events_take_as_many_statements_as_ten(guardian, child):
    address = address_of(guardian)

    def statements():
        with CaptureQueriesContext(connection) as caught:
            number = len(read(address))
        return number, len(caught)

    first = AttendanceFactory(person=child, session__occurs_on=dt.date(2026, 11, 1))
    _lines(first, range(1, 10))
    statements()
    ten = statements()
    _lines(first, range(10, 1000))
    statements()
    thousand = statements()

    assert (ten[0], thousand[0]) == (10, 1000)
    assert ten[1] == thousand[1]


def _lines(first, numbers):
    """More meetings of the same group, one every quarter of an hour."""
    step = dt.timedelta(minutes=60)
    sessions = Session.objects.bulk_create(
        Session(
            activity=first.session.activity,
            occurs_on=first.session.occurs_on,
            ordinal=number + 1,
            during=type(first.session.during)(
                first.session.during.lower + number * step,
                first.session.during.upper + number * step,
            ),
        )
        for number in numbers
    )
    Attendance.objects.bulk_create(
        Attendance(
            session=session,
            person=first.person,
            enrolment=first.enrolment,
            claimed=session.during,
        )
        for session in sessions
    )


def test_a_place_that_was_left_has_no_tombstones_to_come(guardian, child):
    group = open_group()
    held = actions.hold_place(activity=group, person=child, by=guardian, at=NOON)
    place = actions.confirm_place(enrolment=held, by=guardian, at=NOON)
    session = group.sessions.get(occurs_on=SATURDAY)
    change(session, status=Session.Status.CANCELLED, cause=CancellationCauseFactory())
    address = address_of(guardian)
    before = len(read(address))

    actions.cancel_enrolment(enrolment=place, reason="", by=guardian, at=NOON)

    assert before == group.sessions.filter(during__startswith__gt=NOON).count()
    assert read(address) == {}


def test_the_file_is_made_without_a_single_statement(guardian, child, django_assert_num_queries):
    AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    meetings = feeds.meetings_in_feed(guardian.person, at=NOON)

    with django_assert_num_queries(0):
        ical.calendar_file(meetings)
