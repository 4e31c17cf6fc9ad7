"""Places and the calendar the county teaches by."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from core.access import Scope
from core.constraints import DatabaseExclusion
from core.triggers import Audited


class Days(Func):
    """The range of days from one to another, both included; no last day means for ever."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self, starts: str, ends: str) -> None:
        super().__init__(F(starts), F(ends), RangeBoundary(inclusive_upper=True))

    def deconstruct(self) -> tuple[str, tuple[str, str], dict[str, str]]:
        starts, ends, _ = self.get_source_expressions()
        return "centres.models.Days", (starts.name, ends.name), {}


class Weekday(models.IntegerChoices):
    MONDAY = 1, "Monday"
    TUESDAY = 2, "Tuesday"
    WEDNESDAY = 3, "Wednesday"
    THURSDAY = 4, "Thursday"
    FRIDAY = 5, "Friday"
    SATURDAY = 6, "Saturday"
    SUNDAY = 7, "Sunday"


class Centre(models.Model):
    """A music centre: a building that fills with music on its own days."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=100)
    address_line = models.CharField(max_length=150)
    town = models.CharField(max_length=60)
    postcode = models.CharField(max_length=8)
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    description = models.TextField(blank=True)
    how_to_get_there = models.TextField(blank=True)
    parking_notes = models.TextField(blank=True)
    access_notes = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return Scope(centre_id=self.pk)


class OpeningHours(models.Model):
    """When a centre is open on a day of the week, in term."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "opening hours"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")),
                name="openinghours_open_before_closing",
                violation_error_message="A centre opens before it closes.",
            ),
            models.UniqueConstraint(
                fields=["centre", "weekday", "opens"],
                name="openinghours_once_each",
                violation_error_message="These opening hours are there already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H.%M} to {self.closes:%H.%M}"


class Room(models.Model):
    """A room that can hold one thing at a time."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    capacity = models.PositiveSmallIntegerField()
    equipment = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_step_free = models.BooleanField(default=False)
    suits_one_to_one = models.BooleanField(
        default=False, help_text="A panel in the door lets others see in."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(capacity__gt=0),
                name="room_holds_somebody",
                violation_error_message="A room holds at least one person.",
            ),
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="room_one_name_in_a_centre",
                violation_error_message="This centre has a room of that name already.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return Scope(centre_id=self.centre_id)


class Year(models.Model):
    """An academic year."""

    name = models.CharField(max_length=7, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("ends_on")),
                name="year_starts_before_it_ends",
                violation_error_message="A year starts before it ends.",
            ),
            DatabaseExclusion(
                name="year_one_at_a_time",
                expressions=[(Days("starts_on", "ends_on"), RangeOperators.OVERLAPS)],
                violation_error_message="These dates overlap another academic year.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """A term, with the half term in its middle."""

    year = models.ForeignKey(Year, models.PROTECT, related_name="terms")
    name = models.CharField(max_length=20)
    starts_on = models.DateField()
    half_term_starts_on = models.DateField()
    half_term_ends_on = models.DateField()
    ends_on = models.DateField()
    booking_opens_at = models.DateTimeField()
    # Who tells us by this day leaves at the end of the term; later, a further term is due.
    notice_by = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    starts_on__lt=F("half_term_starts_on"),
                    half_term_starts_on__lte=F("half_term_ends_on"),
                    half_term_ends_on__lt=F("ends_on"),
                ),
                name="term_dates_in_order",
                violation_error_message=(
                    "A term starts, has its half term, and ends, in that order."
                ),
            ),
            models.CheckConstraint(
                condition=Q(notice_by__gte=F("starts_on"), notice_by__lte=F("ends_on")),
                name="term_notice_within_it",
                violation_error_message="The last day for notice is a day of the term.",
            ),
            models.UniqueConstraint(
                fields=["year", "name"],
                name="term_one_name_in_a_year",
                violation_error_message="This year has a term of that name already.",
            ),
            DatabaseExclusion(
                name="term_one_at_a_time",
                expressions=[(Days("starts_on", "ends_on"), RangeOperators.OVERLAPS)],
                violation_error_message="These dates overlap another term.",
            ),
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.name.lower()} term {self.year}"

    @property
    def slug(self) -> str:
        """How a charge names this term: 2026-autumn, by the year it falls in."""
        return f"{self.starts_on.year}-{self.name.lower()}"

    def holds(self, day: date) -> bool:
        """True on a day of the term that is not half term."""
        in_half_term = self.half_term_starts_on <= day <= self.half_term_ends_on
        return self.starts_on <= day <= self.ends_on and not in_half_term


class Postcode(models.Model):
    """A real postcode and where it is."""

    code = models.CharField(max_length=8, primary_key=True)
    outward = models.CharField(max_length=4, db_index=True)
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()

    def __str__(self) -> str:
        return self.code
