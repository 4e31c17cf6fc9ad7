"""The day room by room: a grid of hours, cut into parts that fit a screen, and its rows."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from bookings.models import Session, SessionStaff
from core import words
from reports.views import words as said

MOST_HOURS = 6  # columns that fit beside each other
NO_ROOM = "No room yet"


@dataclass(frozen=True)
class Tag:
    words: str
    tone: str = ""


@dataclass(frozen=True)
class Entry:
    """A meeting in its room."""

    room: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    teacher: str
    expected: int
    told_us: int
    tags: list[Tag]
    is_off: bool
    url: str = ""

    @property
    def times(self) -> str:
        return f"{said.clock(self.starts_at)} to {said.clock(self.ends_at)}"

    @property
    def comers(self) -> str:
        """12 come, 1 told us they cannot"""
        if self.is_off:
            return ""
        coming = self.expected - self.told_us
        comes = f"{coming} {'comes' if coming == 1 else 'come'}" if coming else "nobody comes"
        return f"{comes}, {self.told_us} told us away" if self.told_us else comes


@dataclass(frozen=True)
class Cell:
    """An hour of a room: what begins in it, and what goes on from before."""

    hour: str
    begins: list[Entry] = field(default_factory=list)
    goes_on: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Some hours of the day, for every room that is used in it."""

    name: str
    hours: list[str]
    rooms: list[tuple[str, list[Cell]]]


def entries(meetings: Iterable[Any], *, at: dt.datetime) -> list[Entry]:
    """Each meeting of a day as it is shown."""
    return [_entry(session, at=at) for session in meetings]


def _entry(session: Any, *, at: dt.datetime) -> Entry:
    return Entry(
        room=str(session.room or session.school or NO_ROOM),
        title=session.activity.title,
        starts_at=session.during.lower,
        ends_at=session.during.upper,
        teacher=said.people(session.teachers),
        expected=session.lines,
        told_us=session.told,
        tags=_tags(session, at=at),
        is_off=session.status == Session.Status.CANCELLED,
        url=_page_of(session, at=at),
    )


def _page_of(session: Any, *, at: dt.datetime) -> str:
    """Its register once that opens; until then, and where it is off, the page that changes it."""
    opens = session.during.lower - dt.timedelta(minutes=settings.REGISTER_OPENS_MINUTES)
    is_on = session.status != Session.Status.CANCELLED and at >= opens
    return reverse("bookings:register" if is_on else "bookings:move_session", args=[session.ref])


def _tags(session: Any, *, at: dt.datetime) -> list[Tag]:
    """What is different about it, and whether its register is taken: in words."""
    if session.status == Session.Status.CANCELLED:
        return [Tag(f"Called off: {session.cause}", "gold")]
    tags = [
        Tag(f"Cover: {line.person}", "sky")
        for line in session.teachers
        if line.role == SessionStaff.Role.COVER
    ]
    if session.has_somebody_away and not session.teachers:
        tags.append(Tag("Nobody to teach it yet", "plum"))
    if session.makes_up_id:
        tags.append(Tag("Make-up", "sky"))
    elif session.changed_at and (before := said.was(session)):
        tags.append(Tag(f"Moved: was {before}", "sky"))
    register = _register(session, at=at)
    return [*tags, register] if register else tags


def _register(session: Any, *, at: dt.datetime) -> Tag | None:
    grace = dt.timedelta(minutes=settings.REGISTER_LATE_MINUTES)
    if not session.lines or not (session.marked or session.during.lower + grace <= at):
        return None
    if not session.marked:
        return Tag("Register not taken", "gold")
    if session.marked < session.lines:
        return Tag(f"{session.marked} of {session.lines} marked", "gold")
    return Tag(f"{session.came} of {session.lines} here")


def parts(rows: Sequence[Entry]) -> list[Part]:
    """The hours from the first meeting to the last, in parts of about the same length."""
    if not rows:
        return []
    first = min(_hour(row.starts_at) for row in rows)
    last = max(_last_hour(row) for row in rows)
    hours = list(range(first, last + 1))
    size = math.ceil(len(hours) / math.ceil(len(hours) / MOST_HOURS))
    chunks = [hours[start : start + size] for start in range(0, len(hours), size)]
    found = [_part(chunk, rows, is_whole=len(chunks) == 1) for chunk in chunks]
    return [part for part in found if part.rooms]


def _part(hours: list[int], rows: Sequence[Entry], *, is_whole: bool) -> Part:
    rooms: dict[str, list[Entry]] = {}
    for row in rows:
        if _hour(row.starts_at) <= hours[-1] and _last_hour(row) >= hours[0]:
            rooms.setdefault(row.room, []).append(row)
    until = dt.time((hours[-1] + 1) % 24)
    name = f"From {words.clock(dt.time(hours[0]))} to {words.clock(until)}"
    return Part(
        name="" if is_whole else name,
        hours=[words.clock(dt.time(hour)) for hour in hours],
        rooms=[(room, [_cell(hour, rooms[room]) for hour in hours]) for room in sorted(rooms)],
    )


def _cell(hour: int, rows: Sequence[Entry]) -> Cell:
    return Cell(
        words.clock(dt.time(hour)),
        [row for row in rows if _hour(row.starts_at) == hour],
        [row for row in rows if _hour(row.starts_at) < hour <= _last_hour(row) and not row.is_off],
    )


def _hour(moment: dt.datetime) -> int:
    return timezone.localtime(moment).hour


def _last_hour(row: Entry) -> int:
    """The hour in which it still goes on; one that ends on the hour does not begin the next."""
    last = timezone.localtime(row.ends_at - dt.timedelta(microseconds=1))
    return max(last.hour, _hour(row.starts_at))
