"""Activities, enrolments, meetings and registers.

ActivityFactory: an open weekly course on Saturdays at 9.30am for 45 minutes, through 2026-27,
six places, £90 a term. EnrolmentFactory waits unless told `offered`, `held`, `active` or `ended`.
SessionFactory is the meeting on 5 September 2026; say `occurs_on` for another week.
"""

import datetime as dt
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from factory.django import DjangoModelFactory

from bookings.models import (
    AbsenceNotice,
    Activity,
    Attendance,
    CalendarFeed,
    CancellationCause,
    ClassReturn,
    ClosedSession,
    Closure,
    CountReceived,
    Credit,
    Enrolment,
    MarkReceived,
    Message,
    MessageReader,
    Session,
    SessionStaff,
)
from centres.models import Weekday
from tests.factories.billing import AccountFactory, RateFactory
from tests.factories.centres import BOOKING_OPENS, CentreFactory, YearFactory
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, PersonFactory, SchoolFactory
from tests.factories.safeguarding import cleared_teacher

LONDON = ZoneInfo("Europe/London")


def spell(day, start="09:30", minutes=45):
    """The range of time from a local start on a day."""
    begins = dt.datetime.combine(day, dt.time.fromisoformat(start), tzinfo=LONDON)
    return DateTimeTZRange(begins, begins + dt.timedelta(minutes=minutes))


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    class Params:
        unscheduled = factory.Trait(
            weekday=None, local_start=None, minutes=None, first_on=None, last_on=None
        )
        # A class in a school, of 29 children, on Tuesdays.
        class_in_school = factory.Trait(
            kind=Activity.Kind.PROGRAMME,
            title="Ukulele, 4A",
            status=Activity.Status.CLOSED,
            centre=None,
            school=factory.SubFactory(SchoolFactory),
            headcount=29,
            weekday=Weekday.TUESDAY,
            first_on=dt.date(2026, 9, 8),
            capacity=None,
            rate=None,
            price=0,
            price_basis=Activity.PriceBasis.FREE,
        )

    kind = Activity.Kind.COURSE
    title = factory.Sequence("Ukulele Group {}".format)
    year = factory.SubFactory(YearFactory)
    centre = factory.SubFactory(CentreFactory)
    weekday = Weekday.SATURDAY
    local_start = dt.time(9, 30)
    minutes = 45
    first_on = dt.date(2026, 9, 5)
    last_on = dt.date(2027, 7, 17)
    capacity = 6
    status = Activity.Status.OPEN
    booking_opens_at = BOOKING_OPENS
    rate = factory.SubFactory(RateFactory)
    price = Decimal("90.00")
    price_basis = Activity.PriceBasis.TERM


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    class Params:
        waiting = factory.Trait(status=Enrolment.Status.WAITING)
        offered = factory.Trait(
            status=Enrolment.Status.OFFERED, offer_expires_at=NOON + dt.timedelta(days=3)
        )
        held = factory.Trait(
            status=Enrolment.Status.HELD, offer_expires_at=NOON + dt.timedelta(minutes=15)
        )
        agreed = factory.Trait(
            starts_on=dt.date(2026, 9, 5),
            price_agreed=Decimal("90.00"),
            account=factory.SubFactory(AccountFactory, person=factory.SelfAttribute("..booked_by")),
        )
        active = factory.Trait(agreed=True, status=Enrolment.Status.ACTIVE)
        ended = factory.Trait(
            agreed=True, status=Enrolment.Status.ENDED, ends_on=dt.date(2026, 10, 24)
        )

    activity = factory.SubFactory(ActivityFactory)
    person = factory.SubFactory(ChildFactory)
    booked_by = factory.SubFactory(PersonFactory)
    status = Enrolment.Status.WAITING
    queued_at = NOON


class CancellationCauseFactory(DjangoModelFactory):
    class Meta:
        model = CancellationCause
        django_get_or_create = ("slug",)

    slug = "teacher-ill"
    name = "Teacher ill"
    caused_by = "service"
    pupil_pays = False
    teacher_paid = True
    is_made_up = True
    words_for_family = "Your teacher is poorly. We will not charge for this meeting."
    from_on = dt.date(2025, 9, 1)


class ClosureFactory(DjangoModelFactory):
    """Everybody is closed for a day of snow; say `centre` or `school` for one place."""

    class Meta:
        model = Closure

    slug = factory.Sequence("snow-{}".format)
    starts_on = dt.date(2026, 11, 28)
    ends_on = factory.SelfAttribute("starts_on")
    reason = "Snow"
    cause = factory.SubFactory(CancellationCauseFactory, slug="snow", name="Snow")
    notice_given_on = dt.date(2026, 11, 27)


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    class Params:
        cancelled = factory.Trait(
            status=Session.Status.CANCELLED, cause=factory.SubFactory(CancellationCauseFactory)
        )

    activity = factory.SubFactory(ActivityFactory)
    occurs_on = dt.date(2026, 9, 5)
    during = factory.LazyAttribute(lambda session: spell(session.occurs_on))


class SessionStaffFactory(DjangoModelFactory):
    class Meta:
        model = SessionStaff

    session = factory.SubFactory(SessionFactory)
    person = factory.LazyFunction(cleared_teacher)
    claimed = factory.SelfAttribute("session.claimed")


class AttendanceFactory(DjangoModelFactory):
    """An unmarked line of the register, for somebody with a place."""

    class Meta:
        model = Attendance

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(ChildFactory)
    enrolment = factory.SubFactory(
        EnrolmentFactory,
        active=True,
        activity=factory.SelfAttribute("..session.activity"),
        person=factory.SelfAttribute("..person"),
    )
    claimed = factory.SelfAttribute("session.claimed")


class ClassReturnFactory(DjangoModelFactory):
    """28 of 29 came to the class on 8 September 2026."""

    class Meta:
        model = ClassReturn

    session = factory.SubFactory(
        SessionFactory, activity__class_in_school=True, occurs_on=dt.date(2026, 9, 8)
    )
    present = 28
    expected = factory.SelfAttribute("session.heads_expected")
    returned_by = factory.SubFactory(PersonFactory)
    returned_at = NOON


class CountReceivedFactory(DjangoModelFactory):
    class Meta:
        model = CountReceived

    client_key = factory.LazyFunction(uuid.uuid4)
    class_return = factory.SubFactory(ClassReturnFactory)
    present = 28
    by = factory.SubFactory(PersonFactory)
    at = NOON
    outcome = MarkReceived.Outcome.KEPT


class MarkReceivedFactory(DjangoModelFactory):
    class Meta:
        model = MarkReceived

    client_key = factory.LazyFunction(uuid.uuid4)
    attendance = factory.SubFactory(AttendanceFactory)
    mark = Attendance.Mark.PRESENT
    by = factory.SubFactory(PersonFactory)
    at = NOON
    outcome = MarkReceived.Outcome.KEPT


class AbsenceNoticeFactory(DjangoModelFactory):
    """Away on 12 September 2026 from everything; say `ends_on` for longer."""

    class Meta:
        model = AbsenceNotice

    person = factory.SubFactory(ChildFactory)
    starts_on = dt.date(2026, 9, 12)
    ends_on = factory.SelfAttribute("starts_on")
    reason = AbsenceNotice.Reason.FAMILY
    told_by = factory.SubFactory(PersonFactory)
    told_at = NOON


class ClosedSessionFactory(DjangoModelFactory):
    class Meta:
        model = ClosedSession

    closure = factory.SubFactory(ClosureFactory)
    session = factory.SubFactory(SessionFactory)
    former_status = Session.Status.PLANNED


class CreditFactory(DjangoModelFactory):
    class Meta:
        model = Credit

    attendance = factory.SubFactory(AttendanceFactory)
    person = factory.SelfAttribute("attendance.person")
    minutes = 45
    value = Decimal("8.20")
    given_at = NOON


class CalendarFeedFactory(DjangoModelFactory):
    class Meta:
        model = CalendarFeed

    person = factory.SubFactory(PersonFactory)
    key_hash = factory.LazyFunction(lambda: uuid.uuid4().hex * 2)
    sealed_key = b"sealed"
    made_at = NOON


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    kind = Message.Kind.CHANGE
    subject = "Bring a coat on Saturday"
    body = "The heating is being mended."
    written_by = factory.SubFactory(PersonFactory)
    written_at = NOON


class MessageReaderFactory(DjangoModelFactory):
    class Meta:
        model = MessageReader

    message = factory.SubFactory(MessageFactory)
    person = factory.SubFactory(PersonFactory)
