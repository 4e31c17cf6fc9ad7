"""On which days a line of an order would be taught: in term, from soon on, not while shut."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from centres.models import Term, Year
from lessons.models import Programme
from lessons.rules import half_days
from lessons.rules.free_hours import WEEK, Dates, Gap, bits

MOST_DAYS = 20  # on which something taught on one day is tried


@dataclass(frozen=True)
class Shut:
    """Days on which the school, or everybody, is off; with minutes, for a part of each."""

    starts_on: dt.date
    ends_on: dt.date
    from_minute: int | None = None
    until_minute: int | None = None

    def covers(self, day: dt.date, window: Gap) -> bool:
        if not self.starts_on <= day <= self.ends_on:
            return False
        if self.from_minute is None or self.until_minute is None:
            return True
        return self.from_minute < window[1] and window[0] < self.until_minute


@dataclass(frozen=True)
class Period:
    """The terms that a line is about, as far as they are still to come, and how many lessons."""

    term: Term | None
    terms: tuple[Term, ...]
    first_on: dt.date
    last_on: dt.date
    weeks: int
    fewest: int
    monday: dt.date  # from which the year's weeks are counted

    @property
    def is_one_day(self) -> bool:
        return self.weeks == 1

    @property
    def name(self) -> str:
        """the spring term; the year"""
        return f"the {self.term.name.lower()} term" if self.term else "the year"

    @property
    def spell(self) -> str:
        """all term; all year"""
        return "all term" if self.term else "all year"


def period_of(
    programme: Programme,
    term: Term | None,
    terms: Sequence[Term],
    *,
    year: Year,
    soonest: dt.date,
    short_by: int,
) -> Period | None:
    """What is left of the term, or of the year; None once it is over or where no term is known.

    `short_by`: how many lessons of each term may be missing.
    """
    wanted = [each for each in terms if term is None or each.pk == term.pk]
    left = tuple(each for each in wanted if soonest <= each.ends_on)
    if not left:
        return None
    if term is None:  # something short is taught in the first terms there are
        left = left[: max(programme.terms, 1)]
    asked = max(1, min(programme.terms, len(wanted)))
    # A programme of a whole year taken for one term is taught for a part of its weeks.
    weeks = -(-programme.weeks * asked // max(programme.terms, 1))
    return Period(
        term=term,
        terms=left,
        first_on=max(soonest, left[0].starts_on),
        last_on=left[-1].ends_on,
        weeks=weeks,
        fewest=max(1, weeks - short_by * asked),
        monday=monday_before(year.starts_on),
    )


def dates_of(period: Period, code: str, window: Gap, closings: Iterable[Shut]) -> Dates:
    """The first so many days of a half day that can be taught; of one day, all it could be."""
    closings = list(closings)
    day = period.first_on
    day += dt.timedelta(days=(half_days.weekday_of(code) - day.isoweekday()) % 7)
    days: list[dt.date] = []
    shut: list[dt.date] = []
    most = MOST_DAYS if period.is_one_day else period.weeks
    while day <= period.last_on and len(days) < most:
        if any(term.holds(day) for term in period.terms):
            closed = any(each.covers(day, window) for each in closings)
            (shut if closed else days).append(day)
        day += WEEK
    between = tuple(each for each in shut if days and each < days[-1])
    return Dates(code, tuple(days), bits(days, period.monday), between if days else tuple(shut))


def single_days(dates: Sequence[Dates], monday: dt.date) -> list[list[Dates]]:
    """Its half days, day by day, the soonest first: for what is taught on one day.

    Last, the first day of each half day: where no single day holds it all.
    """
    days = sorted({day for each in dates for day in each.days})
    single = [
        [_only(each, day, monday) for each in dates if day in each.days] for day in days[:MOST_DAYS]
    ]
    return [*single, [_only(each, each.days[0], monday) for each in dates]]


def _only(dates: Dates, day: dt.date, monday: dt.date) -> Dates:
    return Dates(dates.code, (day,), bits([day], monday))


def monday_before(day: dt.date) -> dt.date:
    """The Monday of its week, from which weeks are counted."""
    return day - dt.timedelta(days=day.isoweekday() - 1)
