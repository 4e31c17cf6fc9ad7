"""What the tests of training play with: a course for school staff, and somebody sent to it."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from bookings import actions as bookings
from bookings.models import Activity
from lessons.actions import training as actions
from tests.factories.billing import LateCancellationFactory
from tests.factories.bookings import ActivityFactory
from tests.factories.centres import TermFactory, YearFactory
from tests.factories.lessons import CourseFactory, CourseRunFactory

DAY = dt.date(2026, 11, 10)
BOOKING = dt.datetime(2026, 9, 14, 9, tzinfo=dt.UTC)
PRICE = Decimal("36.20")


def steps():
    for days, percent in ((28, 0), (14, 50), (0, 100)):
        LateCancellationFactory(days_before=days, percent=percent)


def course_on(day=DAY, price=PRICE, capacity=20, at=BOOKING, weeks=1, **fields):
    """An open twilight, its one meeting planned; or in so many weeks, at one price for all."""
    run = CourseRunFactory(
        course=CourseFactory(title="Ukulele for teachers", gives_certificate=True),
        activity=ActivityFactory(
            kind=Activity.Kind.TRAINING,
            audience=Activity.Audience.SCHOOL_STAFF,
            title="Ukulele for teachers",
            status=Activity.Status.DRAFT,
            weekday=day.isoweekday(),
            local_start=dt.time(16),
            minutes=90,
            first_on=day,
            last_on=day + dt.timedelta(weeks=weeks - 1),
            price=price,
            price_basis=("session" if weeks == 1 else "term") if price else "free",
            min_age=None,
            max_age=None,
            min_year=None,
            max_year=None,
            capacity=capacity,
            booking_opens_at=dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC),
            **fields,
        ),
    )
    return bookings.open_activity(activity=run.activity, by=None, at=at)


def send(activity, school, by, person=None, at=BOOKING, shown=None):
    return actions.book_training(
        activity=activity,
        school=school,
        person=person or by.person,
        shown=activity.price if shown is None else shown,
        by=by,
        at=at,
    )


def days_before(days):
    return dt.datetime.combine(DAY - dt.timedelta(days=days), dt.time(10), dt.UTC)


def this_year():
    """A year and a term around today: a browser's clock is the real one."""
    today = timezone.localdate()
    year = YearFactory(
        name="now",
        starts_on=today - dt.timedelta(days=100),
        ends_on=today + dt.timedelta(days=200),
    )
    TermFactory(
        year=year,
        starts_on=year.starts_on,
        half_term_starts_on=today - dt.timedelta(days=50),
        half_term_ends_on=today - dt.timedelta(days=46),
        ends_on=year.ends_on,
    )
    return year


def course_to_come(days):
    """A course so many days from now."""
    day = timezone.localdate() + dt.timedelta(days=days)
    return course_on(day=day, year=this_year(), at=timezone.now())
