"""The worker: what the clock and the outbox wake."""

import os
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")

app = Celery("hms_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def send_the_request_id_along(headers: dict[str, Any], **_: Any) -> None:
    """A task is known in logs and audit by the request that caused it."""
    headers["request_id"] = get_contextvars().get("request_id", "")


def bind_the_request_id(task: Task, task_id: str, **_: Any) -> None:
    """What the clock caused has no request: there the task's own id follows the work."""
    clear_contextvars()
    bind_contextvars(request_id=task.request.get("request_id") or task_id, task=task.name)


def forget_the_request_id(**_: Any) -> None:
    clear_contextvars()


before_task_publish.connect(send_the_request_id_along)
task_prerun.connect(bind_the_request_id)
task_postrun.connect(forget_the_request_id)
