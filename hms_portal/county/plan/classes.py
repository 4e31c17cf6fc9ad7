"""Which invented schools ordered what for a year, and when it is taught: nobody in two places."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bookings.models import Activity
from hms_portal.county import sources
from hms_portal.county.plan.seasons import Season
from hms_portal.county.plan.timetable import Teachers, When
from lessons.models import ProgrammeInstrument
from loans.models import Asset
from people.models import Person, School

SETTLING = dt.timedelta(days=7)  # after a term starts, and before it ends
YEAR_GROUPS = (3, 4, 4, 5)
# What is ordered how often; the programmes with two teachers are left to those who try it out.
WISHES = (
    "whole-class-ukulele-year",
    "whole-class-ukulele-year",
    "whole-class-recorder-term",
    "whole-class-ukulele-term",
    "whole-class-djembe-term",
    "choir-leadership",
    "whole-class-recorder-term",
    "whole-class-djembe-term",
)
STARTS = (9 * 60, 9 * 60 + 30, 10 * 60 + 15, 13 * 60 + 15)
BETWEEN = 5  # minutes between two classes


class Wish(NamedTuple):
    """A school wants this, for this year group, from this term (0, 1, 2) on."""

    school: School
    programme: str
    year_group: int
    classes: int
    term: int
    teacher: Person | None = None  # who is asked for by name


@dataclass(frozen=True)
class Placed:
    """A wish that came true: who teaches it, when, from when to when, and on which sets."""

    wish: Wish
    instrument: ProgrammeInstrument
    teacher: Person
    weekday: int
    start: int
    first_on: dt.date
    last_on: dt.date
    sets: tuple[Asset, ...]

    def starts(self, ordinal: int) -> dt.time:
        """When the class of this number starts, counted from one."""
        step = self.instrument.programme.minutes + BETWEEN
        return dt.time(*divmod(self.start + (ordinal - 1) * step, 60))


def wishes(schools: Sequence[School], count: int, draw: random.Random) -> Iterator[Wish]:
    """One of each school, the given ones first."""
    for number, school in enumerate(schools[:count]):
        yield Wish(
            school,
            WISHES[number % len(WISHES)],
            draw.choice(YEAR_GROUPS),
            2 if (school.pupils or 0) > 150 else 1,
            draw.choice((0, 0, 1, 2)),
        )


class Placing:
    """Gives each wish a teacher, a half day and its sets, as far as there are any."""

    def __init__(
        self,
        season: Season,
        teachers: Teachers,
        instruments: dict[str, ProgrammeInstrument],
        sets: dict[int, list[Asset]],
    ) -> None:
        self.season, self.teachers = season, teachers
        self.instruments, self.sets = instruments, sets
        self.families = {row["slug"]: row["family"] for row in sources.rows("subjects")}
        self.lent: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)

    def place(self, wish: Wish) -> Placed | None:
        """None where nobody is free, or no set."""
        instrument = self.instruments[wish.programme]
        first, last = self._days(wish, instrument)
        sets = self._sets(instrument, wish.classes, first, last)
        if sets is None:
            return None
        length = wish.classes * (instrument.programme.minutes + BETWEEN)
        place = ("school", wish.school.pk)
        for weekday in range(1, 6):
            for start in STARTS:
                when = When((weekday + wish.school.pk) % 5 + 1, start, start + length)
                family = self.families[instrument.subject.slug]
                teacher = wish.teacher or self.teachers.find(family, when, place)
                if teacher is None or not self.teachers.can_be(teacher, when, place):
                    continue
                self.teachers.take(teacher, when, place)
                for one in sets:
                    self.lent[one.pk].append((first, last))
                day = _first(first, when.weekday)
                return Placed(wish, instrument, teacher, when.weekday, start, day, last, sets)
        return None

    def _days(self, wish: Wish, instrument: ProgrammeInstrument) -> tuple[dt.date, dt.date]:
        terms = self.season.terms
        if instrument.programme.terms > 1:
            return terms[0].starts_on + 2 * SETTLING, terms[-1].ends_on - 4 * SETTLING
        term = terms[wish.term]
        return term.starts_on + SETTLING, term.ends_on - SETTLING

    def _sets(
        self, instrument: ProgrammeInstrument, count: int, first: dt.date, last: dt.date
    ) -> tuple[Asset, ...] | None:
        if instrument.kind_id is None:
            return ()
        free = [
            one
            for one in self.sets[instrument.kind_id]
            if all(last < start or end < first for start, end in self.lent[one.pk])
        ]
        return tuple(free[:count]) if len(free) >= count else None


def _first(day: dt.date, weekday: int) -> dt.date:
    return day + dt.timedelta(days=(weekday - day.isoweekday()) % 7)


def busy(teachers: Teachers, activities: Sequence[Activity]) -> Teachers:
    """The teachers, told of what they teach already."""
    people = {teacher.pk: teacher for teacher in teachers.teachers}
    for each in activities:
        teacher = people.get(each.teacher_id or 0)
        if teacher is None or each.weekday is None or each.local_start is None:
            continue
        start = each.local_start.hour * 60 + each.local_start.minute
        place = ("school", each.school_id) if each.school_id else ("centre", each.centre_id)
        teachers.take(teacher, When(each.weekday, start, start + (each.minutes or 0)), place)
    return teachers
