"""A school's notices: by which rules, which lessons, and what became of each."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from bookings.models import CancellationCause, Closure, Session
from bookings.queries import closures, makeups
from bookings.queries.schools_told import READERS, contacts_of
from bookings.rules.closures import Span
from core import words
from lessons.rules import notices as rules
from people.models import School, SchoolContact


@dataclass(frozen=True)
class Row:
    """One lesson of a notice, and what becomes of it."""

    session: Session
    cause: CancellationCause | None
    makes_up: Session | None = None
    is_kept: bool = False

    @property
    def then(self) -> str:
        if self.is_kept or self.cause is None:
            return "Stays on"
        if not rules.moves(self.cause):
            return "Counts as taught"
        if self.makes_up is None:
            return "Owed: we look for a day with you"
        starts = timezone.localtime(self.makes_up.during.lower)
        day = words.weekday_and_day(starts.date())
        return f"Moves to {day}, {words.clock(starts.time())}"

    @property
    def when(self) -> str:
        starts = timezone.localtime(self.session.during.lower)
        return f"{words.weekday_and_day(starts.date())}, {words.clock(starts.time())}"

    @property
    def fate(self) -> str:
        """The same for the same fate of the same lesson."""
        why = self.cause.pk if self.cause else "on"
        new = f"{self.makes_up.during.lower:%Y%m%d%H%M}" if self.makes_up else ""
        return f"{self.session.pk}-{why}-{new}"


def causes_on(day: dt.date) -> list[CancellationCause]:
    """The rules in force on this day, which the length of a notice chooses among."""
    in_force = Q(to_on=None) | Q(to_on__gte=day)
    rows = CancellationCause.objects.filter(
        in_force, slug__startswith=rules.CAUSES, from_on__lte=day
    )
    return list(rows.order_by("-notice_days", "pk"))


def candidates(span: Span, *, at: dt.datetime) -> list[Session]:
    """The lessons of ours there on these days that have not begun."""
    place = ("activity__school", "activity__teacher", "school", "room")
    found = closures.sessions_of(span, at=at).select_related(*place)
    return list(found.order_by("during", "pk"))


def rows_of(given: Collection[Closure]) -> list[Row]:
    """What became of each lesson that these closures called off."""
    sessions = [one for closure in given for one in closures.closed_sessions(closure)]
    planned = makeups.planned_for(sessions)
    rows = [
        Row(one, one.cause or _cause(one, given), planned.get(one.pk), is_kept=one.cause is None)
        for one in sessions
    ]
    return sorted(rows, key=lambda row: (row.session.during.lower, row.session.pk))


def kept_rows(sessions: Iterable[Session], refs: Collection[uuid.UUID]) -> list[Row]:
    return [Row(one, None, is_kept=True) for one in sessions if one.ref in refs]


def notice_of(closure: Closure) -> list[Closure]:
    """The closures of the same notice: made at the same moment for the same school."""
    same = Closure.objects.filter(school=closure.school_id, closed_at=closure.closed_at)
    return list(same.select_related("cause", "school", "closed_by", "undone_by").order_by("pk"))


def notices_of(school: School, *, today: dt.date) -> list[Closure]:
    """The notices of a school whose days are not over: the first closure of each."""
    to_come = Closure.objects.filter(
        school=school, closed_at__isnull=False, undone_at=None, ends_on__gte=today
    )
    firsts = to_come.values("closed_at").annotate(first=Min("pk")).values("first")
    rows: QuerySet[Closure] = Closure.objects.filter(pk__in=firsts)
    return list(rows.order_by("starts_on", "pk"))


def readers_at(school: School) -> list[SchoolContact]:
    """Who reads of lessons that change at a school: each person once, with an address."""
    contacts = [one for one in contacts_of([school.pk]) if one.role in READERS and one.person.email]
    return list({one.person_id: one for one in contacts}.values())


def _cause(session: Session, given: Collection[Closure]) -> CancellationCause | None:
    return next((one.cause for one in given if one.pk == session.closure_id), None)
