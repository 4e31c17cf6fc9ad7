"""Why something may not be done, in a sentence the person who asked can read."""

from functools import cache

from django.apps import apps
from django.db import IntegrityError, OperationalError
from django.db.models import BaseConstraint


class RuleBroken(Exception):
    """What was asked is against a rule; the message says which, and what to do instead."""


class TryAgain(RuleBroken):
    """Others were changing the same thing; nothing is wrong with what was asked."""


BUSY = "Many people are booking this right now. Nothing was lost: please try again."
_LOCKED = {"55P03", "40P01", "57014"}  # lock timeout, deadlock, statement timeout


@cache
def _sentences() -> dict[str, str]:
    named = {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != BaseConstraint.default_violation_error_message
    }
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", []):
            named |= getattr(trigger, "sentences", {})
    return named


def sentence_for(error: Exception) -> str | None:
    """The sentence of the constraint the database refused by, or None for a surprise."""
    cause = error.__cause__
    if isinstance(error, OperationalError) and getattr(cause, "sqlstate", "") in _LOCKED:
        return BUSY
    if not isinstance(error, IntegrityError):
        return None
    diagnosis = getattr(cause, "diag", None)
    return _sentences().get(getattr(diagnosis, "constraint_name", None) or "")


def in_words(error: Exception) -> Exception:
    """The refusal that stands for this database error, or the error itself if it is a surprise."""
    sentence = sentence_for(error)
    if sentence is None:
        return error
    return TryAgain(sentence) if sentence == BUSY else RuleBroken(sentence)
