"""A teacher cannot come, or can after all: what their meetings, heads and stand-ins know of it."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings import actions
from bookings.models import SessionStaff
from bookings.rules import staffing as rules
from core import mail
from core.models import Email
from core.refusals import RuleBroken
from people.models import StaffAbsence
from tests.bookings.stage import JULY, open_group
from tests.factories.bookings import (
    LONDON,
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory
from tests.factories.people import SchoolFactory, head_of
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db

SATURDAY = dt.date(2026, 9, 12)


def moment(clock, day=SATURDAY):
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), LONDON)


@pytest.fixture
def centre():
    return CentreFactory(name="St Albans Music Centre")


@pytest.fixture
def daniel(centre):
    person = cleared_teacher(given_name="Daniel", family_name="Roper", email="daniel@music.example")
    person.staff.base_centre = centre
    person.staff.save()
    return person


def taught_by(person, clock="09:30", **fields):
    session = SessionFactory(
        occurs_on=fields.get("on", SATURDAY),
        during=spell(fields.pop("on", SATURDAY), clock),
        **fields,
    )
    return SessionStaffFactory(session=session, person=person)


def report(person, starts="00:00", ends="23:59", kind="unwell", at=JULY):
    return actions.report_absence(
        staff=person.staff,
        starts_at=moment(starts),
        ends_at=moment(ends),
        kind=kind,
        by=None,
        at=at,
    )


def withdraw(absence, at=JULY):
    return actions.withdraw_absence(absence=absence, by=None, at=at)


def away(person):
    lines = SessionStaff.objects.filter(person=person, is_away=True).order_by("claimed")
    return list(lines)


def letters(copy):
    return list(Email.objects.filter(copy=copy).order_by("to_address"))


def words_of(letter):
    return " ".join(letter.body_text.split())


# Told


def test_report_absence_marks_every_meeting_in_that_time_and_no_other(daniel, centre):
    first = taught_by(daniel, "09:30", activity__centre=centre)
    second = taught_by(daniel, "11:00", activity__centre=centre)
    taught_by(daniel, "13:00", activity__centre=centre)
    taught_by(daniel, on=SATURDAY + dt.timedelta(days=7), activity__centre=centre)
    taught_by(cleared_teacher(), "09:30", activity__centre=centre)

    absence = report(daniel, "09:00", "13:00")

    assert away(daniel) == [first, second]
    assert SessionStaff.objects.here().count() == 3
    assert (absence.told_by, absence.kind) == (daniel, "unwell")


def test_report_absence_tells_each_head_once_of_their_own(daniel, centre):
    other = CentreFactory(name="Hatfield Music Centre")
    heads = [head_of(centre), head_of(other)]
    taught_by(daniel, "09:30", activity__centre=centre, activity__title="Choir")
    taught_by(daniel, "10:30", activity__centre=centre, activity__title="Samba")
    taught_by(daniel, "14:00", activity__centre=other, activity__title="Band")

    report(daniel)

    told = {letter.to_address: letter for letter in letters("teacher-away")}
    assert set(told) == {head.email for head in heads}
    here, there = (words_of(told[head.email]) for head in heads)
    assert "Choir" in here
    assert "Samba" in here
    assert "Band" not in here
    assert "Band" in there
    assert told[heads[0].email].subject == "Daniel Roper cannot come: 2 meetings to cover"
    assert "/lessons/cover/" in here


def test_report_absence_says_nothing_of_why(daniel, centre):
    head_of(centre)
    taught_by(daniel, activity__centre=centre)

    report(daniel, kind=StaffAbsence.Kind.UNWELL)

    [letter] = letters("teacher-away")
    said = (letter.subject + letter.body_text).casefold()
    for word in ("unwell", "not well", " ill", "sick"):
        assert word not in said


def test_report_absence_of_a_meeting_at_a_school_is_for_the_teachers_own_head(daniel, centre):
    head = head_of(centre)
    taught_by(daniel, activity__centre=None, activity__school=SchoolFactory())

    report(daniel)

    assert [letter.to_address for letter in letters("teacher-away")] == [head.email]


def test_report_absence_where_nobody_is_head_goes_to_the_office(daniel, settings, centre):
    settings.SERVICE_EMAIL = "hello@music.example"
    taught_by(daniel, activity__centre=centre)

    report(daniel)

    assert [letter.to_address for letter in letters("teacher-away")] == ["hello@music.example"]


def test_report_absence_that_touches_nothing_writes_to_nobody(daniel, centre):
    head_of(centre)

    report(daniel)

    assert letters("teacher-away") == []


def test_report_absence_pressed_twice_is_one_absence_and_one_letter(daniel, centre):
    head_of(centre)
    taught_by(daniel, activity__centre=centre)

    first, again = report(daniel), report(daniel)

    assert first == again
    assert StaffAbsence.objects.count() == 1
    assert len(letters("teacher-away")) == 1


def test_report_absence_over_one_that_stands_is_refused_in_words(daniel):
    report(daniel, "09:00", "13:00")

    with pytest.raises(RuleBroken, match="told us about some of this time already"):
        report(daniel, "12:00", "15:00")


def test_report_absence_leaves_what_is_over_or_off(daniel):
    over = taught_by(daniel, "09:30")
    off = taught_by(daniel, "12:00", cancelled=True)
    to_come = taught_by(daniel, "14:00")

    report(daniel, at=moment("11:00"))

    assert away(daniel) == [to_come]
    for line in (over, off):
        line.refresh_from_db()
        assert not line.is_away


@pytest.mark.parametrize(
    ("starts", "ends", "at", "refusal"),
    [
        ("12:00", "12:00", JULY, "end comes after the start"),
        ("09:00", "10:00", moment("11:00"), "That time has passed"),
    ],
    ids=["no time at all", "time gone by"],
)
def test_report_absence_refuses_what_is_no_absence(daniel, starts, ends, at, refusal):
    with pytest.raises(rules.NotAnAbsence, match=refusal):
        report(daniel, starts, ends, at=at)


def test_report_absence_refuses_one_too_long(daniel, settings):
    settings.LONGEST_STAFF_ABSENCE_DAYS = 30

    with pytest.raises(rules.NotAnAbsence, match="30 days at most"):
        actions.report_absence(
            staff=daniel.staff,
            starts_at=moment("09:00"),
            ends_at=moment("09:01", SATURDAY + dt.timedelta(days=30)),
            kind="leave",
            by=None,
            at=JULY,
        )


def test_who_is_away_leaves_room_for_a_stand_in(daniel, centre):
    line = taught_by(daniel, activity__centre=centre)
    report(daniel)
    stand_in = cleared_teacher()

    cover = actions.assign_staff(
        session=line.session, person=stand_in, role="cover", replaces=daniel, by=None, at=JULY
    )

    assert list(line.session.staff.here()) == [cover]


# Taken back


def test_withdraw_absence_brings_back_what_nobody_covers(daniel, centre):
    head_of(centre)
    line = taught_by(daniel, activity__centre=centre)

    done = withdraw(report(daniel))

    assert (done.back, done.covered, away(daniel)) == ([line], [], [])
    [first], [second] = letters("teacher-away"), letters("teacher-back")
    assert first.status == Email.Status.CANCELLED
    assert second.status == Email.Status.QUEUED


def test_withdraw_absence_leaves_cover_as_arranged_and_both_know(daniel, centre):
    line = taught_by(daniel, activity__centre=centre)
    absence = report(daniel)
    nuria = cleared_teacher(given_name="Nuria", family_name="Vidal", email="n@music.example")
    actions.assign_staff(
        session=line.session, person=nuria, role="cover", replaces=daniel, by=None, at=JULY
    )

    done = withdraw(absence)

    assert (done.back, done.covered) == ([], [line])
    assert away(daniel) == [line]
    told = letters("cover-stays")
    assert [letter.to_address for letter in told] == ["daniel@music.example", "n@music.example"]
    assert all("Nuria Vidal was asked to cover" in words_of(letter) for letter in told)


def test_withdraw_absence_of_somebody_put_elsewhere_meanwhile_keeps_them_away(daniel, centre):
    line = taught_by(daniel, "09:30", activity__centre=centre)
    absence = report(daniel)
    SessionStaffFactory(
        session=SessionFactory(occurs_on=SATURDAY, during=spell(SATURDAY, "10:00")), person=daniel
    )

    done = withdraw(absence)

    [kept] = done.kept_away
    assert (done.back, kept.line) == ([], line)
    assert kept.why.startswith("Daniel Roper teaches ")
    assert away(daniel) == [line]


def test_withdraw_absence_beside_another_that_stands_keeps_them_away(daniel):
    line = taught_by(daniel, "09:30")
    first = report(daniel, "09:00", "10:00")
    report(daniel, "10:00", "11:00")

    done = withdraw(first)

    [kept] = done.kept_away
    assert kept.line == line
    assert kept.why.endswith("has told us they cannot come at that time.")
    assert away(daniel) == [line]


def test_withdraw_absence_twice_is_once(daniel, centre):
    head_of(centre)
    taught_by(daniel, activity__centre=centre)
    absence = report(daniel)

    withdraw(absence)
    again = withdraw(absence)

    assert again.back == []
    assert len(letters("teacher-back")) == 1


def test_withdraw_absence_of_time_gone_by_is_refused(daniel):
    absence = report(daniel)

    with pytest.raises(rules.NotAnAbsence, match="has passed"):
        withdraw(absence, at=moment("12:00", SATURDAY + dt.timedelta(days=1)))


def test_an_absence_taken_back_may_be_told_again(daniel):
    taught_by(daniel)
    withdraw(report(daniel))

    assert report(daniel).withdrawn_at is None
    assert len(away(daniel)) == 1


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (moment("00:00"), moment("00:00", dt.date(2026, 9, 13)), "on Saturday 12 September"),
        (moment("09:00"), moment("12:00"), "from 9am to noon on Saturday 12 September"),
        (
            moment("00:00"),
            moment("00:00", dt.date(2026, 9, 15)),
            "from Saturday 12 September to Monday 14 September",
        ),
        (
            moment("09:00"),
            moment("12:00", dt.date(2026, 9, 14)),
            "from 9am on Saturday 12 September to noon on Monday 14 September",
        ),
        (
            moment("00:00", dt.date(2026, 10, 25)),
            moment("00:00", dt.date(2026, 10, 26)),
            "on Sunday 25 October",
        ),
    ],
    ids=["a day", "a part of one", "several", "parts of several", "the day of 25 hours"],
)
def test_a_spell_is_said_in_words(starts, ends, said):
    assert rules.spell_in_words(DateTimeTZRange(starts, ends)) == said


# Whatever made or moved the meeting


def test_a_cover_who_fell_ill_and_can_come_does_not_push_the_next_one_out(daniel, centre):
    line = taught_by(daniel, activity__centre=centre)
    report(daniel)
    nuria, ola = cleared_teacher(), cleared_teacher()
    for person in (nuria, ola):
        actions.assign_staff(
            session=line.session, person=person, role="cover", replaces=daniel, by=None, at=JULY
        )
        if person == nuria:
            absence = report(nuria)

    done = withdraw(absence)

    assert [each.person for each in done.covered] == [nuria]
    assert [each.person for each in line.session.staff.here()] == [ola]


def test_meetings_planned_into_an_absence_do_not_expect_its_teacher(daniel):
    report(daniel)

    activity = open_group(teacher=daniel, last_on=SATURDAY + dt.timedelta(days=7))

    lines = SessionStaff.objects.filter(session__activity=activity).order_by("claimed")
    assert [line.is_away for line in lines] == [False, True, False]


# As the letters leave


def test_a_letter_to_a_head_is_not_sent_once_they_can_come(daniel):
    absence = report(daniel)
    reason = f"staffabsence:{absence.pk}"

    assert mail.is_still_true(reason, at=JULY)
    withdraw(absence)
    assert not mail.is_still_true(reason, at=JULY)


@pytest.mark.parametrize("change", [{"is_away": True}, "off", "gone"], ids=str)
def test_a_letter_about_cover_is_not_sent_once_it_is_not_so(daniel, change):
    line = taught_by(daniel)
    reason = f"sessionstaff:{line.pk}"
    assert mail.is_still_true(reason, at=JULY)

    if change == "gone":
        line.delete()
    elif change == "off":
        line.session.status, line.session.cause = "cancelled", CancellationCauseFactory()
        line.session.save()
    else:
        SessionStaff.objects.filter(pk=line.pk).update(**change)

    assert not mail.is_still_true(reason, at=JULY)
