"""How the portal says days, times and money, so that pages and letters agree."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone


def day(value: dt.date) -> str:
    """7 September 2026"""
    return f"{value.day} {value:%B} {value.year}"


def weekday_and_day(value: dt.date) -> str:
    """Monday 7 September"""
    return f"{value:%A} {value.day} {value:%B}"


def clock(value: dt.time) -> str:
    """9am, 4.30pm, noon: never 16:30"""
    if (value.hour, value.minute) == (12, 0):
        return "noon"
    hour = value.hour % 12 or 12
    minutes = f".{value.minute:02}" if value.minute else ""
    return f"{hour}{minutes}{'am' if value.hour < 12 else 'pm'}"


def moment(value: dt.datetime) -> str:
    """4.30pm on Monday 7 September, in local time"""
    local = timezone.localtime(value)
    return f"{clock(local.time())} on {weekday_and_day(local.date())}"


def money(value: Decimal) -> str:
    """£98, £9.80, £1,204"""
    return f"£{value:,.0f}" if value == value.to_integral_value() else f"£{value:,.2f}"


def count(number: int, one: str, many: str = "") -> str:
    """1 lesson, 3 lessons"""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def hours(number: int) -> str:
    """3 days, 36 hours: whole days as days"""
    days, rest = divmod(number, 24)
    return count(number, "hour") if rest or not days else count(days, "day")


def shortened(said: str, longest: int) -> str:
    """The words, or as many letters of them as fit with … for the rest"""
    return said if len(said) <= longest else f"{said[: longest - 1].rstrip()}…"
