"""Reference rows that administrators keep: one audited way to save one, one to take one away."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from core.actions import action


@action
def save_row(
    *,
    row: Model,
    by: AbstractBaseUser,
    at: dt.datetime,
    links: Mapping[str, Iterable[Model]] | None = None,
) -> Model:
    """The row is as it was written in the form, with its many-to-many links."""
    row.save()
    for name, linked in (links or {}).items():
        getattr(row, name).set(linked)
    return row


@action
def remove_row(*, row: Model, by: AbstractBaseUser, at: dt.datetime) -> None:
    """The row is gone. Only for what nobody relied on, such as an opening hour."""
    row.delete()
