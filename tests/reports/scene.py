"""Two centres on a Saturday morning, and what can go wrong at either."""

import datetime as dt

from bookings.models import MarkReceived, Session, SessionStaff
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    CancellationCauseFactory,
    CreditFactory,
    EnrolmentFactory,
    MarkReceivedFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.people import PersonFactory
from tests.factories.safeguarding import cleared_teacher

SATURDAY = dt.date(2026, 11, 28)
GRACE = dt.timedelta(minutes=20)
NINE_THIRTY = spell(SATURDAY).lower
TEN = NINE_THIRTY + dt.timedelta(minutes=30)
DAY = dt.timedelta(days=1)
BUSY = {
    "registers": 1,
    "uncovered": 1,
    "offers": 1,
    "room": 1,
    "marks": 1,
    "credits": 1,
    "changed": 1,
}


def group(centre, **fields):
    """A group of six at this centre, in a room of its own."""
    return ActivityFactory(centre=centre, room=RoomFactory(centre=centre), **fields)


def meeting(activity, *, lines=1, day=SATURDAY, taught_by=None, start="09:30", **fields):
    """Its meeting of a day, with a teacher and unmarked lines."""
    session = SessionFactory(
        activity=activity, occurs_on=day, during=spell(day, start), room=activity.room, **fields
    )
    SessionStaffFactory(session=session, person=taught_by or cleared_teacher())
    for _ in range(lines):
        AttendanceFactory(session=session)
    return session


def marked(session, mark="present", at=TEN):
    session.register.update(mark=mark, marked_at=at, marked_by=PersonFactory())
    return session


def uncovered(activity, day=SATURDAY + DAY):
    """A meeting whose teacher told us that they cannot come."""
    session = meeting(activity, day=day)
    SessionStaff.objects.filter(session=session).update(is_away=True)
    return session


def one_of_every_trouble(centre, name="Kazoo"):
    """A centre that needs a person for everything; each group's title begins with the name."""
    meeting(group(centre, title=f"{name} not taken"))
    uncovered(group(centre, title=f"{name} uncovered"))
    full = group(centre, title=f"{name} offered")
    EnrolmentFactory(activity=full, offered=True, offer_expires_at=TEN + dt.timedelta(hours=5))
    EnrolmentFactory(activity=group(centre, title=f"{name} with room"), waiting=True)
    differing = marked(meeting(group(centre, title=f"{name} differing"), day=SATURDAY - 8 * DAY))
    MarkReceivedFactory(
        attendance=differing.register.get(),
        mark="absent",
        outcome=MarkReceived.Outcome.DIFFERED,
    )
    off = meeting(group(centre, title=f"{name} owed"), day=SATURDAY - 9 * DAY)
    CreditFactory(attendance=off.register.get())
    call_off(off, at=TEN - dt.timedelta(hours=1))


def call_off(session, at):
    session.status, session.cause = Session.Status.CANCELLED, CancellationCauseFactory()
    session.changed_at = at
    session.save()


def two_centres():
    return CentreFactory(name="Alder Music Centre"), CentreFactory(name="Birch Music Centre")
