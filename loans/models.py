"""Instruments: what kinds there are, which ones we have, and who has them when."""

import datetime as dt
import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from centres.models import Centre, Days
from core.access import Permission, Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from people.models import School, User


class Kind(models.Model):
    """A kind of thing we lend: a class set of ukuleles, later a half-size violin."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    # How many play from one of these; more than one is a class set.
    pieces = models.PositiveSmallIntegerField(default=1)
    replacement_value = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pieces__gt=0),
                name="kind_plays_at_least_one",
                violation_error_message="At least one can play.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    """One of them, by the tag on its case. A class set is one asset with many pieces.

    What is adaptive is a single instrument for one hand, and goes with the class sets of its kind.
    """

    FOR_ONE_HAND: ClassVar[str] = "Instrument for one hand"

    kind = models.ForeignKey(Kind, models.PROTECT, related_name="assets")
    tag = models.CharField(max_length=20, unique=True)
    home = models.ForeignKey(Centre, models.PROTECT, null=True, blank=True, related_name="assets")
    is_adaptive = models.BooleanField(default=False)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.what}, {self.tag}"

    @property
    def what(self) -> str:
        """Class set: ukulele; Instrument for one hand"""
        return self.FOR_ONE_HAND if self.is_adaptive else str(self.kind)


class CustodyQuerySet(models.QuerySet["Custody"]):
    def live(self) -> "CustodyQuerySet":
        return self.filter(status__in=Custody.LIVE)

    def late(self, on: dt.date) -> "CustodyQuerySet":
        """Still away though its last day is over: nobody else can have it until it is back."""
        return self.filter(Custody.lateness(on))

    def visible_to(self, user: User | AnonymousUser) -> "CustodyQuerySet":
        """Those who run the county, and the school that has it."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(school_id__in=user.schools_served())


class Custody(models.Model):
    """An asset is away from its shelf between two days, both included: kept, promised, or out."""

    class Kind(models.TextChoices):
        CLASS_SET = "class_set", "class set at a school"

    class Status(models.TextChoices):
        OFFERED = "offered", "kept for an answer"
        ALLOCATED = "allocated", "promised"
        OUT = "out", "there"
        BACK = "back", "back"
        CANCELLED = "cancelled", "not needed any more"

    LIVE = (Status.OFFERED, Status.ALLOCATED, Status.OUT)

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CLASS_SET)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="custody")
    school = models.ForeignKey(School, models.PROTECT, related_name="custody")
    first_on = models.DateField()
    last_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    out_on = models.DateField(null=True, blank=True)
    back_on = models.DateField(null=True, blank=True)

    objects = CustodyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "custody"
        constraints: ClassVar = [
            DatabaseExclusion(
                name="custody_one_place_at_a_time",
                expressions=[
                    ("asset", RangeOperators.EQUAL),
                    (Days("first_on", "last_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["offered", "allocated", "out"]),
                violation_error_message="This set is promised to somebody else on those days.",
            ),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("last_on")),
                name="custody_leaves_before_it_is_back",
                violation_error_message="It goes out before it comes back.",
            ),
            models.CheckConstraint(
                condition=Q(status="offered", offer_expires_at__isnull=False)
                | ~Q(status="offered") & Q(offer_expires_at=None),
                name="custody_offer_has_its_end",
                violation_error_message="What is kept for an answer has an end; nothing else has.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["out", "back"]) | Q(out_on__isnull=False),
                name="custody_out_on_a_day",
                violation_error_message="What is out went out on a day.",
            ),
            models.CheckConstraint(
                condition=Q(status="back", back_on__isnull=False) | ~Q(status="back"),
                name="custody_back_on_a_day",
                violation_error_message="What is back came back on a day.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["offer_expires_at"],
                condition=Q(status="offered"),
                name="custody_about_to_lapse",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.asset} at {self.school}"

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.school_id)

    @classmethod
    def lateness(cls, on: dt.date) -> Q:
        """The condition of being late on a day: its last day is over and it is not back."""
        return Q(status=cls.Status.OUT, last_on__lt=on)
