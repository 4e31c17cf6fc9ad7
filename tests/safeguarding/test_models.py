"""What the database itself holds about checks."""

import datetime as dt

import pytest

from safeguarding.models import RequiredCheck
from tests.factories.safeguarding import (
    AssuranceLetterFactory,
    CheckFactory,
    RequiredCheckFactory,
)
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_a_check_is_required_by_one_rule_at_a_time():
    rule = RequiredCheckFactory(to_on=dt.date(2026, 8, 31))
    RequiredCheck.objects.create(kind=rule.kind, from_on=dt.date(2026, 9, 1))

    with refuses("requiredcheck_one_rule_at_a_time"):
        RequiredCheck.objects.create(kind=rule.kind, from_on=dt.date(2026, 8, 31))


def test_a_check_runs_out_after_it_was_made():
    with refuses("check_expires_after_it_was_made"):
        CheckFactory(checked_on=dt.date(2026, 9, 2), expires_on=dt.date(2026, 9, 1))


def test_a_check_says_who_made_it():
    with refuses("check_says_who_made_it"):
        CheckFactory(checked_by="")


def test_a_school_has_one_letter_about_an_adult():
    letter = AssuranceLetterFactory()

    with refuses("assuranceletter_one_in_force"):
        AssuranceLetterFactory(person=letter.person, school=letter.school)
