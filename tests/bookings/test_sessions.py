"""When things happen: local hours, half term, closures, and no meeting made twice."""

import datetime as dt

import pytest
from django.utils import timezone

from bookings import actions, queries, rules
from tests.bookings.stage import JULY, booked, open_group
from tests.factories.bookings import ActivityFactory, ClosureFactory
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db


def test_a_weekly_class_stays_at_its_local_hour_when_the_clocks_go_back(group):
    around = group.sessions.filter(occurs_on__range=("2026-10-17", "2026-11-07"))

    local = [timezone.localtime(s.during.lower).time() for s in around.order_by("during")]
    utc = [s.during.lower.astimezone(dt.UTC).hour for s in around.order_by("during")]

    assert local == [dt.time(9, 30)] * len(local)
    assert utc == [8, 8, 9, 9]


def test_half_term_is_skipped():
    group = open_group(weekday=3)

    days = list(group.sessions.order_by("occurs_on").values_list("occurs_on", flat=True))

    assert dt.date(2026, 10, 21) in days
    assert dt.date(2026, 10, 28) not in days
    assert dt.date(2026, 11, 4) in days


@pytest.mark.parametrize("where", ["everyone", "centre"])
def test_closures_are_skipped(where):
    activity = ActivityFactory(status="draft")
    centre = activity.centre if where == "centre" else None
    ClosureFactory(starts_on=dt.date(2026, 11, 28), centre=centre)

    actions.open_activity(activity=activity, by=None, at=JULY)

    assert not activity.sessions.filter(occurs_on="2026-11-28").exists()


def test_the_closure_of_another_centre_closes_nothing_here():
    elsewhere = ActivityFactory().centre
    ClosureFactory(starts_on=dt.date(2026, 11, 28), centre=elsewhere)

    group = open_group()

    assert group.sessions.filter(occurs_on="2026-11-28").exists()


def test_a_second_generation_makes_nothing(group):
    assert actions.plan_sessions(activity=group, by=None, at=JULY) == 0


def test_the_preview_is_what_is_planned(group):
    planned = {meeting.occurs_on for meeting in queries.planned_meetings(group)}

    assert set(group.sessions.values_list("occurs_on", flat=True)) == planned


def test_planning_brings_the_teacher_and_never_the_past():
    group = open_group(teacher=cleared_teacher())
    november = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    late = ActivityFactory(weekday=2)

    made = actions.plan_sessions(activity=late, by=None, at=november)

    assert group.sessions.filter(staff__person=group.teacher).count() == group.sessions.count()
    assert made == late.sessions.count()
    assert not late.sessions.filter(occurs_on__lt="2026-11-22").exists()


def test_dates_planned_later_are_in_the_registers_of_those_who_have_a_place():
    group = open_group(last_on=dt.date(2026, 12, 12))
    enrolment = booked(group)
    group.last_on = dt.date(2027, 1, 30)
    group.save(update_fields=["last_on"])

    made = actions.plan_sessions(activity=group, by=None, at=JULY)

    assert made > 0
    assert enrolment.attendance.count() == group.sessions.count()


def test_a_pattern_without_days_meets_never():
    activity = ActivityFactory.build(weekday=None, first_on=None, year=None, centre=None, rate=None)

    assert rules.meetings(activity, terms=[], closures=[]) == []
