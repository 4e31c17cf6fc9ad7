"""A week without clashes: who and which room is free when, and who is already where."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from people.models import Person

AFTERNOON = 15 * 60 + 20  # school ends; whoever teaches after it may have changed places
MOST_A_WEEK = 16  # groups and lessons of one teacher, beyond which we look for another


class When(NamedTuple):
    """A time of the week, in minutes after midnight."""

    weekday: int
    start: int
    end: int

    @property
    def is_weekend(self) -> bool:
        return self.weekday >= 6


class Diary:
    """When each teacher, room or learner is taken."""

    def __init__(self) -> None:
        self._taken: dict[Hashable, list[When]] = defaultdict(list)

    def is_free(self, who: Hashable, when: When) -> bool:
        return not any(
            other.weekday == when.weekday and other.start < when.end and when.start < other.end
            for other in self._taken.get(who, ())
        )

    def take(self, who: Hashable, when: When) -> None:
        self._taken[who].append(when)


class Teachers:
    """Finds a teacher who can teach it, is free, and need not cross the county in between."""

    def __init__(
        self,
        teachers: Sequence[Person],
        families: dict[int, tuple[str, str]],
        bases: dict[int, int],
    ) -> None:
        self.teachers, self.families, self.bases = teachers, families, bases
        self.diary = Diary()
        self.where: dict[tuple[int, int, bool], Hashable] = {}
        self.load: Counter[int] = Counter()

    def find(
        self, family: str, when: When, place: Hashable, *, most: int = MOST_A_WEEK
    ) -> Person | None:
        able = [
            teacher
            for teacher in self.teachers
            if family in self.families[teacher.pk]
            and self.load[teacher.pk] < most
            and self.can_be(teacher, when, place)
        ]
        return min(able, key=lambda it: self._preference(it, family, when, place), default=None)

    def _preference(
        self, teacher: Person, family: str, when: When, place: Hashable
    ) -> tuple[bool, bool, int, int]:
        """Those there already, then those who teach it first and foremost, then the least busy."""
        there = self.where.get(_half_day(teacher, when)) == place
        return (
            not there,
            self.families[teacher.pk][0] != family,
            self.load[teacher.pk],
            teacher.pk,
        )

    def can_be(self, teacher: Person, when: When, place: Hashable) -> bool:
        return self.where.get(_half_day(teacher, when), place) == place and self.diary.is_free(
            teacher.pk, when
        )

    def take(self, teacher: Person, when: When, place: Hashable) -> None:
        self.where[_half_day(teacher, when)] = place
        self.diary.take(teacher.pk, when)
        self.load[teacher.pk] += 1


def _half_day(teacher: Person, when: When) -> tuple[int, int, bool]:
    return teacher.pk, when.weekday, when.start >= AFTERNOON and not when.is_weekend
