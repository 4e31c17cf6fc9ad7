"""Who works for the service, and the roles that decide what they see."""

from typing import ClassVar

from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from centres.models import Centre, Days
from core.access import Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from people.models.persons import AboutPersonQuerySet, Person
from people.models.schools import School


class Staff(models.Model):
    """Somebody the service employs or engages."""

    class Employment(models.TextChoices):
        EMPLOYED = "employed", "employed"
        CONTRACTED = "contracted", "contracted"
        VOLUNTEER = "volunteer", "volunteer"

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="staff")
    base_centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="staff"
    )
    employment = models.CharField(max_length=12, choices=Employment)
    about = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = AboutPersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "staff"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="staff_leave_after_they_start",
                violation_error_message="Nobody leaves before they start.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), centre_id=self.base_centre_id)


class RoleHeld(models.Model):
    """A role somebody holds, where, between two days."""

    class Role(models.TextChoices):
        TEACHER = "teacher", "teacher"
        HEAD_OF_CENTRE = "head_of_centre", "head of centre"
        ADMINISTRATOR = "administrator", "administrator"

    person = models.ForeignKey(Person, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=Role)
    centre = models.ForeignKey(Centre, models.PROTECT, null=True, blank=True, related_name="roles")
    school = models.ForeignKey(School, models.PROTECT, null=True, blank=True, related_name="roles")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = AboutPersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "roles held"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(role="head_of_centre") | Q(centre__isnull=False),
                name="roleheld_head_of_some_centre",
                violation_error_message="Say which centre this person is head of.",
            ),
            DatabaseExclusion(
                name="roleheld_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("centre", 0), RangeOperators.EQUAL),
                    (Coalesce("school", 0), RangeOperators.EQUAL),
                    (Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=(
                    "This person holds this role on some of these days already."
                ),
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"

    @property
    def scope(self) -> Scope:
        return Scope(
            people=frozenset({self.person_id}),
            school_id=self.school_id,
            centre_id=self.centre_id,
        )
