"""A school with one class of ours on Tuesdays, its music lead, and the rules of its notice."""

import datetime as dt

from django.utils import timezone

from bookings.models import Session
from bookings.queries import makeups
from core.models import Email
from lessons.actions import notices as actions
from people.models import SchoolContact
from tests.factories.bookings import (
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.people import SchoolFactory, UserFactory, contact_of
from tests.factories.safeguarding import cleared_teacher
from tests.factories.schools import OrderLineFactory, ProgrammeClassFactory

MONDAY = dt.datetime(2026, 11, 9, 10, tzinfo=dt.UTC)
TOMORROW, NEXT_WEEK, LATER = dt.date(2026, 11, 10), dt.date(2026, 11, 17), dt.date(2026, 11, 24)
DAYS = [TOMORROW, NEXT_WEEK, LATER]


def notice_rules():
    """A week's notice moves a lesson; less, and it counts as taught."""
    school = {"caused_by": "school"}
    moves = CancellationCauseFactory(
        slug="school-event-with-notice",
        name="School event, a week or more of notice",
        pupil_pays=False,
        is_made_up=True,
        make_up_by="end of the next half term",
        notice_days=7,
        words_for_family="Your school has an event. We have moved the lesson.",
        **school,
    )
    counts = CancellationCauseFactory(
        slug="school-event-short-notice",
        name="School event, less than a week of notice",
        pupil_pays=True,
        is_made_up=False,
        notice_days=0,
        words_for_family="The lesson counts as taught.",
        **school,
    )
    return moves, counts


class Larkhay:
    """4A on Tuesdays at half past nine with Ngozi Eze."""

    def __init__(self, *, name="Larkhay Junior School", start="09:30", teacher=None, days=DAYS):
        self.school = SchoolFactory(name=name)
        self.lead = contact_of(self.school, email=f"lead{self.school.urn}@school.example")
        self.teacher = teacher or UserFactory(
            person=cleared_teacher(
                given_name="Ngozi", family_name="Eze", email="ngozi@music.example"
            )
        )
        self.line = OrderLineFactory(order__school=self.school, order__made_by=self.lead.person)
        self.klass = ProgrammeClassFactory(
            line=self.line,
            activity__teacher=self.teacher.person,
            activity__local_start=dt.time.fromisoformat(start),
        )
        self.activity = self.klass.activity
        self.sessions = [self.meets(day, start) for day in days]

    def meets(self, day, start="09:30"):
        session = SessionFactory(
            activity=self.activity, school=self.school, occurs_on=day, during=spell(day, start)
        )
        session.refresh_from_db()
        SessionStaffFactory(session=session, person=self.teacher.person)
        return session

    def contact(self, role, **user):
        return contact_of(self.school, SchoolContact.Role(role), **user)

    def on(self, day):
        return Session.objects.get(activity=self.activity, occurs_on=day, makes_up=None)


def notice(larkhay, day=NEXT_WEEK, last=None, *, kept_on=(), **times):
    return actions.Notice(
        larkhay.school, day, last or day, "Year 4 trip", kept_on=tuple(kept_on), **times
    )


def give(larkhay, *args, seen=None, at=MONDAY, **said):
    return actions.give_notice(
        notice=notice(larkhay, *args, **said), seen=seen, by=larkhay.lead, at=at
    )


def moved(session):
    new = makeups.made_up_in(session)
    return new and timezone.localtime(new.during.lower).strftime("%a %d %b %H:%M")


def letters(kind):
    return [letter.to_address for letter in Email.objects.filter(copy=kind).order_by("to_address")]
