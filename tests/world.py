"""A small county with one of everything, and somebody of every kind to walk through it."""

import datetime as dt
from dataclasses import dataclass, field

from django.test import Client
from django.utils import timezone

from bookings import actions
from bookings.models import Activity, Enrolment
from tests.factories.bookings import (
    AttendanceFactory,
    ClosureFactory,
    EnrolmentFactory,
    SessionFactory,
    SessionStaffFactory,
)
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.lessons import CourseRunFactory, TuitionFactory
from tests.factories.people import (
    ChildFactory,
    LearnerFactory,
    StaffFactory,
    UserFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher

ACTORS = ("anonymous", "parent", "other", "teacher", "head", "other_head", "administrator")
STAFF = {"head", "other_head", "administrator"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STATES = ("waiting", "offered", "held", "active", "ended")


@dataclass
class World:
    """What there is to visit; `at_centre` holds one row a model, all of the head's centre."""

    users: dict = field(default_factory=dict)
    clients: dict = field(default_factory=dict)
    enrolments: dict = field(default_factory=dict)
    at_centre: dict = field(default_factory=dict)

    def sign_everybody_in(self):
        """Now, while what is written stays: a visit's session would be undone with it."""
        for actor in ACTORS:
            self.clients[actor] = Client(raise_request_exception=False)
            if actor in self.users:
                self.clients[actor].force_login(self.users[actor], BACKEND)


def small_county():
    """Two centres; at the first a group with a teacher, and a child in every state of booking."""
    world, now = World(), timezone.now()
    centre, teacher = CentreFactory(), cleared_teacher()
    world.users = {
        "parent": UserFactory(),
        "other": UserFactory(),
        "teacher": UserFactory(person=teacher),
        "head": head_of(centre),
        "other_head": head_of(),
        "administrator": administrator(),
    }
    child = ChildFactory(guardian=world.users["parent"])
    LearnerFactory(person=child)
    ChildFactory(guardian=world.users["other"])
    room = RoomFactory(centre=centre)
    run = CourseRunFactory(
        activity__centre=centre,
        activity__room=room,
        activity__teacher=teacher,
        activity__status=Activity.Status.DRAFT,
        activity__first_on=now.date() - dt.timedelta(days=30),
        activity__last_on=now.date() + dt.timedelta(days=120),
    )
    activity = actions.open_activity(activity=run.activity, by=None, at=now)
    parent = world.users["parent"].person
    for state in STATES:
        another = ChildFactory(guardian=world.users["parent"], given_name=state.capitalize())
        LearnerFactory(person=another)
        world.enrolments[state] = EnrolmentFactory(
            activity=activity, person=another, booked_by=parent, **{state: True}
        )
    kept = world.enrolments["held"], world.enrolments["offered"]
    Enrolment.objects.filter(pk__in=[each.pk for each in kept]).update(
        offer_expires_at=now + dt.timedelta(minutes=15)
    )
    session = activity.sessions.first() or SessionFactory(activity=activity)
    line = AttendanceFactory(session=session, person=child, enrolment__activity=activity)
    tuition = TuitionFactory(activity__centre=centre)
    rows = [
        child, activity, centre, room, run, tuition, session, line, line.enrolment,
        session.staff.first() or SessionStaffFactory(session=session),
        ClosureFactory(centre=centre), StaffFactory(base_centre=centre),
        world.users["head"].person.roles.get(),
    ]  # fmt: skip
    world.at_centre = {type(row): row for row in rows}
    world.sign_everybody_in()
    return world
