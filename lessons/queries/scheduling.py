"""What scheduling reads: what is kept for an order, its calendar, and what is in the way."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import (
    Case,
    Count,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
    prefetch_related_objects,
)

from bookings.models import Closure
from bookings.queries import staffing
from bookings.rules import Meeting
from bookings.rules import staffing as staffing_rules
from centres.models import Term
from centres.queries import terms_of
from core import words
from core.refusals import in_words
from lessons.models import (
    HourKept,
    OrderLine,
    Programme,
    ProgrammeClass,
    ScheduleRun,
    ScheduleRunOrder,
    SchoolOrder,
    SetKept,
)
from lessons.queries.prices import late_until
from lessons.rules import scheduling as rules
from lessons.rules.scheduling import Wanted
from loans.models import Custody
from people.models import Person
from safeguarding.queries import cleared_to_teach


@dataclass(frozen=True)
class SchoolCalendar:
    """What shapes the dates of a school's lessons in a year."""

    terms: Sequence[Term]
    closures: Sequence[Closure]


def calendar_of(order: SchoolOrder) -> SchoolCalendar:
    return calendars_of([order])[order.year_id]


def calendars_of(orders: Sequence[SchoolOrder]) -> dict[int, SchoolCalendar]:
    """By year, for all their schools together: two statements a year, however many orders."""
    schools: dict[int, set[int]] = {}
    for order in orders:
        schools.setdefault(order.year_id, set()).add(order.school_id)
    return {year_id: _calendar(year_id, theirs) for year_id, theirs in schools.items()}


def _calendar(year_id: int, schools: Collection[int]) -> SchoolCalendar:
    terms = terms_of(year_id)
    if not terms:
        return SchoolCalendar((), ())
    closures = Closure.objects.touching(terms[0].starts_on, terms[-1].ends_on).filter(
        Q(school__in=schools) | Q(centre=None, school=None, room=None, activity=None)
    )
    return SchoolCalendar(terms, tuple(closures.order_by("starts_on", "pk")))


def wanted(order: SchoolOrder, lines: Sequence[OrderLine], *, on: dt.date) -> list[Wanted]:
    """Every class to be taught, with what is kept for it: three statements, however many."""
    prefetch_related_objects(lines, "programme__instruments")
    hours = HourKept.objects.filter(line__order=order, released_at=None).select_related("teacher")
    late = Custody.objects.late(on).filter(asset=OuterRef("custody__asset"))
    late_at = late.exclude(pk=OuterRef("custody")).values("school__name")[:1]
    in_the_way = Q(custody__first_on__lte=late_until(on))
    sets = (
        SetKept.objects.filter(line__order=order, released_at=None)
        .exclude(ordinal=SetKept.FOR_ALL)
        .select_related("custody__asset")
        .annotate(late_at=Case(When(in_the_way, then=Subquery(late_at))))
    )
    by_line: dict[int, list[HourKept]] = {}
    for hour in hours.order_by("line_id", "ordinal", "tutor"):
        by_line.setdefault(hour.line_id, []).append(hour)
    sets_by_line: dict[int, list[SetKept]] = {}
    for each in sets.order_by("line_id", "ordinal"):
        sets_by_line.setdefault(each.line_id, []).append(each)
    return [
        one
        for line in lines
        for one in rules.wanted_of(line, by_line.get(line.pk, []), sets_by_line.get(line.pk, []))
        if line.programme.is_taught
    ]


def classes_of(order: SchoolOrder) -> QuerySet[ProgrammeClass]:
    rows = ProgrammeClass.objects.filter(line__order=order).select_related(
        "activity__teacher", "activity__school", "line__subject"
    )
    return rows.order_by("line__position", "ordinal")


def learning_years(lines: Iterable[OrderLine]) -> dict[int, int]:
    """By line, in which year of learning its classes are: one more than what they go on from."""
    asked = {line.pk: line for line in lines}
    before = dict(
        ProgrammeClass.objects.filter(
            line__in={line.continues_id for line in asked.values() if line.continues_id}
        )
        .order_by()
        .values_list("line_id")
        .annotate(latest=Max("learning_year"))
    )
    return {
        pk: before.get(line.continues_id or 0, _least(line)) + bool(line.continues_id)
        for pk, line in asked.items()
    }


def _least(line: OrderLine) -> int:
    """A continuation whose first year we did not see is in its second."""
    goes_on = line.programme.kind == Programme.Kind.CONTINUATION
    return 2 if goes_on and not line.continues_id else 1


def why_not(wanted: Wanted, dates: Sequence[Meeting], error: Exception) -> str:
    """What stands against this class, looked for lesson by lesson: who is busy, or not cleared."""
    for hour in wanted.hours:
        for meeting in dates:
            day = words.weekday_and_day(meeting.occurs_on)
            during = DateTimeTZRange(meeting.starts_at, meeting.ends_at)
            elsewhere = staffing.at_work(hour.teacher, during).first()
            if elsewhere:
                return f"on {day} {staffing_rules.staff_busy(hour.teacher, elsewhere)}"
            people = Person.objects.filter(pk=hour.teacher_id)
            if not cleared_to_teach(people, on=meeting.occurs_on).exists():
                return f"{hour.teacher} is not cleared to teach on {day}"
    return rules.why_not(in_words(error))


def runs_with_counts(runs: QuerySet[ScheduleRun]) -> QuerySet[ScheduleRun]:
    """How many orders of each run are done, failed, and still to do."""
    outcome = ScheduleRunOrder.Outcome
    return runs.annotate(
        number=Count("orders"),
        done=Count("orders", filter=Q(orders__outcome=outcome.DONE)),
        failed=Count("orders", filter=Q(orders__outcome=outcome.FAILED)),
    )
