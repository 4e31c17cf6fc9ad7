"""Claim codes: how they are spelt, what may be done with one, and which letter is for whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from core.refusals import RuleBroken

# No vowels, so that no word is spelt, and nothing that looks like something else.
LETTERS = "BCDFGHJKMNPQRTVWXY2346789"
LENGTH, GROUP = 9, 3
WHOLE_WEEK = 7


class NoSuchCode(RuleBroken):
    """Wrong, used, withdrawn or too old: whoever types it is told the same."""

    def __init__(self) -> None:
        super().__init__(
            "This code does not open anything. Check it against the letter: it may have been used"
            " already, or be too old. Your school can give you another"
        )


class NotTheirOffer(RuleBroken):
    """This place is not among those that the letter's code opens."""


class ChildHasALetter(RuleBroken):
    """The child has used a letter of this class already."""


class LettersOut(RuleBroken):
    """The letters cannot be counted anew once a family has used one."""


class NobodyToWriteTo(RuleBroken):
    """There is no family left without a letter, or none that has not used it."""


class Standing(StrEnum):
    """What has become of a code."""

    OPEN = "open"
    THEIRS = "theirs"  # used by whoever asks, who may choose again
    OVER = "over"


@dataclass(frozen=True)
class Groups:
    """How many of a class a school counts as Pupil Premium, as SEND, and as both."""

    pp: int = 0
    send: int = 0
    both: int = 0


@dataclass(frozen=True)
class Counted:
    """In which of the school's counts a letter belongs."""

    has_pp: bool
    has_send: bool


def spelt(digest: bytes) -> str:
    """Nine letters and digits of a digest, as they are stored and compared."""
    number = int.from_bytes(digest)
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        signs.append(LETTERS[place])
    return "".join(signs)


def printed(code: str) -> str:
    """KTR 7XQ WM4"""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str) -> str | None:
    """A code as somebody typed it, with spaces, hyphens or small letters; None if it is none."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def standing(
    *,
    expires_at: dt.datetime,
    is_withdrawn: bool,
    claimed_by_id: int | None,
    asked_by_id: int | None,
    is_booked: bool,
    at: dt.datetime,
) -> Standing:
    """A code works once. Whoever used it may choose again until they have a place."""
    if is_withdrawn:
        return Standing.OVER
    if claimed_by_id is not None:
        theirs = claimed_by_id == asked_by_id and not is_booked
        return Standing.THEIRS if theirs else Standing.OVER
    return Standing.OPEN if expires_at > at else Standing.OVER


def counted(pupils: int, groups: Groups, *, order: Sequence[bytes]) -> list[Counted]:
    """Which letters are for whom, in an order nobody can guess from their numbers.

    `order`: one unguessable sign a letter. Those in both groups come first, then the others.
    """
    both = min(groups.both, groups.pp, groups.send)
    pp_alone = max(groups.pp - both, 0)
    shuffled = sorted(range(pupils), key=lambda place: order[place])
    kinds = [Counted(False, False)] * pupils
    for turn, place in enumerate(shuffled):
        is_both, is_pp = turn < both, both <= turn < both + pp_alone
        is_send = both + pp_alone <= turn < pp_alone + max(groups.send, both)
        kinds[place] = Counted(is_both or is_pp, is_both or is_send)
    return kinds


def check_groups(pupils: int, groups: Groups) -> None:
    """The groups fit into the class."""
    if groups.both > min(groups.pp, groups.send):
        raise RuleBroken("No more can be in both groups than are in the smaller one")
    if groups.pp + groups.send - groups.both > pupils:
        raise RuleBroken(
            f"There are {pupils} in this class, and more in the two groups together."
            " Say how many are in both"
        )


def fitted(pupils: int, groups: Groups) -> Groups:
    """The groups as they were said before, in a class that may be smaller since.

    Neither is larger than the class, and what would not fit beside each other is in both.
    """
    pp, send = min(groups.pp, pupils), min(groups.send, pupils)
    return Groups(pp, send, min(max(groups.both, pp + send - pupils), pp, send))


def last_day(expires_at: dt.datetime) -> dt.date:
    """The last day on which a code can be used."""
    return timezone.localdate(expires_at - dt.timedelta(seconds=1))


def letters_day(days: Sequence[dt.date], week: int) -> dt.date | None:
    """The day of the taught week in which letters go home; the last day of a shorter course."""
    return days[min(week, len(days)) - 1] if days else None
