"""Moves in when everything happens: every meeting of every year, and who leads it."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings import rules
from bookings.models import Activity, CancellationCause, Closure, Session, SessionStaff
from centres.models import Term
from core.actions import action
from hms_portal.county.copying import copy_rows, let_it_take_its_time, run_sql
from hms_portal.county.plan.names import Names
from hms_portal.county.sizes import Size
from people.models import User

TEACHER_ILL_EVERY = 90  # about one past meeting in so many did not happen
FIELDS = [
    "ref",
    "activity",
    "occurs_on",
    "ordinal",
    "during",
    "room",
    "school",
    "status",
    "cause",
    "public_comment",
]
LEADERS = """
    INSERT INTO bookings_sessionstaff (session_id, person_id, role, claimed)
    SELECT session.id, activity.teacher_id, 'lead', session.claimed
      FROM bookings_session session
      JOIN bookings_activity activity ON activity.id = session.activity_id
     WHERE activity.teacher_id IS NOT NULL
     ORDER BY activity.teacher_id, session.during
"""


@action
def load_sessions(*, size: Size, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Every activity has its meetings, taught where they are past."""
    if Session.objects.exists():
        return 0
    let_it_take_its_time()
    draw = random.Random(f"{size.seed}:sessions")  # noqa: S311 - invents, guards nothing
    return copy_rows(Session, FIELDS, _meetings(draw, today))


@action
def load_leaders(*, by: User | None, at: dt.datetime) -> int:
    """Every meeting has its teacher, cleared for the day."""
    if SessionStaff.objects.exists():
        return 0
    let_it_take_its_time()
    return run_sql(LEADERS)


def _meetings(draw: random.Random, today: dt.date) -> Iterator[tuple[Any, ...]]:
    """One activity after another, so that a county's meetings are never all in memory."""
    names = Names(draw)
    ill = CancellationCause.objects.get(slug="teacher-ill")
    terms: dict[int, list[Term]] = {}
    for term in Term.objects.order_by("starts_on"):
        terms.setdefault(term.year_id, []).append(term)
    closures = _closures_by_place()
    for activity in Activity.objects.order_by("room_id", "pk"):
        place = activity.centre_id, activity.school_id
        closed = closures.get((None, None), []) + closures.get(place, [])
        for meeting in rules.meetings(activity, terms=terms[activity.year_id], closures=closed):
            is_past = meeting.occurs_on < today
            is_off = is_past and draw.randrange(TEACHER_ILL_EVERY) == 0
            yield (
                names.ref(),
                activity.pk,
                meeting.occurs_on,
                1,
                DateTimeTZRange(meeting.starts_at, meeting.ends_at),
                activity.room_id,
                activity.school_id,
                _status(is_past=is_past, is_off=is_off),
                ill.pk if is_off else None,
                ill.words_for_family if is_off else "",
            )


def _status(*, is_past: bool, is_off: bool) -> str:
    if is_off:
        return Session.Status.CANCELLED
    return Session.Status.TAUGHT if is_past else Session.Status.PLANNED


def _closures_by_place() -> dict[tuple[int | None, int | None], list[Closure]]:
    by_place: dict[tuple[int | None, int | None], list[Closure]] = {}
    for closure in Closure.objects.order_by("pk"):
        by_place.setdefault((closure.centre_id, closure.school_id), []).append(closure)
    return by_place
