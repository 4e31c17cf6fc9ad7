"""Who works for the service, and the roles that decide what they see."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from centres.models import Centre, Days, Weekday
from core.access import Permission, Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from people.models.persons import AboutPersonQuerySet, Person, User
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


class OfStaffQuerySet(models.QuerySet[Any]):
    """Rows about a member of staff: for those who run their base centre, and for themselves."""

    def visible_to(self, user: "User | AnonymousUser") -> "OfStaffQuerySet":
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(staff_id=user.person_id) | Q(staff__base_centre_id__in=user.centres_run())
        )


class Availability(models.Model):
    """Hours of a weekday in which a member of staff can be asked to teach, at one centre or any."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="availability", db_index=False)
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    from_time = models.TimeField()
    until_time = models.TimeField()
    centre = models.ForeignKey(Centre, models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    objects = OfStaffQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "availability"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(from_time__lt=F("until_time")),
                name="availability_starts_before_it_ends",
                violation_error_message="Hours start before they end.",
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)),
                name="availability_on_a_weekday",
                violation_error_message="Choose a day of the week.",
            ),
            models.UniqueConstraint(
                fields=["staff", "weekday", "from_time", "from_on"],
                name="availability_once_each",
                violation_error_message="These hours are there already.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        day = self.get_weekday_display()
        return f"{self.staff}, {day} {self.from_time:%H.%M} to {self.until_time:%H.%M}"

    @property
    def scope(self) -> Scope:
        return self.staff.scope


class StaffAbsence(models.Model):
    """A member of staff told us they cannot come between two moments."""

    class Kind(models.TextChoices):
        UNWELL = "unwell", "Not well"
        TRAINING = "training", "Training"
        LEAVE = "leave", "Agreed leave"
        OTHER = "other", "Another reason"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences", db_index=False)
    during = DateTimeRangeField()
    kind = models.CharField(max_length=8, choices=Kind)
    told_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfStaffQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__startswith__isnull=False)
                & Q(during__endswith__isnull=False),
                name="staffabsence_starts_and_ends",
                violation_error_message="An absence starts and ends.",
            ),
            DatabaseExclusion(
                name="staffabsence_told_once",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
                violation_error_message="You have told us about some of this time already.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.staff} away"

    @property
    def scope(self) -> Scope:
        return self.staff.scope
