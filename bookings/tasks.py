"""What the clock asks of bookings."""

import datetime as dt

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bookings import actions


@shared_task
def sweep_places(**_: object) -> int:
    return actions.sweep_places(at=timezone.now())


@shared_task
def remind_first_meetings(**_: object) -> int:
    return actions.remind_first_meetings(at=timezone.now())


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
