"""A place is closed for a day, as one act; within the hour it is undone, as one act.

Its letters are written in the same transaction where they are few. Where they are many, the act
stands with "letters still to write", and a job writes them: docs/adr/0021-a-closing-is-one-act.md
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

import structlog
from celery import current_app
from django.db import transaction
from django.utils import timezone

from bookings.actions import letters
from bookings.actions.calling_off import call_off, put_back
from bookings.actions.locks import lock_activities
from bookings.models import (
    Activity,
    Attendance,
    CancellationCause,
    ClosedSession,
    Closure,
    Session,
)
from bookings.queries import closures as queries
from bookings.rules import closures as rules
from centres.models import Centre, Room
from core import mail
from core.actions import action
from people.models import School, User

log = structlog.get_logger(__name__)

# For as many places a request writes the letters in about a second; for more, the job does.
AT_ONCE = 500
EACH_TIME = 500


@action
def close_place(
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    reason: str,
    cause: CancellationCause,
    by: User | None,
    at: dt.datetime,
    centre: Centre | None = None,
    school: School | None = None,
    room: Room | None = None,
    activity: Activity | None = None,
    from_time: dt.time | None = None,
    until_time: dt.time | None = None,
    kept_on: Collection[Session] = (),
) -> Closure:
    """The centre, the school, the room, the group or everything is closed on these days.

    What has not begun is off, but for what is kept on: tombstones, rooms and people free, lessons
    owed, families and teachers told once. The same act again changes nothing.
    """
    span = rules.Span(
        starts_on=starts_on,
        ends_on=ends_on,
        from_time=from_time,
        until_time=until_time,
        centre=centre,
        school=school,
        room=room,
        activity=activity,
    )
    rules.check_span(span, today=timezone.localdate(at))
    sessions = _lock(span, kept_on=kept_on, at=at)
    if not sessions and (standing := queries.standing(span)):
        return standing
    closure = _write_down(span, reason=reason, cause=cause, by=by, at=at)
    lines = call_off(sessions, closure=closure, cause=cause, comment=reason, at=at)
    _tell(closure, _closing(closure, sessions, lines), number=len(lines), at=at)
    return closure


@action
def undo_closure(
    *, closure: Closure, all_the_same: bool = False, by: User, at: dt.datetime
) -> Closure:
    """Every meeting is back as it was, or nothing is; whoever was told is told again, once.

    `all_the_same`: though hours are kept since for schools that have not decided yet.
    """
    closure = _locked(closure)
    if closure.undone_at:
        return closure
    rules.check_undoable(closure, until=queries.undo_until(closure), at=at)
    off = closure.sessions.filter(status=Session.Status.CANCELLED)
    lock_activities(set(off.values_list("activity_id", flat=True)))
    rows = off.select_for_update(no_key=True, of=("self",)).select_related("activity")
    stays_off = Activity.Status.CANCELLED  # the whole of it, meanwhile
    sessions = list(rows.exclude(activity__status=stays_off).order_by("pk"))
    why = "It was undone: the meeting is on after all"
    put_back(sessions, closure, why=why, all_the_same=all_the_same, by=by, at=at)
    closure.undone_at, closure.undone_by, closure.told_at = at, by.person, None
    closure.save(update_fields=["undone_at", "undone_by", "told_at"])
    mail.withdraw(rules.closing_key(closure))
    told = queries.told_already(rules.closing_key(closure))
    _tell(closure, _reopening(closure, told), number=len(told), at=at)
    return closure


def tell_of_closures(*, at: dt.datetime) -> int:
    """No closing, and no undoing, has letters still to write. Return how many were looked at."""
    untold = list(Closure.objects.untold().order_by("pk"))
    for closure in untold:
        tell_of_closure(closure=closure, at=at)
    return len(untold)


def tell_of_closure(*, closure: Closure, at: dt.datetime) -> None:
    """Its letters are written, some at a time; whoever has one already gets no second.

    Undone meanwhile, it stops: what is to be said then is another thing.
    """
    key = rules.closing_key(closure)
    follows = _following(closure)
    told = queries.told_already(key) if closure.undone_at else set()
    wanted = (
        letters.reopening(closure, follows, told)
        if closure.undone_at
        else letters.closing(closure, follows)
    )
    while some := list(islice(wanted, EACH_TIME)):
        if not tell_some(closure=closure, wanted=some, is_last=False, by=None, at=at):
            return
    tell_some(closure=closure, wanted=[], is_last=True, by=None, at=at)


@action
def tell_some(
    *,
    closure: Closure,
    wanted: Collection[mail.Letter],
    is_last: bool,
    by: User | None,
    at: dt.datetime,
) -> bool:
    """These letters are written, unless the closure was undone since. Return whether they were."""
    now = _locked(closure)
    if now.undone_at != closure.undone_at or now.told_at:
        return False
    mail.queue_many(wanted, at=at)
    if is_last:
        _mark_told(now, at=at)
    return True


def _lock(span: rules.Span, *, kept_on: Collection[Session], at: dt.datetime) -> list[Session]:
    """The place, so that two closings of it go one after the other; then groups, then meetings."""
    _lock_place(span)
    lock_activities(queries.activities_of(span, at=at))
    sessions = queries.sessions_of(span, at=at).exclude(pk__in=[kept.pk for kept in kept_on])
    rows = sessions.select_for_update(no_key=True, of=("self",)).select_related("activity__centre")
    return list(rows.order_by("pk"))


def _lock_place(span: rules.Span) -> None:
    if span.school:
        places = School.objects.filter(pk=span.school.pk)
        list(places.select_for_update(no_key=True).values_list("pk"))
        return
    centres = Centre.objects.all()
    if span.place:
        of_group = span.activity.centre_id if span.activity else None
        centre_id = span.centre.pk if span.centre else of_group
        centre_id = span.room.centre_id if span.room else centre_id
        centres = centres.filter(pk=centre_id) if centre_id else centres.none()
    list(centres.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _write_down(
    span: rules.Span,
    *,
    reason: str,
    cause: CancellationCause,
    by: User | None,
    at: dt.datetime,
) -> Closure:
    return Closure.objects.create(
        slug=f"{span.key}-{at:%H%M%S%f}",
        centre=span.centre,
        school=span.school,
        room=span.room,
        activity=span.activity,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        from_time=span.from_time,
        until_time=span.until_time,
        reason=reason,
        cause=cause,
        notice_given_on=timezone.localdate(at),
        closed_at=at,
        closed_by=by.person if by else None,
    )


def _locked(closure: Closure) -> Closure:
    rows = Closure.objects.select_for_update(no_key=True, of=("self",))
    place = ("centre", "school", "room__centre", "activity", "cause")
    return rows.select_related(*place).get(pk=closure.pk)


def _following(closure: Closure) -> queries.Following:
    """Whom its meetings concern, on or off."""
    keys = ClosedSession.objects.filter(closure=closure).values("session_id")
    sessions = Session.objects.filter(pk__in=keys).select_related("activity__centre")
    return queries.following(sessions.order_by("pk")).but(closure.closed_by_id)


def _closing(
    closure: Closure, sessions: list[Session], lines: list[Attendance]
) -> Iterator[mail.Letter]:
    """Who is told is only looked up once the first is asked for: the job does it for many."""
    follows = queries.following(sessions, lines=lines).but(closure.closed_by_id)
    yield from letters.closing(closure, follows)


def _reopening(closure: Closure, told: Collection[int]) -> Iterator[mail.Letter]:
    if told:
        yield from letters.reopening(closure, _following(closure), told)


def _tell(closure: Closure, wanted: Iterable[mail.Letter], *, number: int, at: dt.datetime) -> None:
    """Now, if they are few; or by the job, which is asked for once this is committed."""
    if number > AT_ONCE:
        transaction.on_commit(_wake)
        return
    mail.queue_many(wanted, at=at)
    _mark_told(closure, at=at)


def _mark_told(closure: Closure, *, at: dt.datetime) -> None:
    closure.told_at = at
    closure.save(update_fields=["told_at"])


def _wake() -> None:
    """The job begins at once; a broker that is away costs a minute, until the clock asks."""
    try:
        current_app.send_task("bookings.tasks.tell_of_closures", retry=False)
    except Exception as error:  # whatever the broker's client raises
        log.warning("closures.worker_not_woken", error=str(error))
