"""A centre with groups on a Saturday in December, families in them, and somebody to close it."""

import datetime as dt

from bookings import actions
from bookings.models import Session
from tests.bookings.stage import family, open_group
from tests.factories.bookings import CancellationCauseFactory
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.people import head_of
from tests.factories.safeguarding import cleared_teacher

SATURDAY = dt.date(2026, 12, 5)
NEXT = dt.date(2026, 12, 12)
LAST_ON = dt.date(2026, 12, 12)  # two meetings of each group are left
DAWN = dt.datetime(2026, 12, 5, 7, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def weather(**policy):
    """Snow: the pupil does not pay, the teacher is paid, it is made up."""
    policy = {"pupil_pays": False, "teacher_paid": True, "is_made_up": True} | policy
    return CancellationCauseFactory(
        slug=policy.pop("slug", "weather"),
        name="Snow, flood or storm",
        make_up_by="end of the academic year",
        words_for_family="The building is closed for safety.",
        **policy,
    )


def meets(centre, hour, *, minute=0, **fields):
    """A group of this centre at this hour of a Saturday, with a teacher."""
    fields = {
        "teacher": cleared_teacher(email=f"t{hour}@music.example"),
        "last_on": LAST_ON,
        "first_on": SATURDAY,
    } | fields
    return open_group(centre=centre, local_start=dt.time(hour, minute), **fields)


class Snow:
    """Two groups of one centre, a family with two children in both, and the centre's head."""

    def __init__(self, **policy):
        self.centre = CentreFactory(name="St Albans Music Centre")
        self.room = RoomFactory(centre=self.centre, name="Room 3")
        self.cause = weather(**policy)
        self.head = head_of(self.centre)
        self.first = meets(self.centre, 9, room=self.room, title="Junior Voices")
        self.second = meets(self.centre, 11, title="Djembe")
        self.parent, self.child = family(given_name="Anya")
        self.sibling = sibling(self.parent)
        join(self.first, self.parent, self.child)
        join(self.second, self.parent, self.sibling)

    def close(self, at=DAWN, **said):
        said = {
            "centre": self.centre, "starts_on": SATURDAY, "ends_on": SATURDAY, "by": self.head,
            "reason": "The path is ice", "cause": self.cause,
        } | said  # fmt: skip
        return actions.close_place(at=at, **said)


def sibling(parent):
    child = family(given_name="Tom")[1]
    child.guardians.update(adult=parent.person)
    return child


def join(group, parent, child, at=None):
    at = at or dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    held = actions.hold_place(activity=group, person=child, by=parent, at=at)
    return actions.confirm_place(enrolment=held, by=parent, at=at)


def meeting(group, day=SATURDAY):
    return group.sessions.get(occurs_on=day)


def off():
    """What is called off, in order."""
    return list(Session.objects.filter(status="cancelled").order_by("during", "pk"))
