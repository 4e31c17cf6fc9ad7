"""The school of the small county: who speaks for it, what it ordered, and a class taught there."""

import datetime as dt

from bookings.models import Activity
from centres.models import Year
from lessons.models import SchoolOrder
from people.models import SchoolContact
from tests.factories.billing import AccountFactory
from tests.factories.bookings import (
    ActivityFactory,
    ClosureFactory,
    EnrolmentFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import YearFactory
from tests.factories.core import WordingFactory
from tests.factories.people import (
    PhotographFactory,
    SchoolClaimFactory,
    SchoolInvitationFactory,
    contact_of,
)
from tests.factories.safeguarding import AssuranceLetterFactory
from tests.factories.schools import (
    ClassPupilFactory,
    OrderLineFactory,
    OrderPolicyFactory,
    ProgrammeClassFactory,
    SchoolOrderFactory,
)

# Three speak for one school, and one for another.
SCHOOL_ACTORS = ("music_lead", "head_teacher", "bursar", "other_lead")
AT_SCHOOL = {"music_lead", "head_teacher", "bursar"}
ORDERS = tuple(SchoolOrder.Status.values)


def speakers_of(school, other):
    """Somebody in each part at the school, and the music lead of the other."""
    return {
        "music_lead": contact_of(school),
        "head_teacher": contact_of(school, SchoolContact.Role.HEAD),
        "bursar": contact_of(school, SchoolContact.Role.FINANCE),
        "other_lead": contact_of(other),
    }


def school_with_orders(school, lead, teacher, claimant, *, at):
    """What an address of a school may name: an order in every state, a class, who asked to join.

    `orders` by their state; the rest by what POLICY calls it.
    """
    OrderPolicyFactory()
    orders = {state: order_in(state, school, lead, at=at) for state in ORDERS}
    line = orders["running"].lines.get()
    taught = class_taught(line, teacher, at=at)
    session = taught.activity.sessions.get()
    lesson_to_come(taught.activity, teacher, at=at)
    return orders, {
        "school": school,
        "line": line,
        "class": taught,
        "class_meeting": session,
        "pupil": ClassPupilFactory(programme_class=taught),
        "notice": ClosureFactory(school=school, closed_at=at),
        "contact": lead.person.school_contacts.get(),
        "claim": SchoolClaimFactory(school=school, person=claimant.person, asked_at=at),
        "invitation": SchoolInvitationFactory(
            school=school, invited_by=lead.person, made_at=at, expires_at=at + dt.timedelta(days=7)
        ),
        "training": place_on_training(school, lead, at=at),
        "letter": AssuranceLetterFactory(school=school, person=teacher, written_at=at),
        "photograph": PhotographFactory(staff=teacher.staff),
    }


def order_in(state, school, lead, *, at):
    """An order of one line; its line is written before it is agreed, as the database asks."""
    order = SchoolOrderFactory(school=school, made_by=lead.person)
    OrderLineFactory(order=order)
    if state != "draft":
        order.submitted_at = at
    if state in {"quoted", "cancelled", *SchoolOrder.BINDING}:
        order.quoted_at, order.quote_ends_on = at, at.date() + dt.timedelta(days=30)
    if state in {"cancelled", *SchoolOrder.BINDING}:
        order.agreed_at, order.agreed_by, order.agreement = at, lead.person, WordingFactory()
        order.agreed_name, order.agreed_role = "Dele Achebe", "headteacher"
    if state in {"declined", "cancelled", "completed"}:
        order.ended_at, order.ended_by, order.end_reason = at, lead.person, "No hall this year"
    order.status = state
    order.save()
    return order


def class_taught(line, teacher, *, at):
    """4A, with a meeting today that the teacher takes."""
    school = line.order.school
    activity = ActivityFactory(class_in_school=True, school=school, teacher=teacher)
    taught = ProgrammeClassFactory(line=line, activity=activity)
    today = at.date()
    session = SessionFactory(
        activity=activity, school=school, occurs_on=today, during=spell(today, "13:15")
    )
    SessionStaffFactory(session=session, person=teacher)
    return taught


def lesson_to_come(activity, teacher, *, at):
    """In a week, within a school year: the school expects the teacher still."""
    day = at.date() + dt.timedelta(days=7)
    if not Year.objects.filter(starts_on__lte=at.date(), ends_on__gte=at.date()).exists():
        YearFactory(name="This year", starts_on=at.date(), ends_on=day)
    session = SessionFactory(
        activity=activity, school=activity.school, occurs_on=day, during=spell(day, "13:15")
    )
    SessionStaffFactory(session=session, person=teacher)


def place_on_training(school, lead, *, at):
    """The music lead's place on a course for school staff, which the school pays."""
    activity = ActivityFactory(
        kind=Activity.Kind.TRAINING,
        audience=Activity.Audience.SCHOOL_STAFF,
        price=0,
        price_basis=Activity.PriceBasis.FREE,
    )
    day = at.date() + dt.timedelta(days=40)
    SessionFactory(activity=activity, occurs_on=day, during=spell(day, "16:00"))
    return EnrolmentFactory(
        active=True,
        activity=activity,
        person=lead.person,
        account=AccountFactory(person=None, school=school),
        queued_at=at,
    )
