"""A meeting with a teacher and a register, and what a phone says of it."""

import datetime as dt
import uuid

from django.urls import reverse

from bookings.actions import Said
from bookings.models import Session, SessionStaff
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory
from tests.factories.people import (
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    LearnerFactory,
    UserFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher

# Half past nine to a quarter past ten, local time, on a Saturday of the autumn term.
DAY = dt.date(2026, 11, 28)
STARTS = dt.datetime(2026, 11, 28, 9, 30, tzinfo=dt.UTC)
DURING = STARTS + dt.timedelta(minutes=10)
NAMES = ["Amelia", "Daniyal", "Ella", "Grace"]


def teacher(**person):
    """Somebody who teaches and can sign in."""
    return UserFactory(person=cleared_teacher(**person))


def meeting(*, by=None, names=NAMES, day=DAY, start="09:30", activity=None, **fields):
    """A session taught by this user, and its lines by name."""
    activity = activity or ActivityFactory(
        title="Year 4 ukulele", centre=CentreFactory(), capacity=None
    )
    session = SessionFactory(activity=activity, occurs_on=day, during=spell(day, start), **fields)
    if by:
        SessionStaffFactory(session=session, person=by.person)
    session.refresh_from_db()
    return session, [line(session, name) for name in names]


def line(session, name, **fields):
    child = ChildFactory(given_name=name, family_name="Brooks")
    LearnerFactory(person=child)
    enrolment = EnrolmentFactory(active=True, activity=session.activity, person=child)
    return AttendanceFactory(
        session=session, person=child, enrolment=enrolment, claimed=session.claimed, **fields
    )


def said(line, mark="present", *, seen=0, note=None, key=None):
    return Said(key or uuid.uuid4(), line.pk, mark, note, seen)


def marks_of(session):
    return list(session.register.order_by("pk").values_list("mark", flat=True))


def fresh(session):
    return Session.objects.get(pk=session.pk)


def page(name, session, **more):
    return reverse(f"bookings:{name}", kwargs={"ref": session.ref, **more})


def taken_by(kind, session):
    if kind == "guardian":
        user = GuardianFactory()
        GuardianshipFactory(adult=user.person, child=session.register.first().person)
        return user
    if kind == "pupil":
        return UserFactory(person=session.register.first().person)
    if kind == "cover":
        user = teacher()
        away = session.staff.get()
        SessionStaff.objects.filter(pk=away.pk).update(is_away=True)
        SessionStaffFactory(session=session, person=user.person, role="cover", replaces=away.person)
        return user
    if kind == "away":
        user = teacher()
        SessionStaffFactory(session=session, person=user.person, is_away=True)
        return user
    return {
        "another teacher": teacher,
        "head": lambda: head_of(session.activity.centre),
        "another head": head_of,
        "administrator": administrator,
    }[kind]()
