"""Triggers shared by many tables: the audit of every change, and rows that are only ever added."""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db import models


class Audited(pgtrigger.Trigger):
    """Write each insert, update and delete to core_auditrow, bulk and raw SQL included.

    `ignoring`: columns whose change alone is not worth a row, such as a counter.
    `sealed`: columns whose content must never reach the audit; that they changed is still noted.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(
        self,
        *,
        name: str = "audited",
        ignoring: Sequence[str] = (),
        sealed: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.ignoring, self.sealed = tuple(ignoring), tuple(sealed)
        super().__init__(name=name, **kwargs)

    def get_declare(self, model: models.Model) -> list[tuple[str, str]]:
        return [
            ("ignored", f"CONSTANT text[] := {_array(self.ignoring)}"),
            ("sealed", f"CONSTANT text[] := {_array(self.sealed)}"),
            ("was", "jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - ignored END"),
            ("is_now", "jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - ignored END"),
        ]

    def get_func(self, model: models.Model) -> str:
        key = model._meta.pk.column
        return f"""
            IF TG_OP = 'UPDATE' AND was = is_now THEN RETURN NULL; END IF;
            INSERT INTO core_auditrow
                (at, actor, actor_name, action, request_id, "table", row_id, op, old, new)
            VALUES (
                clock_timestamp(),
                coalesce(current_setting('app.actor', true), ''),
                coalesce(nullif(current_setting('app.actor_name', true), ''), 'unsigned'),
                coalesce(current_setting('app.action', true), ''),
                coalesce(current_setting('app.request_id', true), ''),
                TG_TABLE_NAME, coalesce(is_now, was) ->> '{key}', lower(TG_OP),
                was - sealed, is_now - sealed
            );
            RETURN NULL;
        """  # noqa: S608 - the key's column is the model's own word, never anybody's input


class AppendOnly(pgtrigger.Trigger):
    """Refuse UPDATE, DELETE and TRUNCATE: what is written stays written."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate

    def __init__(self, *, name: str = "append_only", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def get_func(self, model: models.Model) -> str:
        return """
            RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
        """


def _array(columns: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(repr(column) for column in columns)}]::text[]"
