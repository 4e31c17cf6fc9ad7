"""One day: which it is, what is on in each room, or at each centre."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from bookings import rules as bookings
from bookings.models import AbsenceNotice, Attendance, Session, SessionStaff
from reports.queries.now import WHERE, lines_of_a_meeting, midnight, with_teachers
from reports.queries.places import Place

CAME = [Attendance.Mark.PRESENT, Attendance.Mark.LATE, Attendance.Mark.LEFT_EARLY]
MOST_MEETINGS = 300  # of one place on one day: far more than any holds
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """The day that is shown, and the nearest others on which something is on."""

    shown: dt.date
    before: dt.date | None
    after: dt.date | None


@dataclass(frozen=True)
class CentreDay:
    """What a day holds at one centre; without one, at the schools."""

    name: str
    code: str
    meetings: int
    called_off: int
    expected: int
    told_us: int


def days_of(place: Place, *, wanted: dt.date | None, today: dt.date) -> Days:
    """The wanted day, or else today or the next on which something is on, or the last."""
    day = wanted or _nearest(place, today, forward=True) or _nearest(place, today, forward=False)
    shown = day or today
    return Days(
        shown=shown,
        before=_nearest(place, shown, forward=False),
        after=_nearest(place, shown + A_DAY, forward=True),
    )


def _nearest(place: Place, day: dt.date, *, forward: bool) -> dt.date | None:
    """The first day from this one on with a meeting, or the last before it; called off or not."""
    meetings = Session.objects.filter(place.holds("activity__centre"))
    if forward:
        found = meetings.filter(during__startswith__gte=midnight(day))
        found = found.order_by("during__startswith")
    else:
        found = meetings.filter(during__startswith__lt=midnight(day))
        found = found.order_by("-during__startswith")
    during = found.values_list("during", flat=True).first()
    return during.lower.astimezone(bookings.LONDON).date() if during else None


def _on(day: dt.date) -> Q:
    """Held on that day, whichever occurrence it is."""
    return Q(
        during__startswith__gte=midnight(day),
        during__startswith__lt=midnight(day + A_DAY),
    )


def told_us(day: dt.date) -> Q:
    """Lines whose family said ahead that they are away: on that day, from that or from all."""
    notice = AbsenceNotice.objects.standing().filter(
        Q(enrolment=None) | Q(enrolment=OuterRef("enrolment")),
        person=OuterRef("person"),
        starts_on__lte=day,
        ends_on__gte=day,
    )
    return Q(Exists(notice)) | Q(mark=Attendance.Mark.ABSENT_TOLD)


def meetings_of(place: Place, *, day: dt.date) -> list[Any]:
    """Every meeting of the day with who teaches it and how many come, by room and time."""
    rows = (
        Session.objects.filter(_on(day), place.holds("activity__centre"))
        .select_related(*WHERE, "cause", "activity__room")
        .annotate(
            lines=lines_of_a_meeting(),
            marked=lines_of_a_meeting(mark__isnull=False),
            came=lines_of_a_meeting(mark__in=CAME),
            told=lines_of_a_meeting(told_us(day)),
            has_somebody_away=Exists(
                SessionStaff.objects.filter(session=OuterRef("pk"), is_away=True)
            ),
        )
        .prefetch_related(with_teachers())
    )
    return list(rows.order_by("room__name", "during", "pk")[:MOST_MEETINGS])


def centres_on(place: Place, *, day: dt.date) -> list[CentreDay]:
    """The day centre by centre, the schools last."""
    meetings: QuerySet[Session, Any] = Session.objects.filter(
        _on(day), place.holds("activity__centre")
    )
    counted = (
        meetings.annotate(lines=lines_of_a_meeting(), told=lines_of_a_meeting(told_us(day)))
        .order_by()
        .values("activity__centre__name", "activity__centre__code")
        .annotate(
            meetings=Count("pk"),
            off=Count("pk", filter=Q(status=Session.Status.CANCELLED)),
            expected=Sum("lines", filter=~Q(status=Session.Status.CANCELLED)),
            away=Sum("told", filter=~Q(status=Session.Status.CANCELLED)),
        )
    )
    found = [
        CentreDay(
            name=row["activity__centre__name"] or "At schools",
            code=row["activity__centre__code"] or "",
            meetings=row["meetings"],
            called_off=row["off"],
            expected=row["expected"] or 0,
            told_us=row["away"] or 0,
        )
        for row in counted
    ]
    return sorted(found, key=lambda one: (not one.code, one.name))
