"""What the clock asks of bookings."""

from celery import shared_task
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
