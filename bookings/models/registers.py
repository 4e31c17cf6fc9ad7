"""Registers: who came, who said so, and what two people said differently."""

from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, Q

from bookings.models.enrolments import Enrolment
from bookings.models.sessions import Session
from bookings.triggers import CountHeads, CountMarks
from core.access import Permission, Scope
from core.constraints import DatabaseExclusion, Follows
from core.triggers import Audited
from people.models import Person, User

MORE_THAN_EXPECTED = 10  # a visiting class may join; a slip of the finger has one digit more


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: User | AnonymousUser) -> "AttendanceQuerySet":
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(person_id__in=user.persons_seen())
            | Q(session__activity__centre_id__in=user.centres_run())
        )


class Attendance(models.Model):
    """A person's line in the register of one meeting; it claims their time."""

    class Mark(models.TextChoices):
        PRESENT = "present", "Here"
        LATE = "late", "Late"
        ABSENT = "absent", "Away"
        ABSENT_TOLD = "absent_told", "Told us"
        LEFT_EARLY = "left_early", "Left early"

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="register", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendance", db_index=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attendance")
    claimed = DateTimeRangeField(editable=False)
    mark = models.CharField(max_length=12, choices=Mark, null=True, blank=True)  # noqa: DJ001 - unmarked is not a mark
    # Let off for something else at that time, such as a concert: recorded, not hidden.
    is_released = models.BooleanField(default=False)
    marked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    marked_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="", db_default="")
    # How often the mark or its note changed, counted by the database: a phone says which it saw.
    version = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "attendance"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "person"],
                name="attendance_one_line_per_person",
                violation_error_message="This person is in this register already.",
            ),
            DatabaseExclusion(
                name="attendance_one_place_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("claimed", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_released=False),
                deferrable=Deferrable.IMMEDIATE,
                violation_error_message="This clashes with something else they do at that time.",
            ),
            models.CheckConstraint(
                condition=Q(mark=None, marked_at=None)
                | Q(mark__isnull=False, marked_at__isnull=False),
                name="attendance_mark_has_its_moment",
                violation_error_message="A mark has the moment it was made.",
            ),
            Follows(
                fields=["session", "claimed"],
                to="bookings.Session",
                to_fields=["id", "claimed"],
                name="attendance_time_follows_session",
                violation_error_message="The meeting changed meanwhile. Look again.",
            ),
        ]
        # Every line of every register would be 7 GB a decade: only what was taken back.
        triggers: ClassVar = [
            CountMarks(name="count_marks"),
            Audited(name="audited_delete", operation=pgtrigger.Delete),
            Audited(
                name="audited_mark",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.mark IS NOT NULL AND OLD.mark IS DISTINCT FROM NEW.mark"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.session}"

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), centre_id=self.session.activity.centre_id)


class MarkReceived(models.Model):
    """A mark as a phone sent it, known by the phone's own key: a resend changes nothing.

    One that came after somebody else's and says otherwise *differs*: both are shown until a person
    has settled which is right.
    """

    class Outcome(models.TextChoices):
        KEPT = "kept", "kept"
        SAME = "same", "said already"
        DIFFERED = "differed", "differs from what was said before"

    client_key = models.UUIDField(primary_key=True)
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="marks_received")
    mark = models.CharField(max_length=12, choices=Attendance.Mark)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "marks received"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, outcome="differed"),
                name="markreceived_settled_by_somebody",
                violation_error_message="Only marks that differ are settled, and by somebody.",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["attendance"],
                condition=Q(outcome="differed", settled_at=None),
                name="markreceived_still_differs",
            ),
            models.Index(fields=["at"], name="markreceived_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.get_mark_display()}, {self.get_outcome_display()}"

    @property
    def scope(self) -> Scope:
        return self.attendance.scope


class ClassReturnQuerySet(models.QuerySet["ClassReturn"]):
    def visible_to(self, user: User | AnonymousUser) -> "ClassReturnQuerySet":
        """Whoever sees the meeting, and the school it was at."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(session__in=Session.objects.visible_to(user))
            | Q(session__activity__school_id__in=user.schools_served())
        )


class ClassReturn(models.Model):
    """A register by headcount: how many of a class were there, and how many joined in."""

    session = models.OneToOneField(
        Session, models.PROTECT, primary_key=True, related_name="class_return"
    )
    present = models.PositiveSmallIntegerField()
    joined_in = models.PositiveSmallIntegerField(null=True, blank=True)
    # How many were expected at this meeting when it was counted, whatever becomes of the class.
    expected = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)
    returned_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    returned_at = models.DateTimeField()
    # The phone's own key for what it sent last: a resend changes nothing.
    client_key = models.UUIDField(null=True, blank=True)
    # How often it changed, counted by the database: a phone says which it saw.
    version = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    objects = ClassReturnQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(joined_in=None) | Q(joined_in__lte=models.F("present")),
                name="classreturn_joined_in_of_those_there",
                violation_error_message="No more can join in than are there.",
            ),
            models.CheckConstraint(
                condition=Q(expected__gt=0, present__lte=models.F("expected") + MORE_THAN_EXPECTED),
                name="classreturn_few_more_than_expected",
                violation_error_message="A class has somebody in it, and few more come.",
            ),
        ]
        triggers: ClassVar = [CountHeads(name="count_heads"), Audited()]

    def __str__(self) -> str:
        return f"{self.present} at {self.session}"

    @property
    def scope(self) -> Scope:
        """Whoever teaches it that day, and the school."""
        teaching, activity = self.session.scope, self.session.activity
        return Scope(teaching.people, school_id=activity.school_id, centre_id=activity.centre_id)


class CountReceived(models.Model):
    """A headcount as a phone or a page sent it, known by its own key: a resend changes nothing.

    As with marks, one that says otherwise than a count its sender had not seen *differs*: both are
    shown until a person has settled which is right.
    """

    client_key = models.UUIDField(primary_key=True)
    class_return = models.ForeignKey(
        ClassReturn, models.CASCADE, related_name="counts_received", db_index=False
    )
    present = models.PositiveSmallIntegerField()
    joined_in = models.PositiveSmallIntegerField(null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=MarkReceived.Outcome)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "counts received"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, outcome="differed"),
                name="countreceived_settled_by_somebody",
                violation_error_message="Only counts that differ are settled, and by somebody.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["class_return"], name="countreceived_of_a_return"),
            models.Index(fields=["at"], name="countreceived_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.present}, {self.get_outcome_display()}"

    @property
    def scope(self) -> Scope:
        return self.class_return.scope
