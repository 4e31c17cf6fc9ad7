"""When a teacher is free in the weeks of a term: what they do, the way to it, and their hours."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from centres.rules import Point, miles_between
from lessons.rules import half_days

NEXT_DOOR = 0.1  # miles
STEP = 5  # a lesson begins on a multiple of so many minutes
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
WEEKS = 60  # as many as a year asked about can have

Gap = tuple[int, int]


@dataclass(frozen=True)
class Dates:
    """The days on which one half day would be taught, and the bits of their weeks."""

    code: str
    days: tuple[dt.date, ...]
    weeks: int
    shut: tuple[dt.date, ...] = ()  # days in between on which the school is shut

    @cached_property
    def weekday(self) -> int:
        return half_days.weekday_of(self.code)


@dataclass(frozen=True)
class Busy:
    """Weeks in which somebody is taken on a weekday, from one minute to another."""

    weekday: int
    from_minute: int
    until_minute: int
    weeks: int  # a bit for each week of the year asked about


@dataclass(frozen=True)
class Offered:
    """Hours of a weekday in which a teacher can be asked, in force between two days."""

    from_minute: int
    until_minute: int
    from_on: dt.date
    to_on: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, eq=False)  # one is itself alone
class Teacher:
    """What is known of somebody who teaches a subject that is asked for."""

    id: int
    name: str
    subject_ids: frozenset[int]
    cleared_on: frozenset[dt.date] = frozenset()  # of the days that were asked about
    works: Sequence[tuple[dt.date, dt.date | None]] = ()
    offered: Mapping[int, Sequence[Offered]] | None = None  # by weekday, if they told us of any
    # By weekday. One that was not read is not there, and asking for it is a mistake of ours.
    busy: Mapping[int, Sequence[Busy]] = field(default_factory=dict)
    is_read: bool = True  # False while their lessons are not yet among what they do
    miles: float | None = None  # from their own centre to the school
    taught_here: frozenset[str] = frozenset()  # the half days of last year

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Whom the school knows first, then who lives nearest; an unknown way is the longest."""
        return (not self.taught_here, math.inf if self.miles is None else self.miles, self.id)

    def may_teach(self, subject_id: int, first: dt.date, last: dt.date) -> bool:
        """Teaches it, works for us and is cleared, from the first day to the last."""
        return (
            subject_id in self.subject_ids
            and first in self.cleared_on
            and last in self.cleared_on
            and any(
                starts <= first and (ends is None or last <= ends) for starts, ends in self.works
            )
        )


class Unread(Exception):
    """Somebody may be free, and cannot be said to be before these teachers' lessons are read."""

    def __init__(self, teachers: Iterable[Teacher]) -> None:
        self.teachers = tuple(teachers)
        super().__init__(f"The lessons of {len(self.teachers)} teachers are not read yet.")


def way(here: Point | None, there: Point | None, *, minutes_per_mile: int) -> int:
    """How many minutes the way takes; none where we do not know."""
    if here is None or there is None:
        return 0
    miles = miles_between(here, there)
    return 0 if miles < NEXT_DOOR else math.ceil(miles * minutes_per_mile)


def weekdays_of(
    windows: Mapping[str, Gap], offered: Mapping[int, Sequence[Offered]] | None
) -> set[int]:
    """The weekdays of these half days that somebody has hours in: all, if they told us of none."""
    found = set()
    for code, (starts, ends) in windows.items():
        weekday = half_days.weekday_of(code)
        if offered is None or any(
            row.from_minute < ends and starts < row.until_minute for row in offered.get(weekday, ())
        ):
            found.add(weekday)
    return found


def bits(days: Iterable[dt.date], monday: dt.date) -> int:
    """A bit for the week of each day, counted from that Monday."""
    weeks = 0
    for day in days:
        weeks |= 1 << ((day - monday).days // 7)
    return weeks


def bits_between(weekday: int, first: dt.date, last: dt.date, monday: dt.date) -> int:
    """The bits of every such weekday from the first day to the last."""
    day = max(first, monday)
    day += dt.timedelta(days=(weekday - day.isoweekday()) % 7)
    begins = (day - monday).days // 7
    ends = min(begins + (last - day).days // 7 + 1, WEEKS)
    return (1 << ends) - (1 << begins) if begins < ends else 0


def free_gaps(
    teacher: Teacher, dates: Dates, window: Gap, length: int, taken: Sequence[Busy] = ()
) -> list[Gap]:
    """The stretches of a half day, free in each of its weeks, long enough for the lessons."""
    gaps = _offered_gaps(teacher, dates, window)
    if not gaps:
        return []
    weekday, weeks = dates.weekday, dates.weeks
    for busy in (*teacher.busy[weekday], *taken):
        if busy.weekday == weekday and busy.weeks & weeks:
            gaps = _without(gaps, busy.from_minute, busy.until_minute)
    rounded = [(-(-start // STEP) * STEP, end) for start, end in gaps]
    return [(start, end) for start, end in rounded if end - start >= length]


def _offered_gaps(teacher: Teacher, dates: Dates, window: Gap) -> list[Gap]:
    """The half day as far as the teacher can be asked in all of it, from first day to last."""
    if teacher.offered is None:
        return [window]
    rows = teacher.offered.get(dates.weekday, ())
    if not rows:
        return []
    first, last = dates.days[0], dates.days[-1]
    turns = {first}
    for row in rows:
        if first < row.from_on <= last:
            turns.add(row.from_on)
        if row.to_on and first <= row.to_on < last:
            turns.add(row.to_on + DAY)
    gaps = [window]
    for day in sorted(turns):
        theirs = [(row.from_minute, row.until_minute) for row in rows if row.holds(day)]
        gaps = [
            (max(start, starts), min(end, ends))
            for start, end in gaps
            for starts, ends in theirs
            if max(start, starts) < min(end, ends)
        ]
    return gaps


def _without(gaps: Iterable[Gap], starts: int, ends: int) -> list[Gap]:
    left = []
    for start, end in gaps:
        if ends <= start or end <= starts:
            left.append((start, end))
            continue
        if start < starts:
            left.append((start, starts))
        if ends < end:
            left.append((ends, end))
    return left
