"""When a reminder is due, in local time: the evening before, the evening of, one evening a week."""

import datetime as dt
from dataclasses import dataclass

from bookings.rules.calendar import LONDON

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Evenings:
    """At which local hours the service writes, as it has set them."""

    first_meeting_hour: int
    register_hour: int
    digest_weekday: int
    digest_hour: int
    digest_late_hours: int


@dataclass(frozen=True)
class Week:
    """The seven days a digest is about, both ends included."""

    first: dt.date
    last: dt.date

    @property
    def name(self) -> str:
        """2026-W48, by the Monday in it or at its start"""
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @classmethod
    def named(cls, name: str) -> "Week":
        first = dt.date.fromisoformat(f"{name}-1")
        return cls(first, first + WEEK - DAY)


def moment(day: dt.date, hour: int = 0) -> dt.datetime:
    """This local hour of a day, as a moment in UTC: on the days the clocks change, too."""
    return dt.datetime.combine(day, dt.time(hour), LONDON).astimezone(dt.UTC)


def days_of_first_meetings(at: dt.datetime, *, hour: int) -> list[dt.date]:
    """Of which days first meetings are told now: today's, and from the evening on tomorrow's.

    A place taken late, or a clock that stood still, finds what is still to come today.
    """
    today = at.astimezone(LONDON).date()
    return [today, today + DAY] if at >= moment(today, hour) else [today]


def reminded_for_another(day: dt.date) -> dt.datetime:
    """A reminder before this moment was for a meeting that did not happen."""
    return moment(day - DAY)


def days_of_registers(at: dt.datetime, *, hour: int) -> list[dt.date]:
    """Whose registers are asked for now: from the evening of a day, until the next evening."""
    today = at.astimezone(LONDON).date()
    return [today] if at >= moment(today, hour) else [today - DAY]


def week_to_tell(at: dt.datetime, evenings: Evenings) -> Week | None:
    """The week a digest is due for now; None between times.

    An evening that was missed is made good for some hours, and no longer.
    """
    today = at.astimezone(LONDON).date()
    day = today - ((today.isoweekday() - evenings.digest_weekday) % 7) * DAY
    if at < moment(day, evenings.digest_hour):
        day -= WEEK
    written = moment(day, evenings.digest_hour)
    if at - written >= dt.timedelta(hours=evenings.digest_late_hours):
        return None
    monday = day + ((1 - day.isoweekday()) % 7 or 7) * DAY
    return Week(monday, monday + WEEK - DAY)
