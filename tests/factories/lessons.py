"""What the service teaches."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from bookings.models import Activity
from lessons.models import Course, CourseRun, Genre, Subject, Teaches, Tuition
from tests.factories.billing import RateFactory
from tests.factories.bookings import ActivityFactory
from tests.factories.people import StaffFactory


class SubjectFactory(DjangoModelFactory):
    class Meta:
        model = Subject
        django_get_or_create = ("slug",)

    slug = "ukulele"
    name = factory.LazyAttribute(lambda subject: subject.slug.replace("-", " ").capitalize())
    family = "strings"
    youngest_age = 6
    tile = "ukulele"


class GenreFactory(DjangoModelFactory):
    class Meta:
        model = Genre
        django_get_or_create = ("slug",)

    slug = "folk"
    name = factory.LazyAttribute(lambda genre: genre.slug.capitalize())


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = Course

    slug = factory.Sequence("ukulele-group-{}".format)
    title = "Ukulele Group"
    summary = "Four strings and a few friends."
    description = "Learn songs together, week by week."
    audience = Activity.Audience.PUPIL
    stage = Course.Stage.KS2
    subject = factory.SubFactory(SubjectFactory)
    tile = "ukulele"
    smallest_group = 4


class CourseRunFactory(DjangoModelFactory):
    class Meta:
        model = CourseRun

    activity = factory.SubFactory(ActivityFactory, title=factory.SelfAttribute("..course.title"))
    course = factory.SubFactory(CourseFactory)


class TuitionFactory(DjangoModelFactory):
    """A weekly lesson alone, thirty minutes, at the school or centre its activity names."""

    class Meta:
        model = Tuition

    activity = factory.SubFactory(
        ActivityFactory, kind=Activity.Kind.TUITION, title="Ukulele lesson", minutes=30, capacity=1
    )
    subject = factory.SubFactory(SubjectFactory)
    lesson_format = Tuition.Format.INDIVIDUAL
    lessons_per_year = 33
    rate = factory.SubFactory(
        RateFactory,
        key="lesson-individual-30",
        amount=Decimal("21.00"),
        unit="lesson",
        description="A lesson alone, 30 minutes",
    )


class TeachesFactory(DjangoModelFactory):
    class Meta:
        model = Teaches

    staff = factory.SubFactory(StaffFactory)
    subject = factory.SubFactory(SubjectFactory)
