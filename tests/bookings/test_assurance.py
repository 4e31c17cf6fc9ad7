"""A letter follows who teaches where, and holds only while all that it rests on does."""

import datetime as dt

import pytest

from bookings import actions
from bookings.models import SessionStaff
from bookings.queries import assurance
from bookings.tasks import assure_schools
from people.models import Staff
from safeguarding.actions import withdraw_letter
from safeguarding.models import AssuranceLetter, Check
from tests.factories.bookings import (
    ActivityFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.core import NOON
from tests.factories.people import SchoolFactory, administrator
from tests.factories.safeguarding import AssuranceLetterFactory, cleared_teacher

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 11, 24)


@pytest.fixture
def school():
    return SchoolFactory()


def lesson_at(school, day=TUESDAY, **activity):
    activity = ActivityFactory(class_in_school=True, school=school, **activity)
    return SessionFactory(activity=activity, school=school, occurs_on=day)


def letter_for_lesson(school):
    line = SessionStaffFactory(session=lesson_at(school))
    return line, AssuranceLetterFactory(person=line.person, school=school)


def in_force(letter, at=NOON):
    return assurance.standing(letter, at=at).is_in_force


def pairs():
    return {(each.person_id, each.school_id) for each in AssuranceLetter.objects.all()}


def test_whoever_is_put_to_a_school_has_a_letter_there_once(school):
    session, person = lesson_at(school), cleared_teacher()

    for _ in range(2):
        actions.assign_staff(
            session=session, person=person, role=SessionStaff.Role.LEAD, by=None, at=NOON
        )

    assert pairs() == {(person.pk, school.pk)}


def test_planned_meetings_of_a_school_write_its_letter(school):
    person = cleared_teacher()
    activity = ActivityFactory(class_in_school=True, school=school, teacher=person)

    actions.plan_sessions(activity=activity, by=None, at=NOON)

    assert pairs() == {(person.pk, school.pk)}


def test_whoever_takes_over_a_group_at_a_school_has_a_letter_there(school):
    session, person = lesson_at(school), cleared_teacher()

    actions.set_teacher(
        activity=session.activity, teacher=person, reason="Ill", by=administrator(), at=NOON
    )

    assert pairs() == {(person.pk, school.pk)}


def test_teaching_at_a_centre_writes_no_letter():
    session, person = SessionFactory(occurs_on=TUESDAY), cleared_teacher()

    actions.assign_staff(
        session=session, person=person, role=SessionStaff.Role.LEAD, by=None, at=NOON
    )

    assert pairs() == set()


def test_the_clock_writes_what_came_in_otherwise_for_this_year_only(school, time_machine):
    time_machine.move_to(NOON)
    line = SessionStaffFactory(session=lesson_at(school))
    SessionStaffFactory(
        session=lesson_at(SchoolFactory(), day=dt.date(2026, 6, 2)),
    )
    SessionStaffFactory(session=lesson_at(SchoolFactory()), is_away=True)

    assert (assure_schools(), assure_schools()) == (1, 0)
    assert pairs() == {(line.person_id, school.pk)}


def test_a_letter_holds_while_its_adult_is_checked_employed_and_teaches_there(school):
    _, letter = letter_for_lesson(school)

    assert in_force(letter)


def test_a_letter_ends_the_moment_a_check_is_withdrawn(school):
    line, letter = letter_for_lesson(school)

    Check.objects.filter(person=line.person).update(withdrawn_on=NOON.date())

    assert not in_force(letter)


def test_a_letter_ends_with_the_last_day_of_a_check(school):
    line, letter = letter_for_lesson(school)
    Check.objects.filter(person=line.person).update(expires_on=NOON.date())

    assert in_force(letter)
    assert not in_force(letter, at=NOON + dt.timedelta(days=1))


def test_a_letter_ends_as_its_adult_leaves_us(school):
    line, letter = letter_for_lesson(school)

    Staff.objects.filter(person=line.person).update(ends_on=NOON.date() - dt.timedelta(days=1))

    assert not in_force(letter)


def test_a_letter_ends_as_its_adult_is_taken_off(school):
    line, letter = letter_for_lesson(school)

    actions.unassign_staff(session=line.session, person=line.person, by=None, at=NOON)

    assert not in_force(letter)


def test_a_letter_about_last_year_does_not_hold(school):
    line = SessionStaffFactory(session=lesson_at(school, day=dt.date(2026, 6, 2)))
    letter = AssuranceLetterFactory(person=line.person, school=school)

    assert not in_force(letter)


def test_teaching_at_another_school_holds_no_letter_of_this_one(school):
    line, _ = letter_for_lesson(SchoolFactory())
    letter = AssuranceLetterFactory(person=line.person, school=school)

    assert not in_force(letter)


def test_a_meeting_moved_away_from_the_school_is_none_there(school):
    line, letter = letter_for_lesson(school)

    line.session.school = SchoolFactory()
    line.session.during = spell(TUESDAY, "14:00")
    line.session.save()

    assert not in_force(letter)


def test_a_withdrawn_letter_does_not_hold_and_is_not_written_by_itself(school):
    _, letter = letter_for_lesson(school)

    withdraw_letter(letter=letter, reason="Under review", by=administrator(), at=NOON)
    actions.assure_school(school_id=school.pk, by=None, at=NOON)

    assert list(AssuranceLetter.objects.all()) == [letter]
    assert not in_force(letter)


def test_a_year_nobody_wrote_down_holds_no_letter(school):
    _, letter = letter_for_lesson(school)

    assert not in_force(letter, at=dt.datetime(2031, 1, 1, tzinfo=dt.UTC))


def test_standings_take_two_statements_however_many(school, django_assert_num_queries):
    for _ in range(3):
        letter_for_lesson(school)

    with django_assert_num_queries(2):
        found = assurance.standings(AssuranceLetter.objects.order_by("pk"), at=NOON)

    assert [each.is_in_force for each in found] == [True] * 3
