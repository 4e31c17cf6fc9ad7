"""All that answers about some lines of an order rest on, read at one moment."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bookings.models import Closure
from centres.models import Year
from lessons.models import ProgrammeInstrument
from lessons.queries import kept, teaching_pool
from lessons.queries.prices import policy_on
from lessons.rules import half_days
from lessons.rules.answering import Known
from lessons.rules.drafts import is_for_a_term
from lessons.rules.feasibility import Asked
from lessons.rules.placing import Taken
from lessons.rules.teaching_weeks import Shut, monday_before
from people.models import School


@dataclass(frozen=True)
class Asking:
    """Who asks, about which year, and when; `own_lines`: what is kept for them is theirs."""

    school: School
    year: Year
    at: dt.datetime
    own_lines: frozenset[int] = frozenset()


def calendar_of(asking: Asking) -> Known:
    """The year's terms, from when a class can begin, and what is kept for these lines already."""
    today = timezone.localdate(asking.at)
    policy = policy_on(today)
    hours = half_days.hours_from(settings.SCHOOL_HALF_DAYS)
    return Known(
        year=asking.year,
        terms=list(asking.year.terms.order_by("starts_on")),
        soonest=today + dt.timedelta(days=policy.needs_days),
        short_by=policy.lessons_short,
        windows={code: hours.of(code) for code in half_days.CODES},
        kept=kept.kept_for_lines(asking.own_lines, at=asking.at) if asking.own_lines else {},
    )


def known_for(
    calendar: Known, questions: Sequence[Asked], asking: Asking, *, other_terms: bool = False
) -> tuple[Known, Taken]:
    """Who and what could answer these; `other_terms`: what lasts a term may be in another one."""
    days = _days_of(calendar, questions, other_terms=other_terms)
    if not days:
        return calendar, Taken()
    school, own, at = asking.school, asking.own_lines, asking.at
    monday = monday_before(calendar.year.starts_on)
    spell = teaching_pool.Spell(min(days), max(days), monday, tuple(sorted(days)))
    between = (spell.first_on, spell.last_on)
    subjects = {each.subject.pk for each in questions if each.programme.is_taught}
    kinds = _kinds({each.programme.pk for each in questions if each.programme.brings_class_set})
    teachers = (
        teaching_pool.teachers_of(
            subjects,
            spell,
            school=teaching_pool.point_of(school.latitude, school.longitude),
            own_lines=own,
            taught_here=kept.taught_before(school, subjects, calendar.year.starts_on),
            minutes_per_mile=settings.STAFF_MINUTES_PER_MILE,
            at=at,
        )
        if subjects
        else []
    )
    known = replace(
        calendar,
        closings=_closings(school, *between),
        teachers=teachers,
        sets=kept.sets_of(set(kinds.values()), *between, own_lines=own, at=at),
        kinds=kinds,
    )
    rooms = kept.rooms_taken(school, *between, monday=monday, own_lines=own, at=at)
    return known, Taken(rooms=rooms)


def _days_of(
    calendar: Known, questions: Sequence[Asked], *, other_terms: bool
) -> frozenset[dt.date]:
    """The first and the last day of everything that may be answered."""
    days = set()
    for each in questions:
        others = calendar.terms if other_terms and is_for_a_term(each.programme) else ()
        for term in (each.term, *others):
            period = calendar.period_of(each.programme, term)
            days |= {period.first_on, period.last_on} if period else set()
    return frozenset(days)


def _kinds(programmes: Collection[int]) -> dict[tuple[int, int], int]:
    rows = ProgrammeInstrument.objects.filter(programme__in=programmes, kind__isnull=False)
    return {
        (programme_id, subject_id): kind_id
        for programme_id, subject_id, kind_id in rows.values_list(
            "programme_id", "subject_id", "kind_id"
        )
        if kind_id is not None
    }


def _closings(school: School, first: dt.date, last: dt.date) -> list[Shut]:
    """Days on which this school, or everybody, is off."""
    closures = Closure.objects.touching(first, last).filter(
        Q(school=None) | Q(school=school), centre=None, room=None, activity=None
    )
    return [
        Shut(
            starts_on,
            ends_on,
            half_days.minute_of(starts) if starts else None,
            half_days.minute_of(ends) if ends else None,
        )
        for starts_on, ends_on, starts, ends in closures.values_list(
            "starts_on", "ends_on", "from_time", "until_time"
        )
    ]
