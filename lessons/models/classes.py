"""Classes we teach in schools, who is in them, and the way from there to a first lesson."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from bookings.models import Activity, Enrolment
from centres.models import Days, Year
from core.access import Permission, Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from lessons.models.orders import OfSchoolQuerySet, OrderLine
from lessons.models.programmes import PlanFeature
from loans.models import Custody
from people.models import Person, School, User


class ProgrammeClassQuerySet(models.QuerySet["ProgrammeClass"]):
    def visible_to(self, user: User | AnonymousUser) -> "ProgrammeClassQuerySet":
        """Whoever teaches it, speaks for its school, or runs the county."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(activity__teacher_id=user.person_id)
            | Q(activity__school_id__in=user.schools_served())
        )


class ProgrammeClass(models.Model):
    """One class of an order, as it is taught: an activity with a register by headcount."""

    activity = models.OneToOneField(
        Activity, models.PROTECT, primary_key=True, related_name="programme_class"
    )
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="programme_classes")
    ordinal = models.PositiveSmallIntegerField()
    class_name = models.CharField(max_length=40)
    year_group = models.SmallIntegerField()
    pp_pupils = models.PositiveSmallIntegerField(default=0)
    send_pupils = models.PositiveSmallIntegerField(default=0)
    # 1 in its first year of learning, 2 in the next.
    learning_year = models.PositiveSmallIntegerField(default=1)
    custody = models.ForeignKey(
        Custody, models.PROTECT, null=True, blank=True, related_name="programme_classes"
    )
    # When the take-home letters are made, and when they were.
    letters_on = models.DateField(null=True, blank=True)
    letters_made_at = models.DateTimeField(null=True, blank=True)
    # The same letters once more, to those whose code nobody has used.
    second_letters_at = models.DateTimeField(null=True, blank=True)
    # The languages of the letters beside English, by the slug of their words.
    letter_languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)

    objects = ProgrammeClassQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "programme classes"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line", "ordinal"],
                name="programmeclass_each_class_once",
                violation_error_message="This class of the order is scheduled already.",
            ),
            models.CheckConstraint(
                condition=Q(learning_year__gt=0),
                name="programmeclass_learning_year_counts_from_one",
                violation_error_message="The first year of learning is year 1.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.class_name}, {self.activity}"

    @property
    def scope(self) -> Scope:
        """Whoever teaches it, and its school."""
        return self.activity.scope


class ClassCare(models.Model):
    """What to know before meeting a class, sealed: numbers and what helps, never a name."""

    programme_class = models.OneToOneField(
        ProgrammeClass, models.PROTECT, primary_key=True, related_name="care"
    )
    sealed_words = models.BinaryField()
    told_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "class care"
        triggers: ClassVar = [Audited(sealed=["sealed_words"])]

    def __str__(self) -> str:
        return f"What to know about {self.programme_class}"

    @property
    def scope(self) -> Scope:
        return self.programme_class.scope


class OfClassQuerySet(OfSchoolQuerySet):
    school = "programme_class__line__order__school"


class ClassPupil(models.Model):
    """A child on a class list that a school sent: kept for continuation, no account, no contact."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme_class = models.ForeignKey(ProgrammeClass, models.PROTECT, related_name="pupils")
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80, blank=True)
    has_pp = models.BooleanField(default=False)
    has_send = models.BooleanField(default=False)

    objects = OfClassQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme_class", "given_name", "family_name"],
                name="classpupil_once_in_a_class",
                violation_error_message="This child is on the list of this class already.",
            )
        ]
        # Who is on a list is between a school and its families: the audit says that, never who.
        triggers: ClassVar = [Audited(sealed=["given_name", "family_name", "has_pp", "has_send"])]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.programme_class.line.order.school_id)


class ClaimCode(models.Model):
    """One take-home letter: its code opens the school's own offer, works once, and names no child.

    The code itself is worked out from the row's key with a secret; only its hash is stored.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme_class = models.ForeignKey(ProgrammeClass, models.PROTECT, related_name="claim_codes")
    number = models.PositiveSmallIntegerField()
    code_hash = models.CharField(max_length=64, unique=True)
    pupil = models.ForeignKey(
        ClassPupil, models.PROTECT, null=True, blank=True, related_name="claim_codes"
    )
    # Which of the school's own counts it belongs to; the letter looks the same.
    has_pp = models.BooleanField(default=False)
    has_send = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    child = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="claim_codes"
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="claim_codes"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = OfClassQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme_class", "number"],
                condition=Q(withdrawn_at=None),
                name="claimcode_one_of_a_number",
                violation_error_message="This class has a letter of this number already.",
            ),
            models.UniqueConstraint(
                fields=["pupil"],
                condition=Q(withdrawn_at=None, pupil__isnull=False),
                name="claimcode_one_live_per_child",
                violation_error_message="This child has a letter already.",
            ),
            models.UniqueConstraint(
                fields=["programme_class", "child"],
                condition=Q(child__isnull=False),
                name="claimcode_one_used_for_a_child",
                violation_error_message="This child has used a letter of this class already.",
            ),
            models.CheckConstraint(
                condition=Q(claimed_at=None, claimed_by=None, child=None, enrolment=None)
                | Q(
                    claimed_at__isnull=False,
                    claimed_by__isnull=False,
                    child__isnull=False,
                    withdrawn_at=None,
                ),
                name="claimcode_claimed_by_somebody",
                violation_error_message="A code is claimed once, by somebody, for a child.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="claimcode_lasts_some_time",
                violation_error_message="A code can be used for some time.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme_class"], name="claimcode_of_a_class")]
        triggers: ClassVar = [Audited(sealed=["code_hash"], ignoring=["opened_at"])]

    def __str__(self) -> str:
        return f"Letter {self.number} of {self.programme_class}"

    @property
    def scope(self) -> Scope:
        """The school's; whoever claimed it holds an enrolment, which is theirs."""
        return Scope(school_id=self.programme_class.line.order.school_id)


class TakeHomeWording(models.Model):
    """The words of a take-home letter in one language, in force between two days."""

    language = models.SlugField(max_length=8)
    name = models.CharField(max_length=40)
    own_name = models.CharField(max_length=40)
    heading = models.CharField(max_length=120)
    body = models.TextField()
    steps = models.TextField(help_text="One step a line.")
    help_line = models.CharField(max_length=300)
    is_checked = models.BooleanField(default=False, help_text="By somebody whose language it is.")
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            DatabaseExclusion(
                name="takehomewording_one_at_a_time",
                expressions=[
                    ("language", RangeOperators.EQUAL),
                    (Days("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="There are words in this language for some of these days.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.name}, from {self.from_on}"


class SchoolPlan(models.Model):
    """A school's music development plan for a year, in its own words."""

    school = models.ForeignKey(School, models.PROTECT, related_name="plans")
    year = models.ForeignKey(Year, models.PROTECT, related_name="+")
    who_leads = models.CharField(max_length=200, blank=True)
    money = models.CharField(max_length=200, blank=True)
    training = models.CharField(max_length=300, blank=True)
    moving_on = models.CharField(max_length=300, blank=True)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = OfSchoolQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "year"],
                name="schoolplan_one_a_year",
                violation_error_message="This school has a plan for this year already.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"Music plan of {self.school}, {self.year}"

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.school_id)


class PlanAnswer(models.Model):
    """What a school says about one thing the national plan asks."""

    class Standing(models.TextChoices):
        IN_PLACE = "in_place", "In place"
        PARTLY = "partly", "Partly"
        MISSING = "missing", "Missing"

    plan = models.ForeignKey(SchoolPlan, models.PROTECT, related_name="answers")
    feature = models.ForeignKey(PlanFeature, models.PROTECT, related_name="+")
    standing = models.CharField(max_length=8, choices=Standing)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "feature"],
                name="plananswer_one_each",
                violation_error_message="This plan answers this already.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.feature}: {self.get_standing_display()}"

    @property
    def scope(self) -> Scope:
        return self.plan.scope
