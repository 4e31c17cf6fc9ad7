"""What makes a function a job of the clock: it leaves a mark each time it finishes."""

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from django.utils import timezone

from core.models import Heartbeat

P = ParamSpec("P")
R = TypeVar("R")


def job(*, every: timedelta) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Write the job's Heartbeat when it has done its work; one that fails leaves none.

    Below @shared_task. Two beats or two workers are safe: a job's effects are idempotent by data,
    and its mark is one row that only moves forward.
    """

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__.split('.')[0]}.{function.__name__}"

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            result = function(*args, **kwargs)
            record(name, every=every, at=timezone.now())
            return result

        return run

    return mark


def record(name: str, *, every: timedelta, at: datetime) -> None:
    """The job did its work at this moment."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(job=name, last_ok_at=at, expected_every=every)],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["last_ok_at", "expected_every"],
    )
