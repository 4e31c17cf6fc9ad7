"""Checks on adults, and a teacher who has every one that is required."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from people.models import RoleHeld
from safeguarding.models import AssuranceLetter, Check, CheckKind, RequiredCheck
from tests.factories.core import NOON
from tests.factories.people import (
    LONG_AGO,
    PersonFactory,
    RoleHeldFactory,
    SchoolFactory,
    StaffFactory,
)


class RequiredCheckFactory(DjangoModelFactory):
    class Meta:
        model = RequiredCheck
        django_get_or_create = ("kind",)

    kind = CheckKind.ENHANCED_DBS
    from_on = LONG_AGO


class CheckFactory(DjangoModelFactory):
    class Meta:
        model = Check

    person = factory.SubFactory(PersonFactory)
    kind = CheckKind.ENHANCED_DBS
    checked_on = dt.date(2025, 9, 1)
    checked_by = "Morag Bell"


class AssuranceLetterFactory(DjangoModelFactory):
    class Meta:
        model = AssuranceLetter

    code = factory.Sequence("LA7-Q2M-{:03}".format)
    person = factory.SubFactory(PersonFactory)
    school = factory.SubFactory(SchoolFactory)
    written_at = NOON


def cleared_teacher(**person):
    """A Person on the staff, a teacher by role, with every check that is required."""
    person = PersonFactory(**({"given_name": "Tomasz"} | person))
    StaffFactory(person=person)
    RoleHeldFactory(person=person, role=RoleHeld.Role.TEACHER)
    for kind in (CheckKind.ENHANCED_DBS, CheckKind.BARRED_LIST):
        RequiredCheckFactory(kind=kind)
    for kind in RequiredCheck.objects.values_list("kind", flat=True).distinct():
        CheckFactory(person=person, kind=kind, checked_on=LONG_AGO)
    return person
