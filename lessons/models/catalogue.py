"""What the service teaches: tables that hang off the kernel's Activity."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from billing.models import Rate
from bookings.models import Activity
from core.access import Scope
from core.triggers import Audited
from people.models import Staff, User


class Subject(models.Model):
    """Something one can learn: an instrument, the voice, production."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    family = models.CharField(max_length=20)
    youngest_age = models.PositiveSmallIntegerField()
    tile = models.CharField(max_length=30)
    summary = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Genre(models.Model):
    """A kind of music."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """A group course as the prospectus describes it; it runs at many centres."""

    class Stage(models.TextChoices):
        EARLY_YEARS = "early_years", "early years"
        KS1 = "ks1", "key stage 1"
        KS2 = "ks2", "key stage 2"
        SECONDARY = "secondary", "secondary"
        ADULT = "adult", "adult"
        ALL_AGES = "all_ages", "all ages"

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    description = models.TextField()
    audience = models.CharField(max_length=12, choices=Activity.Audience)
    stage = models.CharField(max_length=12, choices=Stage)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="courses")
    also_subjects = models.ManyToManyField(Subject, related_name="+", blank=True)
    genres = models.ManyToManyField(Genre, related_name="courses", blank=True)
    tile = models.CharField(max_length=30)
    what_to_bring = models.CharField(max_length=300, blank=True)
    access_notes = models.CharField(max_length=300, blank=True)
    adult_stays = models.BooleanField(default=False)
    smallest_group = models.PositiveSmallIntegerField()
    is_published = models.BooleanField(default=True)
    # Whoever comes can have a certificate: training for school staff.
    gives_certificate = models.BooleanField(default=False, db_default=False)

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return self.title


class OfActivityQuerySet(models.QuerySet["CourseRun"]):
    def visible_to(self, user: User | AnonymousUser) -> "OfActivityQuerySet":
        return self.filter(activity__in=Activity.objects.visible_to(user))


class CourseRun(models.Model):
    """One weekly group of a course, at one place."""

    activity = models.OneToOneField(
        Activity, models.PROTECT, primary_key=True, related_name="course_run"
    )
    course = models.ForeignKey(Course, models.PROTECT, related_name="runs")

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return str(self.activity)

    @property
    def scope(self) -> Scope:
        return self.activity.scope


class TuitionQuerySet(models.QuerySet["Tuition"]):
    def visible_to(self, user: User | AnonymousUser) -> "TuitionQuerySet":
        return self.filter(activity__in=Activity.objects.visible_to(user))


class Tuition(models.Model):
    """An open weekly lesson slot with a named teacher: alone, in a pair or in a small group."""

    class Format(models.TextChoices):
        INDIVIDUAL = "individual", "individual"
        PAIR = "pair", "paired"
        GROUP = "group", "small group"

    class Billed(models.TextChoices):
        DIRECT = "direct", "families pay us"
        SCHOOL = "school", "the school pays"

    activity = models.OneToOneField(
        Activity, models.PROTECT, primary_key=True, related_name="tuition"
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="tuition")
    lesson_format = models.CharField(max_length=10, choices=Format)
    lessons_per_year = models.PositiveSmallIntegerField()
    rate = models.ForeignKey(Rate, models.PROTECT, related_name="+")
    billed = models.CharField(max_length=6, choices=Billed, default=Billed.DIRECT)

    objects = TuitionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tuition"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lessons_per_year__gt=0),
                name="tuition_promises_lessons",
                violation_error_message="Say how many lessons a year are promised.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return str(self.activity)

    @property
    def scope(self) -> Scope:
        return self.activity.scope


class Teaches(models.Model):
    """A member of staff can teach this subject: whom to ask when another cannot come."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="teaches", db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="taught_by")

    class Meta:
        verbose_name_plural = "teaches"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["staff", "subject"],
                name="teaches_once_each",
                violation_error_message="We know already that they teach this.",
            )
        ]
        triggers: ClassVar = [Audited()]

    def __str__(self) -> str:
        return f"{self.staff} teaches {self.subject}"

    @property
    def scope(self) -> Scope:
        return self.staff.scope
