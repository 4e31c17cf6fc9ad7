"""What needs a person now: each a number and its first rows, in one statement or two."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import Coalesce

from bookings import rules as bookings
from bookings.models import (
    Activity,
    Attendance,
    Credit,
    Enrolment,
    MarkReceived,
    Session,
    SessionStaff,
)
from bookings.queries.registers import not_whole
from lessons.models import SchoolOrder
from lessons.queries import orders
from people.models import SchoolClaim
from reports.queries.places import Place

M = TypeVar("M", bound=Model)

MOST_SHOWN = 50  # further ones are counted, not named
LOOKS_BACK = dt.timedelta(days=14)  # over a holiday nobody still chases a register
LOOKS_AHEAD = dt.timedelta(days=7)
LEADING = [SessionStaff.Role.LEAD, SessionStaff.Role.COVER]
WHERE = ("activity__centre", "activity__school", "room")


@dataclass(frozen=True)
class Found(Generic[M]):
    """How many there are, and those that are named."""

    total: int
    rows: Sequence[M]


@dataclass(frozen=True)
class Owed:
    """What cancelled meetings still owe: lessons, to how many people, and which meetings."""

    lessons: int
    people: int
    meetings: Found[Any]


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins here."""
    return dt.datetime.combine(day, dt.time.min, bookings.LONDON)


def _first_of(rows: QuerySet[M]) -> Found[M]:
    """The first rows, each knowing how many there are: one statement."""
    shown: list[Any] = list(rows.annotate(of=Window(Count("*")))[:MOST_SHOWN])
    return Found(shown[0].of if shown else 0, shown)


def with_teachers() -> Any:
    """Whoever is expected to teach, the leader first, with their telephone."""
    here = SessionStaff.objects.here().select_related("person")
    return Prefetch("staff", here.order_by("-role", "pk"), to_attr="teachers")


def registers_not_taken(place: Place, *, at: dt.datetime, grace: dt.timedelta) -> Found[Session]:
    """Meetings of today and of the last day before it, begun a while ago, not taken whole."""
    since = _last_day_before(place, at=at)
    begun = (
        Session.objects.happening()
        .filter(
            place.holds("activity__centre"),
            not_whole("pk"),
            during__startswith__gte=since,
            during__startswith__lte=at - grace,
        )
        .select_related(*WHERE)
        .annotate(lines=lines_of_a_meeting(), marked=lines_of_a_meeting(mark__isnull=False))
        .prefetch_related(with_teachers())
    )
    return _first_of(begun.order_by("during", "pk"))


def lines_of_a_meeting(*such: Q, **which: Any) -> Coalesce:
    """How many lines its register has, or such lines: looked up a meeting at a time."""
    lines = Attendance.objects.filter(*such, session=OuterRef("pk"), is_released=False, **which)
    counted = lines.order_by().values("session").annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _last_day_before(place: Place, *, at: dt.datetime) -> dt.datetime:
    """The start of yesterday, or of the last day before it on which something was on here."""
    today = midnight(at.astimezone(bookings.LONDON).date())
    met = Session.objects.happening().filter(
        place.holds("activity__centre"),
        during__startswith__lt=today,
        during__startswith__gte=today - LOOKS_BACK,
    )
    last = met.order_by("-during__startswith").values_list("during", flat=True).first()
    day = last.lower.astimezone(bookings.LONDON).date() if last else today.date()
    return min(midnight(day), midnight(today.date() - dt.timedelta(days=1)))


def nobody_to_teach(place: Place, *, at: dt.datetime) -> Found[Any]:
    """Meetings of the next days whose teacher is away and which nobody covers yet."""
    away = SessionStaff.objects.filter(is_away=True)
    covered = SessionStaff.objects.here().filter(session=OuterRef("pk"), role__in=LEADING)
    uncovered = Session.objects.happening().filter(
        ~Exists(covered),
        place.holds("activity__centre"),
        pk__in=away.values("session"),
        during__endswith__gt=at,
        during__startswith__lt=at + LOOKS_AHEAD,
    )
    people = Prefetch("staff", away.select_related("person").order_by("pk"), to_attr="away")
    rows = uncovered.select_related(*WHERE).prefetch_related(people)
    return _first_of(rows.order_by("during", "pk"))


def offers_ending(place: Place, *, at: dt.datetime, within: dt.timedelta) -> Found[Enrolment]:
    """Offers nobody has answered that soon run out, soonest first."""
    ending = Enrolment.objects.filter(
        place.holds("activity__centre"),
        status=Enrolment.Status.OFFERED,
        offer_expires_at__gt=at,
        offer_expires_at__lte=at + within,
    )
    rows = ending.select_related("activity__centre", "activity__school", "person", "booked_by")
    return _first_of(rows.order_by("offer_expires_at", "pk"))


def free_while_others_wait(place: Place) -> Found[Activity]:
    """What can be booked and has room, and still has a line: the list was passed over."""
    waiting = Enrolment.objects.filter(status=Enrolment.Status.WAITING)
    in_line = waiting.filter(activity=OuterRef("pk")).order_by().values("activity")
    counted = in_line.annotate(number=Count("*")).values("number")
    rows = (
        Activity.objects.joinable()
        .filter(
            place.holds(),
            capacity__isnull=False,
            places_taken__lt=F("capacity"),
            pk__in=waiting.values("activity"),
        )
        .annotate(in_line=Subquery(counted, output_field=IntegerField()))
        .select_related("centre", "school")
    )
    return _first_of(rows.order_by("-in_line", "title", "pk"))


def marks_that_differ(place: Place) -> Found[MarkReceived]:
    """Marks that came after somebody else's and said otherwise, until a person settles them."""
    differing = MarkReceived.objects.filter(
        place.holds("attendance__session__activity__centre"),
        outcome=MarkReceived.Outcome.DIFFERED,
        settled_at=None,
    )
    rows = differing.select_related(
        "attendance__person", "attendance__marked_by", "attendance__session__activity", "by"
    )
    return _first_of(rows.order_by("at", "pk"))


def credits_owed(place: Place) -> Owed:
    """What is still to be made up for meetings we called off, the oldest first: three statements.

    The meetings are named by key: one join more than the planner puts in order, and it reads all.
    """
    owed = Credit.objects.owed().filter(place.holds("attendance__session__activity__centre"))
    counted = owed.aggregate(lessons=Count("pk"), people=Count("person", distinct=True))
    meeting = "attendance__session"
    by_meeting = dict(
        owed.values(meeting).annotate(number=Count("pk")).values_list(meeting, "number")
    )
    rows: list[Any] = list(
        Session.objects.filter(pk__in=by_meeting)
        .select_related(*WHERE)
        .order_by("during", "pk")[:MOST_SHOWN]
    )
    for session in rows:
        session.owed = by_meeting[session.pk]
    return Owed(counted["lessons"], counted["people"], Found(len(by_meeting), rows))


def school_claims_waiting() -> Found[SchoolClaim]:
    """Who says that they speak for a school, and waits for our answer, the longest first."""
    asked = SchoolClaim.objects.filter(status=SchoolClaim.Status.ASKED)
    return _first_of(asked.select_related("school", "person").order_by("asked_at", "pk"))


def orders_in(status: SchoolOrder.Status) -> Found[SchoolOrder]:
    """School orders in a state that waits for us, those sent first at the head."""
    rows = SchoolOrder.objects.filter(status=status).select_related("school", "year", "contact")
    return _first_of(rows.order_by("submitted_at", "pk"))


def orders_with_sets_out(*, on: dt.date) -> Found[SchoolOrder]:
    """Orders whose school should have given a class set back, what ended first at the head."""
    rows = orders.orders_with_sets_out(on=on).select_related("school", "year", "contact")
    return _first_of(rows.order_by("ended_at", "pk"))


def changed_since(place: Place, *, since: dt.datetime) -> Found[Session]:
    """Meetings that were called off, moved or restored since a moment, latest first."""
    changed = Session.objects.filter(
        place.holds("activity__centre"), Q(changed_at__isnull=False), changed_at__gte=since
    )
    rows = changed.select_related(*WHERE, "cause", "activity__room")
    return _first_of(rows.order_by("-changed_at", "pk"))
