"""What a school can order, and the dated rules of ordering."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from centres.models import Days
from core.constraints import DatabaseExclusion
from core.triggers import Audited
from lessons.models.catalogue import Course, Subject
from loans.models import Kind


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def on_offer(self, day: dt.date) -> "ProgrammeQuerySet":
        """What a school can order on this day."""
        in_force = Q(to_on=None) | Q(to_on__gte=day)
        return self.filter(in_force, from_on__lte=day, is_published=True)


class Programme(models.Model):
    """Something we do in a school, as the prospectus describes it. Its public name is data."""

    class Kind(models.TextChoices):
        WHOLE_CLASS = "whole_class", "Whole-class instruments"
        CONTINUATION = "continuation", "Continuation in a later year"
        CHOIR = "choir", "Choir leadership"
        CURRICULUM = "curriculum", "Curriculum teaching"
        LARGE_GROUP = "large_group", "Large group lessons"
        CLASS_SET = "class_set", "Class set alone"
        SEND = "send", "Music for SEND settings"
        EARLY_YEARS = "early_years", "Early years"
        TASTER = "taster", "Taster day"

    class Unit(models.TextChoices):
        CLASS = "class", "a class"
        HOUR = "hour", "an hour"
        TERM = "term", "a term"
        DAY = "day", "a day"

    class Room(models.TextChoices):
        HALL = "hall", "a hall"
        LARGE = "large", "a large classroom or studio"
        CLASSROOM = "classroom", "a classroom"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    description = models.TextField()
    includes = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    asks = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    tile = models.CharField(max_length=30)
    min_year = models.SmallIntegerField()
    max_year = models.SmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField()
    terms = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=6, choices=Unit)
    price_key = models.SlugField()
    subsidy_key = models.SlugField(blank=True)
    brings_class_set = models.BooleanField()
    smallest_class = models.PositiveSmallIntegerField()
    largest_class = models.PositiveSmallIntegerField()
    tutors = models.PositiveSmallIntegerField()
    # The rooms it can be taught in; empty where any will do.
    rooms = ArrayField(models.CharField(max_length=10, choices=Room), default=list, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    is_published = models.BooleanField(default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(min_year__lte=F("max_year")),
                name="programme_years_in_order",
                violation_error_message="The lowest school year comes before the highest.",
            ),
            models.CheckConstraint(
                condition=Q(smallest_class__lte=F("largest_class"), smallest_class__gt=0),
                name="programme_class_sizes_in_order",
                violation_error_message="The smallest class is no larger than the largest.",
            ),
            models.CheckConstraint(
                condition=Q(minutes=0, tutors=0) | Q(minutes__gt=0, tutors__gt=0, weeks__gt=0),
                name="programme_taught_by_somebody_or_lent",
                violation_error_message=(
                    "What is taught has its minutes, weeks and teachers; what is lent has none."
                ),
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name

    @property
    def is_taught(self) -> bool:
        """False for what is only lent."""
        return self.tutors > 0


class ProgrammeInstrument(models.Model):
    """An instrument a programme is taught on, and the class set it needs if we bring one."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="instruments")
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="programmes")
    kind = models.ForeignKey(Kind, models.PROTECT, null=True, blank=True, related_name="programmes")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "subject"],
                name="programmeinstrument_once_each",
                violation_error_message="This programme has this instrument already.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.subject}, {self.programme}"


class OrderPolicy(models.Model):
    """The rules of ordering in force between two days: numbers that no code holds."""

    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    # How many year groups of a school are subsidised in a year.
    subsidised_year_groups = models.PositiveSmallIntegerField()
    most_classes = models.PositiveSmallIntegerField(help_text="In one line of an order.")
    # How long a yes is kept for a school that has sent its order, and how long a quote stands.
    hold_days = models.PositiveSmallIntegerField()
    quote_days = models.PositiveSmallIntegerField()
    # How long a claim code can be used, and from how few children on a number is not shown.
    claim_days = models.PositiveSmallIntegerField()
    hide_below = models.PositiveSmallIntegerField()
    # Before its first day, a class is told of by then: needs, medical, who is in the room.
    needs_days = models.PositiveSmallIntegerField()
    # Some terms are shorter than others: how many lessons of one may be missing, and it is a yes.
    lessons_short = models.PositiveSmallIntegerField()
    # A class set that is late is counted on again for what begins in more days than these.
    late_days = models.PositiveSmallIntegerField()
    letters_week = models.PositiveSmallIntegerField(help_text="Taught week of take-home letters.")
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "order policies"
        constraints: ClassVar = [
            DatabaseExclusion(
                name="orderpolicy_one_at_a_time",
                expressions=[(Days("from_on", "to_on"), RangeOperators.OVERLAPS)],
                violation_error_message="There are rules of ordering for some of these days.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"Rules of ordering from {self.from_on}"


class PlanFeature(models.Model):
    """Something the national plan asks of a school's music, in force between two days."""

    class Evidence(models.TextChoices):
        SAID = "said", "what the school says"
        CURRICULUM = "curriculum", "hours we teach"
        LESSONS = "lessons", "lessons we teach there"
        CHOIR = "choir", "choir leadership ordered"
        ENSEMBLE = "ensemble", "groups that play there"

    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    short = models.CharField(max_length=30)
    asks = models.CharField(max_length=300)
    gap_words = models.CharField(max_length=300)
    evidence = models.CharField(max_length=12, choices=Evidence, default=Evidence.SAID)
    tile = models.CharField(max_length=30)
    next_programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    next_course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=200)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.title
