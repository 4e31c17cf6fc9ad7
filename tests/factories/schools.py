"""What schools order, the classes taught there, and the way on from them.

ProgrammeFactory is whole-class ukulele for a year; SchoolOrderFactory a draft of two classes once
OrderLineFactory gives it a line; `agreed=True` has it agreed by name and text.
"""

import datetime as dt
import uuid

import factory
from factory.django import DjangoModelFactory

from lessons.models import (
    ClaimCode,
    ClassCare,
    ClassPupil,
    HourKept,
    OrderLine,
    OrderPolicy,
    PlanAnswer,
    PlanFeature,
    Programme,
    ProgrammeClass,
    ProgrammeInstrument,
    ScheduleRun,
    ScheduleRunOrder,
    SchoolOrder,
    SchoolPlan,
    SetKept,
    TakeHomeWording,
)
from tests.factories.bookings import ActivityFactory
from tests.factories.centres import YearFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.lessons import SubjectFactory
from tests.factories.loans import CustodyFactory, KindFactory
from tests.factories.people import ChildFactory, PersonFactory, SchoolFactory
from tests.factories.safeguarding import cleared_teacher

SINCE = dt.date(2025, 9, 1)


class ProgrammeFactory(DjangoModelFactory):
    """Ukulele for a whole class, 45 minutes a week for the year; prices by their keys."""

    class Meta:
        model = Programme
        django_get_or_create = ("slug",)

    slug = "whole-class-ukulele-year"
    name = "Whole-class ukulele, one year"
    kind = Programme.Kind.WHOLE_CLASS
    description = "Every child learns to play and sing together."
    tile = "ukulele"
    min_year = 3
    max_year = 6
    minutes = 45
    weeks = 33
    terms = 3
    unit = Programme.Unit.CLASS
    price_key = "programme-wcet-year"
    subsidy_key = "programme-subsidy-year"
    brings_class_set = True
    smallest_class = 15
    largest_class = 32
    tutors = 1
    from_on = SINCE


class ProgrammeInstrumentFactory(DjangoModelFactory):
    class Meta:
        model = ProgrammeInstrument
        django_get_or_create = ("programme", "subject")

    programme = factory.SubFactory(ProgrammeFactory)
    subject = factory.SubFactory(SubjectFactory)
    kind = factory.SubFactory(KindFactory)


class OrderPolicyFactory(DjangoModelFactory):
    class Meta:
        model = OrderPolicy
        django_get_or_create = ("from_on",)

    from_on = SINCE
    subsidised_year_groups = 1
    most_classes = 8
    hold_days = 7
    quote_days = 30
    claim_days = 120
    hide_below = 3
    needs_days = 7
    lessons_short = 1
    late_days = 120
    letters_week = 8


class SchoolOrderFactory(DjangoModelFactory):
    class Meta:
        model = SchoolOrder

    class Params:
        submitted = factory.Trait(status=SchoolOrder.Status.SUBMITTED, submitted_at=NOON)
        quoted = factory.Trait(
            status=SchoolOrder.Status.QUOTED,
            submitted_at=NOON,
            quoted_at=NOON,
            quote_ends_on=dt.date(2026, 12, 22),
        )
        agreed = factory.Trait(
            status=SchoolOrder.Status.AGREED,
            submitted_at=NOON,
            quoted_at=NOON,
            agreed_at=NOON,
            agreed_by=factory.SubFactory(PersonFactory),
            agreed_name="Dele Achebe",
            agreed_role="headteacher",
            agreement=factory.SubFactory(WordingFactory),
        )

    school = factory.SubFactory(SchoolFactory)
    year = factory.SubFactory(YearFactory)
    made_by = factory.SubFactory(PersonFactory)
    made_at = NOON
    contact = factory.SelfAttribute("made_by")


class OrderLineFactory(DjangoModelFactory):
    """Two Year 4 classes, sixty children, Tuesday or Thursday mornings in the hall."""

    class Meta:
        model = OrderLine

    order = factory.SubFactory(SchoolOrderFactory)
    position = factory.LazyAttribute(lambda line: line.order.lines.count() + 1)
    programme = factory.SubFactory(ProgrammeFactory)
    subject = factory.SubFactory(SubjectFactory)
    year_groups = factory.LazyFunction(lambda: [4])
    classes = 2
    pupils = 60
    half_days = factory.LazyFunction(lambda: ["2-am", "4-am"])
    room = Programme.Room.HALL


class HourKeptFactory(DjangoModelFactory):
    """Tuesdays from 9am, through 2026-27."""

    class Meta:
        model = HourKept

    line = factory.SubFactory(OrderLineFactory)
    ordinal = 1
    teacher = factory.LazyFunction(cleared_teacher)
    weekday = 2
    from_minute = 9 * 60
    until_minute = 9 * 60 + 45
    first_on = dt.date(2026, 9, 8)
    last_on = dt.date(2027, 7, 20)


class SetKeptFactory(DjangoModelFactory):
    class Meta:
        model = SetKept

    line = factory.SubFactory(OrderLineFactory)
    ordinal = 1
    custody = factory.SubFactory(
        CustodyFactory, school=factory.SelfAttribute("..line.order.school")
    )


class ScheduleRunFactory(DjangoModelFactory):
    class Meta:
        model = ScheduleRun

    asked_by = factory.SubFactory(PersonFactory)
    asked_at = NOON


class ScheduleRunOrderFactory(DjangoModelFactory):
    class Meta:
        model = ScheduleRunOrder

    run = factory.SubFactory(ScheduleRunFactory)
    order = factory.SubFactory(SchoolOrderFactory, agreed=True)


class ProgrammeClassFactory(DjangoModelFactory):
    """4A of an order, taught at its school."""

    class Meta:
        model = ProgrammeClass

    line = factory.SubFactory(OrderLineFactory)
    activity = factory.SubFactory(
        ActivityFactory,
        class_in_school=True,
        school=factory.SelfAttribute("..line.order.school"),
    )
    ordinal = 1
    class_name = "4A"
    year_group = 4


class ClassCareFactory(DjangoModelFactory):
    class Meta:
        model = ClassCare

    programme_class = factory.SubFactory(ProgrammeClassFactory)
    sealed_words = b""
    told_by = factory.SubFactory(PersonFactory)
    told_at = NOON


class ClassPupilFactory(DjangoModelFactory):
    class Meta:
        model = ClassPupil

    programme_class = factory.SubFactory(ProgrammeClassFactory)
    given_name = factory.Sequence("Robin{}".format)


class ClaimCodeFactory(DjangoModelFactory):
    """Letter 1, 2, 3 of a class; `claimed=True` by an adult for their child."""

    class Meta:
        model = ClaimCode

    class Params:
        claimed = factory.Trait(
            claimed_at=NOON,
            claimed_by=factory.SubFactory(PersonFactory),
            child=factory.SubFactory(ChildFactory),
        )

    programme_class = factory.SubFactory(ProgrammeClassFactory)
    number = factory.LazyAttribute(lambda code: code.programme_class.claim_codes.count() + 1)
    code_hash = factory.LazyFunction(lambda: uuid.uuid4().hex * 2)
    made_at = NOON
    expires_at = NOON + dt.timedelta(days=120)


class TakeHomeWordingFactory(DjangoModelFactory):
    class Meta:
        model = TakeHomeWording
        django_get_or_create = ("language",)

    language = "en"
    name = "English"
    own_name = "English"
    heading = "Your child can carry on"
    body = "This term the whole class learned to play."
    steps = "Type the code\nChoose a place\nSay yes"
    help_line = "Ring us for this in another language."
    from_on = SINCE


class PlanFeatureFactory(DjangoModelFactory):
    class Meta:
        model = PlanFeature
        django_get_or_create = ("slug",)

    slug = "choir"
    position = 3
    title = "A choir"
    short = "A choir"
    asks = "A choir or vocal group that meets."
    gap_words = "No choir meets now."
    tile = "choir"
    source = "National plan, 2022"
    from_on = SINCE


class SchoolPlanFactory(DjangoModelFactory):
    class Meta:
        model = SchoolPlan

    school = factory.SubFactory(SchoolFactory)
    year = factory.SubFactory(YearFactory)
    reviewed_at = NOON
    reviewed_by = factory.SubFactory(PersonFactory)


class PlanAnswerFactory(DjangoModelFactory):
    class Meta:
        model = PlanAnswer

    plan = factory.SubFactory(SchoolPlanFactory)
    feature = factory.SubFactory(PlanFeatureFactory)
    standing = PlanAnswer.Standing.IN_PLACE
