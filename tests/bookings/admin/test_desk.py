"""Papers for the front desk: who is expected, who may collect, whom to ring."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centres.models import Room
from core.models import AccessRow
from people import care
from tests.bookings.admin.office import named
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    spell,
)
from tests.factories.centres import RoomFactory
from tests.factories.people import (
    ChildFactory,
    GuardianshipFactory,
    LearnerFactory,
    PersonFactory,
    RoleHeldFactory,
    UserFactory,
    administrator,
)
from tests.factories.safeguarding import cleared_teacher
from tests.factories.staff import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

DOORS, RING = "/admin/bookings/session/doors/", "/admin/bookings/session/contacts/"
TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def room_of(centre, name):
    return Room.objects.filter(centre=centre, name=name).first() or RoomFactory(
        centre=centre, name=name
    )


def meeting_of(centre, *, room="", start="09:30", day=TODAY, **activity):
    return SessionFactory(
        activity=ActivityFactory(centre=centre, **activity),
        occurs_on=day,
        during=spell(day, start),
        room=room_of(centre, room) if room else None,
    )


def expected_at(meeting, given, *, contacts="", **adult):
    """A child in this register, with a sealed word of whom to ring."""
    child = ChildFactory(**named(given, "Zed"))
    learner = LearnerFactory(person=child)
    place = EnrolmentFactory(activity=meeting.activity, person=child, active=True)
    place.attendance.create(session=meeting, person=child, claimed=meeting.during)
    if contacts:
        care.keep_care(
            learner=learner, what_helps="", medical="Peanuts", emergency_contacts=contacts,
            by=None, at=NOW,
        )  # fmt: skip
    if adult:
        GuardianshipFactory(child=child, **adult)
    return child


def ring(desk, centre, *, day=TODAY, reason="The building was cleared"):
    return desk.post(RING, {"centre": centre.pk, "day": day.isoformat(), "reason": reason})


# The door list


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "tomorrow"])
def test_a_door_list_of_no_day_we_meet_on_is_asked_again(desk, here, day):
    shown = desk.get(DOORS, {"centre": here.pk, "day": day})

    assert "Enter a day of the calendar" in shown.content.decode()
    assert ring(desk, here, day=dt.date.max).status_code == 422


def test_the_door_list_goes_by_room_and_time(desk, here, elsewhere):
    meeting_of(here, room="B", start="11:00", title="Choir")
    meeting_of(here, room="B", start="09:30", title="Viols")
    meeting_of(here, room="A", start="14:00", title="Drums")
    meeting_of(here, title="Nowhere yet")
    SessionFactory(activity=ActivityFactory(centre=here), occurs_on=TODAY, cancelled=True)
    meeting_of(here, day=TODAY + dt.timedelta(days=1))
    meeting_of(elsewhere)

    meetings = desk.get(DOORS).context["meetings"]

    assert [(each.room, each.time, each.session.activity.title) for each in meetings] == [
        ("A", "2pm to 2.45pm", "Drums"),
        ("B", "9.30am to 10.15am", "Viols"),
        ("B", "11am to 11.45am", "Choir"),
        ("No room yet", "9.30am to 10.15am", "Nowhere yet"),
    ]


def test_the_door_list_names_who_may_collect_and_no_more(desk, here):
    meeting = meeting_of(here, room="A")
    child = expected_at(meeting, "Amy", contacts="Gran 01632 960001")
    for name, standing in [
        ("Priya", {"may_collect": True, "contact_order": 2}),
        ("Barred", {"is_barred": True, "may_collect": False, "may_see": False,
                    "may_book": False, "may_pay": False}),
        ("Payer", {"may_collect": False}),
        ("First", {"may_collect": True, "contact_order": 1}),
    ]:  # fmt: skip
        adult = PersonFactory(given_name=name, family_name="Zed", address_line="9 Secret Row")
        GuardianshipFactory(child=child, adult=adult, **standing)

    with CaptureQueriesContext(connection) as statements:
        page = desk.get(DOORS)

    [meeting] = page.context["meetings"]
    assert [(str(each.pupil), each.collected_by) for each in meeting.expected] == [
        ("Amy Zed", ("First Zed", "Priya Zed"))
    ]
    said = page.content.decode()
    for word in ("Barred", "Payer", "Secret Row", "Gran", "Peanuts"):
        assert word not in said
    assert not [each for each in statements if "learnercare" in each["sql"]]


def test_the_door_list_says_who_told_us_and_not_why(desk, here):
    meeting = meeting_of(here)
    away, here_today = expected_at(meeting, "Away"), expected_at(meeting, "Here")
    AbsenceNoticeFactory(person=away, starts_on=TODAY, ends_on=TODAY, reason="unwell")

    page = desk.get(DOORS)

    told = {each.pupil: each.is_told for each in page.context["meetings"][0].expected}
    assert told == {away: True, here_today: False}
    assert "well" not in page.content.decode().casefold().replace("farewell", "")


def test_the_door_list_costs_the_same_for_1_pupil_and_for_20(desk, here, django_assert_num_queries):
    meeting = meeting_of(here, room="A")
    expected_at(meeting, "Amy", may_collect=True)
    desk.get(DOORS)
    with CaptureQueriesContext(connection) as of_one:
        desk.get(DOORS)
    for number in range(4):
        another = meeting_of(here, start=f"1{number}:30")
        for _ in range(5):
            expected_at(another, "Bea", may_collect=True)

    with django_assert_num_queries(len(of_one)):
        desk.get(DOORS)


@pytest.mark.parametrize("asked", [{"centre": "x"}, {"day": "never"}, {"centre": "999999"}])
def test_a_door_list_of_nothing_in_particular_asks_again(desk, here, asked):
    page = desk.get(DOORS, {"centre": here.pk, "day": "2026-11-22", **asked})

    assert page.status_code == 200
    assert set(page.context["form"].errors) == set(asked)


def test_a_door_list_of_another_centre_is_not_offered(desk, elsewhere):
    meeting_of(elsewhere, title="Theirs")

    page = desk.get(DOORS, {"centre": elsewhere.pk, "day": "2026-11-22"})

    assert set(page.context["form"].errors) == {"centre"}
    assert "Theirs" not in page.content.decode()


# Whom to ring


def test_whom_to_ring_opens_contacts_alone_and_writes_each_reading_down(desk, head, here):
    meeting = meeting_of(here, room="A")
    amy = expected_at(meeting, "Amy", contacts="Gran 01632 960001", adult__phone="01632 960002")
    bea = expected_at(meeting, "Bea")
    expected_at(meeting_of(here, day=TODAY + dt.timedelta(days=1)), "Tomorrow", contacts="Uncle")

    page = ring(desk, here)

    said = page.content.decode()
    adult = amy.guardians.get().adult
    assert page.status_code == 200
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert [(each.pupil, each.said, each.adults) for each in page.context["contacts"]] == [
        (amy, "Gran 01632 960001", (f"{adult}, parent: 01632 960002",)),
        (bea, "", ()),
    ]
    assert "Peanuts" not in said
    assert "Uncle" not in said
    assert sorted(AccessRow.objects.values_list("record", "why", "reader")) == sorted(
        (f"people_learnercare:{child.pk}", "Whom to ring: The building was cleared", str(head.pk))
        for child in (amy, bea)
    )


def test_whom_to_ring_asks_why_first(desk, here):
    expected_at(meeting_of(here), "Amy", contacts="Gran 01632 960001")

    pages = [desk.get(RING), ring(desk, here, reason=""), ring(desk, here, reason="x")]

    assert [page.status_code for page in pages] == [200, 422, 422]
    assert not any("Gran" in page.content.decode() for page in pages)
    assert not AccessRow.objects.exists()


@pytest.mark.parametrize("days", [-1, 8, 400])
def test_whom_to_ring_is_for_a_day_at_hand(desk, here, days):
    day = TODAY + dt.timedelta(days=days)
    expected_at(meeting_of(here, day=day), "Amy", contacts="Gran 01632 960001")

    page = ring(desk, here, day=day)

    assert page.status_code == 422
    assert "Choose one of your centres, and today or a day of the next week." in page.text
    assert not AccessRow.objects.exists()


def test_whom_to_ring_shows_nobody_barred_and_no_address(desk, here):
    child = expected_at(meeting_of(here), "Amy")
    barred = PersonFactory(given_name="Barred", phone="01632 960003", address_line="9 Secret Row")
    nothing = dict.fromkeys(["may_book", "may_see", "may_pay", "may_collect"], False)
    GuardianshipFactory(child=child, adult=barred, is_barred=True, **nothing)
    GuardianshipFactory(
        child=child, adult__address_line="9 Secret Row", adult__phone="01632 960004"
    )

    said = ring(desk, here).content.decode()

    assert "01632 960004" in said
    assert "01632 960003" not in said
    assert "Secret Row" not in said


def other_head(here, elsewhere):
    user = UserFactory(is_staff=True)
    RoleHeldFactory(person=user.person, role="head_of_centre", centre=elsewhere)
    return user


OTHERS = {
    "head of another centre": (other_head, 422),
    "administrator": (lambda here, elsewhere: administrator(), 403),
    "superuser": (lambda here, elsewhere: UserFactory(is_superuser=True), 403),
    "teacher": (lambda here, elsewhere: UserFactory(person=cleared_teacher()), 302),
    "parent": (lambda here, elsewhere: UserFactory(), 302),
}


@pytest.mark.parametrize("who", OTHERS)
def test_whom_to_ring_is_for_the_head_of_that_centre_alone(here, elsewhere, who):
    make, status = OTHERS[who]
    expected_at(meeting_of(here), "Amy", contacts="Gran 01632 960001")
    client = client_of(make(here, elsewhere))

    page = ring(client, here)

    assert page.status_code == status
    assert "Gran" not in page.content.decode()
    assert not AccessRow.objects.exists()


def test_a_head_who_is_family_reads_no_more_than_the_family_lets_them(desk, head, here):
    """Another adult of the child keeps their home hidden: their contacts stay theirs."""
    child = expected_at(meeting_of(here), "Amy")
    other = UserFactory()
    GuardianshipFactory(child=child, adult=head.person)
    GuardianshipFactory(child=child, adult=other.person, address_hidden_from_others=True)
    care.keep_care(
        learner=child.learner, what_helps="", medical="", emergency_contacts="Refuge 01632 960009",
        by=other, at=NOW,
    )  # fmt: skip

    page = ring(desk, here)

    assert "Refuge" not in page.content.decode()


def test_whom_to_ring_costs_the_same_for_1_child_and_for_20(desk, here, django_assert_num_queries):
    expected_at(meeting_of(here, start="08:30"), "Amy", contacts="Gran", adult__phone="1")
    ring(desk, here)
    with CaptureQueriesContext(connection) as of_one:
        ring(desk, here)
    for number in range(4):
        meeting = meeting_of(here, start=f"1{number}:30")
        for _ in range(5):
            expected_at(meeting, "Bea", contacts="Gran", adult__phone="1")

    with django_assert_num_queries(len(of_one)):
        ring(desk, here)


def test_a_line_let_off_for_something_else_is_not_expected(desk, here):
    meeting = meeting_of(here)
    AttendanceFactory(session=meeting, is_released=True)

    assert desk.get(DOORS).context["meetings"][0].expected == ()
