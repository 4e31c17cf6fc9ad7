"""What a family may tell us ahead, and what two tellings of the same days amount to."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core import words
from core.refusals import RuleBroken

LONGEST = dt.timedelta(days=366)


class NotTellable(RuleBroken):
    """These days cannot be told ahead; the message says what to do instead."""


class LastDayWrong(NotTellable):
    """It is the last day that cannot be."""


class NothingToMiss(NotTellable):
    """Nothing of theirs is on those days."""


@dataclass(frozen=True)
class Days:
    """From one day to another, both included."""

    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        """Saturday 5 September; Saturday 5 September to Monday 7 September"""
        first, last = words.weekday_and_day(self.first), words.weekday_and_day(self.last)
        return first if self.first == self.last else f"{first} to {last}"

    @property
    def in_a_sentence(self) -> str:
        """on Saturday 5 September; from Saturday 5 September to Monday 7 September"""
        return f"on {self}" if self.first == self.last else f"from {self}"

    def holds(self, other: "Days") -> bool:
        return self.first <= other.first and other.last <= self.last

    def with_all(self, others: Iterable["Days"]) -> "Days":
        """One stretch of days that begins and ends where the widest of them do."""
        every = [self, *others]
        return Days(min(each.first for each in every), max(each.last for each in every))


def check_tellable(days: Days, *, today: dt.date) -> None:
    """The days are in order, still to come, and near enough to be planned."""
    if days.last < days.first:
        raise LastDayWrong("The last day away comes after the first. Check both dates.")
    if days.first < today:
        raise NotTellable(
            f"{words.weekday_and_day(days.first)} has gone, and its register with it. Tell us from"
            " today on, or call us about a day that has gone."
        )
    if days.last - today > LONGEST:
        raise LastDayWrong("That is more than a year ahead. Choose a last day within a year.")


def check_meets(name: str, number: int) -> None:
    """There is something on those days that the person would miss."""
    if not number:
        raise NothingToMiss(
            f"{name} has nothing to come on those days, so there is nothing to tell. Check the"
            " dates."
        )


def days_left(days: Days, *, today: dt.date) -> Days | None:
    """What stays told once it is taken back today: the days that have gone, if any."""
    yesterday = today - dt.timedelta(days=1)
    if days.last < today:
        raise NotTellable("Those days have gone, so there is nothing to take back.")
    return Days(days.first, yesterday) if days.first < today else None
