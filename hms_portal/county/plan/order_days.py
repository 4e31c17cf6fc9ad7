"""When a school wrote, sent and agreed an order, and when it was scheduled: days of its office."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from hms_portal.county.sources import local_moment

FROM = (6, 1)  # of the summer before
WRITING_DAYS = 22  # from the first to the last day on which somebody begins an order
FRIDAY = 5
BEGINS, SENDS, AGREES, SCHEDULES = dt.time(8, 52), dt.time(15, 35), dt.time(10, 41), dt.time(14, 8)
HOUR = 60


@dataclass(frozen=True)
class OrderDays:
    """The moments of one order, each later than the one before."""

    made_at: dt.datetime
    submitted_at: dt.datetime
    quoted_at: dt.datetime
    agreed_at: dt.datetime
    scheduled_at: dt.datetime


def order_days(year_starts: dt.date, number: int) -> OrderDays:
    """In June or July. Every answer was yes, so it is quoted as it is sent."""
    begun = _office_days_after(dt.date(year_starts.year, *FROM), number * 5 % WRITING_DAYS)
    sent = _office_days_after(begun, 1 + number % 2)
    agreed = _office_days_after(sent, 2 + number % 4)
    scheduled = _office_days_after(agreed, 2 + number % 3)
    late = number * 17 % HOUR  # each office in its own time
    sent_at = _moment(sent, SENDS, late)
    return OrderDays(
        made_at=_moment(begun, BEGINS, late),
        submitted_at=sent_at,
        quoted_at=sent_at,
        agreed_at=_moment(agreed, AGREES, late),
        scheduled_at=_moment(scheduled, SCHEDULES, late),
    )


def office_moment_before(at: dt.datetime, *, days: int, clock: dt.time) -> dt.datetime:
    """So many days of an office before this moment, at this time of the clock."""
    day = timezone.localdate(at)
    for _ in range(days):
        day -= dt.timedelta(days=1)
        while day.isoweekday() > FRIDAY:
            day -= dt.timedelta(days=1)
    return local_moment(day, clock)


def _office_days_after(day: dt.date, days: int) -> dt.date:
    """Monday to Friday; in June and July no other day is closed."""
    while day.isoweekday() > FRIDAY:
        day += dt.timedelta(days=1)
    for _ in range(days):
        day += dt.timedelta(days=3 if day.isoweekday() == FRIDAY else 1)
    return day


def _moment(day: dt.date, clock: dt.time, late: int) -> dt.datetime:
    return local_moment(day, clock) + dt.timedelta(minutes=late)
