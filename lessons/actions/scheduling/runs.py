"""Many orders scheduled as a job: one after another, each by itself, restartable anywhere."""

import datetime as dt
from collections.abc import Collection

import structlog
from celery import current_app
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from core.actions import action
from core.refusals import RuleBroken, in_words
from lessons.actions.scheduling.classes import schedule_order
from lessons.models import ScheduleRun, ScheduleRunOrder, SchoolOrder
from lessons.rules import orders as rules
from people.models import User

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 200  # orders in one go of the job, well within its time; the next minute goes on
_LONGEST = 500
_OUTCOME = ScheduleRunOrder.Outcome
UNEXPECTED = "Something unexpected happened. It was written down for those who keep the portal."


@action
def ask_schedule(*, orders: Collection[SchoolOrder], by: User, at: dt.datetime) -> ScheduleRun:
    """A job schedules those of these that are agreed, one after another."""
    keys = [order.pk for order in orders]
    agreed = SchoolOrder.objects.filter(pk__in=keys, status=SchoolOrder.Status.AGREED)
    waiting = ScheduleRunOrder.objects.filter(outcome=_OUTCOME.WAITING).values("order_id")
    rows = list(agreed.exclude(pk__in=waiting).order_by("submitted_at", "pk"))
    if not rows:
        raise rules.WrongState(
            "None of these is agreed and still to be scheduled, so nothing was asked for."
        )
    run = ScheduleRun.objects.create(asked_by=by.person, asked_at=at)
    ScheduleRunOrder.objects.bulk_create(ScheduleRunOrder(run=run, order=order) for order in rows)
    transaction.on_commit(_wake)
    return run


@action
def try_again(*, run: ScheduleRun, by: User, at: dt.datetime) -> int:
    """What this run could not schedule is to be done again. Return how many."""
    run = ScheduleRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    failed = run.orders.filter(outcome=_OUTCOME.FAILED, order__status=SchoolOrder.Status.AGREED)
    again = failed.update(outcome=_OUTCOME.WAITING, why="", done_at=None)
    if again:
        run.finished_at = None
        run.save(update_fields=["finished_at"])
        transaction.on_commit(_wake)
    return again


def carry_on_schedules(*, at: dt.datetime) -> int:
    """Orders that runs wait for are scheduled, or say why not. Return how many were looked at."""
    looked_at = 0
    while looked_at < MOST_AT_ONCE and (row := _next()):
        looked_at += schedule_next(row=row, by=row.run.asked_by.user, at=at)
    return looked_at


@action
def schedule_next(*, row: ScheduleRunOrder, by: User | None, at: dt.datetime) -> bool:
    """This order is scheduled whole, by whoever asked, or it is not and the run says why.

    A job that dies meanwhile leaves nothing of it: the next one begins with the same order.
    """
    held = ScheduleRunOrder.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    mine = held.select_related("order").filter(pk=row.pk, outcome=_OUTCOME.WAITING).first()
    if mine is None:
        return False
    mine.outcome, mine.why, mine.done_at = *_outcome(mine.order, by=by, at=at), at
    mine.save(update_fields=["outcome", "why", "done_at"])
    if not mine.run.orders.filter(outcome=_OUTCOME.WAITING).exists():
        ScheduleRun.objects.filter(pk=mine.run_id).update(finished_at=at)
    return True


def _outcome(order: SchoolOrder, *, by: User | None, at: dt.datetime) -> tuple[str, str]:
    try:
        with transaction.atomic():
            schedule_order(order=order, by=by, at=at)
    except (OperationalError, InterfaceError):  # the server's trouble, not the order's
        raise
    except (RuleBroken, IntegrityError) as error:
        refused = in_words(error)
        if isinstance(refused, RuleBroken):
            return _OUTCOME.FAILED, str(refused)[:_LONGEST]
        log.exception("order_not_scheduled", order=order.pk)
        return _OUTCOME.FAILED, UNEXPECTED
    except Exception:
        log.exception("order_not_scheduled", order=order.pk)
        return _OUTCOME.FAILED, UNEXPECTED
    return _OUTCOME.DONE, ""


def _next() -> ScheduleRunOrder | None:
    """The next that waits, in the order asked for, with whoever asked."""
    waiting = ScheduleRunOrder.objects.filter(outcome=_OUTCOME.WAITING)
    held = waiting.select_for_update(no_key=True, skip_locked=True, of=("self",))
    with transaction.atomic():
        return held.select_related("run__asked_by__user").order_by("run_id", "pk").first()


def _wake() -> None:
    """Tell the worker. A broker that is down costs a log line: the clock comes each minute."""
    try:
        current_app.send_task("lessons.tasks.schedule", retry=False)
    except Exception as error:  # whatever the broker's client raises
        log.warning("schedule.worker_not_woken", error=str(error))
