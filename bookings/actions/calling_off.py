"""Steps that calling meetings off and putting them back share. Their caller has locked them."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import F, OuterRef, Q, Subquery

from bookings.actions import letters
from bookings.actions.credits import MANY, give_credits, take_back_credits, void_credits
from bookings.actions.promises import clear_hours
from bookings.models import Attendance, CancellationCause, ClosedSession, Closure, Session
from bookings.queries import clashes
from bookings.queries import closures as queries
from bookings.rules import closures as rules
from bookings.rules.promises import Insist
from core import mail
from people.models import User


def call_off(
    sessions: Sequence[Session],
    *,
    closure: Closure | None,
    cause: CancellationCause,
    comment: str,
    at: dt.datetime,
) -> list[Attendance]:
    """Each is its tombstone, its room and people are free, and what is owed is written down.

    In as many statements for three hundred meetings as for ten. Return the lines it concerns.
    """
    ClosedSession.objects.bulk_create(
        (
            ClosedSession(
                closure=closure,
                session=session,
                former_status=session.status,
                former_comment=session.public_comment,
            )
            for session in sessions
        ),
        batch_size=MANY,
    )
    keys = [session.pk for session in sessions]
    for some in _some(keys):
        Session.objects.filter(pk__in=some).update(
            status=Session.Status.CANCELLED,
            cause=cause,
            closure=closure,
            public_comment=comment,
            changed_at=at,
        )
    lines = list(queries.lines_of(keys))
    give_credits(sessions, lines, cause, at=at)
    return lines


def put_back(
    sessions: Sequence[Session],
    closure: Closure | None,
    *,
    why: str,
    all_the_same: bool,
    by: User,
    at: dt.datetime,
) -> None:
    """Each is exactly what it was; all of them, or the whole act is refused in words.

    `all_the_same`: though hours are kept since for schools that have not decided yet.
    """
    keys = [session.pk for session in sessions]
    _clear_who_left(keys)
    _take_back_make_ups(keys, why=why, at=at)
    times = clashes.times_of(keys, since=at)
    clear_hours(times, insist=Insist.PUTTING_BACK, all_the_same=all_the_same, by=by, at=at)
    rules.check_nothing_taken(
        clashes.in_the_way_of(keys), otherwise="So nothing was put back. Move one of them first."
    )
    void_credits(keys, why=why, at=at)
    former = ClosedSession.objects.filter(session=OuterRef("pk"), closure=closure).order_by("-pk")
    for some in _some(keys):
        Session.objects.filter(pk__in=some).update(
            status=Subquery(former.values("former_status")[:1]),
            public_comment=Subquery(former.values("former_comment")[:1]),
            cause=None,
            closure=None,
            changed_at=at,
        )
    _write_who_came(keys)
    take_back_credits(sessions)


def _take_back_make_ups(session_keys: Collection[int], *, why: str, at: dt.datetime) -> None:
    """Another date for a meeting that is on again is off; whoever was told of it is told so."""
    rows = Session.objects.happening().filter(makes_up__in=session_keys)
    make_ups = rows.select_related("makes_up__cause", "activity__centre", "activity__school")
    for make_up in make_ups.order_by("pk"):
        told = queries.told_already(rules.meeting_key(make_up))
        mail.withdraw(rules.meeting_key(make_up))
        assert make_up.makes_up is not None
        assert make_up.makes_up.cause is not None
        cause = make_up.makes_up.cause
        lines = call_off([make_up], closure=None, cause=cause, comment=why, at=at)
        follows = queries.following([make_up], lines=lines)
        make_up.refresh_from_db(fields=["status", "cause", "public_comment", "sequence"])
        mail.queue_many(letters.not_needed(make_up, follows, told), at=at)


def _some(keys: Sequence[int]) -> list[Sequence[int]]:
    """A thousand at a time: each statement well within its time."""
    return [keys[start : start + MANY] for start in range(0, len(keys), MANY)]


def _clear_who_left(session_keys: Collection[int]) -> None:
    """Whoever left while the meeting was off is in its register no more."""
    left = ~Q(enrolment__status="active") | Q(enrolment__ends_on__lt=F("session__occurs_on"))
    gone = Attendance.objects.filter(left, session__in=session_keys, mark=None)
    # The one exception to "nothing is deleted": a line nobody marked, of somebody without a place.
    gone.filter(credits=None).delete()
    gone.update(is_released=True)


def _write_who_came(session_keys: Sequence[int]) -> None:
    """Whoever took a place while the meeting was off is in its register, if they are free then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookings_attendance"
            " (session_id, claimed, person_id, enrolment_id, is_released)"
            " SELECT s.id, s.claimed, e.person_id, e.id, false FROM bookings_session s"
            " JOIN bookings_enrolment e ON e.activity_id = s.activity_id AND e.status = 'active'"
            "  AND e.starts_on <= s.occurs_on AND COALESCE(e.ends_on, s.occurs_on) >= s.occurs_on"
            " WHERE s.id = ANY(%s) AND s.makes_up_id IS NULL AND NOT EXISTS (SELECT 1"
            "  FROM bookings_attendance a WHERE a.session_id = s.id AND a.person_id = e.person_id)"
            " AND NOT EXISTS (SELECT 1 FROM bookings_attendance a WHERE a.person_id = e.person_id"
            "  AND a.claimed && s.claimed AND NOT a.is_released)",
            [list(session_keys)],
        )
