"""How many children a class has: which numbers it can have, and from which day."""

import datetime as dt
from dataclasses import dataclass

from core import words
from core.refusals import RuleBroken


class SizeRefused(RuleBroken):
    """The class cannot have so many children from that day on."""


@dataclass(frozen=True)
class Size:
    """So many children; and where another number is said from a day on, that and the day."""

    now: int
    then: int
    from_on: dt.date | None = None

    def __str__(self) -> str:
        """30 children; 30 children, and 18 from Tuesday 1 December"""
        said = words.count(self.now, "child", "children")
        if self.from_on is None:
            return said
        return f"{said}, and {self.then} from {words.weekday_and_day(self.from_on)}"


@dataclass(frozen=True)
class Standing:
    """A class as it is: its size, the most it may have, its instruments and its last lesson.

    `others`: children of other classes who play from the same set.
    """

    name: str
    size: int
    largest: int
    last_on: dt.date | None
    pieces: int | None = None
    others: int = 0
    # Lessons from the day asked on are for as many as the class has: nothing else was said.
    is_same_from_then: bool = True


def check_size(
    number: int, from_on: dt.date, standing: Standing, *, today: dt.date, set_is_seen_to: bool
) -> None:
    """`set_is_seen_to`: staff have found instruments for more than the set has."""
    name = standing.name
    if standing.last_on is None:
        raise SizeRefused(f"The lessons of {name} are over, so nothing would change.")
    if number < 1:
        raise SizeRefused(
            f"A class has at least 1 child. If {name} is not taught any more, call us."
        )
    if number > standing.largest:
        raise SizeRefused(
            f"At most {standing.largest} children can be in one class of this programme. Enter"
            f" {standing.largest} or fewer, or call us."
        )
    _check_day(from_on, standing, today=today)
    if number == standing.size and standing.is_same_from_then:
        raise SizeRefused(f"We have {words.count(number, 'child', 'children')} for {name} already.")
    if number > standing.size and not set_is_seen_to:
        _check_set(number, standing)


def _check_day(from_on: dt.date, standing: Standing, *, today: dt.date) -> None:
    if from_on < today:
        raise SizeRefused("Choose today or a later day. What was counted stays as it is.")
    if standing.last_on and from_on > standing.last_on:
        last = words.weekday_and_day(standing.last_on)
        raise SizeRefused(
            f"The last lesson of {standing.name} is on {last}. Choose a day up to then."
        )


def _check_set(number: int, standing: Standing) -> None:
    """As when it was ordered: an instrument for each child."""
    if standing.pieces is None or number + standing.others <= standing.pieces:
        return
    shared = f", and {standing.others} other children play from it" if standing.others else ""
    raise SizeRefused(
        f"The class set has {words.count(standing.pieces, 'instrument')}{shared}: too few for"
        f" {words.count(number, 'child', 'children')}. Call us, and we look for more."
    )
