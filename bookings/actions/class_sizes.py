"""How many children a class has from a day on; what was before that day keeps its number."""

import datetime as dt

from bookings import rules
from bookings.actions.locks import lock_activity
from bookings.models import Activity
from core.actions import action
from people.models import User


@action
def expect_heads(
    *, activity: Activity, number: int, from_on: dt.date, by: User | None, at: dt.datetime
) -> Activity:
    """From this day on so many are expected; a meeting before it, or begun, keeps its number.

    What was said before of days from then on gives way.
    """
    activity = lock_activity(activity.pk)
    since = rules.expected_since(from_on, at=at)
    before = activity.sessions.filter(during__startswith__lt=since, headcount=None)
    before.update(headcount=activity.headcount)
    after = activity.sessions.filter(during__startswith__gte=since, headcount__isnull=False)
    after.update(headcount=None)
    activity.headcount = number
    activity.save(update_fields=["headcount"])
    return activity
