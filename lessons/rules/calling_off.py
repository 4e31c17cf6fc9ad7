"""Calling off a whole course for school staff: whether it can be, and what comes of it in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bookings.models import Activity, CancellationCause
from core import words
from core.refusals import RuleBroken


class NotCalledOff(RuleBroken):
    """The course cannot be called off as a whole."""


@dataclass(frozen=True)
class Ending:
    """What ends with a course: its places, its line, and what is owed for them."""

    places: int
    waiting: int
    dropped: Decimal
    late: Decimal
    billed: Decimal
    late_billed: Decimal
    readers: int


def check_may_call_off(
    activity: Activity, cause: CancellationCause, *, begins_at: dt.datetime | None, at: dt.datetime
) -> None:
    """Before it has begun, and at nobody's cost but ours."""
    if activity.kind != Activity.Kind.TRAINING:
        raise NotCalledOff("It is for families. Close it day by day, or end its places.")
    if begins_at is not None and begins_at <= at:
        raise NotCalledOff(
            f"It began at {words.moment(begins_at)}. Call off what is left of it one meeting at a"
            " time, and each comes off the bill."
        )
    if cause.pupil_pays:
        raise NotCalledOff("Nobody pays for a course that we call off. Choose another cause.")


def what_follows(endings: Iterable[Ending]) -> str:
    """What whoever confirms it reads before."""
    each = list(endings)
    places, waiting = sum(one.places for one in each), sum(one.waiting for one in each)
    who = words.count(places, "place")
    ends = "ends" if places == 1 else "end"
    line = (
        f", and {words.count(waiting, 'person', 'people')} waiting need not wait" if waiting else ""
    )
    said = [f"{who.capitalize()} {ends}{line}.", *_of_money(each)]
    readers = sum(one.readers for one in each)
    letters = words.count(readers, "person has one letter", "people have one letter each")
    said += [
        f"{letters.capitalize()} with your words, and whoever was to teach is told.",
        "The meetings stay on record as called off. This cannot be undone.",
    ]
    return " ".join(said)


def _of_money(endings: list[Ending]) -> list[str]:
    sums = (
        ("dropped", "{} is not charged."),
        ("late", "{} for having cancelled late is dropped too."),
        ("billed", "{} is billed already, and comes off the bill."),
        ("late_billed", "{} for having cancelled late is billed already: credit it by hand."),
    )
    found = []
    for name, sentence in sums:
        amount = sum((getattr(one, name) for one in endings), start=Decimal(0))
        if amount:
            found.append(sentence.format(words.money(amount)))
    return found


def for_the_bill(*, has_price: bool, was_late: bool) -> str:
    """What a letter says of money."""
    late = "What cancelling late would have cost is dropped too."
    if not has_price:
        return late if was_late else "There is nothing to pay."
    pays = "Your school pays nothing for it. What is billed already comes off its bill."
    return f"{pays} {late}" if was_late else pays
