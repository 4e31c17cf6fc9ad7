"""Can we do it? Worked out at the moment from real teachers, sets and roads: few statements."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.utils import timezone

from centres.models import Term, Year
from lessons.models import OrderLine, Programme, ProgrammeInstrument, SchoolOrder, Subject
from lessons.queries import kept
from lessons.queries.known import Asking, calendar_of, known_for, taken_by_now
from lessons.rules import answer_words as say
from lessons.rules import feasibility as rules
from lessons.rules import half_days, remedies
from lessons.rules.answering import Known, Trial, reasons_of, room_suits, slots_of, take, try_line
from lessons.rules.placing import Taken
from people.models import School

__all__ = ["answers_for", "asked_by", "asked_of", "half_day_words"]

MOST_CHOICES = 4  # instruments tried instead of one that cannot be had


def answers_for(
    asked: Sequence[rules.Asked], *, school: School, year: Year, at: dt.datetime
) -> list[rules.Answered]:
    """Yes, yes if or waiting for each line, the earlier lines having the first choice."""
    own = frozenset(each.line_id for each in asked if each.line_id is not None)
    asking = Asking(school, year, at, own)
    calendar = calendar_of(asking)
    reading = known_for(calendar, asked, asking, other_terms=True)
    before = taken_by_now(calendar, asking)
    trials, found, taken = reading.find(partial(_tried, asked, before=before))
    helpless = {
        number: trial.asked
        for number, trial in enumerate(trials)
        if not trial.fits and trial.period and not found[number]
    }
    for number, others in _instead(helpless, calendar, asking, taken).items():
        found[number] += others
    turns = {} if all(trial.fits for trial in trials) else kept.turns_of(own, at=at)
    return [_answered(trial, found[number], asking, turns) for number, trial in enumerate(trials)]


def _tried(
    asked: Sequence[rules.Asked], known: Known, *, before: Taken
) -> tuple[list[Trial], list[list[rules.Remedy]], Taken]:
    """Each line after those before it, what would help where it does not fit, and what is taken."""
    taken, trials = before.copy(), []
    for each in asked:
        trial = try_line(each, known, taken)
        if trial.fits:
            take(trial, taken)
        trials.append(trial)
    return trials, [remedies.remedies_of(trial, known, taken) for trial in trials], taken


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
    asking = Asking(school, year, at, own)
    asked = rules.Asked(programme, subject, term, (), classes, (), "", pupils, line_id)
    calendar = calendar_of(asking)
    taken = taken_by_now(calendar, asking)
    return known_for(calendar, [asked], asking, everybody=True).find(
        lambda known: {
            code: remedies.word_for(asked, code, known, taken) for code in half_days.CODES
        }
    )


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
        one_hand=OrderLine.Need.ONE_HAND in line.needs,
    )


def asked_by(order: SchoolOrder) -> list[rules.Asked]:
    """All that an order asks, in its own order: one statement."""
    lines = order.lines.select_related("programme", "subject", "term").order_by("position", "pk")
    return [asked_of(line) for line in lines]


def _answered(
    trial: Trial, found: list[rules.Remedy], asking: Asking, turns: Mapping[int, kept.Turn]
) -> rules.Answered:
    asked = trial.asked
    suits = room_suits(asked)
    reasons = list(reasons_of(trial))
    answer, place, known_by = rules.Answer.YES, None, None
    if not trial.fits or not suits:
        answer = rules.Answer.IF if found else rules.Answer.WAITING
    if not trial.fits and trial.period:
        turn = turns.get(asked.line_id or 0, (asking.at, 0))
        line = kept.line_before(trial, turn, asking.own_lines, at=asking.at)
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


def _instead(
    failed: Mapping[int, rules.Asked], calendar: Known, asking: Asking, taken: Taken
) -> dict[int, list[rules.Remedy]]:
    """For each line that no other day or term helps, instruments that could be had just so."""
    if not failed:
        return {}
    on_offer = Programme.objects.on_offer(timezone.localdate(asking.at)).filter(
        kind__in={each.programme.kind for each in failed.values()},
        price_key__in={each.programme.price_key for each in failed.values()},
    )
    offered = (
        ProgrammeInstrument.objects.filter(programme__in=on_offer)
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
    questions = [
        question
        for number, asked in failed.items()
        for programme, subject in choices[number]
        if remedies.has_weeks(
            question := replace(asked, programme=programme, subject=subject), calendar
        )
    ]
    if not questions:
        return {}
    codes = {code for each in questions for code in each.half_days}
    return known_for(calendar, questions, asking, codes=codes).find(
        lambda known: {
            number: remedies.other_subjects(asked, choices[number], known, taken)
            for number, asked in failed.items()
        }
    )
