"""Told ahead: which lines of which registers a family spoke for."""

import datetime as dt

import pytest

from bookings.models import Session
from bookings.queries import absences
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    spell,
)
from tests.factories.core import NOON

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 9, 12)


def line_on(day=SATURDAY, **fields):
    return AttendanceFactory(session__occurs_on=day, **fields)


def told(*lines):
    return absences.told_ahead([line.session for line in lines])


def test_a_notice_speaks_for_every_meeting_of_its_days_and_for_nobody_else():
    line, later = line_on(), line_on(SATURDAY + dt.timedelta(days=7))
    sibling = AttendanceFactory(session=line.session)
    AbsenceNoticeFactory(person=line.person)
    AttendanceFactory(session=later.session, person=line.person)

    assert told(line, later, sibling) == {(line.session_id, line.person_id)}


def test_a_notice_about_one_activity_leaves_the_others():
    line = line_on()
    other = AttendanceFactory(
        person=line.person, session=SessionFactory(during=spell(SATURDAY, "14:00"))
    )
    AbsenceNoticeFactory(person=line.person, enrolment=line.enrolment)

    assert told(line, other) == {(line.session_id, line.person_id)}


def test_a_notice_about_an_activity_outlives_its_first_enrolment():
    line = line_on()
    former = EnrolmentFactory(activity=line.session.activity, person=line.person, ended=True)
    AbsenceNoticeFactory(person=line.person, enrolment=former)

    assert told(line) == {(line.session_id, line.person_id)}


def test_a_notice_taken_back_speaks_for_nothing():
    line = line_on()
    AbsenceNoticeFactory(person=line.person, withdrawn_at=NOON)

    assert told(line) == set()


def test_a_meeting_that_moved_is_missed_on_its_new_day():
    line = line_on()
    AbsenceNoticeFactory(person=line.person)

    Session.objects.filter(pk=line.session_id).update(during=spell(dt.date(2026, 9, 13)))

    assert told(line) == set()


def test_the_day_is_the_local_one_when_the_clocks_are_forward():
    line = line_on()
    AbsenceNoticeFactory(person=line.person)

    # Half past midnight on the 12th in London is the 11th in UTC.
    Session.objects.filter(pk=line.session_id).update(during=spell(SATURDAY, "00:30"))

    assert told(line) == {(line.session_id, line.person_id)}


@pytest.mark.parametrize("number", [1, 10])
def test_many_registers_take_one_statement(number, django_assert_num_queries):
    lines = [line_on() for _ in range(number)]
    for line in lines:
        AbsenceNoticeFactory(person=line.person)

    with django_assert_num_queries(1):
        found = told(*lines)

    assert len(found) == number
