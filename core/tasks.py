"""What the clock and the outbox ask of the portal itself."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core import delivery
from core.jobs import job

EACH_MINUTE = timedelta(minutes=1)


@shared_task
def deliver_mail(**_: object) -> int:
    """Send the letters that wait; core.mail wakes this when one is written."""
    return delivery.deliver(clock=timezone.now)


@shared_task
@job(every=EACH_MINUTE)
def sweep_mail(**_: object) -> int:
    """Send the letters that nobody was woken for, and settle those of workers that died."""
    return delivery.sweep(clock=timezone.now)


@shared_task
@job(every=EACH_MINUTE)
def beat(**_: object) -> int:
    """Show that clock, broker and worker are all there: the job's mark is all it leaves."""
    return 1
