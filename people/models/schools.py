"""Schools as the national register knows them, and whom we speak to there."""

from typing import ClassVar

from django.db import models

from core.access import Scope
from core.triggers import Audited
from people.models.persons import AboutPersonQuerySet, Person


class School(models.Model):
    """A school by its URN. Closed schools are kept and marked."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        CLOSING = "closing", "open, but proposed to close"
        CLOSED = "closed", "closed"
        PROPOSED = "proposed", "proposed to open"

    urn = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=200, editable=False)
    phase = models.CharField(max_length=40)
    kind = models.CharField(max_length=80, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    address_line = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True)
    northing = models.PositiveIntegerField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    percentage_fsm = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    website = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    # Invented, for a demonstration: invented children may belong to no other.
    is_invented = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["sort_name", "id"], name="school_by_name"),
            models.Index(fields=["town"], name="school_by_town"),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.pk)


class SchoolContact(models.Model):
    """Somebody at a school, in the part they play for us."""

    class Role(models.TextChoices):
        HEAD = "head", "headteacher"
        MUSIC_LEAD = "music_lead", "music lead"
        FINANCE = "finance", "finance"
        DSL = "dsl", "designated safeguarding lead"

    school = models.ForeignKey(School, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="school_contacts")
    role = models.CharField(max_length=12, choices=Role)

    objects = AboutPersonQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "person", "role"],
                name="schoolcontact_once_in_a_role",
                violation_error_message="This person has this role at this school already.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), school_id=self.school_id)
