"""A calendar for other programs: who may read it, how often, and what nobody is told."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions, ical
from bookings.models import Attendance, CalendarFeed, Session
from bookings.queries import feeds
from core.models import AuditRow
from hms_portal.logs import without_secrets
from tests.bookings.reading import address_of, ask, read
from tests.bookings.stage import open_group
from tests.factories.bookings import AttendanceFactory, CancellationCauseFactory, spell
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory, UserFactory

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


def test_a_child_is_gone_at_once_when_the_link_has_ended(guardian, child):
    AttendanceFactory(person=child, session__occurs_on=SATURDAY)
    address = address_of(guardian)
    before = len(read(address))
    child.guardians.all().delete()

    assert (before, read(address)) == (1, {})


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

    assert any("/feed/(secret).ics" in line for line in written)  # a refused method is written down
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
