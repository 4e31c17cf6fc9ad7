"""How many children a class has now and next, and what its number depends on."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, Sum

from bookings.models import Activity, Session
from bookings.rules import day_of, expected_since
from lessons.models import Programme, ProgrammeClass
from lessons.queries.classes import Meeting
from lessons.rules.class_sizes import Size, Standing
from people.models import Person


def size_of(activity: Activity, meetings: Iterable[Meeting]) -> Size:
    """By the lessons to come: the next one's number, and from when it is another."""
    coming = [one.session for one in meetings if not one.is_over and one.session.cause is None]
    then = activity.headcount or 0
    now = coming[0].heads_expected if coming else then
    changes = [one for one in coming if one.heads_expected == then] if now != then else []
    return Size(now, then, day_of(changes[0]) if changes else None)


def standing_of(programme_class: ProgrammeClass, *, from_on: dt.date, at: dt.datetime) -> Standing:
    """As it is in this moment, in three statements; the class is locked before this is asked."""
    row = ProgrammeClass.objects.select_related(
        "activity", "line__programme", "custody__asset__kind"
    ).get(pk=programme_class.pk)
    coming = Session.objects.happening().filter(activity=row.activity, during__startswith__gte=at)
    last = coming.order_by("-during").first()
    other = coming.filter(
        during__startswith__gte=expected_since(from_on, at=at), headcount__isnull=False
    ).exclude(headcount=row.activity.headcount)
    programme = row.line.programme
    has_set = row.custody is not None and programme.is_taught
    return Standing(
        name=row.class_name,
        size=row.activity.headcount or 0,
        largest=programme.largest_class,
        last_on=day_of(last) if last else None,
        pieces=row.custody.asset.kind.pieces if row.custody and has_set else None,
        others=_others(row) if has_set else 0,
        is_same_from_then=not other.exists(),
    )


def _others(row: ProgrammeClass) -> int:
    """Children of classes that share its set; on a single day they follow each other."""
    if row.line.programme.unit == Programme.Unit.DAY:
        return 0
    on = ~Q(activity__status__in=[Activity.Status.CANCELLED, Activity.Status.FINISHED])
    sharing = ProgrammeClass.objects.filter(on, custody=row.custody).exclude(pk=row.pk)
    return sharing.aggregate(heads=Sum("activity__headcount"))["heads"] or 0


def teachers_from(activity: Activity, *, from_on: dt.date, at: dt.datetime) -> list[Person]:
    """Who leads, assists or covers a lesson of it from that day on, and has an address."""
    since = expected_since(from_on, at=at)
    meetings = Session.objects.happening().filter(activity=activity, during__startswith__gte=since)
    there = Q(sessions_taught__session__in=meetings, sessions_taught__is_away=False)
    return list(Person.objects.filter(there).exclude(email="").distinct().order_by("pk"))
