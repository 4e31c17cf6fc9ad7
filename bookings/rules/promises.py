"""Hours kept for a school that has yet to decide: nothing else is planned in them unasked."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core import words
from core.refusals import RuleBroken

_TICK = "tick “Plan it all the same”"


class Insist(StrEnum):
    """Where the office, and nobody else, can plan it all the same, as a refusal says it."""

    HERE = _TICK
    PUTTING_BACK = f"put it back on its own page and {_TICK}"
    ASSIGNING = f"choose “Assign a teacher” in the list of meetings and {_TICK}"
    GIVING = f"choose “Give another teacher from a day on” in the list of activities and {_TICK}"
    OPENING = "choose “Open, over hours kept for schools” in the list of activities"


class HourPromised(RuleBroken):
    """A school is promised this hour of this teacher; `undecided`: which may still give way."""

    def __init__(self, sentence: str, *, undecided: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.undecided = tuple(undecided)

    @property
    def box(self) -> str:
        """What the office ticks: Plan it all the same: the order of Larkhay is asked again"""
        one = len(self.undecided) == 1
        orders, are = ("order", "is") if one else ("orders", "are")
        return f"Plan it all the same: the {orders} of {_listed(self.undecided)} {are} asked again"


@dataclass(frozen=True)
class Promised:
    """An hour kept for a school, on one day on which something else would be planned in it."""

    key: int
    teacher_id: int
    teacher: str
    school: str
    day: dt.date
    starts: dt.time
    ends: dt.time
    until: dt.date | None  # None: the school has agreed

    @property
    def hours(self) -> str:
        """9am to 9.45am"""
        return f"{words.clock(self.starts)} to {words.clock(self.ends)}"


def check_not_promised(promised: Sequence[Promised], *, all_the_same: bool, insist: Insist) -> None:
    """What a school has agreed to stands; what it may still agree to gives way if it must.

    `all_the_same`: whether the office insists; `insist`: where it could.
    """
    agreed = [each for each in promised if each.until is None]
    if agreed:
        raise HourPromised(
            f"{_said(agreed)}, which has agreed to it. Schedule its order first, plan another"
            " time, or ask somebody else."
        )
    if promised and not all_the_same:
        last = max(each.until for each in promised if each.until)
        raise HourPromised(
            f"{_said(promised)} until {words.weekday_and_day(last)}, while it decides on its"
            f" order. Plan another time or ask somebody else; or, in the office, {insist}.",
            undecided=_schools(promised),
        )


def _said(promised: Sequence[Promised]) -> str:
    """Ngozi Eze is kept from 9am to 9.45am on Tuesday 8 September, and 3 more, for Larkhay."""
    first = min(promised, key=lambda each: (each.day, each.starts))
    more = len({(each.day, each.starts) for each in promised}) - 1
    others = f" and {words.count(more, 'time')} more" if more else ""
    return (
        f"{first.teacher} is kept from {first.hours} on {words.weekday_and_day(first.day)}{others}"
        f" for {_listed(_schools(promised))}"
    )


def _schools(promised: Sequence[Promised]) -> list[str]:
    return sorted({each.school for each in promised})


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
