"""The figures: places taken and free, who waits, and how many came in each week of the term."""

import datetime as dt
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncWeek

from bookings.models import Activity, Attendance, Enrolment
from centres.queries import term_on
from core.recall import recall
from reports.queries.day import CAME
from reports.queries.places import Place
from reports.rules import Standing, Week

MOST_GROUPS = 8
AN_HOUR = 3600.0


@dataclass(frozen=True)
class Figures:
    """Four numbers, each with the second that gives it meaning."""

    pupils: int
    activities: int
    waiting: int
    waited_long: int
    free: int
    with_room: int


def figures(place: Place, *, waited_since: dt.datetime) -> Figures:
    """Those with a place, those who wait, and the room there is: three statements."""
    learning = Enrolment.objects.filter(
        place.holds("activity__centre"), status=Enrolment.Status.ACTIVE
    ).aggregate(pupils=Count("person", distinct=True), activities=Count("activity", distinct=True))
    waiting = Enrolment.objects.filter(
        place.holds("activity__centre"), status=Enrolment.Status.WAITING
    ).aggregate(all=Count("pk"), long=Count("pk", filter=Q(queued_at__lt=waited_since)))
    room = (
        Activity.objects.joinable()
        .filter(place.holds(), places_taken__lt=F("capacity"))
        .aggregate(free=Sum(F("capacity") - F("places_taken")), activities=Count("pk"))
    )
    return Figures(
        pupils=learning["pupils"],
        activities=learning["activities"],
        waiting=waiting["all"],
        waited_long=waiting["long"],
        free=room["free"] or 0,
        with_room=room["activities"],
    )


def standings(place: Place) -> list[Standing]:
    """Booked and waiting: centre by centre, or for one centre the groups with the most waiting."""
    return _by_group(place) if place.is_one_centre else _by_centre(place)


def _by_centre(place: Place) -> list[Standing]:
    """Two statements: places are counted on the activity already, the lines are short."""
    by_centre = ("centre__name",)
    taken = dict(
        Activity.objects.joinable()
        .filter(place.holds(), centre__isnull=False)
        .order_by()
        .values(*by_centre)
        .annotate(taken=Coalesce(Sum("places_taken"), 0))
        .values_list("centre__name", "taken")
    )
    waiting = dict(_waiting(place, "activity__centre__name"))
    names = sorted({*taken, *(name for name in waiting if name)})
    return [Standing(short(name), taken.get(name, 0), waiting.get(name, 0)) for name in names]


def short(name: str) -> str:
    """St Albans, for St Albans Music Centre: a chart has little room, and all of them are that."""
    return name.removesuffix(" Music Centre")


def _by_group(place: Place) -> list[Standing]:
    lines = sorted(_waiting(place, "activity"), key=lambda line: (-line[1], line[0]))
    waiting = dict(lines[:MOST_GROUPS])
    groups = {group.pk: group for group in Activity.objects.filter(pk__in=waiting)}
    return [Standing(groups[key].title, groups[key].places_taken, waiting[key]) for key in waiting]


def _waiting(place: Place, by: str) -> Iterable[tuple[Any, int]]:
    """How many wait, by one of their columns."""
    waiting = Enrolment.objects.filter(
        place.holds("activity__centre"), status=Enrolment.Status.WAITING
    )
    counted = waiting.order_by().values(by).annotate(number=Count("pk"))
    return list(counted.values_list(by, "number"))


def weeks(place: Place, *, today: dt.date) -> list[Week]:
    """How many came, by week of the term, up to yesterday; counted once an hour."""
    term = term_on(today)
    if term is None or term.starts_on > today:
        return []
    kept: Hashable = ("weeks", place.is_county, place.centre_ids, term.pk)
    return recall(kept, lambda: _weeks(place, term.starts_on, today), seconds=AN_HOUR)


def _weeks(place: Place, starts_on: dt.date, today: dt.date) -> list[Week]:
    lines = Attendance.objects.filter(
        place.holds("session__activity__centre"),
        session__occurs_on__gte=starts_on,
        session__occurs_on__lt=today,
        mark__isnull=False,
    )
    counted = (
        lines.annotate(week=TruncWeek("session__occurs_on"))
        .order_by()
        .values("week")
        .annotate(came=Count("pk", filter=Q(mark__in=CAME)), marked=Count("pk"))
        .order_by("week")
    )
    return [Week(row["week"], row["came"], row["marked"]) for row in counted]
