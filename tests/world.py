"""A small county with one of everything, and somebody of every kind to walk through it."""

import datetime as dt
from dataclasses import dataclass, field

from django.test import Client
from django.utils import timezone

from bookings import actions
from bookings.models import Activity
from people.models import Person
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    AttendanceFactory,
    ClosureFactory,
    EnrolmentFactory,
    MessageFactory,
    SessionFactory,
    SessionStaffFactory,
)
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.lessons import CourseRunFactory, TuitionFactory
from tests.factories.people import (
    ChildFactory,
    InvitationFactory,
    LearnerFactory,
    SchoolFactory,
    StaffAbsenceFactory,
    StaffFactory,
    UserFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher
from tests.world_schools import SCHOOL_ACTORS, school_with_orders, speakers_of

ACTORS = (
    *("anonymous", "parent", "other", "teacher", "head", "other_head", "administrator"),
    *SCHOOL_ACTORS,
)
STAFF = {"head", "other_head", "administrator"}
BACKEND = "people.access.SignedIn"
STATES = ("waiting", "offered", "held", "active", "ended")


@dataclass
class World:
    """What there is to visit; `at_centre` holds one row a model, all of the head's centre.

    `at_school` holds what belongs to the school of the music lead, by what POLICY calls it, and
    `orders` one of its orders in each state.
    """

    users: dict = field(default_factory=dict)
    clients: dict = field(default_factory=dict)
    enrolments: dict = field(default_factory=dict)
    at_centre: dict = field(default_factory=dict)
    at_school: dict = field(default_factory=dict)
    orders: dict = field(default_factory=dict)

    def sign_everybody_in(self):
        """Now, while what is written stays: a visit's session would be undone with it."""
        for actor in ACTORS:
            self.clients[actor] = Client(raise_request_exception=False)
            if actor in self.users:
                self.clients[actor].force_login(self.users[actor], BACKEND)


def small_county():
    """Two centres; at the first a group with a teacher, and a child in every state of booking."""
    world, now = World(), timezone.now()
    centre, teacher, school = CentreFactory(), cleared_teacher(), SchoolFactory()
    world.users = {
        "parent": UserFactory(),
        "other": UserFactory(),
        "teacher": UserFactory(person=teacher),
        "head": head_of(centre),
        "other_head": head_of(),
        "administrator": administrator(),
        **speakers_of(school, SchoolFactory()),
    }
    ChildFactory(guardian=world.users["other"])
    run = CourseRunFactory(
        activity__centre=centre,
        activity__room=RoomFactory(centre=centre),
        activity__teacher=teacher,
        activity__status=Activity.Status.DRAFT,
        activity__first_on=now.date() - dt.timedelta(days=30),
        activity__last_on=now.date() + dt.timedelta(days=120),
    )
    actions.open_activity(activity=run.activity, by=None, at=now)
    for state in STATES:
        world.enrolments[state] = enrolment_in(state, run.activity, world.users["parent"], at=now)
    rows = one_of_everything(run, world.users)
    rows += shared_care_of(next(row for row in rows if isinstance(row, Person)), at=now)
    world.at_centre = {type(row): row for row in rows}
    lead = world.users["music_lead"]
    asks = world.users["other"]
    world.orders, world.at_school = school_with_orders(school, lead, teacher, asks, at=now)
    world.sign_everybody_in()
    return world


def shared_care_of(child, *, at):
    """What the parent may do for the child, and whom the parent asks to share it."""
    link = child.guardians.get()
    return [
        link,
        InvitationFactory(
            child=child, invited_by=link.adult, made_at=at, expires_at=at + dt.timedelta(days=7)
        ),
    ]


def enrolment_in(state, activity, parent, *, at):
    """A child of the parent in this state of booking; a hold or an offer lasts a while yet."""
    child = ChildFactory(guardian=parent, given_name=state.capitalize())
    LearnerFactory(person=child)
    kept = {"offer_expires_at": at + dt.timedelta(minutes=15)}
    return EnrolmentFactory(
        activity=activity,
        person=child,
        booked_by=parent.person,
        **{state: True},
        **(kept if state in {"offered", "held"} else {}),
    )


def one_of_everything(run, users):
    """A row of each kind that belongs to the centre, and a child who goes there."""
    activity, centre = run.activity, run.activity.centre
    child = LearnerFactory(person=ChildFactory(guardian=users["parent"])).person
    session = activity.sessions.first() or SessionFactory(activity=activity)
    line = AttendanceFactory(session=session, person=child, enrolment__activity=activity)
    staff = session.staff.first() or SessionStaffFactory(session=session)
    return [
        *(activity, centre, activity.room, run, TuitionFactory(activity__centre=centre)),
        *(child, session, staff, line, line.enrolment),
        *(ClosureFactory(centre=centre), StaffFactory(base_centre=centre)),
        MessageFactory(centre=centre),
        users["head"].person.roles.get(),
        StaffAbsenceFactory(staff=users["teacher"].person.staff),
        AbsenceNoticeFactory(person=child),
    ]
