"""All that answers about some lines of an order rest on, read at one moment."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bookings.models import Closure
from centres.models import Term, Year
from lessons.models import ProgrammeInstrument
from lessons.queries import kept, teaching_pool
from lessons.queries.prices import policy_on
from lessons.rules import half_days
from lessons.rules.answering import Known
from lessons.rules.drafts import is_for_a_term
from lessons.rules.feasibility import Asked
from lessons.rules.free_hours import Teacher, Unread
from lessons.rules.lending import Shelf
from lessons.rules.placing import Taken
from lessons.rules.teaching_weeks import Shut, monday_before
from people.models import School

# The lessons of so many who teach an instrument are read first: the nearest, of whom one is nearly
# always free. The others' are read where none of them is.
NEAREST = 60

Found = TypeVar("Found")


@dataclass(frozen=True)
class Asking:
    """Who asks, about which year, and when; `own_lines`: what is kept for them is theirs."""

    school: School
    year: Year
    at: dt.datetime
    own_lines: frozenset[int] = frozenset()


@dataclass
class Reading:
    """What is known so far, and where the rest can be read."""

    known: Known
    pool: teaching_pool.Pool = field(default_factory=teaching_pool.Pool)

    def find(self, work: Callable[[Known], Found]) -> Found:
        """What the work finds in all that there is, however few lessons are read for it.

        Where that cannot be said, those on whom it depends are read, and at last everybody. The
        work is begun anew each time, so it must leave no trace. At most two statements.
        """
        try:
            return work(self.known)
        except Unread as unread:
            self._read(unread.teachers)
        try:
            return work(self.known)
        except Unread:
            self._read(self.pool.teachers)
        return work(self.known)

    def _read(self, teachers: Sequence[Teacher]) -> None:
        self.pool.read(teachers)
        self.known = replace(self.known, teachers=self.pool.teachers)


def calendar_of(asking: Asking) -> Known:
    """The year's terms, from when a class can begin, and what is kept for these lines already."""
    today = timezone.localdate(asking.at)
    policy = policy_on(today)
    hours = half_days.hours_from(settings.SCHOOL_HALF_DAYS)
    terms = list(asking.year.terms.order_by("starts_on"))
    return Known(
        year=asking.year,
        terms=terms,
        soonest=today + dt.timedelta(days=policy.needs_days),
        short_by=policy.lessons_short,
        late_until=today + dt.timedelta(days=policy.late_days),
        windows={code: hours.of(code) for code in half_days.CODES},
        closings=_closings(asking.school, terms) if terms else (),
        kept=kept.kept_for_lines(asking.own_lines, at=asking.at) if asking.own_lines else {},
    )


def taken_by_now(calendar: Known, asking: Asking) -> Taken:
    """What other orders of the school take before any line of this one does."""
    if not calendar.terms:
        return Taken()
    rooms = kept.rooms_taken(
        asking.school,
        calendar.terms[0].starts_on,
        calendar.terms[-1].ends_on,
        monday=monday_before(calendar.year.starts_on),
        own_lines=asking.own_lines,
        at=asking.at,
    )
    return Taken(rooms=rooms)


def known_for(
    calendar: Known,
    questions: Sequence[Asked],
    asking: Asking,
    *,
    codes: Collection[str] = half_days.CODES,
    other_terms: bool = False,
    everybody: bool = False,
) -> Reading:
    """Who and what could answer these in some half days of the week.

    `other_terms`: what lasts a term may be in another one. `everybody`: all of them are counted.
    """
    days = _days_of(calendar, questions, other_terms=other_terms)
    if not days:
        return Reading(calendar)
    shelf = _shelf(calendar, questions, asking, days=days)
    pool = _pool(calendar, questions, asking, days=days, codes=codes)
    pool.read(pool.teachers if everybody else pool.nearest(NEAREST))
    return Reading(replace(calendar, teachers=pool.teachers, shelf=shelf), pool)


def _pool(
    calendar: Known,
    questions: Sequence[Asked],
    asking: Asking,
    *,
    days: Collection[dt.date],
    codes: Collection[str],
) -> teaching_pool.Pool:
    subjects = {each.subject.pk for each in questions if each.programme.is_taught}
    if not subjects:
        return teaching_pool.Pool()
    school, first_of_year = asking.school, calendar.year.starts_on
    return teaching_pool.pool_of(
        subjects,
        teaching_pool.Spell(
            first_on=min(days),
            last_on=max(days),
            monday=monday_before(first_of_year),
            clearance_days=tuple(sorted(days)),
            windows={code: calendar.windows[code] for code in codes},
        ),
        school=teaching_pool.point_of(school.latitude, school.longitude),
        own_lines=asking.own_lines,
        taught_here=kept.taught_before(school, subjects, first_of_year),
        minutes_per_mile=settings.STAFF_MINUTES_PER_MILE,
        at=asking.at,
    )


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


def _shelf(
    calendar: Known, questions: Sequence[Asked], asking: Asking, *, days: Collection[dt.date]
) -> Shelf:
    """What of ours these could play on: three statements, or none where we bring nothing."""
    programmes = {each.programme.pk for each in questions if each.programme.brings_class_set}
    subjects = {each.subject.pk for each in questions if each.one_hand}
    wanted = Q(programme__in=programmes) | Q(subject__in=subjects)
    rows = ProgrammeInstrument.objects.filter(wanted, kind__isnull=False)
    kinds: dict[tuple[int, int], int] = {}
    for_one_hand: dict[int, frozenset[int]] = {}
    for programme_id, subject_id, kind_id in rows.values_list(
        "programme_id", "subject_id", "kind_id"
    ):
        if programme_id in programmes:
            kinds[programme_id, subject_id] = kind_id
        if subject_id in subjects:
            for_one_hand[subject_id] = for_one_hand.get(subject_id, frozenset()) | {kind_id}
    sets = kept.sets_of(
        set(kinds.values()).union(*for_one_hand.values()),
        min(days),
        max(days),
        own_lines=asking.own_lines,
        late_until=calendar.late_until,
        at=asking.at,
    )
    return Shelf(sets, kinds, for_one_hand)


def _closings(school: School, terms: Sequence[Term]) -> list[Shut]:
    """Days on which this school, or everybody, is off."""
    closures = Closure.objects.touching(terms[0].starts_on, terms[-1].ends_on).filter(
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
