"""What would make an answer a yes: tried out, so that each remedy is as true as the answer."""

from collections.abc import Sequence
from dataclasses import replace

from lessons.models import Programme, Subject
from lessons.rules import answer_words as say
from lessons.rules import half_days
from lessons.rules.answering import (
    KeptForLine,
    Known,
    Trial,
    room_suits,
    try_line,
    wanted_of,
)
from lessons.rules.drafts import is_for_a_term
from lessons.rules.feasibility import Asked, Remedy, Word
from lessons.rules.placing import Taken, free_teachers

MOST_HALF_DAYS, MOST_SUBJECTS = 2, 2


def remedies_of(trial: Trial, known: Known, taken: Taken) -> list[Remedy]:
    """Another half day, another room, another term: each would make it a yes."""
    asked = trial.asked
    found = []
    if not trial.fits and trial.has_sets and trial.period:
        found += other_half_days(asked, known, taken)
    if not trial.fits and is_for_a_term(asked.programme):
        found += _other_terms(asked, known, taken)
    if not room_suits(asked):
        found += [Remedy(say.use(room), room=room) for room in asked.programme.rooms]
    return found


def other_half_days(asked: Asked, known: Known, taken: Taken) -> list[Remedy]:
    """The nearest half days in which all of it fits; several together where one is too short."""
    others = [code for code in half_days.CODES if code not in asked.half_days]
    chosen = {half_days.weekday_of(code) for code in asked.half_days}
    others.sort(key=lambda code: half_days.weekday_of(code) not in chosen)
    found = []
    for code in others:
        trial = try_line(replace(asked, half_days=(code,)), known, taken)
        if trial.fits:
            start = trial.spots[0].from_minute
            found.append(Remedy(say.make_it(code, start), half_days=(code,)))
        if len(found) == MOST_HALF_DAYS:
            return found
    if found:
        return found
    trial = try_line(replace(asked, half_days=half_days.CODES), known, taken)
    if not trial.fits:
        return []
    codes = tuple(sorted(spot.dates.code for spot in trial.spots))
    return [Remedy(say.make_it_all(codes), half_days=codes)]


def _other_terms(asked: Asked, known: Known, taken: Taken) -> list[Remedy]:
    """The first other term in which it fits: as asked, or else in another half day."""
    others = [
        term
        for term in known.terms
        if term.ends_on >= known.soonest and (asked.term is None or term.pk != asked.term.pk)
    ]
    for codes in (tuple(asked.half_days), half_days.CODES):
        for term in others:
            trial = try_line(replace(asked, term=term, half_days=codes), known, taken)
            if trial.fits:
                only = tuple(sorted({spot.dates.code for spot in trial.spots}))
                moved = None if codes == tuple(asked.half_days) or not only else only
                return [Remedy(say.make_it_term(term, moved), term=term, half_days=moved)]
    return []


def could_be_instead(asked: Asked, programme: Programme, subject: Subject) -> bool:
    """Another instrument for the same years, as long and at the same price."""
    return (
        subject.pk != asked.subject.pk
        and programme.terms == asked.programme.terms
        and programme.price_key == asked.programme.price_key
        and all(programme.min_year <= year <= programme.max_year for year in asked.year_groups)
    )


def has_weeks(asked: Asked, calendar: Known) -> bool:
    """Whether it can be taught at all, whoever is free: the room suits and weeks are left."""
    trial = try_line(asked, calendar, Taken())
    return room_suits(asked) and (bool(trial.usable) or not asked.programme.is_taught)


def other_subjects(
    asked: Asked, choices: Sequence[tuple[Programme, Subject]], known: Known, taken: Taken
) -> list[Remedy]:
    """Another instrument that could be had just as this was asked for."""
    found = []
    for programme, subject in choices:
        other = replace(asked, programme=programme, subject=subject, line_id=None)
        if room_suits(other) and try_line(other, known, taken).fits:
            label = say.make_it_subject(subject.name)
            found.append(Remedy(label, programme=programme, subject=subject))
        if len(found) == MOST_SUBJECTS:
            break
    return found


def word_for(asked: Asked, code: str, known: Known, taken: Taken) -> Word:
    """What is likely in one half day."""
    trial = try_line(replace(asked, half_days=(code,)), known, taken)
    if trial.period is None or not trial.has_sets or not trial.usable:
        return Word.FULL
    kept = known.kept.get(asked.line_id or 0, KeptForLine())
    wanted, able = wanted_of(asked, kept), known.able(asked, trial.period)
    # Of one day, the day it would be; a half day that is weekly is free in every week or not.
    is_placed = trial.period.is_one_day and trial.spots
    dates = trial.spots[0].dates if is_placed else trial.usable[0]
    free = free_teachers(wanted, dates, able, known.windows[code], taken)
    spare = len(free) - asked.programme.tutors
    if spare < 0:
        return Word.FULL
    if any(code in teacher.taught_here for teacher in free):
        return Word.AS_LAST_YEAR
    return Word.LIKELY if spare else Word.ONE_LEFT
