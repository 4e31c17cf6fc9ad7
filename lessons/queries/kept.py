"""What is kept for orders: hours of teachers, class sets and the school's own rooms."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from bookings.models import Activity
from lessons.models import HourKept, OrderLine, ProgrammeClass, SchoolOrder, SetKept
from lessons.rules import half_days
from lessons.rules.answering import KeptForLine, Trial
from lessons.rules.free_hours import Busy, bits_between
from lessons.rules.placing import ONE_OF_A_KIND, ClassSet
from loans.models import Asset, Custody
from people.models import School


def standing(hours: QuerySet[HourKept], *, at: dt.datetime) -> QuerySet[HourKept]:
    """Those in force at the moment: what ran out stands in nobody's way."""
    return hours.filter(Q(kept_until=None) | Q(kept_until__gt=at), released_at=None)


def kept_for_lines(line_ids: Collection[int], *, at: dt.datetime) -> dict[int, KeptForLine]:
    """By line, what is kept for it: which half day, from when, whom, and which sets."""
    hours: dict[int, dict[str, tuple[int, frozenset[int]]]] = {}
    rows = standing(HourKept.objects.filter(line__in=line_ids), at=at).order_by("from_minute")
    days: dict[int, set[dt.date]] = {}
    for line_id, weekday, minute, teacher_id, first_on in rows.values_list(
        "line_id", "weekday", "from_minute", "teacher_id", "first_on"
    ):
        days.setdefault(line_id, set()).add(first_on)
        theirs = hours.setdefault(line_id, {})
        code = half_days.half_day_of(weekday, minute)
        first, teachers = theirs.get(code, (minute, frozenset()))
        theirs[code] = (first, teachers | {teacher_id})
    sets: dict[int, set[int]] = {}
    for line_id, asset_id in SetKept.objects.filter(
        line__in=line_ids, released_at=None
    ).values_list("line_id", "custody__asset_id"):
        sets.setdefault(line_id, set()).add(asset_id)
    return {
        line_id: KeptForLine(
            hours.get(line_id, {}),
            frozenset(sets.get(line_id, ())),
            frozenset(days.get(line_id, ())),
        )
        for line_id in line_ids
    }


def sets_of(
    kinds: Collection[int],
    first: dt.date,
    last: dt.date,
    *,
    own_lines: Collection[int],
    late_until: dt.date,
    at: dt.datetime,
) -> list[ClassSet]:
    """All of these kinds, adaptive ones too, and when others have it. Two statements.

    `late_until`: one that is late and is not taken back counts as away until that day.
    """
    if not kinds:
        return []
    away: dict[int, list[tuple[dt.date, dt.date]]] = {}
    in_the_way = Custody.lateness(timezone.localdate(at)) & Q(Value(first <= late_until))
    elsewhere = (
        Custody.objects.live()
        .filter(first_on__lte=last, asset__kind__in=kinds)
        .filter(Q(last_on__gte=first) | in_the_way)
        .exclude(offer_expires_at__lte=at)
        .exclude(kept_for__line__in=own_lines)
        .annotate(is_late=in_the_way)
    )
    late = set()
    days = elsewhere.values_list("asset_id", "first_on", "last_on", "is_late")
    for asset_id, starts, ends, is_late in days:
        away.setdefault(asset_id, []).append((starts, late_until if is_late else ends))
        late |= {asset_id} if is_late else set()
    in_use = Q(retired_on=None) | Q(retired_on__gt=last)
    assets = Asset.objects.filter(in_use, kind__in=kinds).order_by("pk")
    return [
        ClassSet(
            pk, tag, kind_id, pieces, away.get(pk, ()), is_late=pk in late, is_adaptive=is_adaptive
        )
        for pk, tag, kind_id, pieces, is_adaptive in assets.values_list(
            "pk", "tag", "kind_id", "kind__pieces", "is_adaptive"
        )
    ]


def rooms_taken(
    school: School,
    first: dt.date,
    last: dt.date,
    *,
    monday: dt.date,
    own_lines: Collection[int],
    at: dt.datetime,
) -> dict[str, list[Busy]]:
    """When the school's hall or studio has another class of ours. Two statements."""
    found: dict[str, list[Busy]] = {}
    hours = standing(HourKept.objects.all(), at=at).exclude(line__in=own_lines)
    for room, weekday, starts, ends, from_on, to_on in hours.filter(
        line__order__school=school,
        line__room__in=ONE_OF_A_KIND,
        first_on__lte=last,
        last_on__gte=first,
    ).values_list("line__room", "weekday", "from_minute", "until_minute", "first_on", "last_on"):
        weeks = bits_between(weekday, from_on, to_on, monday)
        found.setdefault(room, []).append(Busy(weekday, starts, ends, weeks))
    classes = Activity.objects.filter(
        school=school,
        status=Activity.Status.CLOSED,
        first_on__lte=last,
        last_on__gte=first,
        programme_class__line__room__in=ONE_OF_A_KIND,
    )
    for room, day, begins, minutes, since, until in classes.values_list(
        "programme_class__line__room", "weekday", "local_start", "minutes", "first_on", "last_on"
    ):
        if day and begins and minutes and since and until:
            starts, weeks = half_days.minute_of(begins), bits_between(day, since, until, monday)
            found.setdefault(room, []).append(Busy(day, starts, starts + minutes, weeks))
    return found


def taught_before(school: School, subject_ids: Collection[int], before: dt.date) -> dict[int, Any]:
    """By teacher, the half days in which they taught one of these here in the year before."""
    found: dict[int, set[str]] = {}
    classes = ProgrammeClass.objects.filter(
        activity__school=school,
        line__subject__in=subject_ids,
        activity__last_on__lt=before,
        activity__last_on__gte=before - dt.timedelta(days=366),
    ).exclude(activity__teacher=None)
    for teacher_id, weekday, starts in classes.values_list(
        "activity__teacher_id", "activity__weekday", "activity__local_start"
    ):
        if weekday is None or starts is None:
            continue
        code = half_days.half_day_of(weekday, half_days.minute_of(starts))
        found.setdefault(teacher_id, set()).add(code)
    return {teacher_id: frozenset(codes) for teacher_id, codes in found.items()}


Turn = tuple[dt.datetime, int]  # when an order was sent, and its key where two were sent at once


@dataclass(frozen=True)
class LineBefore:
    """How many schools asked before, and of them, how many have it kept, and until when."""

    schools: int
    keeping: int
    known_by: dt.date | None


def turns_of(line_ids: Collection[int], *, at: dt.datetime) -> dict[int, Turn]:
    """By line, when its order was sent and which it is: a draft comes after whoever has sent."""
    rows = OrderLine.objects.filter(pk__in=line_ids)
    return {
        line_id: (sent_at or at, order_id)
        for line_id, sent_at, order_id in rows.values_list("pk", "order__submitted_at", "order_id")
    }


def line_before(
    trial: Trial, turn: Turn, own_lines: Collection[int], *, at: dt.datetime
) -> LineBefore:
    """Who has what is missing kept for an answer, and who asked for it earlier and waits."""
    sent_at, order_id = turn
    earlier = Q(order__submitted_at__lt=sent_at)
    earlier |= Q(order__submitted_at=sent_at, order_id__lt=order_id)
    term = trial.asked.term
    lines = OrderLine.objects.filter(
        Q() if term is None else Q(term=None) | Q(term=term),
        subject=trial.asked.subject,
        order__status__in=[SchoolOrder.Status.SUBMITTED, SchoolOrder.Status.QUOTED],
    ).exclude(pk__in=own_lines)
    found = list(
        lines.annotate(until=Coalesce(_hour_ends(trial, at), _set_ends(trial, at)))
        .filter(earlier & Q(answer=OrderLine.Answer.WAITING) | Q(until__isnull=False))
        .values_list("order__school_id", "until")
    )
    ends = [(school_id, until) for school_id, until in found if until]
    known_by = timezone.localdate(max(until for _, until in ends)) if ends else None
    return LineBefore(len({each for each, _ in found}), len({each for each, _ in ends}), known_by)


def _hour_ends(trial: Trial, at: dt.datetime) -> Subquery:
    """Until when a line keeps an hour of the half days asked for, if hours are what is missing."""
    wanted = Q(pk__in=[])
    for code in () if trial.has_teachers else trial.asked.half_days:
        morning = Q(from_minute__lt=half_days.NOON)
        part = morning if code.endswith(half_days.AM) else ~morning
        wanted |= part & Q(weekday=half_days.weekday_of(code))
    hours = standing(HourKept.objects.filter(wanted, line=OuterRef("pk")), at=at)
    return Subquery(hours.order_by("-kept_until").values("kept_until")[:1])


def _set_ends(trial: Trial, at: dt.datetime) -> Subquery:
    """Until when a line keeps a set, if sets are what is missing."""
    sets = Custody.objects.filter(
        kept_for__line=OuterRef("pk"), kept_for__released_at=None, offer_expires_at__gt=at
    )
    return Subquery((sets.none() if trial.has_sets else sets).values("offer_expires_at")[:1])
