"""Who is put to a meeting, who is taken off, and what staff read when that cannot be."""

import datetime as dt

import pytest

from bookings import actions
from bookings.models import SessionStaff
from bookings.rules import staffing as rules
from core.models import AuditRow, Email
from core.refusals import RuleBroken
from people.models import Staff
from tests.bookings.stage import JULY, booked, open_group
from tests.factories.bookings import SessionFactory, SessionStaffFactory, spell
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.people import PersonFactory, StaffAbsenceFactory, StaffFactory, head_of
from tests.factories.safeguarding import CheckFactory, RequiredCheckFactory, cleared_teacher

pytestmark = pytest.mark.django_db

SATURDAY = dt.date(2026, 9, 12)
LEAD, ASSISTANT, COVER = (
    SessionStaff.Role.LEAD,
    SessionStaff.Role.ASSISTANT,
    SessionStaff.Role.COVER,
)


def meeting(title="Ukulele Beginners", **fields):
    fields.setdefault("activity__centre", CentreFactory(name="St Albans Music Centre"))
    return SessionFactory(occurs_on=SATURDAY, activity__title=title, **fields)


def with_away_teacher(**fields):
    session = meeting(**fields)
    away = cleared_teacher(given_name="Daniel", family_name="Roper", email="daniel@music.example")
    SessionStaffFactory(session=session, person=away, is_away=True)
    return session, away


def assign(session, person, role=COVER, replaces=None, by=None, at=JULY):
    return actions.assign_staff(
        session=session, person=person, role=role, replaces=replaces, by=by, at=at
    )


def letters_to(person):
    return list(
        Email.objects.filter(to_person_id=person.pk).order_by("pk").values_list("copy", flat=True)
    )


@pytest.fixture
def nuria():
    return cleared_teacher(given_name="Nuria", family_name="Vidal", email="nuria@music.example")


def test_assign_staff_covers_and_tells_both(nuria):
    session, away = with_away_teacher()
    head = head_of(session.activity.centre, person__given_name="Morag", person__phone="01632 1")

    line = assign(session, nuria, replaces=away, by=head)

    assert (line.role, line.replaces, line.is_away) == (COVER, away, False)
    assert letters_to(nuria) == ["cover-arranged"]
    assert letters_to(away) == ["cover-found"]
    words = Email.objects.get(to_person_id=nuria.pk).body_text
    for said in (
        "Ukulele Beginners",
        "Saturday 12 September, 9.30am to 10.15am",
        "St Albans Music Centre",
        "covering for Daniel Roper",
        str(head.person),
        head.email,
    ):
        assert said in words


def test_assign_staff_names_no_child_in_its_letter(nuria):
    activity = open_group()
    child = booked(activity).person
    session = activity.sessions.order_by("occurs_on").first()

    assign(session, nuria, LEAD)

    said = Email.objects.get(to_person_id=nuria.pk).body_text
    assert child.given_name not in said
    assert child.family_name not in said


def test_assign_staff_twice_is_once(nuria):
    session, away = with_away_teacher()

    first, again = (assign(session, nuria, replaces=away) for _ in range(2))

    assert first == again
    assert letters_to(nuria) == ["cover-arranged"]


def test_assign_staff_gives_an_assistant_the_lead(nuria):
    session, away = with_away_teacher()
    SessionStaffFactory(session=session, person=nuria, role=ASSISTANT)

    line = assign(session, nuria, replaces=away)

    assert session.staff.here().get() == line
    assert line.role == COVER


def test_assign_staff_refuses_who_is_busy_and_says_with_what(nuria):
    elsewhere = meeting(
        "Beginner Strings",
        activity__centre=CentreFactory(name="Hatfield Music Centre"),
        during=spell(SATURDAY, "10:00"),
    )
    SessionStaffFactory(session=elsewhere, person=nuria)

    with pytest.raises(rules.StaffBusy) as refused:
        assign(meeting(), nuria, LEAD)

    assert str(refused.value) == (
        "Nuria Vidal teaches Beginner Strings at Hatfield Music Centre, 10am to 10.45am."
    )


def test_assign_staff_lets_them_come_once_that_is_off(nuria):
    elsewhere = meeting("Beginner Strings", during=spell(SATURDAY, "10:00"), cancelled=True)
    SessionStaffFactory(session=elsewhere, person=nuria)

    assert assign(meeting(), nuria, LEAD).pk


def test_assign_staff_refuses_who_is_not_cleared():
    RequiredCheckFactory()
    person = StaffFactory(person__given_name="Ola", person__family_name="Berg").person

    with pytest.raises(rules.NotCleared, match="Ola Berg is not cleared to teach on Saturday 12"):
        assign(meeting(), person, LEAD)


def test_assign_staff_refuses_whose_check_runs_out_before_the_day():
    RequiredCheckFactory()
    person = StaffFactory().person
    CheckFactory(
        person=person, checked_on=dt.date(2025, 1, 1), expires_on=SATURDAY - dt.timedelta(days=1)
    )

    with pytest.raises(rules.NotCleared):
        assign(meeting(), person, LEAD)


def test_assign_staff_refuses_who_told_us_they_are_away(nuria):
    StaffAbsenceFactory(staff=nuria.staff)

    with pytest.raises(rules.StaffAway, match="Nuria Vidal has told us"):
        assign(meeting(), nuria, LEAD)


def test_assign_staff_refuses_a_second_who_covers_for_the_same(nuria):
    session, away = with_away_teacher()
    assign(session, nuria, replaces=away)

    with pytest.raises(rules.AlreadyStaffed, match="Nuria Vidal covers it already"):
        assign(session, cleared_teacher(), replaces=away)


def test_assign_staff_refuses_a_second_lead(nuria):
    session = meeting()
    assign(session, nuria, LEAD)

    with pytest.raises(rules.AlreadyStaffed, match="Nuria Vidal leads it already"):
        assign(session, cleared_teacher(), LEAD)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"person": PersonFactory}, "does not work for us"),
        ({"ends_on": dt.date(2026, 8, 31)}, "left us on 31 August 2026"),
        ({"starts_on": dt.date(2026, 10, 1)}, "starts with us on 1 October 2026"),
    ],
    ids=["a stranger", "who has left", "who has yet to start"],
)
def test_assign_staff_refuses_who_does_not_work_here_then(nuria, change, refusal):
    person = change.pop("person")() if "person" in change else nuria
    Staff.objects.filter(person=person).update(**change)

    with pytest.raises(rules.NotOnStaff, match=refusal):
        assign(meeting(), person, LEAD)


@pytest.mark.parametrize(
    ("session", "at"),
    [
        ({"cancelled": True}, JULY),
        ({}, dt.datetime(2026, 9, 12, 10, tzinfo=dt.UTC)),
    ],
    ids=["off", "over"],
)
def test_assign_staff_refuses_what_is_off_or_over(nuria, session, at):
    with pytest.raises(rules.MeetingOver):
        assign(meeting(**session), nuria, LEAD, at=at)


def test_unassign_staff_frees_them_tells_them_and_is_remembered(nuria):
    session, away = with_away_teacher()
    line = assign(session, nuria, replaces=away)

    actions.unassign_staff(session=session, person=nuria, by=None, at=JULY)

    assert not session.staff.here().exists()
    assert letters_to(nuria) == ["cover-arranged", "teaching-taken"]
    assert Email.objects.get(copy="cover-arranged").status == Email.Status.CANCELLED
    assert Email.objects.get(copy="cover-found").status == Email.Status.CANCELLED
    rows = AuditRow.objects.filter(table="bookings_sessionstaff", row_id=str(line.pk))
    assert rows.filter(action="bookings.unassign_staff").exists()
    assert assign(session, nuria, replaces=away).pk


def test_unassign_staff_of_somebody_not_there_changes_nothing(nuria):
    session = meeting()

    actions.unassign_staff(session=session, person=nuria, by=None, at=JULY)

    assert letters_to(nuria) == []


# A group has another teacher


@pytest.fixture
def group():
    former = cleared_teacher(given_name="Daniel", email="daniel@music.example")
    return open_group(teacher=former, last_on=dt.date(2026, 9, 26))


def change(group, person, from_on=SATURDAY):
    return actions.change_lead(activity=group, person=person, from_on=from_on, by=None, at=JULY)


def leads(group):
    return [
        str(line.person.first_name)
        for line in SessionStaff.objects.filter(session__activity=group, role=LEAD)
        .select_related("person")
        .order_by("session__occurs_on")
    ]


def test_change_lead_gives_every_meeting_from_a_day_on(group, nuria):
    done = change(group, nuria)

    group.refresh_from_db()
    assert len(done.done) == 3
    assert done.not_changed == []
    assert leads(group) == ["Daniel", "Nuria", "Nuria", "Nuria"]
    assert group.teacher == nuria


def test_change_lead_tells_each_once(group, nuria):
    former = group.teacher

    change(group, nuria)
    change(group, nuria)

    assert letters_to(nuria) == ["teaching-given"]
    assert letters_to(former) == ["teaching-taken"]
    said = " ".join(Email.objects.get(to_person_id=nuria.pk).body_text.split())
    assert said.count("9.30am to 10.15am") == 3


def test_change_lead_says_of_each_meeting_why_it_stays(group, nuria):
    busy, covered, _ = group.sessions.filter(occurs_on__gte=SATURDAY).order_by("occurs_on")
    SessionStaffFactory(
        session=SessionFactory(occurs_on=SATURDAY, activity__title="Choir"), person=nuria
    )
    covered.staff.update(is_away=True)
    stand_in = cleared_teacher(given_name="Ola", family_name="Berg")
    assign(covered, stand_in, replaces=group.teacher)

    done = change(group, nuria)

    assert [(each.session, each.why) for each in done.not_changed] == [
        (busy, done.not_changed[0].why),
        (covered, "Ola Berg covers it, and was told so."),
    ]
    assert "Nuria Vidal teaches Choir" in done.not_changed[0].why
    assert len(done.done) == 1
    assert leads(group) == ["Daniel", "Daniel", "Daniel", "Nuria"]


def test_change_lead_that_can_be_nowhere_changes_nothing(group):
    RequiredCheckFactory()
    uncleared = StaffFactory().person

    done = change(group, uncleared)

    group.refresh_from_db()
    assert (done.done, len(done.not_changed)) == ([], 3)
    assert group.teacher != uncleared
    assert letters_to(group.teacher) == []


# Rooms


@pytest.fixture
def hall():
    return RoomFactory(name="Hall")


def room(session, room):
    return actions.assign_room(session=session, room=room, by=None, at=JULY)


def test_assign_room_puts_the_meeting_there_and_calendars_hear_of_it(hall):
    session = meeting(activity__centre=hall.centre)

    room(session, hall)

    session.refresh_from_db()
    assert (session.room, session.sequence, session.changed_at) == (hall, 1, JULY)


def test_assign_room_refuses_a_busy_one_and_says_with_what(hall):
    meeting("Brass Band", activity__centre=hall.centre, room=hall)

    with pytest.raises(rules.RoomBusy) as refused:
        room(meeting("Choir", activity__centre=hall.centre, during=spell(SATURDAY, "10:00")), hall)

    assert str(refused.value) == "Hall has Brass Band in it, 9.30am to 10.15am."


def test_assign_room_refuses_one_of_another_centre(hall):
    with pytest.raises(RuleBroken, match="not where this is"):
        room(meeting(), hall)


def test_assign_room_may_leave_a_meeting_without_one(hall):
    session = meeting(activity__centre=hall.centre, room=hall)

    assert room(session, None).room is None
