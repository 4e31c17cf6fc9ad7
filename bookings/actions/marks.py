"""What is said of a line, what becomes of it, and in which words."""

import uuid
from dataclasses import dataclass

from django.utils import timezone

from bookings.models import Attendance
from core import words

REFUSED = "refused"


@dataclass(frozen=True)
class Said:
    """One line of a register as somebody marked it. No note: the note stays as it is."""

    client_key: uuid.UUID
    line_id: int
    mark: str
    note: str | None
    seen_version: int


@dataclass(frozen=True)
class Answer:
    """What became of a mark, and how the line stands now."""

    client_key: uuid.UUID
    line_id: int
    outcome: str
    mark: str = ""
    version: int = 0
    words: str = ""


def refusal(said: Said, why: str) -> Answer:
    return Answer(said.client_key, said.line_id, REFUSED, words=why)


def both(line: Attendance, mark: str) -> str:
    """Whose mark stands and since when, beside what was just said."""
    who = line.marked_by or "Somebody"
    when = f" at {words.clock(timezone.localtime(line.marked_at).time())}" if line.marked_at else ""
    stands = Attendance.Mark(line.mark).label if line.mark else "nothing"
    label = Attendance.Mark(mark).label if mark else "nothing"
    return f"{who} said {stands}{when}. You said {label}. Both are kept until somebody settles it."
