"""Which state of an order may follow which, what must be so before, and what cancelling costs."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from billing.models import LateCancellation
from core import words
from core.models import Wording
from core.refusals import RuleBroken
from lessons.models import OrderLine, Programme, SchoolOrder
from lessons.rules.prices import PENNY, spread
from people.models import School

S = SchoolOrder.Status

_NEXT: dict[str, set[str]] = {
    S.DRAFT: {S.SUBMITTED},
    S.SUBMITTED: {S.QUOTED, S.DRAFT, S.DECLINED, S.CANCELLED},
    S.QUOTED: {S.QUOTED, S.AGREED, S.DRAFT, S.DECLINED, S.CANCELLED},
    S.AGREED: {S.SCHEDULED, S.CANCELLED},
    S.SCHEDULED: {S.RUNNING, S.CANCELLED},
    S.RUNNING: {S.COMPLETED, S.CANCELLED},
    S.COMPLETED: set(),
    S.DECLINED: set(),
    S.CANCELLED: set(),
}
WHAT_IT_IS: dict[str, str] = {
    S.DRAFT: "is a draft",
    S.SUBMITTED: "is with us, and we have not quoted for it yet",
    S.QUOTED: "waits for the school’s agreement",
    S.AGREED: "is agreed",
    S.SCHEDULED: "is agreed, and its lessons have dates",
    S.RUNNING: "has begun",
    S.COMPLETED: "is taught to its end",
    S.DECLINED: "is declined",
    S.CANCELLED: "is cancelled",
}
SHUT = {School.Status.CLOSED, School.Status.PROPOSED}
_YEARS: dict[int, str] = {0: "R", -1: "N"}


class WrongState(RuleBroken):
    """This cannot follow from where the order stands."""


class Incomplete(RuleBroken):
    """Something has to be said before the order can be sent."""


class TextChanged(RuleBroken):
    """The agreement has another version than the one that was read."""


class TextMissing(RuleBroken):
    """There is no text in force to agree to."""


class QuoteOver(WrongState):
    """The quote stood until a day that has passed."""


class NotScheduled(RuleBroken):
    """No lesson of this order was planned: which class could not be, and why."""


@dataclass(frozen=True)
class Leaving:
    """What cancelling costs on a day: the notice given, the percentage, the amount, the rule."""

    notice_days: int
    percent: int
    total: Decimal
    amount: Decimal
    first_on: dt.date | None
    source: str = ""


def check_order_may_become(status: str, order: SchoolOrder) -> None:
    if status not in _NEXT[order.status]:
        raise WrongState(f"Order {order.number} {WHAT_IT_IS[order.status]}. Nothing was changed.")


def may_become(status: str, order: SchoolOrder) -> bool:
    return status in _NEXT[order.status]


def check_school_open(school: School) -> None:
    """The register says whether a school is open: a closed one orders nothing."""
    if school.status in SHUT:
        raise Incomplete(f"{school} is not open, so it cannot order.")


def check_whole(lines: Sequence[OrderLine], *, on: dt.date) -> None:
    """There is something in the order, and we still do all of it."""
    if not lines:
        raise Incomplete("There is nothing in this order yet. Choose a programme first.")
    for line in lines:
        if not is_on_offer(line.programme, on=on):
            raise Incomplete(f"{line.programme} cannot be ordered any more. Choose another.")


def is_on_offer(programme: Programme, *, on: dt.date) -> bool:
    in_force = programme.to_on is None or on <= programme.to_on
    return programme.is_published and programme.from_on <= on and in_force


def check_quote_stands(order: SchoolOrder, *, on: dt.date) -> None:
    if order.quote_ends_on and on > order.quote_ends_on:
        raise QuoteOver(
            f"This quote stood until {words.day(order.quote_ends_on)}. Take the order back and"
            " send it again: you see today’s answer and price at once."
        )


def check_text(text: Wording | None, *, version: int) -> None:
    """The text in force is the one that was read."""
    if text is None:
        raise TextMissing("There is no agreement to say yes to yet. Please ring us.")
    if text.version != version:
        raise TextChanged(
            f"Our agreement with schools has a new version, {text.version}. Nothing is agreed yet."
            " Read it, then agree again."
        )


def check_takes_po(order: SchoolOrder) -> None:
    """A number can come as late as the bill, and never for what is over."""
    if order.status in {S.DECLINED, S.CANCELLED}:
        raise WrongState(f"Order {order.number} {WHAT_IT_IS[order.status]}. Nothing was changed.")


def check_adjustments(lines: Iterable[OrderLine]) -> None:
    """An adjusted line says why, and never costs less than nothing."""
    for line in lines:
        if line.adjustment and not line.adjust_reason.strip():
            raise Incomplete(f"Say why the price of {line.programme} differs from our price list.")
        if line.total is not None and line.total < 0:
            raise Incomplete(f"{line.programme} would cost less than nothing.")


def needs_staff(answers: Collection[str]) -> bool:
    """Somebody of ours looks at it first, unless every answer is yes."""
    return not answers or any(answer != OrderLine.Answer.YES for answer in answers)


def total_of(lines: Iterable[OrderLine]) -> Decimal:
    """What the order costs as quoted."""
    return sum((line.total or Decimal(0) for line in lines), start=Decimal(0))


def leaving(
    total: Decimal,
    *,
    status: str,
    first_on: dt.date | None,
    on: dt.date,
    rules: Iterable[LateCancellation],
) -> Leaving:
    """What cancelling costs today. Before an order is agreed: nothing.

    The rule is the one of the most days that the notice still reaches; without one, nothing.
    """
    notice = max((first_on - on).days, 0) if first_on else 0
    met = [rule for rule in rules if rule.days_before <= notice]
    if status in SchoolOrder.OPEN or not met:
        return Leaving(notice, 0, total, Decimal(0), first_on)
    rule = max(met, key=lambda each: each.days_before)
    amount = (total * rule.percent / 100).quantize(PENNY, ROUND_HALF_UP)
    return Leaving(notice, rule.percent, total, amount, first_on, rule.source)


def tidy_po(number: str) -> str:
    """A purchase order number as typed, without the spaces around it or doubled within."""
    return " ".join(number.split())


def shares(pupils: int, classes: int) -> list[int]:
    """So many pupils in each class: as even as can be, the first ones larger. 61 in 2: 31, 30."""
    each, more = divmod(pupils, classes)
    return [max(each + (place < more), 1) for place in range(classes)]


def class_names(year_groups: Sequence[int], classes: int) -> list[tuple[int, str]]:
    """A year group and a name for each class: 4A, 4B; 3A, 4A where two years have one each."""
    return [
        (year, f"{_YEARS.get(year, year)}{chr(ord('A') + place)}")
        for year, many in spread(classes, year_groups).items()
        for place in range(many)
    ]
