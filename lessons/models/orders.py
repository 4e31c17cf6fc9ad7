"""What a school orders: the order and its lines."""

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from centres.models import Term, Year
from core.access import Permission, Scope
from core.models import Wording
from core.triggers import Audited
from lessons.models.catalogue import Subject
from lessons.models.programmes import Programme
from lessons.triggers import FrozenOnceAgreed
from people.models import Person, School, User


class OfSchoolQuerySet(models.QuerySet[Any]):
    """Rows of a school: for those who speak for it, and for those who run the county."""

    school = "school"

    def visible_to(self, user: User | AnonymousUser) -> "OfSchoolQuerySet":
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(**{f"{self.school}_id__in": user.schools_served()})


class SchoolOrder(models.Model):
    """What one school asks of us for one year, from its first draft to its last lesson."""

    class Status(models.TextChoices):
        DRAFT = "draft", "draft"
        SUBMITTED = "submitted", "sent to us"
        QUOTED = "quoted", "waiting for the school’s agreement"
        AGREED = "agreed", "agreed"
        SCHEDULED = "scheduled", "scheduled"
        RUNNING = "running", "running"
        COMPLETED = "completed", "completed"
        DECLINED = "declined", "declined"
        CANCELLED = "cancelled", "cancelled"

    OPEN = (Status.DRAFT, Status.SUBMITTED, Status.QUOTED)
    BINDING = (Status.AGREED, Status.SCHEDULED, Status.RUNNING, Status.COMPLETED)

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="orders")
    year = models.ForeignKey(Year, models.PROTECT, related_name="orders")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    contact = models.ForeignKey(Person, models.PROTECT, related_name="+")
    # Whoever agrees for the school; empty where whoever sends it may agree too.
    approver = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    invoice_email = models.EmailField(blank=True)
    po_number = models.CharField(max_length=40, blank=True)
    is_for_governors = models.BooleanField(default=False)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    quoted_at = models.DateTimeField(null=True, blank=True)
    # Empty where the portal quoted by itself, because every answer was yes.
    quoted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    quote_ends_on = models.DateField(null=True, blank=True)
    note_to_school = models.CharField(max_length=500, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_name = models.CharField(max_length=200, blank=True)
    agreed_role = models.CharField(max_length=60, blank=True)
    agreement = models.ForeignKey(Wording, models.PROTECT, null=True, blank=True, related_name="+")
    scheduled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    objects = OfSchoolQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "scheduled", "running", "completed"])
                | Q(agreed_at__isnull=False, agreed_by__isnull=False, agreement__isnull=False)
                & ~Q(agreed_name="")
                & ~Q(agreed_role=""),
                name="schoolorder_agreed_by_name_and_text",
                violation_error_message=(
                    "An agreed order names who agreed, as what, when, and to which text."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status="quoted")
                | Q(quoted_at__isnull=False, quote_ends_on__isnull=False),
                name="schoolorder_quote_has_its_end",
                violation_error_message="A quote says when it was made and how long it stands.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_at__isnull=False),
                name="schoolorder_sent_at_a_moment",
                violation_error_message="Only a draft has never been sent.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["declined", "cancelled"])
                | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="schoolorder_ended_for_a_reason",
                violation_error_message="Say why the order is declined or cancelled.",
            ),
            models.CheckConstraint(
                condition=~Q(po_number__regex=r"^\s|\s$|\s\s"),
                name="schoolorder_purchase_order_tidy",
                violation_error_message="A purchase order number has no spaces around it.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "year"], name="schoolorder_of_a_school"),
            models.Index(fields=["status", "submitted_at"], name="schoolorder_by_status"),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.number}, {self.school}"

    @property
    def number(self) -> str:
        """What is said on the telephone: O00042."""
        return f"O{self.pk:05}"

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.school_id)

    @property
    def is_open(self) -> bool:
        """Nothing is owed yet, and it can still be changed or withdrawn freely."""
        return self.status in self.OPEN


class OrderLine(models.Model):
    """One programme, on one instrument, for some classes, in a term or the whole year."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        IF = "if", "Yes, if"
        WAITING = "waiting", "Waiting"

    class Need(models.TextChoices):
        ONE_HAND = "one_hand", "An instrument for one hand"
        HEARING = "hearing", "Hearing support"
        SIGHT = "sight", "Large print or touch"
        CALM = "calm", "Ear defenders, a way out"
        STEP_FREE = "step_free", "A step-free way in"
        MEDICAL = "medical", "Something medical to know before the first day"

    order = models.ForeignKey(SchoolOrder, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="order_lines")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    # Empty for the whole year.
    term = models.ForeignKey(Term, models.PROTECT, null=True, blank=True, related_name="+")
    year_groups = ArrayField(models.SmallIntegerField())
    classes = models.PositiveSmallIntegerField()
    pupils = models.PositiveSmallIntegerField()
    # Those of an earlier year who go on.
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    # Half days that could work, as "2-am".
    half_days = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    room = models.CharField(max_length=10, choices=Programme.Room, blank=True)
    room_notes = models.CharField(max_length=500, blank=True)
    needs = ArrayField(models.CharField(max_length=10, choices=Need), default=list, blank=True)
    send_pupils = models.PositiveSmallIntegerField(null=True, blank=True)
    pp_pupils = models.PositiveSmallIntegerField(null=True, blank=True)
    goes_home = models.BooleanField(null=True, blank=True)
    wants_performance = models.BooleanField(default=False)

    # As quoted: before, the price is worked out anew each time it is shown.
    price = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    subsidy = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal(0))
    adjustment = models.DecimalField(max_digits=9, decimal_places=2, default=Decimal(0))
    adjust_reason = models.CharField(max_length=300, blank=True)
    # What we last answered, and what it rested on; never trusted, always worked out again.
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answer_reasons = models.JSONField(default=list, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "position"],
                name="orderline_one_in_a_position",
                violation_error_message="There is a line in this position already.",
            ),
            models.CheckConstraint(
                condition=Q(classes__gt=0, pupils__gt=0),
                name="orderline_for_somebody",
                violation_error_message="An order is for at least one class and one pupil.",
            ),
            models.CheckConstraint(
                condition=Q(adjustment=0) | ~Q(adjust_reason=""),
                name="orderline_adjusted_for_a_reason",
                violation_error_message="Say why the price differs from our price list.",
            ),
            models.CheckConstraint(
                condition=(Q(send_pupils=None) | Q(send_pupils__lte=F("pupils")))
                & (Q(pp_pupils=None) | Q(pp_pupils__lte=F("pupils"))),
                name="orderline_groups_within_pupils",
                violation_error_message="No group is larger than the number of pupils.",
            ),
            models.CheckConstraint(
                condition=Q(subsidy__lte=0),
                name="orderline_subsidy_lowers_the_price",
                violation_error_message="A subsidy makes the price lower.",
            ),
        ]
        triggers: ClassVar = [FrozenOnceAgreed(name="frozen_once_agreed"), Audited()]

    def __str__(self) -> str:
        return f"{self.programme}, {self.order}"

    @property
    def scope(self) -> Scope:
        return self.order.scope

    @property
    def total(self) -> Decimal | None:
        """None until it is quoted."""
        return None if self.price is None else self.price + self.subsidy + self.adjustment
