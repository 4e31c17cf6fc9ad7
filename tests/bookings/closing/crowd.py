"""As many families as one likes, each with a child in a group of one centre on one Saturday."""

import datetime as dt

from billing.models import Account
from bookings.models import Activity, Attendance, Enrolment, Session, SessionStaff
from people.models import Guardianship, Person
from tests.bookings.closing.stage import SATURDAY, weather
from tests.factories.bookings import ActivityFactory, spell
from tests.factories.centres import CentreFactory, YearFactory
from tests.factories.people import head_of
from tests.factories.safeguarding import cleared_teacher

EACH = 20  # in a group
NOON = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


def a_crowd_of(families, centre=None):
    """Its centre, whoever runs it, and why it closes."""
    centre = centre or CentreFactory()
    groups = _groups(centre, -(-families // EACH))
    adults = _people(families, "Parent", email=f"family{{}}-{centre.pk}@home.example")
    children = _people(families, "Child")
    Guardianship.objects.bulk_create(
        Guardianship(adult=adult, child=child, may_see=True, may_book=True)
        for adult, child in zip(adults, children, strict=True)
    )
    accounts = Account.objects.bulk_create(Account(person=adult) for adult in adults)
    places = Enrolment.objects.bulk_create(
        Enrolment(
            activity=groups[number // EACH],
            person=child,
            account=accounts[number],
            booked_by=adults[number],
            status=Enrolment.Status.ACTIVE,
            queued_at=NOON,
            price_agreed=90,
            starts_on=SATURDAY,
        )
        for number, child in enumerate(children)
    )
    sessions = {session.activity_id: session for session in _sessions(groups)}
    Attendance.objects.bulk_create(
        (
            Attendance(
                session=sessions[place.activity_id],
                claimed=sessions[place.activity_id].during,
                person_id=place.person_id,
                enrolment=place,
            )
            for place in places
        ),
        batch_size=2000,
    )
    return centre, head_of(centre), weather()


def _groups(centre, number):
    year = YearFactory()
    rows = ActivityFactory.build_batch(number, centre=centre, year=year, capacity=EACH, rate=None)
    return Activity.objects.bulk_create(rows)


def _people(number, name, *, email=""):
    return Person.objects.bulk_create(
        Person(
            given_name=name, family_name=f"No {turn}", email=email.format(turn),
            sort_name=f"no {turn:06} {name.lower()}",
        )
        for turn in range(number)
    )  # fmt: skip


def _sessions(groups):
    sessions = Session.objects.bulk_create(
        Session(activity=group, occurs_on=SATURDAY, during=spell(SATURDAY)) for group in groups
    )
    teachers = [cleared_teacher(email=f"teacher{group.pk}@music.example") for group in groups[:50]]
    SessionStaff.objects.bulk_create(
        SessionStaff(session=session, person=teacher, claimed=session.during)
        for session, teacher in zip(sessions, teachers, strict=False)
    )
    return sessions
