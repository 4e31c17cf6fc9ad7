"""Who can cover a meeting, and why not: judged from values, said in words to a head of centre."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from centres.rules import Point, miles_between
from core import words

NEXT_DOOR = 0.1  # miles
MOST_OTHERS = 3  # subjects named beside what is wanted


@dataclass(frozen=True)
class Stop:
    """Where a teacher is for one meeting of that day, in local time."""

    doing: str  # teaches, covers
    title: str
    place: str
    point: Point | None
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class Hours:
    """When a teacher can be asked on that day of the week; `centre`: only there, if it says."""

    from_time: dt.time
    until_time: dt.time
    centre_id: int | None = None
    centre: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is to be covered."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    point: Point | None
    centre_id: int | None
    subject_ids: frozenset[int]
    minutes_per_mile: int


@dataclass(frozen=True)
class Teacher:
    """What is known of somebody who may be asked."""

    name: str
    subjects: dict[int, str]
    is_cleared: bool
    is_away: bool
    is_there_already: bool = False
    base: str = ""
    base_point: Point | None = None
    hours: Sequence[Hours] = ()
    knows_hours: bool = False  # whether they told us of any day
    stops: Sequence[Stop] = ()
    kept_for: Sequence[str] = ()  # Larkhay Junior School, 9am to 9.45am, until Monday 22 June


@dataclass(frozen=True)
class Judged:
    """Whether they can, in words; the obstacles are empty when they can."""

    reasons: tuple[str, ...]
    obstacles: tuple[str, ...]
    teaches_it: bool
    miles: float | None = field(default=None)

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """Who teaches it first, then who is nearest; an unknown way is the longest."""
        known = self.miles is not None
        return (not self.teaches_it, not known, self.miles if self.miles is not None else 0.0)


def judge(teacher: Teacher, wanted: Wanted) -> Judged:
    """Free, cleared, near and teaches it: each said, and whatever stands against it."""
    before = _last([one for one in teacher.stops if one.ends_at <= wanted.starts_at])
    after = _first([one for one in teacher.stops if one.starts_at >= wanted.ends_at])
    miles, way = _way(teacher, wanted, before)
    teaches_it = not wanted.subject_ids or bool(wanted.subject_ids & teacher.subjects.keys())
    obstacles = [
        *_not_allowed(teacher),
        *_busy(teacher, wanted),
        *(f"kept for {each}" for each in teacher.kept_for),
        *_no_time_to_travel(wanted, before, after),
        *_outside_hours(teacher, wanted),
    ]
    reasons = [
        _free(wanted, before, after),
        _teaching(teacher, wanted),
        *way,
        *([f"then at {after.place} from {_clock(after.starts_at)}"] if after else []),
        *([] if teacher.knows_hours else ["has not told us their hours"]),
    ]
    return Judged(tuple(reasons), tuple(obstacles), teaches_it, miles)


def travel(wanted: Wanted, stop: Stop) -> dt.timedelta:
    """How long the way between a stop and the meeting takes; nothing where we do not know."""
    miles = _apart(wanted.point, stop.point)
    if miles is None or miles < NEXT_DOOR:
        return dt.timedelta(0)
    return dt.timedelta(minutes=math.ceil(miles * wanted.minutes_per_mile))


def _free(wanted: Wanted, before: Stop | None, after: Stop | None) -> str:
    """The way there and the way on are not free time."""
    if before:
        return f"free from {_clock(before.ends_at + travel(wanted, before))}"
    if after:
        return f"free until {_clock(after.starts_at - travel(wanted, after))}"
    return "free all day"


def _teaching(teacher: Teacher, wanted: Wanted) -> str:
    """What is wanted first, then a few more: a teacher of a dozen is not listed whole."""
    if not teacher.subjects:
        return "we do not know what they teach"
    by_name = sorted(teacher.subjects.items(), key=lambda each: each[1].casefold())
    theirs = [name for key, name in by_name if key in wanted.subject_ids]
    others = [name for key, name in by_name if key not in wanted.subject_ids]
    more = len(others) - MOST_OTHERS
    named = _listed([*theirs, *others[:MOST_OTHERS], *([f"{more} more"] if more > 0 else [])])
    return f"teaches {named}" if theirs or not wanted.subject_ids else f"teaches {named}, not this"


def _way(teacher: Teacher, wanted: Wanted, before: Stop | None) -> tuple[float | None, list[str]]:
    """How far they come, from the meeting before it or from their own centre."""
    point = before.point if before else teacher.base_point
    miles = _apart(wanted.point, point)
    said = [] if miles is None else [_miles(miles)]
    if before:
        said.append(f"at {before.place} until {_clock(before.ends_at)}")
    elif teacher.base:
        said.append(f"based at {teacher.base}")
    return miles, said


def _not_allowed(teacher: Teacher) -> list[str]:
    said = []
    if teacher.is_there_already:
        said.append("at this meeting already")
    if not teacher.is_cleared:
        said.append("not cleared to teach on that day")
    if teacher.is_away:
        said.append("has told us they cannot come then")
    return said


def _busy(teacher: Teacher, wanted: Wanted) -> list[str]:
    return [
        f"{one.doing} {one.title} at {one.place}, {_clock(one.starts_at)} to {_clock(one.ends_at)}"
        for one in teacher.stops
        if one.starts_at < wanted.ends_at and wanted.starts_at < one.ends_at
    ]


def _no_time_to_travel(wanted: Wanted, before: Stop | None, after: Stop | None) -> list[str]:
    said = []
    if before and before.ends_at + (way := travel(wanted, before)) > wanted.starts_at:
        said.append(f"at {before.place} until {_clock(before.ends_at)}, {_minutes(way)} away")
    if after and wanted.ends_at + (way := travel(wanted, after)) > after.starts_at:
        said.append(f"due at {after.place} at {_clock(after.starts_at)}, {_minutes(way)} away")
    return said


def _outside_hours(teacher: Teacher, wanted: Wanted) -> list[str]:
    if not teacher.knows_hours:
        return []
    starts, ends = wanted.starts_at.time(), wanted.ends_at.time()
    weekday = f"{wanted.starts_at:%A}s"
    if not teacher.hours:
        return [f"cannot be asked on {weekday}"]
    for each in teacher.hours:
        there = each.centre_id in {None, wanted.centre_id}
        if there and each.from_time <= starts and ends <= each.until_time:
            return []
    return [f"can be asked on {weekday} {_listed([_hours(each) for each in teacher.hours])}"]


def _hours(hours: Hours) -> str:
    spell = f"from {words.clock(hours.from_time)} to {words.clock(hours.until_time)}"
    return f"{spell} at {hours.centre}" if hours.centre else spell


def _apart(here: Point | None, there: Point | None) -> float | None:
    return None if here is None or there is None else miles_between(here, there)


def _miles(miles: float) -> str:
    if miles < NEXT_DOOR:
        return "there already"
    said = f"{miles:.0f}" if miles >= 1 else f"{miles:.1f}"
    return f"{said} {'mile' if said == '1' else 'miles'} away"


def _minutes(way: dt.timedelta) -> str:
    return words.count(int(way.total_seconds() // 60), "minute")


def _clock(moment: dt.datetime) -> str:
    return words.clock(moment.time())


def _listed(names: Sequence[str]) -> str:
    """violin, viola and cello"""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _last(stops: Sequence[Stop]) -> Stop | None:
    return max(stops, key=lambda one: one.ends_at, default=None)


def _first(stops: Sequence[Stop]) -> Stop | None:
    return min(stops, key=lambda one: one.starts_at, default=None)
