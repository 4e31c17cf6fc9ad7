"""Which teachers and which class sets a line of an order would have: the best that are free."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lessons.rules.free_hours import Busy, Dates, Gap, Teacher, Unread, free_gaps


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

    def copy(self) -> "Taken":
        """One that can be added to, while this stays as it is."""
        return Taken(
            {teacher_id: list(busy) for teacher_id, busy in self.teachers.items()},
            {room: list(busy) for room, busy in self.rooms.items()},
            set(self.sets),
        )

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
    if sum(most[each.code] for each in tries) < left:
        return []  # they are too short, whoever is free
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
    teachers: Sequence[Teacher],
    window: Gap,
    taken: Taken,
) -> list[Teacher]:
    """Those who could take the classes in that half day, at the moment that most of them could."""
    classes = min(wanted.classes, _most(window, wanted.minutes))
    if not classes:
        return []
    room = room_taken(wanted.room, taken)
    free = dict(_free(dates, classes * wanted.minutes, teachers, window, room, taken))
    return max(_by_start(free, classes * wanted.minutes).values(), key=len, default=[])


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
    """Who is kept for it, if they are still free then; or else the best, as early as they can."""
    length, room = classes * wanted.minutes, room_taken(wanted.room, taken)
    start, theirs = wanted.kept.get(dates.code, (-1, frozenset()))
    them = [one for one in teachers if one.id in theirs]
    free = _free(dates, length, them, window, room, taken)
    kept = [one for one, gaps in free if _holds(gaps, start, length)]
    if len(kept) == wanted.tutors:
        return Spot(dates, start, classes, tuple(kept))
    free = _free(dates, length, teachers, window, room, taken)
    if wanted.tutors == 1:  # nobody after the first that is free can be better
        return next((Spot(dates, min(gaps)[0], classes, (one,)) for one, gaps in free), None)
    choices = [
        (start, together[: wanted.tutors])
        for start, together in _by_start(dict(free), length).items()
        if len(together) >= wanted.tutors
    ]
    if not choices:
        return None
    start, best = min(choices, key=lambda each: ([one.rank for one in each[1]], each[0]))
    return Spot(dates, start, classes, tuple(best))


def _free(
    dates: Dates,
    length: int,
    teachers: Sequence[Teacher],
    window: Gap,
    room: Sequence[Busy],
    taken: Taken,
) -> Iterator[tuple[Teacher, list[Gap]]]:
    """Each who is free long enough, and when; in the order of the teachers: the best comes first.

    Unread at the first who might be, for all we know.
    """
    for one in teachers:
        gaps = free_gaps(one, dates, window, length, [*room, *taken.teachers.get(one.id, ())])
        if gaps and not one.is_read:
            raise Unread(each for each in teachers if not each.is_read)
        if gaps:
            yield one, gaps


def _by_start(free: Mapping[Teacher, Sequence[Gap]], length: int) -> dict[int, list[Teacher]]:
    """For each minute at which the lessons could begin, everybody who could teach them."""
    starts = {start for gaps in free.values() for start, _ in gaps}
    return {
        start: [one for one, gaps in free.items() if _holds(gaps, start, length)]
        for start in sorted(starts)
    }


def _holds(gaps: Iterable[Gap], start: int, length: int) -> bool:
    return any(begins <= start and start + length <= ends for begins, ends in gaps)


def room_taken(room: str, taken: Taken) -> list[Busy]:
    """The school's only hall holds one class at a time."""
    return taken.rooms.get(room, []) if room in ONE_OF_A_KIND else []


ONE_OF_A_KIND = ("hall", "large")
