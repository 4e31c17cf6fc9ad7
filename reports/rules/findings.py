"""The sentence a chart is headed by: always worked out from the numbers it draws."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core import words

MOST_NAMED = 2  # more names than that are no finding
NOTABLE = 3  # a difference of so many points in a hundred is worth a word


@dataclass(frozen=True)
class Standing:
    """A centre or a group: how many have a place, and how many wait for one."""

    name: str
    booked: int
    waiting: int


@dataclass(frozen=True)
class Week:
    """A week of registers: of how many lines that were marked, how many came."""

    starts_on: dt.date
    came: int
    marked: int

    @property
    def share(self) -> int:
        """Of a hundred."""
        return round(100 * self.came / self.marked)


def finding_of_waits(standings: Sequence[Standing], *, waiting: int) -> str:
    """Where most wait, by name, and how many of all who wait, drawn or not."""
    most = max((one.waiting for one in standings), default=0)
    if not most:
        return "Nobody is waiting for a place"
    names = [one.name for one in standings if one.waiting == most]
    if len(names) > MOST_NAMED:
        return f"{words.count(len(names), 'line')} of {most} are the longest"
    who = " and ".join(names)
    verb, each = ("has", "") if len(names) == 1 else ("have", " each")
    return f"{who} {verb} the most waiting: {most:,}{each} of {waiting:,}"


def finding_of_weeks(weeks: Sequence[Week], *, goal: int) -> str:
    """Whether as many come as should, and which way it goes."""
    if not weeks:
        return "No register of this term has been marked yet"
    last = weeks[-1].share
    held = _weeks_held(weeks, goal=goal)
    if held == len(weeks) > 1:
        return f"Attendance has been {goal}% or more in every week of the term"
    if held > 1:
        return f"Attendance has held at {goal}% or more for {words.count(held, 'week')}"
    before = _share_before(weeks)
    if before is not None and last - before >= NOTABLE:
        return f"Attendance rose to {last}%, from {before}% before"
    if before is not None and before - last >= NOTABLE:
        return f"Attendance fell to {last}%, from {before}% before"
    return f"Attendance is {last}%" if before is None else f"Attendance is steady at {last}%"


def _weeks_held(weeks: Sequence[Week], *, goal: int) -> int:
    """For how many weeks up to the last the goal was met without a break."""
    held = 0
    for week in reversed(weeks):
        if week.share < goal:
            break
        held += 1
    return held


def _share_before(weeks: Sequence[Week]) -> int | None:
    marked = sum(week.marked for week in weeks[:-1])
    return round(100 * sum(week.came for week in weeks[:-1]) / marked) if marked else None
