"""A school, those who speak for it, and an order of two Year 4 classes in any state of its life."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from bookings.models import Activity
from core.models import Email, Wording
from lessons.actions.orders import Agreed, agree_order, send_order
from lessons.actions.scheduling import schedule_order
from lessons.models import HourKept, SchoolOrder
from loans.models import Custody
from people.models import School, SchoolContact, User
from tests.factories.billing import LateCancellationFactory, RateFactory
from tests.factories.bookings import CancellationCauseFactory
from tests.factories.core import WordingFactory
from tests.factories.lessons import SubjectFactory, TeachesFactory
from tests.factories.loans import AssetFactory
from tests.factories.people import SchoolFactory, administrator, contact_of
from tests.factories.safeguarding import cleared_teacher
from tests.factories.schools import (
    HourKeptFactory,
    OrderLineFactory,
    OrderPolicyFactory,
    ProgrammeInstrumentFactory,
    SchoolOrderFactory,
    SetKeptFactory,
)

JUNE = dt.datetime(2026, 6, 10, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
FIRST_ON = dt.date(2026, 9, 8)
LAST_ON = dt.date(2027, 7, 20)
PRICE, SUBSIDY = Decimal("1844.40"), Decimal("-614.80")
TOTAL = 2 * (PRICE + SUBSIDY)  # two classes of one year group, subsidised


@dataclass
class Stage:
    """A school with its people, what it can order, and who could teach it."""

    school: School
    lead: User
    head: User
    bursar: User
    office: User
    teachers: list = field(default_factory=list)

    @property
    def teacher(self):
        return self.teachers[0]


def stage(*, teachers=1, sets=2, name="Larkhay Junior School"):
    """A school may order ukulele: a teacher of it, two class sets, prices and rules in force."""
    school = SchoolFactory(name=name, easting=530789, northing=213204)
    return Stage(
        school=school,
        lead=contact_of(school, person__given_name="Robin"),
        head=contact_of(school, SchoolContact.Role.HEAD, person__given_name="Dele"),
        bursar=contact_of(school, SchoolContact.Role.FINANCE, person__given_name="Ruth"),
        office=administrator(person__given_name="Morag"),
        teachers=furnish(teachers=teachers, sets=sets),
    )


def furnish(*, teachers, sets):
    """What any school orders from. Return the teachers of ukulele that are new."""
    OrderPolicyFactory()
    since = dt.date(2025, 9, 1)
    RateFactory(key="programme-wcet-year", audience="school", amount=PRICE, from_on=since)
    RateFactory(key="programme-subsidy-year", audience="school", amount=SUBSIDY, from_on=since)
    for days, percent in ((84, 0), (28, 50), (0, 100)):
        LateCancellationFactory(applies_to="order", days_before=days, percent=percent)
    CancellationCauseFactory(slug="order-cancelled", name="School’s order cancelled")
    if not Wording.objects.filter(slug="school-agreement").exists():
        WordingFactory(slug="school-agreement", title="Our agreement", body="We will come.")
    instrument = ProgrammeInstrumentFactory(subject=SubjectFactory())
    for _ in range(sets):
        AssetFactory(kind=instrument.kind)
    return [teacher_of(instrument.subject) for _ in range(teachers)]


def teacher_of(subject):
    teacher = cleared_teacher(given_name="Ngozi")
    TeachesFactory(staff=teacher.staff, subject=subject)
    return teacher


def draft(known, **line):
    """Robin's draft: two Year 4 classes of ukulele for the year, sixty children."""
    order = SchoolOrderFactory(school=known.school, made_by=known.lead.person)
    OrderLineFactory(order=order, **line)
    return order


def agreed(known, *, at=JUNE, hours=True, **line):
    """Agreed by Dele, with an hour and a set kept for each class: made without our actions."""
    order = draft(known, **line)
    ordered = order.lines.get()
    ordered.price, ordered.subsidy = 2 * PRICE, 2 * SUBSIDY
    ordered.save()
    if hours:
        keep(ordered, known.teacher)
    order.status = SchoolOrder.Status.AGREED
    order.submitted_at = order.quoted_at = order.agreed_at = at
    order.quote_ends_on = at.date() + 30 * DAY
    order.agreed_by, order.agreed_name = known.head.person, "Dele Achebe"
    order.agreed_role, order.agreement = "headteacher", WordingFactory()
    order.save()
    return order


def keep(line, teacher, *, starts=9 * 60):
    """Tuesdays from 9am, one class after another, with a set for each."""
    for place in range(line.classes):
        HourKeptFactory(
            line=line,
            ordinal=place + 1,
            teacher=teacher,
            from_minute=starts + 45 * place,
            until_minute=starts + 45 * (place + 1),
            first_on=FIRST_ON,
            last_on=LAST_ON,
        )
        if line.programme.brings_class_set:
            SetKeptFactory(
                line=line,
                ordinal=place + 1,
                custody__asset=AssetFactory(),
                custody__status=Custody.Status.ALLOCATED,
            )


def classes_in(order):
    return list(Activity.objects.filter(programme_class__line__order=order).order_by("local_start"))


# By our actions, one after another


def send(order, known, shown=TOTAL, at=JUNE):
    return send_order(order=order, shown=shown, by=known.lead, at=at)


def sent(known, *, shown=TOTAL, **line):
    return send(draft(known, **line), known, shown=shown)


YES = Agreed(total=TOTAL, text_version=1, name="Dele Achebe", role="headteacher")


def agree(order, known, said=YES, at=JUNE):
    return agree_order(order=order, said=said, by=known.head, at=at)


def agreed_by_head(known, **line):
    return agree(sent(known, **line), known)


def scheduled(known, **line):
    order = agreed_by_head(known, **line)
    schedule_order(order=order, by=known.office, at=JUNE)
    order.refresh_from_db()
    return order


def letters(*copies):
    rows = Email.objects.filter(copy__startswith="order-")
    return {(mail.copy, mail.to_address) for mail in rows if not copies or mail.copy in copies}


def kept(order):
    hours = HourKept.objects.filter(line__order=order, released_at=None)
    sets = Custody.objects.live().filter(kept_for__line__order=order)
    return hours.count(), sets.count()
