"""The office plans a course for school staff, and changes it."""

import datetime as dt

from django.utils import timezone

from bookings import actions as bookings
from bookings.actions.locks import lock_activity
from bookings.models import Activity
from bookings.queries import planned_meetings
from centres.models import Term
from core.actions import action
from lessons.models import CourseRun
from lessons.rules import courses as rules
from people.models import User

WHY = "Changed with the course"


@action
def plan_course(*, planned: rules.Planned, is_open: bool, by: User, at: dt.datetime) -> CourseRun:
    """It has its dates and its trainer, and school staff can book it once it is open."""
    term = _term_of(planned, at=at)
    activity = Activity.objects.create(
        kind=Activity.Kind.TRAINING,
        audience=Activity.Audience.SCHOOL_STAFF,
        year=term.year,
        room=planned.room,
        teacher=planned.trainer,
        capacity=planned.places,
        **planned.pattern,
        **planned.said,
    )
    rules.check_meets(len(planned_meetings(activity)), activity.title)
    run = CourseRun.objects.create(activity=activity, course=planned.course)
    if is_open:
        bookings.open_activity(activity=activity, by=by, at=at)
    return run


@action
def change_course(
    *, run: CourseRun, planned: rules.Planned, is_open: bool, by: User, at: dt.datetime
) -> CourseRun:
    """It is as written down now. Once it was open its dates stay; the rest may still change."""
    activity = lock_activity(run.activity_id, "centre", "room", "teacher")
    if activity.status == Activity.Status.DRAFT:
        _rewrite(activity, planned, at=at)
    else:
        rules.check_dates_stay(planned, activity)
        _set(activity, planned.said)
        bookings.change_activity(
            activity=activity, capacity=planned.places, room=planned.room, teacher=None,
            reason=WHY, by=by, at=at,
        )  # fmt: skip
        _change_trainer(activity, planned, by=by, at=at)
    run.course = planned.course
    run.save(update_fields=["course"])
    if is_open and activity.status == Activity.Status.DRAFT:
        bookings.open_activity(activity=activity, by=by, at=at)
    return run


def _rewrite(activity: Activity, planned: rules.Planned, *, at: dt.datetime) -> None:
    """A draft nobody relies on."""
    term = _term_of(planned, at=at)
    parts = {
        "year": term.year,
        "room": planned.room,
        "teacher": planned.trainer,
        "capacity": planned.places,
    }
    _set(activity, {**parts, **planned.pattern, **planned.said})
    rules.check_meets(len(planned_meetings(activity)), activity.title)


def _change_trainer(
    activity: Activity, planned: rules.Planned, *, by: User, at: dt.datetime
) -> None:
    """At every session to come, or at none; both are told."""
    if activity.teacher == planned.trainer:
        return
    today = timezone.localdate(at)
    changed = bookings.change_lead(
        activity=activity, person=planned.trainer, from_on=today, by=by, at=at
    )
    if changed.not_changed:
        raise rules.NotPlanned(changed.not_changed[0].why)


def _set(activity: Activity, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        setattr(activity, name, value)
    activity.save(update_fields=list(fields))


def _term_of(planned: rules.Planned, *, at: dt.datetime) -> Term:
    around = Term.objects.filter(
        starts_on__lte=planned.first_on, ends_on__gte=planned.first_on
    ).select_related("year")
    today = timezone.localdate(at)
    return rules.check_can_be_planned(planned, terms=around, today=today)
