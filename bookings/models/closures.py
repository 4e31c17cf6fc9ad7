"""Days on which nothing happens, and what follows from a cancellation: dated policy."""

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from centres.models import Centre
from core.access import Permission, Scope
from core.triggers import Audited
from people.models import School, User


class CancellationCause(models.Model):
    """Why a session does not happen, who pays for it, and the words a family reads."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    caused_by = models.CharField(max_length=20)
    pupil_pays = models.BooleanField()
    teacher_paid = models.BooleanField()
    is_made_up = models.BooleanField()
    words_for_family = models.CharField(max_length=300, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name


class ClosureQuerySet(models.QuerySet["Closure"]):
    def touching(self, starts_on: dt.date, ends_on: dt.date) -> "ClosureQuerySet":
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def visible_to(self, user: User | AnonymousUser) -> "ClosureQuerySet":
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(centre_id__in=user.centres_run())


class Closure(models.Model):
    """A centre, a school or everybody is closed on these days, both included."""

    slug = models.SlugField(unique=True, max_length=80)
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200)
    cause = models.ForeignKey(CancellationCause, models.PROTECT, related_name="+")
    notice_given_on = models.DateField()

    objects = ClosureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="closure_starts_before_it_ends",
                violation_error_message="A closure starts before it ends.",
            ),
            models.CheckConstraint(
                condition=Q(centre=None) | Q(school=None),
                name="closure_of_one_place_or_all",
                violation_error_message="Close one centre, one school, or everything.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.reason}, {self.starts_on}"

    @property
    def scope(self) -> Scope:
        return Scope(school_id=self.school_id, centre_id=self.centre_id)

    def covers(self, day: dt.date, *, centre_id: int | None, school_id: int | None) -> bool:
        """True if nothing happens at that place on that day."""
        everyone = self.centre_id is None and self.school_id is None
        here = (self.centre_id is not None and self.centre_id == centre_id) or (
            self.school_id is not None and self.school_id == school_id
        )
        return self.starts_on <= day <= self.ends_on and (everyone or here)
