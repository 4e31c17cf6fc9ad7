"""Who joined, who holds a place, who waits for one."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from billing.models import Account
from bookings.models.activities import Activity
from bookings.triggers import CountPlaces
from core.access import Permission, Scope
from core.triggers import Audited
from people.models import Person, User


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def live(self) -> "EnrolmentQuerySet":
        return self.filter(status__in=Enrolment.LIVE)

    def waiting_in_order(self) -> "EnrolmentQuerySet":
        """Fair: priority first, then who came first."""
        return self.filter(status=Enrolment.Status.WAITING).order_by(
            F("priority").desc(), "queued_at", "pk"
        )

    def visible_to(self, user: User | AnonymousUser) -> "EnrolmentQuerySet":
        """A family's own, and those of the centres this user runs."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(person_id__in=user.persons_seen()) | Q(activity__centre_id__in=user.centres_run())
        )

    def run_by(self, user: User | AnonymousUser) -> "EnrolmentQuerySet":
        """Those of the activities whose roster this user runs."""
        if isinstance(user, User) and user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(activity__in=Activity.objects.run_by(user))


class Enrolment(models.Model):
    """One person in one activity: waiting, offered, holding, active, or over."""

    class Status(models.TextChoices):
        WAITING = "waiting", "on the waiting list"
        OFFERED = "offered", "offered a place"
        HELD = "held", "holding a place"
        ACTIVE = "active", "has a place"
        ENDED = "ended", "left"
        DECLINED = "declined", "said no"
        LAPSED = "lapsed", "ran out of time"
        CANCELLED = "cancelled", "cancelled"

    LIVE = (Status.WAITING, Status.OFFERED, Status.HELD, Status.ACTIVE)
    TAKING = (Status.OFFERED, Status.HELD, Status.ACTIVE)

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="enrolments", db_index=False
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    booked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status)
    queued_at = models.DateTimeField()
    priority = models.SmallIntegerField(default=0)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    is_extended = models.BooleanField(default=False)
    price_agreed = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    leave_reason = models.CharField(max_length=200, blank=True)
    notice_given_at = models.DateTimeField(null=True, blank=True)
    # Reminders are idempotent by data.
    offer_reminded_at = models.DateTimeField(null=True, blank=True)
    start_reminded_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=Q(status__in=["waiting", "offered", "held", "active"]),
                name="enrolment_one_live_per_person",
                violation_error_message=(
                    "There is a booking or a waiting-list place for this person here already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["offered", "held"], offer_expires_at__isnull=False)
                | ~Q(status__in=["offered", "held"]) & Q(offer_expires_at=None),
                name="enrolment_offer_has_its_end",
                violation_error_message="An offer or a hold has an end, and nothing else does.",
            ),
            models.CheckConstraint(
                condition=~Q(status="active")
                | Q(starts_on__isnull=False, account__isnull=False, price_agreed__isnull=False),
                name="enrolment_active_agreed_and_dated",
                violation_error_message="A place has a first day, a payer and an agreed price.",
            ),
            models.CheckConstraint(
                condition=Q(notice_given_at=None) | Q(ends_on__isnull=False),
                name="enrolment_notice_has_its_last_day",
                violation_error_message="Whoever gave notice has a last day.",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ends_on__isnull=False) | ~Q(status="ended"),
                name="enrolment_ended_on_a_day",
                violation_error_message="A place that ended has its last day.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["activity", "status"], name="enrolment_of_an_activity"),
            models.Index(
                F("activity"),
                F("priority").desc(),
                F("queued_at"),
                condition=Q(status="waiting"),
                name="enrolment_waiting_in_order",
            ),
            models.Index(
                fields=["offer_expires_at"],
                condition=Q(status__in=["offered", "held"]),
                name="enrolment_about_to_lapse",
            ),
        ]
        triggers: ClassVar = [CountPlaces(name="count_places"), Audited()]

    def __str__(self) -> str:
        return f"{self.person} in {self.activity}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), centre_id=self.activity.centre_id)

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE
