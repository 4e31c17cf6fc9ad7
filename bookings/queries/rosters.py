"""Rosters: who is in what, counted for lists, found by name, laid out for a page or a sheet."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from bookings.models import Activity, Enrolment, Session
from core import words
from people.models import Guardianship, Person
from people.queries import keys_of, people_named
from people.rules import year_group_of, year_in_words

_STATUS = Enrolment.Status
_RANKS = {_STATUS.ACTIVE: 0, _STATUS.OFFERED: 1, _STATUS.HELD: 2, _STATUS.WAITING: 3}
SHEET_HEADING = [
    "Activity", "Centre", "Day", "Time", "Teacher", "Pupil", "School year", "School", "Status",
    "Place in the line", "First day", "Booked by", "Activity reference", "Pupil reference",
]  # fmt: skip

ACTIVITY_HEADING = [
    "Activity", "Centre", "Day", "Time", "Room", "Teacher", "Capacity", "Reason",
    "Activity reference",
]  # fmt: skip


@dataclass(frozen=True)
class PupilLine:
    """One pupil of a roster."""

    enrolment: Enrolment
    school_year: str
    school: str
    place_in_line: int | None


@dataclass(frozen=True)
class Register:
    """A page to print: who comes, and the next meetings to tick."""

    activity: Activity
    meetings: list[Session]
    lines: list[PupilLine]


def with_counts(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Each with how many are booked, how many answer or hold, and how many wait: one statement."""
    return activities.annotate(
        booked=_counted(Q(status=_STATUS.ACTIVE)),
        deciding=_counted(Q(status__in=[_STATUS.OFFERED, _STATUS.HELD])),
        waiting=_counted(Q(status=_STATUS.WAITING)),
    )


def _counted(which: Q) -> Coalesce:
    counted = (
        Enrolment.objects.filter(which, activity=OuterRef("pk"))
        .order_by()
        .values("activity")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_somebody_waiting(activities: QuerySet[Activity], *, is_so: bool) -> QuerySet[Activity]:
    waiting = Exists(Enrolment.objects.filter(activity=OuterRef("pk"), status=_STATUS.WAITING))
    return activities.filter(waiting if is_so else ~waiting)


def found_by(activities: QuerySet[Activity], sought: str) -> QuerySet[Activity]:
    """By title, or by the name of its teacher, of a pupil in its line, or of an adult of theirs."""
    people = keys_of(people_named(sought))
    pupils = Enrolment.objects.live().filter(person__in=_with_children(people))
    return activities.filter(
        Q(title__icontains=sought.strip())
        | Q(teacher__in=people)
        | Q(pk__in=keys_of(pupils.order_by().values("activity")))
    )


def enrolments_found_by(enrolments: QuerySet[Enrolment], sought: str) -> QuerySet[Enrolment]:
    """By the name of the pupil or of an adult of theirs, or by what it is for."""
    titled = Activity.objects.filter(title__icontains=sought.strip()).values("pk")
    return enrolments.filter(
        Q(activity__in=keys_of(titled))
        | Q(person__in=_with_children(keys_of(people_named(sought))))
    )


def sessions_found_by(sessions: QuerySet[Session], sought: str) -> QuerySet[Session]:
    """By what meets, or who teaches it."""
    meeting = Activity.objects.filter(
        Q(title__icontains=sought.strip()) | Q(teacher__in=keys_of(people_named(sought)))
    )
    return sessions.filter(activity__in=keys_of(meeting.values("pk")))


def _with_children(people: Any) -> Any:
    """These people, and the children of those among them who look after some."""
    children = Guardianship.objects.filter(adult__in=people).values("child")
    if isinstance(people, set):
        found = keys_of(children)
        if isinstance(found, set):
            return people | found
    either = Q(pk__in=people) | Q(pk__in=children)
    return Person.objects.filter(either).values("pk")


def in_roster_order(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Those with a place by name, then those who decide, then the line in its own order."""
    waits = Q(status=_STATUS.WAITING)
    return enrolments.order_by(
        Case(
            *(When(status=status, then=Value(rank)) for status, rank in _RANKS.items()),
            default=Value(len(_RANKS)),
            output_field=IntegerField(),
        ),
        Case(When(waits, then=F("priority"))).desc(nulls_last=True),
        Case(When(waits, then=F("queued_at"))),
        Case(When(waits, then=Value("")), default=F("person__sort_name")),
        "pk",
    )


def with_place_in_line(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Each with its number in its activity’s line, next first; only the waiting ones mean it."""
    return enrolments.annotate(
        place_in_line=Window(
            RowNumber(),
            partition_by=[F("activity"), F("status")],
            order_by=[F("priority").desc(), "queued_at", "pk"],
        )
    )


def passed_over(enrolments: QuerySet[Enrolment]) -> int:
    """How many others wait before the last of these in their lines."""
    chosen = list(enrolments.filter(status=_STATUS.WAITING))
    if not chosen:
        return 0
    last = max(chosen, key=lambda row: (-row.priority, row.queued_at, row.pk))
    first = Q(priority__gt=last.priority) | Q(priority=last.priority) & (
        Q(queued_at__lt=last.queued_at) | Q(queued_at=last.queued_at, pk__lt=last.pk)
    )
    line = Enrolment.objects.filter(
        first, status=_STATUS.WAITING, activity__in={row.activity_id for row in chosen}
    )
    return line.exclude(pk__in=[row.pk for row in chosen]).count()


def stands(person: Person, activity: Activity) -> str:
    """How somebody stands in an activity: a live status, or nothing."""
    live = Enrolment.objects.live().filter(person=person, activity=activity)
    return live.values_list("status", flat=True).first() or ""


def activity_rows(activities: QuerySet[Activity]) -> Iterator[list[object]]:
    """One row an activity: what a sheet may change, and the reference that names it."""
    found = activities.select_related("centre", "school", "room", "teacher")
    for activity in found:
        yield [
            activity.title,
            activity.place or "",
            activity.get_weekday_display() if activity.weekday else "",
            words.clock(activity.local_start) if activity.local_start else "",
            activity.room.name if activity.room else "",
            activity.teacher or "",
            activity.capacity or "",
            "",
            activity.ref,
        ]


def pupil_lines(activities: Iterable[Activity], *, on: dt.date) -> dict[int, list[PupilLine]]:
    """Everybody in each of these, in roster order, by the key of the activity: one statement."""
    lines: dict[int, list[PupilLine]] = {activity.pk: [] for activity in activities}
    enrolments = in_roster_order(Enrolment.objects.live().filter(activity__in=lines))
    waiting: Counter[int] = Counter()
    for enrolment in enrolments.select_related("person__learner__school", "booked_by"):
        waits = enrolment.status == _STATUS.WAITING
        waiting[enrolment.activity_id] += waits
        position = waiting[enrolment.activity_id] if waits else None
        lines[enrolment.activity_id].append(_line(enrolment, place_in_line=position, on=on))
    return lines


def _line(enrolment: Enrolment, *, place_in_line: int | None, on: dt.date) -> PupilLine:
    learner = getattr(enrolment.person, "learner", None)
    school = (str(learner.school or "") or learner.school_in_words) if learner else ""
    return PupilLine(enrolment, school_year_of(enrolment.person, on=on), school, place_in_line)


def school_year_of(person: Person, *, on: dt.date) -> str:
    """In words, nothing for an adult. The learner is joined already."""
    learner = getattr(person, "learner", None)
    corrected = learner.set_year_group if learner else None
    year = year_group_of(person.born_on, on=on, corrected=corrected) if person.born_on else None
    return "" if year is None else year_in_words(year)


def sheet_rows(activities: QuerySet[Activity], *, on: dt.date) -> Iterator[list[object]]:
    """One row a pupil, for a spreadsheet. No contact, no date of birth, nothing of care."""
    found = list(activities.select_related("centre", "school", "teacher"))
    lines = pupil_lines(found, on=on)
    for activity in found:
        shared = [
            activity.title,
            activity.place or "",
            activity.get_weekday_display() if activity.weekday else "",
            words.clock(activity.local_start) if activity.local_start else "",
            activity.teacher or "",
        ]
        for line in lines[activity.pk]:
            enrolment = line.enrolment
            yield [
                *shared,
                enrolment.person,
                line.school_year,
                line.school,
                enrolment.get_status_display(),
                line.place_in_line or "",
                enrolment.starts_on or "",
                enrolment.booked_by,
                activity.ref,
                enrolment.person.ref,
            ]


def register_of(activity: Activity, *, at: dt.datetime, meetings: int = 6) -> Register:
    """Those with a place, and the next meetings, today's included."""
    today = timezone.localdate(at)
    coming = activity.sessions.happening().filter(occurs_on__gte=today).order_by("during", "pk")
    lines = pupil_lines([activity], on=today)[activity.pk]
    return Register(
        activity=activity,
        meetings=list(coming[:meetings]),
        lines=[line for line in lines if line.enrolment.status == _STATUS.ACTIVE],
    )


def days_to_come(activities: QuerySet[Activity], *, at: dt.datetime) -> list[tuple[dt.date, int]]:
    """The next sixty days on which any of these meet, each with how many do."""
    sessions = Session.objects.happening().filter(
        activity__in=activities.order_by().values("pk"), during__startswith__gt=at
    )
    days = sessions.order_by().values("occurs_on").annotate(number=Count("pk"))
    return [(day["occurs_on"], day["number"]) for day in days.order_by("occurs_on")[:60]]
