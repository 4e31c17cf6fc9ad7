"""No constraint and no trigger without its sentence, its name and its test."""

import re
from pathlib import Path

import pgtrigger
import pytest
from django.apps import apps
from django.db.models import BaseConstraint

from core.triggers import AppendOnly

TESTS = Path(__file__).parent
# A key for other tables to follow; `id` alone is unique, so nothing can be refused by it.
NEVER_REFUSES = {"session_and_its_claim"}


def constraints():
    return [
        (model, constraint)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.name not in NEVER_REFUSES and not model.__module__.startswith("allauth")
    ]


def untested(names, sources):
    """Those no test names, as a whole word in quotes."""
    return {name for name in names if not re.search(rf'"{name}"', sources)}


def every_test():
    files = [path for path in TESTS.rglob("test_*.py") if path != Path(__file__)]
    return "\n".join(path.read_text() for path in files)


@pytest.mark.parametrize(
    ("model", "constraint"), constraints(), ids=lambda value: getattr(value, "name", "")
)
def test_constraint_says_in_a_sentence_what_is_wrong(model, constraint):
    sentence = constraint.violation_error_message

    assert sentence != BaseConstraint.default_violation_error_message
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert constraint.name.startswith(f"{model._meta.model_name}_")


def test_constraints_are_each_named_by_a_test():
    names = {constraint.name for _, constraint in constraints()}

    assert untested(names, every_test()) == set()


def test_triggers_are_each_named_by_a_test():
    """By name; as a sentence's constraint; or as the table that is only added to."""
    tests = every_test()
    names = {trigger.name for _, trigger in pgtrigger.registered()}
    sentences = {
        name for _, trigger in pgtrigger.registered() for name in getattr(trigger, "sentences", ())
    }
    only_added_to = {
        model.__name__
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, AppendOnly)
    }

    assert untested(sentences, tests) == set()
    assert {name for name in names if name not in tests} == set()
    assert {name for name in only_added_to if f"({name}, {name}Factory)" not in tests} == set()


def test_triggers_that_refuse_say_why_in_a_sentence():
    silent = [
        f"{model.__name__}.{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if "RAISE" in trigger.get_func(model) and not isinstance(trigger, AppendOnly)
        if not any(f"'{name}'" in trigger.get_func(model) for name in trigger.sentences)
    ]

    assert silent == []


def test_untested_finds_a_constraint_that_no_test_names():
    sources = 'with refuses("room_holds_somebody"):'

    assert untested({"room_holds_somebody", "room_holds"}, sources) == {"room_holds"}
