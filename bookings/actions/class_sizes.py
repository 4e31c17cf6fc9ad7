"""How many children a class has from a day on; what was before that day keeps its number."""

import datetime as dt

from bookings import rules
from bookings.actions.locks import lock_activity
from bookings.models import Activity, Session
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


def take_its_size(session: Session, *, was_at: dt.datetime | None = None) -> None:
    """A step of actions that gave a lesson its time: as many as the lessons on both sides of it.

    Where those differ, the class changed between them, and the lesson stays as it is; so does
    one that moved past no other. `was_at`: when it would have begun.
    """
    if not session.activity.counts_heads:
        return
    others = session.activity.sessions.exclude(pk=session.pk).order_by("during", "pk")
    if was_at and not others.filter(during__startswith__range=_between(session, was_at)).exists():
        return
    sizes = others.values_list("headcount", flat=True)
    starts_at = session.during.lower
    before = sizes.filter(during__startswith__lt=starts_at).reverse()[:1]
    after = sizes.filter(during__startswith__gte=starts_at)[:1]
    around = {*before, *after}
    if len(around) == 1 and session.headcount not in around:
        session.headcount = around.pop()
        session.save(update_fields=["headcount"])


def _between(session: Session, was_at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    first, last = sorted((was_at, session.during.lower))
    return first, last
