"""What the clock asks of people."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from core.jobs import job
from people import actions


@shared_task
@job(every=dt.timedelta(days=1))
def forget_photographs_of_leavers(**_: object) -> int:
    return actions.forget_photographs_of_leavers(at=timezone.now())
