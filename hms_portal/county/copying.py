"""Many rows at once: COPY, with every constraint and trigger of the table at work."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model

PART = 10_000  # rows sent in one COPY


def reserve_keys(model: type[Model], count: int) -> list[int]:
    """Take the next keys of a table, so that rows can name each other before they are written."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [key for (key,) in cursor.fetchall()]


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write the rows, values in the order of the fields; return how many.

    In parts, each drawn whole before it is sent: during a COPY the connection answers no query.
    The planner is told of the new rows at once: later stages and their triggers read them.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, field)) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    count, rows = 0, iter(rows)
    with connection.cursor() as cursor:
        while part := list(islice(rows, PART)):
            with cursor.copy(statement) as copy:
                for row in part:
                    copy.write_row(row)
            count += len(part)
        if count:
            cursor.execute(f"ANALYZE {quote(model._meta.db_table)}")
    return count


def copy_objects(objects: Sequence[Model]) -> int:
    """Write unsaved objects of one model as they are, their keys included if they have them."""
    if not objects:
        return 0
    model = type(objects[0])
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (objects[0].pk is not None or not field.primary_key)
    ]
    return copy_rows(
        model,
        [field.name for field in fields],
        (
            [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
            for row in objects
        ),
    )


def copy_each(*tables: Sequence[Model]) -> int:
    """Write the objects of one table after another; return how many in all."""
    return sum(copy_objects(objects) for objects in tables)


def let_it_take_its_time() -> None:
    """Lift the limit on a statement's time, for the transaction in hand."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL jit = off")


def run_sql(statement: str) -> int:
    """Let the database write rows from rows it has; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        written: int = cursor.rowcount
        return written


def _column(model: type[Model], field: str) -> str:
    column = model._meta.get_field(field).column  # type: ignore[union-attr]  # concrete fields only
    return str(column)
