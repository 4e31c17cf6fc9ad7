"""Everything that changes the state of an order. Nothing else sets it.

Locks are taken School before orders by key, before teachers and sets, in every action.
"""

from lessons.actions.orders.agreeing import Agreed, add_po_number, agree_order
from lessons.actions.orders.ending import (
    advance_order,
    advance_orders,
    cancel_order,
    take_sets_back,
)
from lessons.actions.orders.giving_up import answer_anew, answer_planned_over
from lessons.actions.orders.quoting import Adjustment, decline_order, quote_order
from lessons.actions.orders.sending import send_order, take_back_order
from lessons.actions.orders.waiting import answer_again, answer_waiting

__all__ = [
    "Adjustment",
    "Agreed",
    "add_po_number",
    "advance_order",
    "advance_orders",
    "agree_order",
    "answer_again",
    "answer_anew",
    "answer_planned_over",
    "answer_waiting",
    "cancel_order",
    "decline_order",
    "quote_order",
    "send_order",
    "take_back_order",
    "take_sets_back",
]
