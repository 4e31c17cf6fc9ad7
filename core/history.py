"""What happened to one row, read from the audit and put in words."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst

from core.models import AuditRow

NEWEST = 100
_DID = {"insert": "Added", "update": "Changed", "delete": "Removed", "note": "Why"}


@dataclass(frozen=True)
class Difference:
    """One column, before and after."""

    label: str
    was: str
    is_now: str


@dataclass(frozen=True)
class Change:
    """One audit row, as staff read it."""

    at: dt.datetime
    who: str
    action: str
    what: str
    differences: tuple[Difference, ...]
    reason: str = ""  # what staff wrote when they were asked why


def changes_of(row: Model) -> list[Change]:
    """The newest changes of a row, latest first."""
    about = AuditRow.objects.filter(table=row._meta.db_table, row_id=str(row.pk))
    return [change_in(audited, type(row)) for audited in about.order_by("-id")[:NEWEST]]


def change_in(audited: AuditRow, model: type[Model] | None) -> Change:
    """An insert lists what was written, an update what differs, a note why."""
    was, is_now = audited.old or {}, audited.new or {}
    reason = str(is_now.pop("reason", "")) if audited.op == "note" else ""
    return Change(
        at=audited.at,
        who=audited.actor_name,
        action=audited.action,
        what=_DID.get(audited.op, audited.op),
        reason=reason,
        differences=tuple(
            Difference(_label(model, column), _words(was.get(column)), _words(is_now.get(column)))
            for column in {**was, **is_now}
            if was.get(column) != is_now.get(column)
        ),
    )


def _label(model: type[Model] | None, column: str) -> str:
    """The name staff know the column by."""
    if model is None:
        return column
    try:
        field = model._meta.get_field(column.removesuffix("_id"))
    except FieldDoesNotExist:
        return column
    return capfirst(str(getattr(field, "verbose_name", column)))


def _words(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
