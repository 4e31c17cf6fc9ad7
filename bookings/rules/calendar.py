"""When an activity meets: a weekly pattern of local times, over terms, without closures."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bookings.models import Activity, Closure
from centres.models import Term

LONDON = ZoneInfo("Europe/London")
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Meeting:
    """One date of a pattern, as moments in UTC."""

    occurs_on: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime


def midnight_after(day: dt.date) -> dt.datetime:
    """The end of a local day."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, LONDON)


def expected_since(from_on: dt.date, *, at: dt.datetime) -> dt.datetime:
    """From when on a class is of another size: the day's start, and never what has begun."""
    return max(dt.datetime.combine(from_on, dt.time.min, LONDON), at)


def meetings(
    activity: Activity, *, terms: Iterable[Term], closures: Iterable[Closure]
) -> list[Meeting]:
    """Every date the activity's pattern meets: in term, not in half term, not while closed.

    The pattern is local: half past nine stays half past nine when the clocks change.
    """
    terms, closures = list(terms), list(closures)
    return [
        _meeting(activity, day)
        for day in _pattern_days(activity)
        if any(term.holds(day) for term in terms)
        and not any(closure.covers(day, of=activity) for closure in closures)
    ]


def _pattern_days(activity: Activity) -> Iterator[dt.date]:
    if activity.weekday is None or activity.first_on is None or activity.last_on is None:
        return
    ahead = (activity.weekday - activity.first_on.isoweekday()) % 7
    day = activity.first_on + dt.timedelta(days=ahead)
    while day <= activity.last_on:
        yield day
        day += WEEK


def _meeting(activity: Activity, day: dt.date) -> Meeting:
    assert activity.local_start is not None
    assert activity.minutes is not None
    starts_at = dt.datetime.combine(day, activity.local_start, LONDON).astimezone(dt.UTC)
    return Meeting(day, starts_at, starts_at + dt.timedelta(minutes=activity.minutes))
