"""What is kept for an order until it is taught, and the runs that schedule what was agreed."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from centres.models import Days, Weekday
from core import words
from core.access import Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from lessons.models.orders import OrderLine, SchoolOrder
from loans.models import Custody
from people.models import Person


class Minutes(Func):
    """The range of minutes of a day from one to another, the last one left out."""

    function = "int4range"
    output_field = IntegerRangeField()

    def __init__(self, starts: str, ends: str) -> None:
        super().__init__(F(starts), F(ends))

    def deconstruct(self) -> tuple[str, tuple[str, str], dict[str, str]]:
        starts, ends = self.get_source_expressions()
        return "lessons.models.keeping.Minutes", (starts.name, ends.name), {}


class HourKept(models.Model):
    """A weekly hour of one teacher, kept for one class of an order: nobody else is promised it.

    Until the order is agreed it ends by itself; once the class is scheduled its meetings claim
    the hour and this is released.
    """

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="hours_kept")
    ordinal = models.PositiveSmallIntegerField()
    tutor = models.PositiveSmallIntegerField(default=1)
    teacher = models.ForeignKey(Person, models.PROTECT, related_name="hours_kept")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    from_minute = models.PositiveSmallIntegerField()
    until_minute = models.PositiveSmallIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    # Empty once agreed.
    kept_until = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    # The office planned something else here: until the order is answered anew.
    to_answer_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "hours kept"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line", "ordinal", "tutor"],
                condition=Q(released_at=None),
                name="hourkept_one_for_each_class",
                violation_error_message="An hour is kept for this class already.",
            ),
            DatabaseExclusion(
                name="hourkept_teacher_promised_once",
                expressions=[
                    ("teacher", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (Minutes("from_minute", "until_minute"), RangeOperators.OVERLAPS),
                    (Days("first_on", "last_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(released_at=None),
                violation_error_message="This teacher is promised elsewhere at that time.",
            ),
            models.CheckConstraint(
                condition=Q(from_minute__lt=F("until_minute"), until_minute__lte=24 * 60)
                & Q(first_on__lte=F("last_on"), weekday__range=(1, 7)),
                name="hourkept_starts_before_it_ends",
                violation_error_message="Hours and days start before they end.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["kept_until"],
                condition=Q(released_at=None, kept_until__isnull=False),
                name="hourkept_about_to_lapse",
            ),
            models.Index(
                fields=["to_answer_since"],
                condition=Q(to_answer_since__isnull=False),
                name="hourkept_planned_over",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.teacher}, {self.get_weekday_display()}, for {self.line}"

    @property
    def scope(self) -> Scope:
        return self.line.scope


class SetKept(models.Model):
    """The class set that a class plays on; or, for all of a line's, an instrument for one hand."""

    FOR_ALL: ClassVar[int] = 0  # the ordinal of what goes with all classes of the line

    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="sets_kept")
    ordinal = models.PositiveSmallIntegerField()
    custody = models.OneToOneField(Custody, models.PROTECT, related_name="kept_for")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "sets kept"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line", "ordinal"],
                condition=Q(released_at=None),
                name="setkept_one_for_each_class",
                violation_error_message="A set is kept for this class already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.custody}, for {self.line}"

    @property
    def scope(self) -> Scope:
        return self.line.scope


class ScheduleRun(models.Model):
    """Orders that staff asked to have scheduled in one go; a job does one after another."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"Scheduling asked for at {words.moment(self.asked_at)}"

    @property
    def scope(self) -> Scope:
        return Scope()


class ScheduleRunOrder(models.Model):
    """One order of a run: still to do, done whole, or not done, and why."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "still to do"
        DONE = "done", "scheduled"
        FAILED = "failed", "not scheduled"

    run = models.ForeignKey(ScheduleRun, models.PROTECT, related_name="orders")
    order = models.ForeignKey(SchoolOrder, models.PROTECT, related_name="runs")
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    why = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "order"],
                name="schedulerunorder_once_in_a_run",
                violation_error_message="This order is in this run already.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(why=""),
                name="schedulerunorder_failed_for_a_reason",
                violation_error_message="Say which class could not be scheduled, and why.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}, {self.get_outcome_display()}"

    @property
    def scope(self) -> Scope:
        return self.order.scope
