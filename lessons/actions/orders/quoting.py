"""What we answer to an order: a price to agree to, or that we cannot do it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from core import mail
from core.actions import action
from lessons.actions.keeping import keep_for, release_kept
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.models import SchoolOrder
from lessons.queries.prices import cost_of, policy_on
from lessons.rules import orders as rules
from people.models import Person, User


@dataclass(frozen=True)
class Adjustment:
    """What staff take off a line, or add to it, and why."""

    amount: Decimal
    reason: str


@action
def quote_order(
    *,
    order: SchoolOrder,
    adjustments: Mapping[int, Adjustment] | None = None,
    note: str = "",
    by: User,
    at: dt.datetime,
) -> SchoolOrder:
    """The school can agree to this price until the quote ends; what is yes is kept for it.

    `adjustments` by the key of their line; a line without one is at our prices. Quoting again
    replaces the quote, and a total that was read before is asked again.
    """
    order = lock_order(order)
    rules.check_order_may_become(SchoolOrder.Status.QUOTED, order)
    _adjust(order, adjustments or {})
    keep_for(order, by=by, at=at)
    open_quote(order, quoted_by=by.person, note=note, at=at)
    letters.to_agree(order, by=by, at=at)
    letters.quoted(order, at=at)
    return order


@action
def decline_order(*, order: SchoolOrder, reason: str, by: User, at: dt.datetime) -> SchoolOrder:
    """We cannot do it: the school reads why, and nothing is kept any more."""
    order = lock_order(order)
    rules.check_order_may_become(SchoolOrder.Status.DECLINED, order)
    release_kept(order, by=by, at=at)
    mail.withdraw(letters.reason_of(order))
    order.status = SchoolOrder.Status.DECLINED
    order.ended_at, order.ended_by, order.end_reason = at, by.person, reason
    order.save(update_fields=["status", "ended_at", "ended_by", "end_reason"])
    letters.declined(order, at=at)
    return order


def open_quote(order: SchoolOrder, *, quoted_by: Person | None, note: str, at: dt.datetime) -> None:
    """Each line has the price of today; the quote says how long it stands. Its caller locked it."""
    today = timezone.localdate(at)
    cost = cost_of(order, on=today)
    lines = list(order.lines.select_related("programme"))
    for line in lines:
        priced = cost.of(line.pk)
        line.price, line.subsidy = priced.price, priced.subsidy
    rules.check_adjustments(lines)
    order.lines.bulk_update(lines, ["price", "subsidy"])
    order.status, order.quoted_at, order.quoted_by = SchoolOrder.Status.QUOTED, at, quoted_by
    order.quote_ends_on = today + dt.timedelta(days=policy_on(today).quote_days)
    order.note_to_school = note
    order.save(
        update_fields=["status", "quoted_at", "quoted_by", "quote_ends_on", "note_to_school"]
    )


def _adjust(order: SchoolOrder, adjustments: Mapping[int, Adjustment]) -> None:
    lines = list(order.lines.select_related("programme"))
    for line in lines:
        adjusted = adjustments.get(line.pk, Adjustment(Decimal(0), ""))
        line.adjustment, line.adjust_reason = adjusted.amount, adjusted.reason.strip()
    rules.check_adjustments(lines)
    order.lines.bulk_update(lines, ["adjustment", "adjust_reason"])
