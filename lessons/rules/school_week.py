"""Which week a school looks at, and what that week is called."""

import datetime as dt

from centres.models import Term
from core import words

FRIDAY = 5
FIRST_YEAR, LAST_YEAR = 2000, 2199
WEEK = dt.timedelta(days=7)


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def week_shown(asked: dt.date | None, *, today: dt.date) -> dt.date:
    """The Monday of the day asked for; else of today, and at a weekend of the week to come."""
    if asked and FIRST_YEAR <= asked.year <= LAST_YEAR:
        return monday_of(asked)
    return monday_of(today) + (WEEK if today.isoweekday() > FRIDAY else 0 * WEEK)


def heading(monday: dt.date, *, today: dt.date) -> str:
    """Who comes this week; next week; in the week of 7 December"""
    weeks = (monday - monday_of(today)).days // 7
    if weeks in {0, 1}:
        return "Who comes this week" if weeks == 0 else "Who comes next week"
    came = "Who came" if weeks < 0 else "Who comes"
    return f"{came} in the week of {monday.day} {monday:%B}"


def place_in_term(monday: dt.date, term: Term | None) -> str:
    """Autumn term, week 9: weeks of teaching, half term not counted."""
    if term is None:
        return ""
    friday = monday + dt.timedelta(days=4)
    if friday < term.starts_on:
        return f"{term.name} term starts on {words.weekday_and_day(term.starts_on)}"
    if term.half_term_starts_on <= friday and monday <= term.half_term_ends_on:
        return f"{term.name} half term"
    if monday > term.ends_on:
        return "Holidays"
    number = (monday - monday_of(term.starts_on)).days // 7 + 1
    if monday > term.half_term_ends_on:
        number -= _weeks(term.half_term_starts_on, term.half_term_ends_on)
    return f"{term.name} term, week {number}"


def came_shown(came: int, missed: int, *, hide_below: int) -> int | None:
    """How many of a register by name came, where neither that nor who did not is a few."""
    few = range(1, hide_below)
    return None if came == 0 or came in few or missed in few else came


def _weeks(first: dt.date, last: dt.date) -> int:
    return (monday_of(last) - monday_of(first)).days // 7 + 1
