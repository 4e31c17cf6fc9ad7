"""A draft is sent to us and answered at once; until it is agreed it can be taken back."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from core import mail
from core.actions import action
from lessons.actions.keeping import keep_for, release_kept
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.actions.orders.quoting import open_quote
from lessons.models import SchoolOrder
from lessons.queries.orders import who_agrees
from lessons.queries.prices import cost_of
from lessons.rules import orders as rules
from lessons.rules.prices import check_total
from people.models import User


@action
def send_order(*, order: SchoolOrder, shown: Decimal, by: User, at: dt.datetime) -> SchoolOrder:
    """The order is with us: what is yes is kept for it, and quoted at once where all of it is.

    `shown`: the total on the page that was pressed; PriceChanged where it is another by now.
    """
    order = lock_order(order)
    today = timezone.localdate(at)
    rules.check_order_may_become(SchoolOrder.Status.SUBMITTED, order)
    rules.check_school_open(order.school)
    rules.check_whole(list(order.lines.select_related("programme")), on=today)
    order.status, order.submitted_at = SchoolOrder.Status.SUBMITTED, at
    order.save(update_fields=["status", "submitted_at"])
    check_total(shown=shown, now=cost_of(order, on=today).total)
    answers = keep_for(order, by=by, at=at)
    if rules.needs_staff([answered.answer for answered in answers]):
        letters.to_office(order, answers, at=at)
    else:
        open_quote(order, quoted_by=None, note="", at=at)
        letters.to_agree(order, by=by, at=at)
    letters.sent(order, answers, at=at)
    return order


@action
def take_back_order(*, order: SchoolOrder, by: User, at: dt.datetime) -> SchoolOrder:
    """The order is a draft again, and what was kept for it is free."""
    order = lock_order(order)
    rules.check_order_may_become(SchoolOrder.Status.DRAFT, order)
    asked = who_agrees(order) if order.status == SchoolOrder.Status.QUOTED else []
    order = back_to_draft(order, by=by, at=at)
    letters.taken_back(order, asked, by=by, at=at)
    return order


def back_to_draft(order: SchoolOrder, *, by: User | None, at: dt.datetime) -> SchoolOrder:
    """Nothing is kept and nothing is quoted any more; whoever was asked to agree is not asked."""
    release_kept(order, by=by, at=at)
    mail.withdraw(letters.reason_of(order))
    order.lines.update(
        price=None, subsidy=0, adjustment=0, adjust_reason="", answer="", answer_reasons=[]
    )
    order.status = SchoolOrder.Status.DRAFT
    order.submitted_at = order.quoted_at = order.quoted_by = order.quote_ends_on = None
    order.note_to_school = ""
    order.save(
        update_fields=[
            "status", "submitted_at", "quoted_at", "quoted_by", "quote_ends_on", "note_to_school",
        ]
    )  # fmt: skip
    return order
