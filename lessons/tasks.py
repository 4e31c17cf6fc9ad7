"""What the clock asks of lessons."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from core.jobs import job
from lessons.actions import keeping, orders, scheduling, take_home


@shared_task
@job(every=dt.timedelta(hours=1))
def make_due_letters(**_: object) -> int:
    return take_home.make_due_letters(at=timezone.now())


@shared_task
@job(every=dt.timedelta(minutes=1))
def schedule(**_: object) -> int:
    return scheduling.carry_on_schedules(at=timezone.now())


@shared_task
@job(every=dt.timedelta(minutes=15))
def advance_orders(**_: object) -> int:
    return orders.advance_orders(at=timezone.now())


@shared_task
@job(every=dt.timedelta(minutes=5))
def lapse_kept(**_: object) -> int:
    return keeping.lapse_kept(by=None, at=timezone.now())


@shared_task
@job(every=dt.timedelta(minutes=5))
def answer_planned_over(**_: object) -> int:
    return orders.answer_planned_over(at=timezone.now())


@shared_task
@job(every=dt.timedelta(hours=1))
def answer_waiting(**_: object) -> int:
    return orders.answer_waiting(at=timezone.now())
