"""Days on which nothing happens, and what follows from a cancellation: dated policy."""

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from bookings.models.activities import Activity
from centres.models import Centre, Room
from core.access import Permission, Scope
from core.triggers import Audited
from people.models import Person, School, User


class CancellationCause(models.Model):
    """Why a session does not happen, who pays for it, and the words a family reads."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    caused_by = models.CharField(max_length=20)
    pupil_pays = models.BooleanField()
    teacher_paid = models.BooleanField()
    is_made_up = models.BooleanField()
    make_up_by = models.CharField(max_length=60, blank=True)
    notice_days = models.PositiveSmallIntegerField(default=0)
    counts_to_entitlement = models.BooleanField(default=True)
    words_for_family = models.CharField(max_length=300, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name


def _at_most_one(*names: str) -> Q:
    """A condition under which no two of these are set."""
    condition = Q()
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            condition &= Q(**{name: None}) | Q(**{other: None})
    return condition


class ClosureQuerySet(models.QuerySet["Closure"]):
    def touching(self, starts_on: dt.date, ends_on: dt.date) -> "ClosureQuerySet":
        """Those in force on any of these days; what was undone never was."""
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on, undone_at=None)

    def untold(self) -> "ClosureQuerySet":
        """Those with letters still to write."""
        return self.filter(closed_at__isnull=False, told_at=None)

    def visible_to(self, user: User | AnonymousUser) -> "ClosureQuerySet":
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.has_perm(Permission.RUN_COUNTY):
            return self
        run = user.centres_run()
        return self.filter(
            Q(centre_id__in=run) | Q(room__centre_id__in=run) | Q(activity__centre_id__in=run)
        )


class Closure(models.Model):
    """A centre, a room, a school, one group or everybody is off on these days, both included.

    One act: what it called off hangs on it (ClosedSession), and within the hour it can be undone.
    """

    slug = models.SlugField(unique=True, max_length=80)
    centre = models.ForeignKey(
        Centre, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="closures")
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    # A part of each day, in local time; empty for the whole of it.
    from_time = models.TimeField(null=True, blank=True)
    until_time = models.TimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    cause = models.ForeignKey(CancellationCause, models.PROTECT, related_name="+")
    notice_given_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # When every letter about its closing, or its undoing, was written; until then a job goes on.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = ClosureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="closure_starts_before_it_ends",
                violation_error_message="A closure starts before it ends.",
            ),
            models.CheckConstraint(
                condition=_at_most_one("centre", "school", "room", "activity"),
                name="closure_of_one_place_or_all",
                violation_error_message=(
                    "Close one centre, one room, one school, one group, or everything."
                ),
            ),
            models.CheckConstraint(
                condition=Q(from_time=None, until_time=None)
                | Q(
                    from_time__isnull=False,
                    until_time__isnull=False,
                    from_time__lt=F("until_time"),
                ),
                name="closure_part_of_a_day_in_order",
                violation_error_message="A part of a day has its start and, after it, its end.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="closure_undone_by_somebody",
                violation_error_message="What is undone says when, and by whom.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.reason}, {self.starts_on}"

    @property
    def scope(self) -> Scope:
        centre_id = self.centre_id
        if self.room:
            centre_id = self.room.centre_id
        if self.activity:
            centre_id = self.activity.centre_id
        return Scope(school_id=self.school_id, centre_id=centre_id)

    @property
    def where(self) -> Centre | School | Room | Activity | None:
        """None: everywhere."""
        return self.centre or self.school or self.room or self.activity

    def covers(self, day: dt.date, *, of: Activity) -> bool:
        """True if this closure calls off the activity's pattern on that day."""
        return (
            self.starts_on <= day <= self.ends_on and self._is_about(of) and self._at_that_time(of)
        )

    def covers_time(self, day: dt.date, starts: dt.time, ends: dt.time, *, of: Activity) -> bool:
        """True if it calls off a meeting of the activity at this local time, whatever is usual."""
        if not (self.starts_on <= day <= self.ends_on and self._is_about(of)):
            return False
        if self.from_time is None or self.until_time is None:
            return True
        return starts < self.until_time and self.from_time < ends

    def _is_about(self, activity: Activity) -> bool:
        if self.centre_id or self.school_id:
            return self.centre_id == activity.centre_id and self.school_id == activity.school_id
        if self.room_id:
            return self.room_id == activity.room_id
        return self.activity_id in {None, activity.pk}

    def _at_that_time(self, activity: Activity) -> bool:
        starts, ends = activity.local_start, activity.local_end
        if self.from_time is None or self.until_time is None or starts is None or ends is None:
            return True
        return starts < self.until_time and self.from_time < ends


class ClosedSession(models.Model):
    """A meeting that was called off, and what it was before: undoing restores that.

    Without a closure, it was called off by itself.
    """

    closure = models.ForeignKey(
        Closure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closed_sessions",
        db_index=False,
    )
    session = models.ForeignKey("bookings.Session", models.PROTECT, related_name="closed_by")
    former_status = models.CharField(max_length=10)
    former_comment = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["closure", "session"],
                name="closedsession_once_in_a_closure",
                violation_error_message="This meeting is in this closure already.",
            ),
            models.CheckConstraint(
                condition=Q(former_status__in=["planned", "taught"]),
                name="closedsession_was_on_before",
                violation_error_message="Only a meeting that was on can be called off.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}, called off"

    @property
    def scope(self) -> Scope:
        return Scope(centre_id=self.session.activity.centre_id)
