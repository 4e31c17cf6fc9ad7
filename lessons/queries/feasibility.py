"""Can we do it? Worked out at the moment from real teachers, sets and roads: few statements."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bookings.models import Closure
from centres.models import Term, Year
from lessons.models import (
    OrderLine,
    OrderPolicy,
    Programme,
    ProgrammeInstrument,
    SchoolOrder,
    Subject,
)
from lessons.queries import kept, teaching_pool
from lessons.rules import answer_words as say
from lessons.rules import feasibility as rules
from lessons.rules import half_days, remedies
from lessons.rules.answering import Known, Trial, reasons_of, room_suits, slots_of, take, try_line
from lessons.rules.placing import Taken
from lessons.rules.teaching_weeks import Shut, monday_before
from people.models import School

MOST_CHOICES = 4  # instruments tried instead of one that cannot be had

Pair = tuple[Programme, Subject]


@dataclass(frozen=True)
class _Asking:
    """Who asks, about which year, and when."""

    school: School
    year: Year
    at: dt.datetime
    own_lines: frozenset[int]


def answers_for(
    asked: Sequence[rules.Asked], *, school: School, year: Year, at: dt.datetime
) -> list[rules.Answered]:
    """Yes, yes if or waiting for each line, the earlier lines having the first choice."""
    own = frozenset(each.line_id for each in asked if each.line_id is not None)
    asking = _Asking(school, year, at, own)
    known, taken = _known([(each.programme, each.subject) for each in asked], asking)
    trials = []
    for each in asked:
        trial = try_line(each, known, taken)
        if trial.fits:
            take(trial, taken)
        trials.append(trial)
    found = [remedies.remedies_of(trial, known, taken) for trial in trials]
    helpless = {
        number: trial.asked
        for number, trial in enumerate(trials)
        if not trial.fits and trial.period and not found[number]
    }
    for number, others in _instead(helpless, asking, taken).items():
        found[number] += others
    return [_answered(trial, found[number], asking) for number, trial in enumerate(trials)]


def half_day_words(
    *,
    programme: Programme,
    subject: Subject,
    term: Term | None,
    classes: int,
    school: School,
    year: Year,
    at: dt.datetime,
    line_id: int | None = None,
    pupils: int = 0,
) -> dict[str, rules.Word]:
    """What is likely in each half day of the week; empty for what nobody teaches."""
    if not programme.is_taught:
        return {}
    own = frozenset() if line_id is None else frozenset({line_id})
    known, taken = _known([(programme, subject)], _Asking(school, year, at, own))
    asked = rules.Asked(programme, subject, term, (), classes, (), "", pupils, line_id)
    return {code: remedies.word_for(asked, code, known, taken) for code in half_days.CODES}


def asked_of(line: OrderLine) -> rules.Asked:
    """A line of an order as a question, whether it is saved or not."""
    return rules.Asked(
        programme=line.programme,
        subject=line.subject,
        term=line.term,
        year_groups=tuple(line.year_groups),
        classes=line.classes,
        half_days=tuple(line.half_days),
        room=line.room,
        pupils=line.pupils,
        line_id=line.pk,
    )


def asked_by(order: SchoolOrder) -> list[rules.Asked]:
    """All that an order asks, in its own order: one statement."""
    lines = order.lines.select_related("programme", "subject", "term").order_by("position", "pk")
    return [asked_of(line) for line in lines]


def policy_at(day: dt.date) -> OrderPolicy | None:
    """The rules of ordering in force on a day."""
    in_force = Q(to_on=None) | Q(to_on__gte=day)
    return OrderPolicy.objects.filter(in_force, from_on__lte=day).first()


def _answered(trial: Trial, found: list[rules.Remedy], asking: _Asking) -> rules.Answered:
    asked = trial.asked
    suits = room_suits(asked)
    reasons = list(reasons_of(trial))
    answer, place, known_by = rules.Answer.YES, None, None
    if not trial.fits or not suits:
        answer = rules.Answer.IF if found else rules.Answer.WAITING
    if not trial.fits and trial.period:
        line = kept.line_before(trial, asking.own_lines, at=asking.at)
        if answer == rules.Answer.WAITING:
            place, known_by = line.schools + 1, line.known_by
            reasons.append(rules.Reason(False, say.waiting(place, known_by)))
        elif line.keeping:
            reasons.append(rules.Reason(False, say.kept_for_others(line.keeping, line.known_by)))
    return rules.Answered(
        asked=asked,
        answer=answer,
        title=say.title(
            asked.year_groups, asked.classes, asked.subject.name, asked.term, trial.spots
        ),
        reasons=tuple(reasons),
        kept_slots=slots_of(trial) if answer == rules.Answer.YES else (),
        remedies=tuple(found),
        place=place,
        known_by=known_by,
    )


def _known(pairs: Sequence[Pair], asking: _Asking) -> tuple[Known, Taken]:
    """All that answers about these programmes and instruments rest on."""
    year, today = asking.year, timezone.localdate(asking.at)
    policy = policy_at(today)
    soonest = today + dt.timedelta(days=policy.needs_days if policy else 0)
    terms = list(year.terms.order_by("starts_on"))
    hours = half_days.hours_from(settings.SCHOOL_HALF_DAYS)
    known = Known(
        year=year,
        terms=terms,
        soonest=soonest,
        windows={code: hours.of(code) for code in half_days.CODES},
        kept=kept.kept_for_lines(asking.own_lines, at=asking.at) if asking.own_lines else {},
    )
    left = [term for term in terms if term.ends_on >= soonest]
    if not left or not pairs:
        return known, Taken()
    return _filled(known, pairs, left, asking)


def _filled(
    known: Known, pairs: Sequence[Pair], left: Sequence[Term], asking: _Asking
) -> tuple[Known, Taken]:
    first, last = max(known.soonest, left[0].starts_on), left[-1].ends_on
    monday, school, own = monday_before(known.year.starts_on), asking.school, asking.own_lines
    subjects = {subject.pk for programme, subject in pairs if programme.is_taught}
    days = {day for term in left for day in (max(first, term.starts_on), term.ends_on)}
    point = teaching_pool.point_of(school.latitude, school.longitude)
    kinds = _kinds({programme.pk for programme, _ in pairs if programme.brings_class_set})
    teachers = (
        teaching_pool.teachers_of(
            subjects,
            teaching_pool.Spell(first, last, monday, tuple(sorted(days))),
            school=point,
            own_lines=own,
            taught_here=kept.taught_before(school, subjects, known.year.starts_on),
            minutes_per_mile=settings.STAFF_MINUTES_PER_MILE,
            at=asking.at,
        )
        if subjects
        else []
    )
    rooms = kept.rooms_taken(school, first, last, monday=monday, own_lines=own, at=asking.at)
    filled = replace(
        known,
        closings=_closings(school, first, last),
        teachers=teachers,
        sets=kept.sets_of(set(kinds.values()), first, last, own_lines=own, at=asking.at),
        kinds=kinds,
    )
    return filled, Taken(rooms=rooms)


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


def _instead(
    failed: Mapping[int, rules.Asked], asking: _Asking, taken: Taken
) -> dict[int, list[rules.Remedy]]:
    """For each line that no other day or term helps, instruments that could be had just so."""
    if not failed:
        return {}
    kinds = {each.programme.kind for each in failed.values()}
    today = timezone.localdate(asking.at)
    offered = (
        ProgrammeInstrument.objects.filter(
            programme__in=Programme.objects.on_offer(today).filter(kind__in=kinds)
        )
        .select_related("programme", "subject")
        .order_by("programme__name", "position", "pk")
    )
    choices = {
        number: [
            (each.programme, each.subject)
            for each in offered
            if remedies.could_be_instead(asked, each.programme, each.subject)
        ][:MOST_CHOICES]
        for number, asked in failed.items()
    }
    pairs = [pair for pairs in choices.values() for pair in pairs]
    if not pairs:
        return {}
    known, rooms = _known(pairs, asking)
    together = replace(taken, rooms={**rooms.rooms, **taken.rooms})
    return {
        number: remedies.other_subjects(asked, choices[number], known, together)
        for number, asked in failed.items()
    }
