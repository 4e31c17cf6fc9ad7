"""A school says yes, by name and in words, to a price and to a text that it has read."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from core import mail
from core.actions import action
from lessons.actions.keeping import confirm_kept
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.models import SchoolOrder
from lessons.queries.orders import agreement_on
from lessons.queries.prices import quoted_cost
from lessons.rules import orders as rules
from lessons.rules.prices import check_total
from people.models import User


@dataclass(frozen=True)
class Agreed:
    """What was on the page that somebody said yes to, and who they said they are."""

    total: Decimal
    text_version: int
    name: str
    role: str


@action
def agree_order(*, order: SchoolOrder, said: Agreed, by: User, at: dt.datetime) -> SchoolOrder:
    """The order binds both sides: who agreed, as what, when, to which total and which text.

    Our answer is worked out anew: NotFeasible, and nothing is agreed, where it is no yes any
    more. Pressed twice by the same person, it is agreed once.
    """
    order = lock_order(order)
    if order.status == SchoolOrder.Status.AGREED and order.agreed_by_id == by.person_id:
        return order
    today = timezone.localdate(at)
    rules.check_order_may_become(SchoolOrder.Status.AGREED, order)
    rules.check_school_open(order.school)
    rules.check_quote_stands(order, on=today)
    check_total(shown=said.total, now=quoted_cost(order).total)
    text = agreement_on(today)
    rules.check_text(text, version=said.text_version)
    confirm_kept(order, by=by, at=at)
    mail.withdraw(letters.reason_of(order))
    order.status, order.agreement = SchoolOrder.Status.AGREED, text
    order.agreed_at, order.agreed_by = at, by.person
    order.agreed_name, order.agreed_role = said.name.strip(), said.role.strip()
    order.save(
        update_fields=[
            "status", "agreement", "agreed_at", "agreed_by", "agreed_name", "agreed_role",
        ]
    )  # fmt: skip
    letters.agreed(order, at=at)
    return order


@action
def add_po_number(*, order: SchoolOrder, po_number: str, by: User, at: dt.datetime) -> SchoolOrder:
    """The school's own number for this order stands on its bill."""
    order = lock_order(order)
    rules.check_takes_po(order)
    order.po_number = rules.tidy_po(po_number)
    order.save(update_fields=["po_number"])
    return order
