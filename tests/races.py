"""Many at once against one PostgreSQL, and the ways of taking a guard off to see it missed."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections
from django.db.models import QuerySet

from core.refusals import RuleBroken

ROUNDS = 5  # a fault that needs luck has this many chances


def all_at_once(calls):
    """Start every call at the same moment, each on its own connection.

    Return what each gave: its result, or the exception it raised.
    """
    ready = threading.Barrier(len(calls), timeout=30)

    def run(call):
        try:
            connection.ensure_connection()
            ready.wait()
            return call()
        except Exception as error:  # what a call raised is what the test asks about
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def done(outcomes):
    """The results of those that got through; a surprise among the others is raised."""
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, RuleBroken):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, Exception)]


def refused(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


@contextmanager
def without(model, name):
    """The database without this constraint. What it would have refused is emptied afterwards."""
    [constraint] = [each for each in model._meta.constraints if each.name == name]
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with connection.cursor() as sql:
            sql.execute("TRUNCATE bookings_activity CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def unlock(monkeypatch):
    """SELECT … FOR UPDATE locks nothing any more."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)


def pause(monkeypatch, module, name, seconds):
    """This function of this module takes so long; `seconds` may say how long each time."""
    real = getattr(module, name)

    def slow(*args, **kwargs):
        time.sleep(seconds() if callable(seconds) else seconds)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, slow)
