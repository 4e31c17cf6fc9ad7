"""Hours that the office plans over before a school decides: its order is answered anew."""

import datetime as dt
from collections.abc import Collection

from core.actions import action
from lessons.actions.keeping import keep_for
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.models import HourKept, SchoolOrder
from lessons.queries.promises import orders_planned_over
from people.models import User


@action
def give_up_hours(*, hours: Collection[int], by: User | None, at: dt.datetime) -> int:
    """They are kept no more, and their orders are to be answered anew. Return how many were.

    Whoever plans holds the teachers already, so the orders are locked later, by themselves.
    """
    kept = HourKept.objects.filter(pk__in=hours, released_at=None, kept_until__isnull=False)
    given_up: int = kept.update(released_at=at, to_answer_since=at)
    return given_up


def answer_planned_over(*, at: dt.datetime, by: User | None = None) -> int:
    """Each order whose hours were planned over, by itself. Return how many schools were told."""
    return sum(answer_anew(order=order, by=by, at=at) for order in orders_planned_over())


@action
def answer_anew(*, order: SchoolOrder, by: User | None, at: dt.datetime) -> bool:
    """What we can do now is kept and stored; the school and the office read it. False: no need."""
    order = lock_order(order)
    planned_over = HourKept.objects.filter(line__order=order, to_answer_since__isnull=False)
    if not planned_over.update(to_answer_since=None):
        return False
    if order.status not in {SchoolOrder.Status.SUBMITTED, SchoolOrder.Status.QUOTED}:
        return False
    answers = keep_for(order, by=by, at=at)
    letters.answered_anew(order, answers, at=at)
    return True
