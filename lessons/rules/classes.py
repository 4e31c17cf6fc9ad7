"""Who at a school knows its children, and when a teacher may read what to know of a class."""

import datetime as dt
from collections.abc import Iterable

from bookings.models import Session
from bookings.rules import day_of
from people.models import SchoolContact

# Whoever sees to money sees numbers: no child's name, and nothing to know before a lesson.
KNOW_CHILDREN = frozenset(
    {SchoolContact.Role.HEAD, SchoolContact.Role.MUSIC_LEAD, SchoolContact.Role.DSL}
)
LONGEST_CARE = 2000


def knows_children(contacts: Iterable[SchoolContact], school_id: int) -> bool:
    """Running the county is no part at a school, and opens nothing of its children."""
    return any(one.school_id == school_id and one.role in KNOW_CHILDREN for one in contacts)


def class_care_is_open(
    session: Session, *, days_before: int, days_after: int, today: dt.date
) -> bool:
    """To prepare a lesson, and for the day itself."""
    day = day_of(session)
    return day - dt.timedelta(days=days_before) <= today <= day + dt.timedelta(days=days_after)
