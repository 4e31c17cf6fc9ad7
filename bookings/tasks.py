"""What the clock asks of bookings."""

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bookings import actions
from bookings.actions import digests, messages, reminders
from core.jobs import job


@shared_task
def sweep_places(**_: object) -> int:
    return actions.sweep_places(at=timezone.now())


@shared_task
@job(every=dt.timedelta(minutes=10))
def remind_first_meetings(**_: object) -> int:
    return reminders.remind_first_meetings(at=timezone.now())


@shared_task
@job(every=dt.timedelta(hours=1))
def remind_of_registers(**_: object) -> int:
    return reminders.remind_of_registers(by=None, at=timezone.now())


@shared_task
@job(every=dt.timedelta(hours=1))
def write_digests(**_: object) -> int:
    return digests.write_digests(at=timezone.now())


@shared_task
@job(every=dt.timedelta(minutes=1))
def post_messages(**_: object) -> int:
    return messages.post_messages(at=timezone.now())


@shared_task
def remind_offers(**_: object) -> int:
    return actions.remind_offers(at=timezone.now())


@shared_task
def prune_marks(**_: object) -> int:
    kept = dt.timedelta(days=settings.MARKS_KEPT_DAYS)
    return actions.prune_marks(older_than=timezone.now() - kept)


@shared_task
def tell_of_closures(**_: object) -> int:
    return actions.tell_of_closures(at=timezone.now())


@shared_task
@job(every=dt.timedelta(minutes=10))
def assure_schools(**_: object) -> int:
    return actions.assure_schools(at=timezone.now())
