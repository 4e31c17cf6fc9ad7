"""Accounts, prices with their dates, and charges that explain themselves."""

from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from centres.models import Days, Term
from core.access import Permission, Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from people.models import Person, School, User


class BillQuerySet(models.QuerySet[Any]):
    school = "school"

    def visible_to(self, user: User | AnonymousUser) -> "BillQuerySet":
        """Their own, children's they may pay for, their schools'; all for the office."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        payer = Q(person__guardians__adult_id=user.person_id, person__guardians__may_pay=True)
        theirs = Q(**{f"{self.school}_id__in": user.schools_served()})
        return self.filter(Q(person_id=user.person_id) | payer | theirs).distinct()


class ChargeQuerySet(BillQuerySet):
    school = "account__school"


class Account(models.Model):
    """Who pays: a person or a school."""

    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="account"
    )
    school = models.OneToOneField(
        School, models.PROTECT, null=True, blank=True, related_name="account"
    )

    objects = BillQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, school=None)
                | Q(person=None, school__isnull=False),
                name="account_of_one_payer",
                violation_error_message="An account belongs to one person or to one school.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return str(self.person or self.school)

    @property
    def scope(self) -> Scope:
        people = frozenset({self.person_id}) if self.person_id else frozenset()
        return Scope(people=people, school_id=self.school_id)


class Rate(models.Model):
    """What something costs whom, from a day."""

    class Audience(models.TextChoices):
        PUPIL = "pupil", "pupil"
        ADULT = "adult", "adult"
        SCHOOL = "school", "school"

    key = models.SlugField()
    audience = models.CharField(max_length=10, choices=Audience)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    unit = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    description = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            DatabaseExclusion(
                name="rate_one_price_at_a_time",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("audience", RangeOperators.EQUAL),
                    (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="There is a price for some of these days already.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.description}, from {self.from_on}"


class Charge(models.Model):
    """An amount somebody owes, and the sum that led to it."""

    class Status(models.TextChoices):
        PENDING = "pending", "not yet billed"
        WAIVED = "waived", "waived"
        BILLED = "billed", "billed"

    account = models.ForeignKey(Account, models.PROTECT, related_name="charges")
    # Empty where a school owes it, for a class.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="charges"
    )
    term = models.ForeignKey(Term, models.PROTECT, related_name="charges")
    description = models.CharField(max_length=200)
    explanation = models.JSONField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    source = models.CharField(max_length=80, unique=True)
    raised_at = models.DateTimeField()

    objects = ChargeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="charge_is_not_negative",
                violation_error_message=(
                    "A charge is never less than nothing: give a credit instead."
                ),
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.description}, £{self.amount}"

    @property
    def scope(self) -> Scope:
        people = frozenset({self.person_id}) if self.person_id else frozenset()
        return Scope(people=people, school_id=self.account.school_id)


class LateCancellation(models.Model):
    """What cancelling costs: from so many days before it starts down to the next of these."""

    class AppliesTo(models.TextChoices):
        TRAINING = "training", "training for school staff"
        ORDER = "order", "a school’s order"

    applies_to = models.CharField(max_length=10, choices=AppliesTo)
    days_before = models.PositiveSmallIntegerField(help_text="At least so many days before.")
    percent = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            DatabaseExclusion(
                name="latecancellation_one_rule_at_a_time",
                expressions=[
                    ("applies_to", RangeOperators.EQUAL),
                    ("days_before", RangeOperators.EQUAL),
                    (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="There is a rule for so many days before already.",
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="latecancellation_at_most_the_price",
                violation_error_message="Cancelling costs at most the price.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.percent} % from {self.days_before} days before"
