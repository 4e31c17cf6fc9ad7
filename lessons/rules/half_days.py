"""The half days of a school's week: their codes, their hours, and how they are said."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from centres.models import Weekday
from core import words

NOON = 12 * 60
AM, PM = "am", "pm"
CODES = tuple(f"{weekday}-{part}" for weekday in range(1, 6) for part in (AM, PM))
_PARTS = {AM: "morning", PM: "afternoon"}


@dataclass(frozen=True)
class Hours:
    """When lessons in a school may be, in minutes of the day: before dinner, and after it."""

    am: tuple[int, int]
    pm: tuple[int, int]

    def of(self, code: str) -> tuple[int, int]:
        return self.am if code.endswith(AM) else self.pm


def hours_from(written: Sequence[str]) -> Hours:
    """Hours from how a setting writes them: 09:00-12:00 13:00-15:15."""
    am, pm = (
        tuple(minute_of(dt.time.fromisoformat(one)) for one in part.split("-")) for part in written
    )
    return Hours((am[0], am[1]), (pm[0], pm[1]))


def weekday_of(code: str) -> int:
    return int(code.partition("-")[0])


def half_day_of(weekday: int, from_minute: int) -> str:
    """The half day in which a lesson begins."""
    return f"{weekday}-{AM if from_minute < NOON else PM}"


def minute_of(clock: dt.time) -> int:
    return clock.hour * 60 + clock.minute


def clock_of(minute: int) -> dt.time:
    return dt.time(minute // 60 % 24, minute % 60)


def said(code: str) -> str:
    """Tuesday morning"""
    return f"{Weekday(weekday_of(code)).label} {_PARTS[code.partition('-')[2]]}"


def listed(codes: Iterable[str], last: str = "or") -> str:
    """Tuesday morning, Tuesday afternoon or Friday morning"""
    return any_of([said(code) for code in codes], last)


def any_of(names: Sequence[str], last: str = "or") -> str:
    """a, b or c"""
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def spell(from_minute: int, until_minute: int) -> str:
    """8.50am to 10.50am"""
    return f"{words.clock(clock_of(from_minute))} to {words.clock(clock_of(until_minute))}"
