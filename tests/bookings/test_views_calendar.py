"""The month: whose, when, where, with whom, what changed and what it costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions
from bookings.models import Session, SessionStaff
from bookings.queries import feeds
from tests.factories.bookings import (
    AbsenceNoticeFactory,
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
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 11, 28)
MONTH = reverse("bookings:calendar")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory(person__given_name="Priya"))


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anaya")


def line_on(day, child, title="Choir", **fields):
    return AttendanceFactory(
        person=child, session__occurs_on=day, session__activity__title=title, **fields
    )


def events(client, **asked):
    days = client.get(MONTH, asked).context["days"]
    return [event for day in days for event in day["events"]]


def words_of(response):
    return " ".join(response.content.decode().split())


def test_a_meeting_says_time_place_room_and_teacher(client, child):
    line = line_on(SATURDAY, child, session__activity__centre__name="Hazelmoor")
    room = RoomFactory(centre=line.session.activity.centre, name="room 3")
    Session.objects.filter(pk=line.session_id).update(room=room)
    staff = SessionStaffFactory(session=line.session)

    words = words_of(client.get(MONTH))

    assert (
        f"<b>Anaya: Choir</b></p> <p>9.30am to 10.15am, Hazelmoor, room 3, with {staff.person}</p>"
    ) in words


def test_who_covers_is_named_and_who_is_away_is_not(client, child):
    line = line_on(SATURDAY, child)
    away = SessionStaffFactory(session=line.session, is_away=True).person
    cover = SessionStaffFactory(
        session=line.session, role=SessionStaff.Role.COVER, replaces=away
    ).person

    (event,) = events(client)

    assert event["teachers"] == f"{cover}, covering"


def test_what_is_off_is_struck_with_the_reason_and_the_fee(client, child):
    cause = CancellationCauseFactory(name="Snow", words_for_family="It comes off your bill.")
    line = line_on(SATURDAY, child)
    Session.objects.filter(pk=line.session_id).update(
        status="cancelled", cause=cause, public_comment="Snow on the roof"
    )

    response = client.get(MONTH)

    words = words_of(response)
    assert "Anaya: <s>Choir</s>" in words
    assert "Not on. Snow on the roof." in words
    assert "It comes off your bill." in words
    assert "One change this month" in words


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"during": spell(SATURDAY, "12:00")}, "Moved from 9.30am."),
        ({"during": spell(dt.date(2026, 11, 29))}, "Moved from Saturday 28 November."),
        (
            {"during": spell(dt.date(2026, 11, 29), "12:00")},
            "Moved from Saturday 28 November at 9.30am.",
        ),
    ],
)
def test_what_moved_says_from_when(client, child, fields, said):
    line = line_on(SATURDAY, child)
    Session.objects.filter(pk=line.session_id).update(**fields)

    (event,) = events(client)

    assert event["change"] == said


def test_what_moved_to_another_room_says_which(client, child):
    line = line_on(SATURDAY, child)
    activity = line.session.activity
    rooms = [RoomFactory(centre=activity.centre, name=f"room {number}") for number in (3, 5)]
    activity.room = rooms[0]
    activity.save()
    Session.objects.filter(pk=line.session_id).update(room=rooms[1])

    (event,) = events(client)

    assert event["change"] == "In room 5, not room 3."


def test_what_was_put_back_has_not_moved(client, child):
    line = line_on(SATURDAY, child)
    meetings = Session.objects.filter(pk=line.session_id)
    meetings.update(during=spell(SATURDAY, "12:00"))
    meetings.update(during=spell(SATURDAY))

    (event,) = events(client)

    assert event["change"] == ""


def test_a_make_up_says_for_what(client, child):
    line = line_on(SATURDAY, child)
    missed = SessionFactory(
        activity=line.session.activity, occurs_on=dt.date(2026, 11, 14), cancelled=True
    )
    Session.objects.filter(pk=line.session_id).update(makes_up=missed)

    (event,) = events(client)

    assert event["change"] == "Makes up for Saturday 14 November."


def test_what_is_off_says_its_new_date_to_whoever_comes_to_it(client, guardian, child):
    line = line_on(SATURDAY, child)
    busy = line_on(SATURDAY, ChildFactory(guardian=guardian), title="Band")
    for one in (line, busy):
        Session.objects.filter(pk=one.session_id).update(
            status="cancelled", cause=CancellationCauseFactory(words_for_family="We owe you one.")
        )
        again = SessionFactory(
            activity=one.session.activity,
            occurs_on=SATURDAY + dt.timedelta(days=7),
            makes_up=one.session,
        )
        if one == line:
            AttendanceFactory(person=child, session=again, enrolment=line.enrolment)

    said = {event["title"]: event["fee"] for event in events(client)}

    assert said == {
        "Choir": "We owe you one. The new date is Saturday 5 December, 9.30am.",
        "Band": "We owe you one.",
    }


def test_times_are_those_on_the_wall_across_the_change_of_clocks(client, child):
    line_on(dt.date(2026, 10, 24), child)
    line_on(dt.date(2026, 10, 31), child)

    assert [event["times"] for event in events(client, month="2026-10")] == [
        "9.30am to 10.15am",
        "9.30am to 10.15am",
    ]


def test_a_meeting_at_half_past_midnight_is_on_its_own_day(client, child):
    day = dt.date(2026, 10, 1)
    line = line_on(day, child)
    Session.objects.filter(pk=line.session_id).update(during=spell(day, "00:30"))

    assert [event["day"] for event in events(client, month="2026-10")] == [day]
    assert events(client, month="2026-09") == []


def test_the_months_before_and_after_are_in_the_address(client, guardian):
    response = client.get(MONTH, {"month": "2026-12"})

    assert response.context["title"] == "December 2026"
    assert response.context["before"] == {"name": "November", "url": f"{MONTH}?month=2026-11"}
    assert response.context["after"] == {"name": "January", "url": f"{MONTH}?month=2027-01"}


@pytest.mark.parametrize("asked", ["", "2026-13", "9999-01", "\0", "2026-11-01", "x" * 5000])
def test_an_odd_month_is_this_one(client, guardian, asked):
    assert client.get(MONTH, {"month": asked}).context["title"] == "November 2026"


def test_one_child_can_be_shown_alone(client, guardian, child):
    sibling = ChildFactory(guardian=guardian, given_name="Dev")
    line_on(SATURDAY, child, "Choir")
    line_on(SATURDAY, sibling, "Cello")

    everyone = client.get(MONTH)
    alone = client.get(MONTH, {"who": str(sibling.ref)})

    assert {choice["name"] for choice in everyone.context["choices"]} == {
        *("Everyone", "Anaya", "Dev")
    }
    assert [event["title"] for event in events(client, who=str(sibling.ref))] == ["Cello"]
    assert alone.context["after"]["url"].endswith(f"?month=2026-12&who={sibling.ref}")


def test_sundays_are_shown_in_a_month_that_uses_one(client, child):
    without = client.get(MONTH, {"month": "2026-12"}).context["days"]
    line_on(dt.date(2026, 11, 29), child)
    with_one = client.get(MONTH).context["days"]

    assert len(without) == 27
    assert len(with_one) == 30
    assert [(without[0]["column"]), with_one[0]["column"]] == [2, 7]


def test_a_teacher_who_is_a_parent_sees_both_and_each_alone(client):
    teacher = sign_in(client, UserFactory(person=cleared_teacher(), email="t@staff.example"))
    child = ChildFactory(guardian=teacher, given_name="Anaya")
    line_on(SATURDAY, child, "Choir")
    other = AttendanceFactory(
        session__occurs_on=SATURDAY,
        session__activity__title="Brass",
        person__given_name="Leaked",
    )
    SessionStaffFactory(session=other.session, person=teacher.person)

    words = words_of(client.get(MONTH))

    assert [(one["who"], one["title"]) for one in events(client)] == [
        ("Anaya", "Choir"),
        ("I teach", "Brass"),
    ]
    assert [one["title"] for one in events(client, who="teaching")] == ["Brass"]
    assert [one["title"] for one in events(client, who=str(child.ref))] == ["Choir"]
    assert "Leaked" not in words


def test_what_was_told_ahead_is_said(client, child):
    line_on(SATURDAY, child)
    AbsenceNoticeFactory(person=child, starts_on=SATURDAY)

    (event,) = events(client)

    assert event["note"] == "You told us: away."


@pytest.mark.parametrize("rights", ["stranger", "barred", "may only pay"])
def test_nobody_else_sees_the_meetings(client, guardian, rights):
    theirs = ChildFactory(guardian=GuardianFactory(), given_name="Hidden")
    line_on(SATURDAY, theirs, "Secret choir")
    if rights == "barred":
        GuardianshipFactory(adult=guardian.person, child=theirs, barred=True)
    if rights == "may only pay":
        GuardianshipFactory(adult=guardian.person, child=theirs, may_see=False, may_book=False)

    pages = [client.get(MONTH), client.get(MONTH, {"who": str(theirs.ref)})]

    for words in map(words_of, pages):
        assert "Hidden" not in words
        assert "Secret choir" not in words


def test_who_may_only_see_sees_them(client, guardian):
    theirs = ChildFactory(guardian=GuardianFactory(), given_name="Dev")
    line_on(SATURDAY, theirs)
    GuardianshipFactory(adult=guardian.person, child=theirs, may_book=False, may_pay=False)

    assert [event["who"] for event in events(client)] == ["Dev"]


def test_a_full_month_takes_as_many_statements_as_an_empty_seat(client, guardian):
    def furnish(number):
        child = ChildFactory(guardian=guardian, given_name=f"Child{number}")
        for week in range(4):
            line = line_on(SATURDAY - dt.timedelta(weeks=week), child)
            SessionStaffFactory(session=line.session)

    def statements():
        with CaptureQueriesContext(connection) as caught:
            client.get(MONTH)
        return len(caught)

    furnish(1)
    for_one = statements()
    for number in range(2, 8):
        furnish(number)

    assert len(events(client)) == 28
    assert statements() == for_one


# The address for other programs


def test_an_address_is_made_shown_renewed_and_stopped(client, guardian):
    before = client.get(MONTH)
    client.post(reverse("bookings:renew_calendar_feed"))
    first = client.get(MONTH).context["address"]
    asked = words_of(client.get(reverse("bookings:renew_calendar_feed")))
    client.post(reverse("bookings:renew_calendar_feed"))
    second = client.get(MONTH).context["address"]
    stopping = words_of(client.get(reverse("bookings:revoke_calendar_feed")))
    client.post(reverse("bookings:revoke_calendar_feed"))

    assert before.context["address"] == client.get(MONTH).context["address"] == ""
    assert first.endswith(".ics")
    assert first != second
    assert "The old address stops at once" in asked
    assert "Nobody can read your calendar at this address any more" in stopping
    assert feeds.key_of(guardian.person) == ""


def test_looking_makes_no_address(client, guardian):
    client.get(reverse("bookings:renew_calendar_feed"))
    client.get(reverse("bookings:revoke_calendar_feed"))

    assert feeds.key_of(guardian.person) == ""


def test_an_address_is_shown_to_its_owner_alone(client, guardian):
    other = GuardianFactory()
    actions.renew_calendar_feed(by=other, at=NOON)

    assert feeds.key_of(other.person) not in words_of(client.get(MONTH))
