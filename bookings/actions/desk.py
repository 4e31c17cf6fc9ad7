"""What the front desk may open: whom to ring for those expected at a centre on a day at hand."""

import datetime as dt

from django.utils import timezone

from bookings.queries import desk
from bookings.rules import NotBookable
from centres.models import Centre
from core.access import Permission
from core.actions import action
from people import care
from people.models import User


class NotAtHand(NotBookable):
    """Whom to ring is opened for a day at hand, by who runs the centre."""


@action
def open_contacts(
    *, centre: Centre, day: dt.date, why: str, by: User, at: dt.datetime
) -> list[desk.Contacts]:
    """Whom to ring for each child in a register there that day; each reading is written down."""
    ahead = (day - timezone.localdate(at)).days
    if not by.has_perm(Permission.RING_HOME, centre) or not 0 <= ahead <= desk.MOST_DAYS_AHEAD:
        raise NotAtHand("Choose one of your centres, and today or a day of the next week.")
    sessions = desk.meetings_at(centre, day)
    expected = {line.person_id for session in sessions for line in session.register.all()}
    opened = care.reveal_contacts(learner_ids=expected, by=by, why=why, at=at)
    return desk.contacts_of(sessions, opened)
