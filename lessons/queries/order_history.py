"""Who did what with an order, and when: read from the audit, in words a school reads."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core.actions import THE_CLOCK
from core.models import AuditRow
from lessons.models import SchoolOrder

S = SchoolOrder.Status
NEWEST = 60
_DID: dict[str, str] = {
    S.SUBMITTED: "Sent to us",
    S.QUOTED: "A price to agree to",
    S.SCHEDULED: "Every lesson has its date",
    S.RUNNING: "The lessons began",
    S.COMPLETED: "Taught to its end",
}


@dataclass(frozen=True)
class Step:
    """One thing that happened to an order."""

    at: dt.datetime
    what: str
    who: str
    words: str = ""


def history_of(order: SchoolOrder) -> list[Step]:
    """The steps of an order, first to last: one statement."""
    rows = AuditRow.objects.filter(
        table=SchoolOrder._meta.db_table, row_id=str(order.pk), op__in=["insert", "update"]
    )
    newest = reversed(rows.order_by("-id")[:NEWEST])
    return [step for row in newest for step in _steps(row)]


def _steps(row: AuditRow) -> list[Step]:
    was, is_now = row.old or {}, row.new or {}
    if row.op == "insert":
        return [Step(row.at, "Begun as a draft", row.actor_name)]
    found = []
    if was.get("status") != is_now.get("status") or _quoted_again(was, is_now):
        what, words = _said(was, is_now)
        found.append(Step(row.at, what, _who(row, is_now), words))
    number = is_now.get("po_number")
    if number and number != was.get("po_number"):
        found.append(Step(row.at, "Purchase order number", row.actor_name, str(number)))
    return found


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
