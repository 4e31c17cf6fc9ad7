"""Hours kept for schools that something else would be planned in."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils import timezone

from bookings.models import Closure
from bookings.rules.promises import Promised
from core import words
from lessons.models import HourKept, SchoolOrder
from lessons.queries.kept import standing
from lessons.queries.scheduling import SchoolCalendar, calendars_of
from lessons.rules import half_days

DAY_ENDS = 24 * 60
_Spell = tuple[dt.date, int, int]


def promised_over(
    times: Mapping[int, Sequence[DateTimeTZRange]], at: dt.datetime
) -> list[Promised]:
    """The hours that are kept of each of these people at one of their own times."""
    spells = {person: [_local(each) for each in theirs] for person, theirs in times.items()}
    days = {day for theirs in spells.values() for day, _, _ in theirs}
    return _promised_at(spells, _kept(days, at).filter(teacher__in=spells))


def kept_for(during: DateTimeTZRange, *, at: dt.datetime) -> dict[int, tuple[str, ...]]:
    """By teacher, for which school they are kept at this time, from when to when, until when."""
    spell = _local(during)
    hours = _kept({spell[0]}, at)
    found: dict[int, tuple[str, ...]] = {}
    for each in _promised_at({hour.teacher_id: [spell] for hour in hours}, hours):
        until = f"until {words.weekday_and_day(each.until)}" if each.until else "which has agreed"
        said = f"{each.school}, {each.hours}, {until}"
        found[each.teacher_id] = (*found.get(each.teacher_id, ()), said)
    return found


def _promised_at(
    spells: Mapping[int, Sequence[_Spell]], hours: Iterable[HourKept]
) -> list[Promised]:
    """A class does not meet in half term, nor while its school is shut: those weeks are free."""
    found = [
        (hour, day)
        for hour in hours
        for day, starts, ends in spells[hour.teacher_id]
        if hour.weekday == day.isoweekday() and hour.first_on <= day <= hour.last_on
        if hour.from_minute < ends and starts < hour.until_minute
    ]
    orders = {hour.line.order_id: hour.line.order for hour, _ in found}
    calendars = calendars_of(list(orders.values()))
    return [
        _promised(hour, day)
        for hour, day in found
        if _is_taught(calendars[hour.line.order.year_id], hour.line.order, day)
    ]


def _kept(days: Collection[dt.date], at: dt.datetime) -> QuerySet[HourKept]:
    rows = standing(HourKept.objects.all(), at=at).filter(
        weekday__in={day.isoweekday() for day in days},
        first_on__lte=max(days),
        last_on__gte=min(days),
    )
    rows = rows.select_related("teacher", "line__order__school")
    return rows.order_by("first_on", "from_minute", "pk")


def _local(during: DateTimeTZRange) -> _Spell:
    """Its day and minutes; what lasts past midnight ends with its day."""
    starts, ends = timezone.localtime(during.lower), timezone.localtime(during.upper)
    until = half_days.minute_of(ends.time()) if ends.date() == starts.date() else DAY_ENDS
    return starts.date(), half_days.minute_of(starts.time()), until


def _is_taught(calendar: SchoolCalendar, order: SchoolOrder, day: dt.date) -> bool:
    in_term = any(term.holds(day) for term in calendar.terms)
    return in_term and not any(_shuts(each, order, day) for each in calendar.closures)


def _shuts(closure: Closure, order: SchoolOrder, day: dt.date) -> bool:
    """The whole day: a school that is shut for a part of one may still be taught in the other."""
    here = closure.school_id in {None, order.school_id}
    return here and closure.from_time is None and closure.starts_on <= day <= closure.ends_on


def _promised(hour: HourKept, day: dt.date) -> Promised:
    return Promised(
        key=hour.pk,
        teacher_id=hour.teacher_id,
        teacher=str(hour.teacher),
        school=str(hour.line.order.school),
        day=day,
        starts=half_days.clock_of(hour.from_minute),
        ends=half_days.clock_of(hour.until_minute),
        until=timezone.localdate(hour.kept_until) if hour.kept_until else None,
    )


def orders_planned_over() -> list[SchoolOrder]:
    """Those of whose hours some were given up, the longest ago first."""
    given_up = HourKept.objects.filter(to_answer_since__isnull=False)
    found = given_up.order_by("to_answer_since", "pk").select_related("line__order")
    return list({hour.line.order_id: hour.line.order for hour in found}.values())
