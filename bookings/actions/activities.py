"""Opening and closing activities, their capacity, and the meetings their pattern makes."""

import datetime as dt
from collections.abc import Sequence

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings import queries, rules
from bookings.actions.assurance import assure
from bookings.actions.away import keep_away
from bookings.actions.locks import lock_activity
from bookings.actions.places import offer_freed_places
from bookings.actions.promises import clear_hours
from bookings.models import Activity, Attendance, Enrolment, Session, SessionStaff
from bookings.rules.promises import Insist
from core.actions import action, note_reason
from people.models import User


@action
def open_activity(
    *, activity: Activity, all_the_same: bool = False, by: User | None, at: dt.datetime
) -> Activity:
    """Families can find and book it, and its meetings are planned.

    `all_the_same`: though hours are kept for a school that has not decided yet.
    """
    activity = lock_activity(activity.pk)
    rules.check_activity_may_become(Activity.Status.OPEN, activity)
    activity.status = Activity.Status.OPEN
    activity.save(update_fields=["status"])
    plan_sessions(activity=activity, all_the_same=all_the_same, by=by, at=at)
    return activity


@action
def close_activity(*, activity: Activity, by: User | None, at: dt.datetime) -> Activity:
    """Nobody new can book; whoever has a place keeps it."""
    activity = lock_activity(activity.pk)
    rules.check_activity_may_become(Activity.Status.CLOSED, activity)
    activity.status = Activity.Status.CLOSED
    activity.save(update_fields=["status"])
    return activity


@action
def set_capacity(
    *, activity: Activity, capacity: int | None, reason: str, by: User, at: dt.datetime
) -> Activity:
    """It holds this many, never fewer than are taken; new room goes to the waiting list first.

    The audit keeps why.
    """
    activity = lock_activity(activity.pk)
    if activity.capacity == capacity:
        return activity
    activity.capacity = capacity
    activity.save(update_fields=["capacity"])
    note_reason(activity, reason, by=by, at=at)
    offer_freed_places(activity, at=at)
    return activity


@action
def plan_sessions(
    *, activity: Activity, all_the_same: bool = False, by: User | None, at: dt.datetime
) -> int:
    """Every meeting of its pattern still to come exists, with its teacher. Return how many are new.

    A meeting that exists, even cancelled, is never made again. Those who have a place are in
    the registers of the new ones.
    """
    activity = lock_activity(activity.pk)
    planned = queries.planned_meetings(activity)
    # One that makes up another is no meeting of the pattern, whatever day it is on.
    there = set(activity.sessions.filter(makes_up=None).values_list("occurs_on", flat=True))
    new = [
        Session(
            activity=activity,
            occurs_on=meeting.occurs_on,
            during=DateTimeTZRange(meeting.starts_at, meeting.ends_at),
            room=activity.room,
            school=activity.school,
        )
        for meeting in planned
        if meeting.occurs_on not in there and meeting.starts_at > at
    ]
    if activity.teacher_id:
        times = {activity.teacher_id: [session.during for session in new]}
        clear_hours(times, insist=Insist.OPENING, all_the_same=all_the_same, by=by, at=at)
    sessions = Session.objects.bulk_create(new)
    if activity.teacher_id:
        SessionStaff.objects.bulk_create(
            SessionStaff(session=session, person_id=activity.teacher_id, claimed=session.during)
            for session in sessions
        )
        keep_away(sessions)
        assure(sessions=sessions, person_id=activity.teacher_id, by=by, at=at)
    _write_into_registers(activity, sessions)
    return len(sessions)


def _write_into_registers(activity: Activity, sessions: Sequence[Session]) -> None:
    """Those who have a place are in the registers of new meetings, up to their last day."""
    Attendance.objects.bulk_create(
        Attendance(
            session=session, claimed=session.during, person_id=person_id, enrolment_id=enrolment_id
        )
        for person_id, enrolment_id, ends_on in activity.enrolments.filter(
            status=Enrolment.Status.ACTIVE
        ).values_list("person_id", "pk", "ends_on")
        for session in sessions
        if ends_on is None or session.occurs_on <= ends_on
    )
