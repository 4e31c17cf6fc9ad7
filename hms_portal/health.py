"""Is the portal alive, and is it ready: for the container, the balancer and whoever watches."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache as cache_for_good

import structlog
from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import jobs, queries

log = structlog.get_logger(__name__)

# Said here, so that core.middleware.PrivatePages need not ask who the visitor is.
NO_STORE = {"Cache-Control": "no-store"}
# A letter older than this means that nobody delivers.
OUTBOX_ALARM = timedelta(minutes=5)


class NotReady(Exception):
    """One thing the portal needs is not as it should be."""


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The web server answers. Nothing else is asked: no database, no cache, no session."""
    return HttpResponse("ok\n", "text/plain", headers=NO_STORE)


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Everything the portal needs works: 200, or 503. What is wrong is for staff and the log."""
    found = check_everything(timezone.now())
    wrong = {name: words for name, words in found.items() if words != "ok"}
    if wrong:
        log.warning("ready.not", **wrong)
    status = 503 if wrong else 200
    if _is_staff(request):
        return JsonResponse({"ready": not wrong, **found}, status=status, headers=NO_STORE)
    return HttpResponse("not ready\n" if wrong else "ok\n", "text/plain", status, headers=NO_STORE)


def check_everything(at: datetime) -> Mapping[str, str]:
    """Each check by name, with "ok" or a sentence that says what is wrong."""
    checks: dict[str, Callable[[datetime], None]] = {
        "database": _write,
        "cache": _ask_cache,
        "broker": _ask_broker,
        "migrations": _migrated,
        "outbox": _outbox_moves,
        "jobs": _jobs_run,
    }
    return {name: _in_words(check, at) for name, check in checks.items()}


def _in_words(check: Callable[[datetime], None], at: datetime) -> str:
    try:
        check(at)
    except NotReady as wrong:
        return str(wrong)
    except Exception as error:  # a check that cannot be made is a check that fails
        # The kind alone: its words may name an address or a user.
        return type(error).__name__
    return "ok"


def _write(at: datetime) -> None:
    with transaction.atomic():
        jobs.record(queries.READY, every=timedelta(days=3650), at=at)


def _ask_cache(at: datetime) -> None:
    cache.set("ready", at.isoformat(), 60)
    if cache.get("ready") != at.isoformat():
        raise NotReady("The cache forgets.")


def _ask_broker(at: datetime) -> None:
    with current_app.connection_for_write() as line:
        line.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=2)


def _migrated(at: datetime) -> None:
    _nothing_to_migrate()


@cache_for_good  # once true it stays true for this program; a refusal is not kept
def _nothing_to_migrate() -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} migrations are not applied.")


def _outbox_moves(at: datetime) -> None:
    age = queries.outbox_age(at)
    if age > OUTBOX_ALARM:
        raise NotReady(f"The oldest letter has waited {int(age.total_seconds() // 60)} minutes.")


def _jobs_run(at: datetime) -> None:
    late = queries.late_jobs(at)
    if late:
        raise NotReady(f"Late: {', '.join(late)}.")
    if settings.CELERY_BEAT_SCHEDULE and not queries.jobs_ever_ran():
        raise NotReady("No job has run yet.")


def _is_staff(request: HttpRequest) -> bool:
    # Only a browser that brings a session is asked who it is, and a database that is away is no.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    try:
        return bool(request.user.is_authenticated and request.user.is_staff)
    except Exception:  # the database or the cache is what is wrong
        return False
