"""Lessons owed: one for each line of a register that a cancellation took, by its policy."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from bookings.models.registers import Attendance
from bookings.models.sessions import Session
from core.access import Permission, Scope
from core.triggers import Audited
from people.models import Person, User


class CreditQuerySet(models.QuerySet["Credit"]):
    def owed(self) -> "CreditQuerySet":
        """Neither made up nor void."""
        return self.filter(made_up_in=None, voided_at=None)

    def visible_to(self, user: User | AnonymousUser) -> "CreditQuerySet":
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(person__in=user.persons_seen())
            | Q(attendance__session__activity__centre_id__in=user.centres_run())
        )


class Credit(models.Model):
    """Minutes owed to a person for a meeting that did not happen, until they are made up.

    What is still owed at the end of the year comes off the bill: `value` is what it is worth.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="credits")
    attendance = models.ForeignKey(
        Attendance, models.PROTECT, related_name="credits", db_index=False
    )
    minutes = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=9, decimal_places=2)
    given_at = models.DateTimeField()
    made_up_in = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="credits_used"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_why = models.CharField(max_length=200, blank=True)

    objects = CreditQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["attendance"],
                condition=Q(voided_at=None),
                name="credit_once_for_a_meeting",
                violation_error_message="This meeting has been credited already.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0) & Q(value__gte=0),
                name="credit_is_worth_something",
                violation_error_message="A credit is some minutes, and never less than nothing.",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_why="")
                | Q(voided_at__isnull=False, made_up_in=None) & ~Q(voided_why=""),
                name="credit_void_says_why",
                violation_error_message="A credit that is void says why, and was not used.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["attendance"],
                condition=Q(made_up_in=None, voided_at=None),
                name="credit_still_owed",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.minutes} minutes owed to {self.person}"

    @property
    def scope(self) -> Scope:
        return self.attendance.scope
