"""Who did what with an order, and when: read from the audit, in words a school reads."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Subquery
from django.utils.dateparse import parse_datetime

from bookings.models import Session
from core.actions import THE_CLOCK
from core.models import AuditRow
from lessons.models import SchoolOrder

S = SchoolOrder.Status
NEWEST = 60
Lessons = Mapping[str, dt.datetime | None]  # when the first begins, and the last
_BEGUN = "Begun as a draft"
_DID: dict[str, str] = {
    S.SUBMITTED: "Sent to us",
    S.QUOTED: "A price to agree to",
    S.SCHEDULED: "Every lesson has its date",
    S.RUNNING: "The lessons began",
    S.COMPLETED: "Taught to its end",
}
_MOMENTS: dict[str, str] = {
    S.SUBMITTED: "submitted_at",
    S.QUOTED: "quoted_at",
    S.AGREED: "agreed_at",
    S.SCHEDULED: "scheduled_at",
    S.DECLINED: "ended_at",
    S.CANCELLED: "ended_at",
}


@dataclass(frozen=True)
class Step:
    """One thing that happened to an order."""

    at: dt.datetime
    what: str
    who: str
    words: str = ""


def history_of(order: SchoolOrder) -> list[Step]:
    """The steps of an order, first to last: one statement.

    Each is of the moment that the order or its lessons tell; where they tell none, of the change.
    """
    rows = (
        AuditRow.objects.filter(
            table=SchoolOrder._meta.db_table, row_id=str(order.pk), op__in=["insert", "update"]
        )
        .annotate(first_at=_lessons(order, "during__startswith"))
        .annotate(last_at=_lessons(order, "-during__startswith"))
    )
    newest = reversed(rows.order_by("-id")[:NEWEST])
    return [
        step
        for row in newest
        for step in _steps(row, order, {S.RUNNING: row.first_at, S.COMPLETED: row.last_at})
    ]


def _lessons(order: SchoolOrder, nearest: str) -> Subquery:
    """When the first of its lessons begins, or the last."""
    lessons = Session.objects.happening().filter(activity__programme_class__line__order_id=order.pk)
    return Subquery(lessons.order_by(nearest).values("during__startswith")[:1])


def _steps(row: AuditRow, order: SchoolOrder, lessons: Lessons) -> Iterator[Step]:
    was, is_now = row.old or {}, row.new or {}
    if row.op == "insert":
        yield from _first_steps(row, is_now, order)
        return
    moves = was.get("status") != is_now.get("status") and not _is_told(was, is_now)
    if moves or _quoted_again(was, is_now):
        what, words = _said(was, is_now)
        yield Step(_at(row, is_now, lessons), what, _who(row, is_now), words)
    number = is_now.get("po_number")
    if number and number != was.get("po_number"):
        yield Step(row.at, "Purchase order number", row.actor_name, str(number))


def _first_steps(row: AuditRow, is_now: Mapping[str, object], order: SchoolOrder) -> Iterator[Step]:
    """It was begun; and an order that was moved in with its past went through these by then."""
    begun_at = _told(is_now, "made_at") or row.at
    if is_now.get("status") == S.DRAFT:
        yield Step(begun_at, _BEGUN, row.actor_name)
        return
    who = {S.SUBMITTED: str(order.made_by), S.AGREED: str(order.agreed_by)}
    yield Step(begun_at, _BEGUN, str(order.made_by))
    for status in (S.SUBMITTED, S.QUOTED, S.AGREED, S.SCHEDULED):
        if at := _told(is_now, _MOMENTS[status]):
            what, words = _said({}, {**is_now, "status": status})
            yield Step(at, what, who.get(status, THE_CLOCK), words)


def _at(row: AuditRow, is_now: Mapping[str, object], lessons: Lessons) -> dt.datetime:
    """When it happened, rather than when the clock noticed."""
    status = str(is_now["status"])
    lesson = lessons.get(status)
    noticed = min(lesson, row.at) if lesson else row.at
    return _told(is_now, _MOMENTS.get(status, "")) or noticed


def _is_told(was: Mapping[str, object], is_now: Mapping[str, object]) -> bool:
    """True of what it was moved in with: it had the moment before it had the status."""
    moment = _MOMENTS.get(str(is_now["status"]), "")
    return bool(is_now.get(moment)) and was.get(moment) == is_now.get(moment)


def _told(is_now: Mapping[str, object], moment: str) -> dt.datetime | None:
    return parse_datetime(str(is_now.get(moment) or ""))


def _quoted_again(was: Mapping[str, object], is_now: Mapping[str, object]) -> bool:
    both = was.get("status") == is_now.get("status") == S.QUOTED
    return both and was.get("quoted_at") != is_now.get("quoted_at")


def _said(was: Mapping[str, object], is_now: Mapping[str, object]) -> tuple[str, str]:
    status = str(is_now["status"])
    if status == S.DRAFT:
        return "A draft again", "Nobody is asked to agree to it."
    if status == S.QUOTED:
        what = "Another price" if was.get("status") == S.QUOTED else _DID[status]
        return what, str(is_now.get("note_to_school") or "")
    if status == S.AGREED:
        return "Agreed", f"{is_now.get('agreed_name')}, {is_now.get('agreed_role')}"
    if status in {S.DECLINED, S.CANCELLED}:
        what = "We cannot do it" if status == S.DECLINED else "Cancelled"
        return what, str(is_now.get("end_reason") or "")
    return _DID.get(status, status), ""


def _who(row: AuditRow, is_now: Mapping[str, object]) -> str:
    """Whoever acted; the portal itself where it quoted because every answer was yes."""
    by_itself = is_now.get("status") == S.QUOTED and is_now.get("quoted_by_id") is None
    return THE_CLOCK if by_itself else row.actor_name
