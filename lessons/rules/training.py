"""Training for school staff: who may book it, and what cancelling a place costs."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from billing.models import LateCancellation
from bookings.models import Attendance, Enrolment
from core import words
from core.refusals import RuleBroken
from people.models import Person, School

PENNY = Decimal("0.01")
WEEK = 7
LATE = "late cancellation"
CAME = (Attendance.Mark.PRESENT, Attendance.Mark.LATE, Attendance.Mark.LEFT_EARLY)
SHUT = {School.Status.CLOSED, School.Status.PROPOSED}


class NotForThem(RuleBroken):
    """Whoever asks may not book this for this school."""


class TooLate(RuleBroken):
    """The training has begun, so its place cannot be cancelled."""


class HandedOn(RuleBroken):
    """The place went to somebody else meanwhile."""


@dataclass(frozen=True)
class Leaving:
    """What cancelling a place costs on one day."""

    price: Decimal
    days: int | None
    percent: int

    @property
    def cost(self) -> Decimal:
        return (self.price * self.percent / 100).quantize(PENNY, rounding=ROUND_HALF_UP)


def check_may_send(school: School, *, price: Decimal, may_spend: bool) -> None:
    """A free place is for anybody of an open school; one that costs, for who orders for it."""
    if school.status in SHUT:
        raise NotForThem(f"{school} is {school.get_status_display()}, so nobody can be sent by it.")
    if price and not may_spend:
        raise NotForThem(
            f"This place costs {words.money(price)}, and {school} would pay. Please ask somebody"
            " who orders for your school to book it for you, or ask to speak for the school."
        )


def check_may_hand_over(school: School, *, price: Decimal, may_spend: bool) -> None:
    """As for sending somebody: what costs is for whoever orders for the school."""
    if school.status in SHUT:
        raise NotForThem(f"{school} is {school.get_status_display()}, so nobody can be sent by it.")
    if price and not may_spend:
        raise NotForThem(
            f"{school} pays {words.money(price)} for this place. Please ask somebody who orders"
            " for your school to hand it on."
        )


def check_is_colleague(person: Person, school: School, *, is_one: bool) -> None:
    """`is_one`: they have a part at the school now, or ask for themselves."""
    if not is_one:
        raise NotForThem(
            f"{person.first_name} has no part at {school} any more. Choose somebody else, or type"
            " their name and address."
        )


def check_still_theirs(person: Person, *, shown: int) -> None:
    """`shown`: the key of whose place it was when somebody asked to hand it on."""
    if person.pk != shown:
        raise HandedOn(f"{person.first_name} has this place by now. Nothing was changed.")


def leaving(
    price: Decimal, *, steps: Iterable[LateCancellation], first_on: dt.date | None, on: dt.date
) -> Leaving:
    """The step in force is the highest one that is not more than the days still to go."""
    if first_on is None:
        return Leaving(price, None, 0)
    days = (first_on - on).days
    reached = [step for step in steps if step.days_before <= days]
    step = max(reached, key=lambda each: each.days_before, default=None)
    return Leaving(price, days, step.percent if step else 0)


def check_may_cancel(
    enrolment: Enrolment, *, begins_at: dt.datetime | None, at: dt.datetime
) -> None:
    """Until it has begun."""
    if enrolment.status == Enrolment.Status.ACTIVE and begins_at is not None and begins_at <= at:
        raise TooLate(
            f"{enrolment.activity} began at {words.moment(begins_at)}, so the place cannot be"
            " cancelled any more."
        )


def why_late(explanation: Mapping[str, object]) -> str:
    """50 % of £36.20, cancelled 20 days before. Empty for the price itself."""
    if explanation.get("rule") != LATE:
        return ""
    price, days = Decimal(str(explanation["price"])), int(str(explanation["days_before"]))
    when = f"{words.count(days, 'day')} before" if days else "on the day"
    return f"{explanation['percent']} % of {words.money(price)}, cancelled {when}."


def in_sentences(steps: Sequence[LateCancellation]) -> list[str]:
    """Free until 4 weeks before. From then 50 % of the price. From 2 weeks before 100 %."""
    falling = sorted(steps, key=lambda each: -each.days_before)
    said = []
    for above, step in zip([None, *falling], falling, strict=False):
        when = f"in the {_span(above.days_before)} before" if above else ""
        if above is None:
            until = f"until {_span(step.days_before)} before" if step.days_before else "at any time"
            said.append(f"{_part(step.percent)} {until}.")
        elif step.days_before:
            said.append(f"{_part(step.percent)} from {_span(above.days_before)} before.")
        else:
            said.append(f"{_part(step.percent)} {when}.")
    return said


def _part(percent: int) -> str:
    return {0: "Free", 50: "Half the price", 100: "The full price"}.get(
        percent, f"{percent} % of the price"
    )


def _span(days: int) -> str:
    """4 weeks; 10 days"""
    weeks, rest = divmod(days, WEEK)
    return words.count(days, "day") if rest else words.count(weeks, "week")
