"""The single central record, as far as it decides who may teach."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from centres.models import Days
from core.access import Permission, Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from people.models import Person, School, User


class CheckKind(models.TextChoices):
    IDENTITY = "identity", "Identity"
    RIGHT_TO_WORK = "right_to_work", "Right to work"
    ENHANCED_DBS = "enhanced_dbs", "Enhanced DBS"
    BARRED_LIST = "barred_list", "Children’s barred list"
    PROHIBITION = "prohibition", "Prohibition from teaching"
    OVERSEAS = "overseas", "Overseas"
    QUALIFICATION = "qualification", "Qualification"
    REFERENCE = "reference", "References"
    SELF_DECLARATION = "self_declaration", "Self-declaration"
    # When it was given, and when the service was asked and had nothing new: never what it answered.
    TRAINING = "training", "Safeguarding training"
    DBS_ASKED = "update_service", "DBS update service asked"


class RequiredCheck(models.Model):
    """A check an adult must have before teaching, in force between two days."""

    kind = models.CharField(max_length=20, choices=CheckKind)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            DatabaseExclusion(
                name="requiredcheck_one_rule_at_a_time",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This check is required already on some of these days.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.from_on}"


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: User | AnonymousUser) -> "CheckQuerySet":
        """For those who run the county alone."""
        if isinstance(user, AnonymousUser) or not user.has_perm(Permission.RUN_COUNTY):
            return self.none()
        return self


class Check(models.Model):
    """That a check was made, by whom and when. Never a scan, never what a certificate said."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=20, choices=CheckKind)
    checked_on = models.DateField()
    checked_by = models.CharField(max_length=100)
    expires_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("checked_on")),
                name="check_expires_after_it_was_made",
                violation_error_message="A check cannot run out before it was made.",
            ),
            models.CheckConstraint(
                condition=~Q(checked_by=""),
                name="check_says_who_made_it",
                violation_error_message="Say who made this check.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "kind"], name="check_of_a_person")]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.person}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))


class AssuranceQuerySet(models.QuerySet["AssuranceLetter"]):
    def visible_to(self, user: User | AnonymousUser) -> "AssuranceQuerySet":
        """Those who run the county, the school it was written to, and whom it is about."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(Q(school_id__in=user.schools_served()) | Q(person_id=user.person_id))


class AssuranceLetter(models.Model):
    """We tell a school that this adult is checked; each reading asks whether that is so."""

    code = models.CharField(max_length=12, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="assurance_letters")
    school = models.ForeignKey(School, models.PROTECT, related_name="assurance_letters")
    written_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AssuranceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "school"],
                condition=Q(withdrawn_at=None),
                name="assuranceletter_one_in_force",
                violation_error_message="This school has a letter about this adult already.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.person} at {self.school}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), school_id=self.school_id)
