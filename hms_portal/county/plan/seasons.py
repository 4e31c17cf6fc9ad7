"""When a year's groups and lessons begin and end, and the year's own copy of each."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from billing.models import Rate
from bookings.models import Activity
from centres.models import Term, Year
from hms_portal.county import sources

# Groups and lessons start when timetables have settled, and end before the last weeks of concerts:
# about ten meetings a term for groups, eleven for lessons.
GROUPS_START, GROUPS_END = dt.timedelta(days=32), dt.timedelta(days=26)
LESSONS_START, LESSONS_END = dt.timedelta(days=25), dt.timedelta(days=19)
SIX_WEEKS = dt.timedelta(days=41)
BOOKING_OPENS = (6, 15)  # 15 June before the year


@dataclass(frozen=True)
class Season:
    """One year's terms, in order, and its prices."""

    year: Year
    terms: Sequence[Term]
    rates: dict[tuple[str, str], Rate]

    def group_days(self, *, starts_in_spring: bool, weeks: int) -> tuple[dt.date, dt.date]:
        """A short course is six meetings of the spring term."""
        autumn, spring, summer = self.terms
        if weeks < 10:
            return spring.starts_on, spring.starts_on + SIX_WEEKS
        first = spring.starts_on if starts_in_spring else autumn.starts_on + GROUPS_START
        return first, summer.ends_on - GROUPS_END

    def lesson_days(self, *, starts_in_spring: bool) -> tuple[dt.date, dt.date]:
        autumn, spring, summer = self.terms
        first = spring.starts_on if starts_in_spring else autumn.starts_on + LESSONS_START
        return first, summer.ends_on - LESSONS_END

    @property
    def booking_opens_at(self) -> dt.datetime:
        month, day = BOOKING_OPENS
        opens_on = dt.date(self.year.starts_on.year, month, day)
        return sources.local_moment(opens_on, dt.time(9))

    def status(self, first_on: dt.date, last_on: dt.date, today: dt.date) -> Activity.Status:
        if today > last_on:
            return Activity.Status.FINISHED
        return Activity.Status.RUNNING if first_on <= today else Activity.Status.OPEN


def rates_of(year: Year, rates: Sequence[Rate]) -> dict[tuple[str, str], Rate]:
    """The prices in force when the year starts; before our first price, that one."""
    in_force: dict[tuple[str, str], Rate] = {}
    for rate in sorted(rates, key=lambda it: it.from_on):
        key = rate.key, rate.audience
        if rate.from_on <= year.starts_on or key not in in_force:
            in_force[key] = rate
    return in_force
