"""Which teachers and which class sets a line of an order would have: the best that are free."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lessons.rules.free_hours import Busy, Dates, Gap, Teacher, free_gaps


@dataclass(frozen=True)
class ClassSet:
    """One class set, or an instrument that goes with one, and when others have it."""

    id: int
    tag: str
    kind_id: int
    pieces: int
    away: Sequence[tuple[dt.date, dt.date]] = ()
    is_late: bool = False  # it should be back from a school, and is not
    is_adaptive: bool = False  # no set, but one instrument for one hand

    def is_free(self, first: dt.date, last: dt.date) -> bool:
        return not any(starts <= last and first <= ends for starts, ends in self.away)


@dataclass(frozen=True)
class Wanted:
    """What a line of an order takes of us, as numbers."""

    minutes: int
    classes: int
    tutors: int
    room: str = ""
    # What is kept for it already, by half day: from which minute, and whom.
    kept: Mapping[str, tuple[int, frozenset[int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Spot:
    """So many classes one after another in a half day, and who teaches them."""

    dates: Dates
    from_minute: int
    classes: int
    teachers: tuple[Teacher, ...]


@dataclass
class Taken:
    """What the lines before it took, so that no line is promised the same again."""

    teachers: dict[int, list[Busy]] = field(default_factory=dict)
    rooms: dict[str, list[Busy]] = field(default_factory=dict)
    sets: set[int] = field(default_factory=set)

    def take(self, spot: Spot, minutes: int, room: str) -> None:
        until = spot.from_minute + spot.classes * minutes
        busy = Busy(spot.dates.weekday, spot.from_minute, until, spot.dates.weeks)
        for teacher in spot.teachers:
            self.teachers.setdefault(teacher.id, []).append(busy)
        self.rooms.setdefault(room, []).append(busy)


def spots_for(
    wanted: Wanted,
    dates: Sequence[Dates],
    teachers: Sequence[Teacher],
    windows: Mapping[str, Gap],
    taken: Taken,
) -> list[Spot]:
    """Every class placed, or nothing: one block in one half day wherever one is long enough."""
    most = {each.code: _most(windows[each.code], wanted.minutes) for each in dates}
    whole = [each for each in dates if most[each.code] >= wanted.classes]
    tries = sorted(whole or dates, key=lambda each: each.code not in wanted.kept)
    placed: list[Spot] = []
    left = wanted.classes
    for each in tries:
        classes = min(left, most[each.code])
        spot = _spot(wanted, each, classes, teachers, windows[each.code], taken)
        if spot is None:
            continue
        placed.append(spot)
        left -= classes
        if not left:
            return placed
    return []


def free_teachers(
    wanted: Wanted,
    dates: Dates,
    teachers: Iterable[Teacher],
    window: Gap,
    taken: Taken,
) -> list[Teacher]:
    """Those who could take the classes in that half day, at the moment that most of them could."""
    classes = min(wanted.classes, _most(window, wanted.minutes))
    if not classes:
        return []
    found = _by_start(wanted, dates, classes * wanted.minutes, teachers, window, taken)
    return max(found.values(), key=len, default=[])


def sets_for(
    number: int,
    pieces: int,
    first: dt.date,
    last: dt.date,
    sets: Iterable[ClassSet],
    taken: Taken,
    kept: frozenset[int] = frozenset(),
) -> list[ClassSet]:
    """So many sets, each large enough and free from the first day to the last; or nothing."""
    free = [
        each
        for each in sets
        if each.pieces >= pieces and each.id not in taken.sets and each.is_free(first, last)
    ]
    free.sort(key=lambda each: (each.id not in kept, each.id))
    return free[:number] if len(free) >= number else []


def _most(window: Gap, minutes: int) -> int:
    return (window[1] - window[0]) // minutes


def _spot(
    wanted: Wanted,
    dates: Dates,
    classes: int,
    teachers: Sequence[Teacher],
    window: Gap,
    taken: Taken,
) -> Spot | None:
    length = classes * wanted.minutes
    by_start = _by_start(wanted, dates, length, teachers, window, taken)
    choices = [
        (start, free[: wanted.tutors])
        for start, free in by_start.items()
        if len(free) >= wanted.tutors
    ]
    start, theirs = wanted.kept.get(dates.code, (-1, frozenset()))
    kept = [one for one in by_start.get(start, []) if one.id in theirs]
    if len(kept) == wanted.tutors:
        return Spot(dates, start, classes, tuple(kept))
    if not choices:
        return None
    start, best = min(choices, key=lambda each: ([one.rank for one in each[1]], each[0]))
    return Spot(dates, start, classes, tuple(best))


def _by_start(
    wanted: Wanted,
    dates: Dates,
    length: int,
    teachers: Iterable[Teacher],
    window: Gap,
    taken: Taken,
) -> dict[int, list[Teacher]]:
    """For each minute at which the lessons could begin, everybody who could teach them.

    In the order of the teachers: the best comes first.
    """
    room = room_taken(wanted.room, taken)
    gaps = {
        teacher: theirs
        for teacher in teachers
        if (
            theirs := free_gaps(
                teacher, dates, window, length, [*room, *taken.teachers.get(teacher.id, ())]
            )
        )
    }
    starts = {start for theirs in gaps.values() for start, _ in theirs}
    if dates.code in wanted.kept:
        starts.add(wanted.kept[dates.code][0])
    return {
        start: [
            teacher
            for teacher, theirs in gaps.items()
            if any(begins <= start and start + length <= ends for begins, ends in theirs)
        ]
        for start in sorted(starts)
    }


def room_taken(room: str, taken: Taken) -> list[Busy]:
    """The school's only hall holds one class at a time."""
    return taken.rooms.get(room, []) if room in ONE_OF_A_KIND else []


ONE_OF_A_KIND = ("hall", "large")
