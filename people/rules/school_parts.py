"""The parts somebody plays for us at a school: their names, and who may give them to whom."""

import datetime as dt
from collections.abc import Collection, Iterable

from core import words
from core.refusals import RuleBroken
from people.models import SchoolContact

Role = SchoolContact.Role
# As they are asked about, with what each may do.
PARTS: dict[str, tuple[str, str]] = {
    Role.MUSIC_LEAD: ("Music lead", "Sees everything and orders lessons"),
    Role.HEAD: ("Headteacher", "Sees and orders everything, and agrees orders"),
    Role.FINANCE: ("Finance", "Sees everything and agrees orders: bursars, trusts"),
    Role.DSL: ("Designated safeguarding lead", "Sees who comes, and their letters of assurance"),
}
# Whoever may say yes to an order is known to the office, or let in by somebody who may.
AGREEING = frozenset({Role.HEAD, Role.FINANCE})
# Whoever writes to us for the school, and to whom we write about it.
SPEAKING = frozenset({Role.HEAD, Role.MUSIC_LEAD})
_GIVES: dict[str, frozenset[str]] = {
    Role.HEAD: frozenset(Role),
    Role.MUSIC_LEAD: frozenset(Role) - AGREEING,
}


class NotASchoolToday(RuleBroken):
    """The school is closed, or is not open yet."""


class PlaysThisPart(RuleBroken):
    """They have every part they ask for."""


class AskedAlready(RuleBroken):
    """We have their question, and nobody has answered it yet."""


class ClaimDecided(RuleBroken):
    """Somebody answered before."""


class TooManyClaims(RuleBroken):
    """One person asked for many schools in one day."""


class NotYoursToEnd(RuleBroken):
    """Nobody ends a part that they could not give."""


class InvitedAlready(RuleBroken):
    """The address belongs to somebody who has every part offered."""


def given_by(own: Iterable[str]) -> frozenset[str]:
    """The parts that somebody in these parts may let others into, or end."""
    return frozenset().union(*(_GIVES.get(part, frozenset()) for part in own))


def vouched_parts(asked: Iterable[str]) -> frozenset[str]:
    """What the word of a school's own directory is enough for: it knows who works there, not as
    what; so whoever may say yes to an order is still looked at."""
    return frozenset(asked) - AGREEING


def in_words(parts: Collection[str]) -> str:
    """headteacher; music lead and finance"""
    named = [Role(part).label for part in PARTS if part in parts]
    return f"{', '.join(named[:-1])} and {named[-1]}" if named[1:] else "".join(named)


def check_not_too_many(already: int, *, most: int) -> None:
    if already >= most:
        raise TooManyClaims(
            f"You may ask for {words.count(most, 'school')} in a day. Call us if there are more."
        )


def check_open(name: str, *, is_open: bool, closed_on: dt.date | None) -> None:
    if is_open:
        return
    when = f" on {words.day(closed_on)}" if closed_on else ""
    raise NotASchoolToday(
        f"{name} closed{when}, so nobody can speak for it. If it became another school, search for"
        " that one’s name, or call us."
    )


def check_new(asked: Collection[str], *, held: Collection[str], school: str) -> None:
    if set(asked) <= set(held):
        raise PlaysThisPart(f"You are {in_words(asked)} of {school} here already.")


def check_may_end(parts: Collection[str], *, gives: Collection[str]) -> None:
    if not set(parts) <= set(gives):
        raise NotYoursToEnd(
            "Only a headteacher, or we, can end this. Ask yours, or call us and we do it with you."
        )
