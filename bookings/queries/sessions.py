"""When an activity meets: what is planned, and what its pattern would plan."""

import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from bookings import rules
from bookings.models import Activity, Closure, Session
from centres.models import Term


def meetings_to_come(activity: Activity, *, at: dt.datetime) -> QuerySet[Session]:
    """Its meetings that have not begun, soonest first; the cancelled left out."""
    coming = activity.sessions.happening().filter(during__startswith__gt=at)
    return coming.order_by("during", "pk")


def begins_at(activity: Activity) -> dt.datetime | None:
    """When its first meeting that is not called off begins."""
    during = activity.sessions.happening().order_by("during").values_list("during", flat=True)
    first = during.first()
    return first.lower if first else None


def heads_at(activity: Activity, *, since: dt.datetime) -> int:
    """How many children a class has from a moment on: as its first lesson then expects.

    After the last lesson, as many as were said last.
    """
    lessons = activity.sessions.filter(during__startswith__gte=since).order_by("during", "pk")
    kept = lessons.values_list("headcount", flat=True).first()
    return kept or activity.headcount or 0


def next_meetings(activity: Activity, *, at: dt.datetime, limit: int) -> list[Session]:
    return list(meetings_to_come(activity, at=at)[:limit])


def calendar_of(activity: Activity) -> tuple[list[Term], list[Closure]]:
    """The terms and closures that shape the activity's dates."""
    terms = list(Term.objects.filter(year_id=activity.year_id).order_by("starts_on"))
    if not terms:
        return [], []
    closures = Closure.objects.touching(terms[0].starts_on, terms[-1].ends_on)
    return terms, list(closures.order_by("starts_on", "pk"))


def planned_meetings(activity: Activity) -> list[rules.Meeting]:
    """Every date the pattern gives: the preview of `plan_sessions`."""
    terms, closures = calendar_of(activity)
    return rules.meetings(activity, terms=terms, closures=closures)


def from_now_on(at: dt.datetime) -> DateTimeTZRange:
    """Every moment from one on, as a range an index can search."""
    return DateTimeTZRange(at, None)
