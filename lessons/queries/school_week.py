"""Who of ours comes into a school in a week, meeting by meeting, and how many were there."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bookings import rules
from bookings.models import Attendance, Session, SessionStaff
from lessons.rules.school_week import FRIDAY, came_shown
from people.models import School

WEEK = dt.timedelta(days=7)
CAME = (Attendance.Mark.PRESENT, Attendance.Mark.LATE, Attendance.Mark.LEFT_EARLY)
MISSED = (Attendance.Mark.ABSENT, Attendance.Mark.ABSENT_TOLD)
_WITH = (
    "activity__programme_class__line",
    "activity__room",
    "activity__school",
    "activity__centre",
    "activity__teacher",
    "school",
    "room",
    "cause",
    "makes_up",
    "class_return",
)


@dataclass(frozen=True)
class Visit:
    """One meeting in the school: who leads, helps or covers, and how many came where known."""

    session: Session
    staff: tuple[SessionStaff, ...]
    is_first: bool
    came: int | None  # by headcount, or by register where that many give nobody away
    expected: int | None  # of a class, by headcount

    @property
    def is_off(self) -> bool:
        return self.session.status == Session.Status.CANCELLED

    @property
    def day(self) -> dt.date:
        return rules.day_of(self.session)

    @property
    def here(self) -> tuple[SessionStaff, ...]:
        return tuple(line for line in self.staff if not line.is_away)


@dataclass(frozen=True)
class Day:
    """A day of the week and what is on it."""

    day: dt.date
    visits: list[Visit]


def week_of(school: School, monday: dt.date, *, hide_below: int) -> list[Day]:
    """Monday to Friday, and a day of the weekend that has something: two statements."""
    found = visits(school, first=monday, last=monday + WEEK - dt.timedelta(days=1),
                   hide_below=hide_below)  # fmt: skip
    days = [monday + dt.timedelta(days=step) for step in range(7)]
    return [
        Day(day, on)
        for day in days
        if (on := [visit for visit in found if visit.day == day]) or day.isoweekday() <= FRIDAY
    ]


def visits(school: School, *, first: dt.date, last: dt.date, hide_below: int) -> list[Visit]:
    """Every meeting in the school on these days, the cancelled ones too, soonest first."""
    rows = sessions_at(school, first=first, last=last).select_related(*_WITH)
    rows = rows.prefetch_related(
        Prefetch(
            "staff",
            SessionStaff.objects.select_related("person", "replaces").order_by("role", "pk"),
        )
    )
    rows = rows.annotate(is_first=~Exists(_earlier()), came=_number(CAME), missed=_number(MISSED))
    return [_visit(row, hide_below) for row in rows.order_by("during", "pk")]


def sessions_at(school: School, *, first: dt.date, last: dt.date) -> QuerySet[Session]:
    """The meetings really held there on these local days, wherever their pattern puts them."""
    return Session.objects.filter(
        school=school,
        during__startswith__gte=dt.datetime.combine(first, dt.time.min, rules.LONDON),
        during__startswith__lt=rules.midnight_after(last),
    )


def _earlier() -> QuerySet[Session]:
    return Session.objects.filter(
        activity_id=OuterRef("activity_id"), occurs_on__lt=OuterRef("occurs_on")
    ).exclude(status=Session.Status.CANCELLED)


def _number(marks: tuple[Attendance.Mark, ...]) -> Coalesce:
    lines = Attendance.objects.filter(session_id=OuterRef("pk"), mark__in=marks).order_by()
    counted = lines.values("session_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _visit(row: Session, hide_below: int) -> Visit:
    counted = getattr(row, "class_return", None)
    marks: tuple[int, int] = row.came, row.missed  # type: ignore[attr-defined]  # annotated above
    return Visit(
        session=row,
        staff=tuple(row.staff.all()),
        is_first=row.is_first,  # type: ignore[attr-defined]  # annotated above
        came=counted.present if counted else came_shown(*marks, hide_below=hide_below),
        expected=counted.expected if counted else None,
    )


def is_with_us(days: Sequence[Day], day: dt.date) -> int:
    """How many different people of ours are expected on that day."""
    people = {
        line.person_id
        for each in days
        if each.day == day
        for visit in each.visits
        if not visit.is_off
        for line in visit.here
    }
    return len(people)
