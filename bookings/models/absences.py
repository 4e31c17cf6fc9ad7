"""What a family tells us ahead: that somebody will not come on these days."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from bookings.models.enrolments import Enrolment
from core.access import Permission, Scope
from core.triggers import Audited
from people.models import Person, User


class AbsenceNoticeQuerySet(models.QuerySet["AbsenceNotice"]):
    def standing(self) -> "AbsenceNoticeQuerySet":
        """Those not taken back."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, user: User | AnonymousUser) -> "AbsenceNoticeQuerySet":
        """Those about whom this user sees; a head of centre reads them in the registers."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(person__in=user.persons_seen())


class AbsenceNotice(models.Model):
    """Told ahead: not coming from one day to another, both included, to one thing or to all."""

    class Reason(models.TextChoices):
        UNWELL = "unwell", "Not well"
        SCHOOL = "school", "Something at school"
        FAMILY = "family", "Something in the family"
        OTHER = "other", "Another reason"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="absence_notices", db_index=False
    )
    # Empty: whatever they have on those days.
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, blank=True, related_name="absence_notices"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=8, choices=Reason)
    told_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceNoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="absencenotice_starts_before_it_ends",
                violation_error_message="The first day away comes before the last.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "starts_on"], name="absencenotice_of_a_person")
        ]
        triggers: ClassVar = [Audited(sealed=["reason"])]

    def __str__(self) -> str:
        return f"{self.person}, away from {self.starts_on}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))
