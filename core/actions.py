"""What makes a function an action: one transaction that the audit can name and sign."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import Error, connection, transaction
from django.db.models import Model
from structlog.contextvars import get_contextvars

from core.models import AuditRow
from core.refusals import in_words

P = ParamSpec("P")
R = TypeVar("R")

THE_CLOCK = "The portal"


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run in one transaction, tell the audit who and what, refuse in words.

    `by` is the user who asked, or None when the clock did. An action called by another keeps the
    outer one's name and transaction and has no savepoint: an outer action does not catch a refusal.
    """
    name = f"{function.__module__.split('.')[0]}.{function.__name__}"

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block and getattr(connection, "current_action", None):
            return function(*args, **kwargs)
        by = kwargs.get("by")
        assert by is None or isinstance(by, AbstractBaseUser)
        try:
            with transaction.atomic():
                _sign(name, by)
                try:
                    return function(*args, **kwargs)
                finally:
                    connection.current_action = None  # type: ignore[attr-defined]  # ours
        except Error as error:
            words = in_words(error)
            if words is error:
                raise
            raise words from error

    return run


def note_reason(row: Model, reason: str, *, by: AbstractBaseUser | None, at: dt.datetime) -> None:
    """The audit says why this row is changed, beside what changed: for use inside an action."""
    AuditRow.objects.create(
        at=at,
        actor=str(by.pk) if by else "",
        actor_name=str(by) if by else THE_CLOCK,
        action=getattr(connection, "current_action", None) or "",
        request_id=str(get_contextvars().get("request_id", "")),
        table=row._meta.db_table,
        row_id=str(row.pk),
        op="note",
        new={"reason": reason},
    )


def rehearse(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What an action would answer, with nothing done: it runs, and is undone."""
    with transaction.atomic():
        answer = function(*args, **kwargs)
        transaction.set_rollback(True)
    return answer


def _sign(name: str, by: AbstractBaseUser | None) -> None:
    connection.current_action = name  # type: ignore[attr-defined]  # read by nested actions
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.actor', %s, true), set_config('app.actor_name', %s, true),"
            " set_config('app.action', %s, true), set_config('app.request_id', %s, true)",
            [
                str(by.pk) if by else "",
                str(by) if by else THE_CLOCK,
                name,
                str(get_contextvars().get("request_id", "")),
            ],
        )
