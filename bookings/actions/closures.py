"""Days that do not happen: one meeting cancelled, or a place closed."""

import datetime as dt

from bookings import queries
from bookings.actions import letters
from bookings.actions.locks import lock_activities, lock_activity
from bookings.models import CancellationCause, Closure, Enrolment, Session
from centres.models import Centre
from core.actions import action
from people.models import School, User


@action
def cancel_session(
    *, session: Session, cause: CancellationCause, comment: str, by: User | None, at: dt.datetime
) -> Session:
    """The meeting is off and stays as its tombstone; room and people are free, families told."""
    lock_activity(session.activity_id)
    session = Session.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
    if session.status == Session.Status.CANCELLED:
        return session
    _cancel(session, cause=cause, comment=comment, closure=None, at=at)
    return session


@action
def close_place(
    *,
    centre: Centre | None,
    school: School | None,
    starts_on: dt.date,
    ends_on: dt.date,
    reason: str,
    cause: CancellationCause,
    by: User | None,
    at: dt.datetime,
) -> Closure:
    """The centre, the school or everything is closed on these days, and its meetings are off."""
    place = f"centre-{centre.code}" if centre else f"school-{school.urn}" if school else "everyone"
    closure = Closure.objects.create(
        slug=f"{place}-{starts_on}-{at:%Y%m%d%H%M%S%f}".lower(),
        centre=centre,
        school=school,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        cause=cause,
        notice_given_on=at.astimezone().date(),
    )
    sessions = Session.objects.filter(
        status=Session.Status.PLANNED,
        occurs_on__range=(starts_on, ends_on),
        during__startswith__gt=at,
    )
    if centre:
        sessions = sessions.filter(activity__centre=centre)
    if school:
        sessions = sessions.filter(activity__school=school)
    lock_activities(set(sessions.values_list("activity_id", flat=True)))
    for session in sessions.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        _cancel(session, cause=cause, comment=reason, closure=closure, at=at)
    return closure


def _cancel(
    session: Session,
    *,
    cause: CancellationCause,
    comment: str,
    closure: Closure | None,
    at: dt.datetime,
) -> None:
    session.status, session.cause, session.closure = Session.Status.CANCELLED, cause, closure
    session.public_comment = comment
    session.save(update_fields=["status", "cause", "closure", "public_comment"])
    enrolments = Enrolment.objects.filter(attendance__session=session, status="active")
    following = queries.next_meetings(session.activity, at=max(at, session.during.lower), limit=1)
    for enrolment in enrolments.select_related("person", "booked_by", "activity"):
        letters.cancelled_by_us(
            enrolment, session, cause, next_meeting=following[0] if following else None, at=at
        )
