"""When it happens, and who teaches it."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Deferrable, F, Q, Value, When
from django.db.models.functions import Cast

from bookings.models.activities import Activity
from bookings.models.closures import CancellationCause, Closure
from bookings.triggers import CountChanges, OnlyCleared
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
            | Q(
                pk__in=SessionStaff.objects.here()
                .filter(person_id=user.person_id)
                .values("session_id")
            )
        )

    def run_by(self, user: User | AnonymousUser) -> "SessionQuerySet":
        """Those of the activities whose roster this user runs."""
        if isinstance(user, User) and user.has_perm(Permission.RUN_COUNTY):
            return self
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
    # What the teacher wrote under the register, for whoever teaches the group next.
    note = models.CharField(max_length=500, blank=True, default="", db_default="")
    makes_up = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="made_up_by"
    )
    # How many were expected then, where its class has had another number since.
    headcount = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    # How often its time, room or status changed, counted by the database: calendars ask for it.
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

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
        indexes: ClassVar = [
            models.Index(fields=["occurs_on"], name="session_of_a_day"),
            # When it really happens: one that was moved occurs on another day than it is held.
            models.Index(F("during__startswith"), name="session_by_start"),
            models.Index(
                fields=["changed_at"],
                condition=Q(changed_at__isnull=False),
                name="session_changed_lately",
            ),
        ]
        triggers: ClassVar = [
            CountChanges(name="count_changes"),
            Audited(ignoring=["claimed", "sequence", "changed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.activity} on {words.day(self.occurs_on)}"

    @property
    def heads_expected(self) -> int:
        """How many children of a class: as many as it has, or had then."""
        return self.headcount or self.activity.headcount or 0

    @property
    def scope(self) -> Scope:
        """Whoever teaches it that day; prefetch `staff` where many are asked about."""
        teaching = frozenset(line.person_id for line in self.staff.all() if not line.is_away)
        return Scope(people=teaching, school_id=self.school_id, centre_id=self.activity.centre_id)


class SessionStaffQuerySet(models.QuerySet["SessionStaff"]):
    def here(self) -> "SessionStaffQuerySet":
        """Those who are expected; whoever is away keeps a line, and somebody else may cover it."""
        return self.filter(is_away=False)

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
    replaces = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # Somebody who told us they cannot come: their line stays, and claims none of their time.
    is_away = models.BooleanField(default=False, db_default=False)
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
                condition=Q(is_away=False),
                deferrable=Deferrable.IMMEDIATE,
                violation_error_message="This teacher is teaching elsewhere at that time.",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | Q(role="cover"),
                name="sessionstaff_only_cover_replaces",
                violation_error_message="Only somebody who covers stands in for another.",
            ),
            Follows(
                fields=["session", "claimed"],
                to="bookings.Session",
                to_fields=["id", "claimed"],
                name="sessionstaff_time_follows_session",
                violation_error_message="The meeting changed meanwhile. Look again.",
            ),
        ]
        indexes: ClassVar = [
            # Those who are here are found by the exclusion above.
            models.Index(
                fields=["person"], condition=Q(is_away=True), name="sessionstaff_who_is_away"
            ),
            models.Index(
                fields=["session"], condition=Q(is_away=True), name="sessionstaff_where_away"
            ),
        ]
        triggers: ClassVar = [OnlyCleared(name="only_cleared"), Audited(ignoring=["claimed"])]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()} {self.session}"

    @property
    def scope(self) -> Scope:
        return self.session.scope
