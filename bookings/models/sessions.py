"""When it happens, who teaches it, who came."""

import uuid
from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Deferrable, F, Q, Value, When
from django.db.models.functions import Cast

from bookings.models.activities import Activity
from bookings.models.closures import CancellationCause, Closure
from bookings.models.enrolments import Enrolment
from bookings.triggers import OnlyCleared
from centres.models import Room
from core import words
from core.access import Permission, Scope
from core.constraints import DatabaseExclusion, Follows
from core.triggers import Audited
from people.models import Person, School, User


class SessionQuerySet(models.QuerySet["Session"]):
    def happening(self) -> "SessionQuerySet":
        return self.exclude(status=Session.Status.CANCELLED)

    def visible_to(self, user: User | AnonymousUser) -> "SessionQuerySet":
        """Those of the centres this user runs, and those this user teaches."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        return self.filter(
            Q(activity__centre_id__in=user.centres_run())
            | Q(pk__in=SessionStaff.objects.filter(person_id=user.person_id).values("session_id"))
        )

    def run_by(self, user: User | AnonymousUser) -> "SessionQuerySet":
        """Those of the activities whose roster this user runs."""
        return self.filter(activity__in=Activity.objects.run_by(user))


class Session(models.Model):
    """One meeting of an activity. A cancelled one stays, as its tombstone."""

    class Status(models.TextChoices):
        PLANNED = "planned", "planned"
        TAUGHT = "taught", "taught"
        CANCELLED = "cancelled", "cancelled"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sessions", db_index=False)
    # The occurrence: which meeting of the pattern this is, wherever it was moved to since.
    occurs_on = models.DateField()
    ordinal = models.PositiveSmallIntegerField(default=1)
    during = DateTimeRangeField()
    claimed = models.GeneratedField(
        expression=Case(
            When(~Q(status="cancelled"), then=F("during")),
            default=Cast(Value("empty"), DateTimeRangeField()),
        ),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="sessions", db_index=False
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    cause = models.ForeignKey(
        CancellationCause, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closure = models.ForeignKey(
        Closure, models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    public_comment = models.CharField(max_length=300, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["activity", "occurs_on", "ordinal"],
                name="session_each_occurrence_once",
                violation_error_message="This meeting exists already, perhaps as a cancelled one.",
            ),
            models.UniqueConstraint(fields=["id", "claimed"], name="session_and_its_claim"),
            models.CheckConstraint(
                condition=Q(status="cancelled", cause__isnull=False)
                | ~Q(status="cancelled") & Q(cause=None),
                name="session_cancelled_for_a_cause",
                violation_error_message="A cancelled meeting says why, and no other does.",
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__startswith__isnull=False)
                & Q(during__endswith__isnull=False),
                name="session_starts_and_ends",
                violation_error_message="A meeting starts and ends.",
            ),
            DatabaseExclusion(
                name="session_room_holds_one_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    ("claimed", RangeOperators.OVERLAPS),
                ],
                condition=Q(room__isnull=False),
                deferrable=Deferrable.IMMEDIATE,
                violation_error_message="Something else is in that room at that time.",
            ),
        ]
        triggers: ClassVar = [Audited(ignoring=["claimed"])]

    def __str__(self) -> str:
        return f"{self.activity} on {words.day(self.occurs_on)}"

    @property
    def scope(self) -> Scope:
        """Whoever teaches it; prefetch `staff` where many are asked about."""
        teaching = frozenset(line.person_id for line in self.staff.all())
        return Scope(people=teaching, school_id=self.school_id, centre_id=self.activity.centre_id)


class SessionStaffQuerySet(models.QuerySet["SessionStaff"]):
    def visible_to(self, user: User | AnonymousUser) -> "SessionStaffQuerySet":
        return self.filter(session__in=Session.objects.visible_to(user))


class SessionStaff(models.Model):
    """An adult at a meeting. Their time follows the meeting's."""

    class Role(models.TextChoices):
        LEAD = "lead", "leads"
        ASSISTANT = "assistant", "assists"
        COVER = "cover", "covers"

    session = models.ForeignKey(Session, models.PROTECT, related_name="staff", db_constraint=False)
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="sessions_taught", db_index=False
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.LEAD)
    claimed = DateTimeRangeField(editable=False)

    objects = SessionStaffQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "session staff"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "person"],
                name="sessionstaff_once_in_a_session",
                violation_error_message="This adult is at this meeting already.",
            ),
            DatabaseExclusion(
                name="sessionstaff_one_place_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("claimed", RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.IMMEDIATE,
                violation_error_message="This teacher is teaching elsewhere at that time.",
            ),
            Follows(
                fields=["session", "claimed"],
                to="bookings.Session",
                to_fields=["id", "claimed"],
                name="sessionstaff_time_follows_session",
                violation_error_message="The meeting changed meanwhile. Look again.",
            ),
        ]
        triggers: ClassVar = [OnlyCleared(name="only_cleared"), Audited(ignoring=["claimed"])]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()} {self.session}"

    @property
    def scope(self) -> Scope:
        return self.session.scope


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
