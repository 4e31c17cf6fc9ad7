"""A school with a class taught there, and somebody who speaks for it."""

import datetime as dt

from django.urls import reverse

from bookings.models import Session
from tests.factories.bookings import ActivityFactory, SessionFactory, SessionStaffFactory, spell
from tests.factories.people import SchoolFactory
from tests.factories.safeguarding import AssuranceLetterFactory, cleared_teacher
from tests.factories.schools import OrderLineFactory, ProgrammeClassFactory, SchoolOrderFactory

MONDAY = dt.date(2026, 11, 23)
TUESDAY = dt.date(2026, 11, 24)


def larkhay(**fields):
    return SchoolFactory(**({"name": "Larkhay Junior School", "pupils": 236} | fields))


def class_at(school, *, teacher=None, class_name="4A", line=None, **activity):
    """A class of a scheduled order, on Tuesdays at 9.30am in the hall."""
    taught = ActivityFactory(
        class_in_school=True,
        school=school,
        teacher=teacher,
        **({"title": f"Ukulele, {class_name}"} | activity),
    )
    if line is None:
        line = scheduled_line(school)
    return ProgrammeClassFactory(
        activity=taught,
        line=line,
        class_name=class_name,
        ordinal=line.programme_classes.count() + 1,
    )


def scheduled_line(school, **line):
    """A line of an order of this school; its order stays as the factory made it."""
    return OrderLineFactory(order=SchoolOrderFactory(school=school), **line)


def lesson_of(taught, day=TUESDAY, start="09:30", teacher=None, **session):
    activity = taught.activity
    made = SessionFactory(
        activity=activity,
        school=activity.school,
        occurs_on=day,
        during=spell(day, start),
        **session,
    )
    if teacher:
        SessionStaffFactory(session=made, person=teacher)
    return made


def teacher_at(school, *, name=("Ngozi", "Eze"), day=TUESDAY, start="09:30", **taught):
    """Somebody cleared who teaches a class there, with their letter."""
    given, family = name
    person = cleared_teacher(given_name=given, family_name=family)
    made = class_at(school, teacher=person, **taught)
    session = lesson_of(made, day, start, teacher=person)
    letter = AssuranceLetterFactory(person=person, school=school)
    return person, session, letter


def change(session, **fields):
    Session.objects.filter(pk=session.pk).update(**fields)


def letter_at(letter, name="letter"):
    """The address of a letter of assurance, or of one of its other pages."""
    return reverse(f"schools:{name}", kwargs={"urn": letter.school.urn, "code": letter.code})


def said(response):
    """What a page says, with single spaces."""
    return " ".join(response.content.decode().split())
