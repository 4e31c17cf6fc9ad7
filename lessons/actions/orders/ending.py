"""How an order goes on by the clock, and how it is cancelled, with what that costs."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from billing import actions as billing
from bookings.actions.calling_off import call_off
from bookings.actions.locks import lock_activities
from bookings.actions.staff_letters import teaching_taken
from bookings.models import Activity, Session
from core import mail
from core.actions import action
from core.refusals import RuleBroken
from lessons.actions.keeping import release_kept
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.actions.orders.sending import back_to_draft
from lessons.models import SchoolOrder
from lessons.queries import orders as queries
from lessons.rules import orders as rules
from lessons.rules.prices import check_total
from loans import actions as loans
from people.models import User

S = SchoolOrder.Status


@action
def cancel_order(
    *, order: SchoolOrder, reason: str, shown: Decimal, by: User, at: dt.datetime
) -> SchoolOrder:
    """Nothing more of it is taught; its teachers are free and told, and notice says what is owed.

    `shown`: what the page said that it costs; PriceChanged where it costs something else by now.
    """
    order = lock_order(order)
    if order.status == S.CANCELLED:
        return order
    rules.check_order_may_become(S.CANCELLED, order)
    left = queries.leaving_of(order, on=timezone.localdate(at))
    check_total(shown=shown, now=left.amount)
    _call_off_lessons(order, by=by, at=at)
    _leave_sets_there(order, by=by, at=at)
    release_kept(order, by=by, at=at)
    mail.withdraw(letters.reason_of(order))
    _charge_for_leaving(order, left, by=by, at=at)
    order.status, order.end_reason = S.CANCELLED, reason
    order.ended_at, order.ended_by = at, by.person
    order.save(update_fields=["status", "end_reason", "ended_at", "ended_by"])
    to_fetch = queries.sets_to_fetch(order, on=timezone.localdate(at))
    letters.cancelled(order, left, to_fetch, at=at)
    return order


@action
def take_sets_back(*, order: SchoolOrder, by: User, at: dt.datetime) -> int:
    """The class sets that its school had for longer than it should have are in the store."""
    order = lock_order(order)
    today = timezone.localdate(at)
    custody = [one.pk for one in queries.sets_to_fetch(order, on=today)]
    if not custody:
        raise RuleBroken(f"No class set of order {order.number} waits to be fetched.")
    return loans.take_back(custody=custody, day=today, by=by, at=at)


def advance_orders(*, at: dt.datetime, by: User | None = None) -> int:
    """Each order is where the clock has brought it: begun, over, or its quote run out.

    Each by itself, so that one in somebody's hands keeps no other waiting. Return how many moved.
    Sets whose first day has come are at their schools.
    """
    today = timezone.localdate(at)
    due = queries.sets_to_hand_out(on=today).values_list("pk", flat=True)
    loans.hand_out(custody=list(due), day=today, by=by, at=at)
    moved = 0
    for order in queries.due_to_move(at=at):
        moved += advance_order(order=order, by=by, at=at)
    return moved


@action
def advance_order(*, order: SchoolOrder, by: User | None, at: dt.datetime) -> bool:
    """Looked at once more with the order in hand: two clocks move it once."""
    order = lock_order(order)
    due = queries.due_to_move(at=at).filter(pk=order.pk)
    if not due.exists():
        return False
    if order.status == S.QUOTED:
        ended_on = order.quote_ends_on
        back_to_draft(order, by=by, at=at)
        letters.quote_ended(order, ended_on, at=at)
        return True
    if order.status == S.SCHEDULED:
        order.status = S.RUNNING
    else:
        order.status, order.ended_at = S.COMPLETED, at
        _finish_classes(order)
    order.save(update_fields=["status", "ended_at"])
    letters.moved_on(order, at=at)
    return True


def _finish_classes(order: SchoolOrder) -> None:
    Activity.objects.filter(
        programme_class__line__order=order, status=Activity.Status.CLOSED
    ).update(status=Activity.Status.FINISHED)


def _call_off_lessons(order: SchoolOrder, *, by: User, at: dt.datetime) -> None:
    """Every lesson to come is its tombstone, and whoever was to teach is told once."""
    keys = list(
        Activity.objects.filter(programme_class__line__order=order).values_list("pk", flat=True)
    )
    lock_activities(keys)
    coming = _lock_coming(keys, at=at)
    told = queries.teachers_of(coming)
    if coming:
        cause = queries.cause_of_cancelling()
        call_off(coming, closure=None, cause=cause, comment="The school cancelled it.", at=at)
    for person, theirs in told.items():
        teaching_taken(person, theirs, by=by, at=at)
    live = Activity.objects.filter(pk__in=keys, status=Activity.Status.CLOSED)
    live.update(status=Activity.Status.CANCELLED)


def _leave_sets_there(order: SchoolOrder, *, by: User, at: dt.datetime) -> None:
    """A set whose days have begun is at the school: nobody else has it until it is back."""
    if order.status not in {S.SCHEDULED, S.RUNNING}:
        return
    custody = queries.sets_of(order).values_list("pk", flat=True)
    loans.hand_out(custody=list(custody), day=timezone.localdate(at), by=by, at=at)


def _lock_coming(activities: Sequence[int], *, at: dt.datetime) -> list[Session]:
    rows = Session.objects.happening().select_for_update(no_key=True, of=("self",))
    coming = rows.filter(activity__in=activities, during__startswith__gt=at)
    return list(coming.select_related("activity", "school").order_by("pk"))


def _charge_for_leaving(
    order: SchoolOrder, left: rules.Leaving, *, by: User, at: dt.datetime
) -> None:
    """What the notice leaves owed takes the place of what the order would have cost."""
    billing.waive_charges(source_prefix=f"order:{order.pk}:line:", by=by, at=at)
    if not left.amount:
        return
    billing.raise_charge(
        account=billing.account_for_school(school=order.school, by=by, at=at),
        person=None,
        term=queries.term_of_leaving(order, left),
        description=f"Order {order.number} cancelled",
        explanation={
            "basis": "cancelled",
            "notice_days": left.notice_days,
            "percent": left.percent,
            "of_total": str(left.total),
            "first_on": left.first_on.isoformat() if left.first_on else None,
            "rule": left.source or None,
        },
        amount=left.amount,
        source=f"order:{order.pk}:cancelled",
        by=by,
        at=at,
    )
