"""What we answer to one line of an order: tried out against all that is known at the moment."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from centres.models import Term, Year
from lessons.models import Programme, SetKept
from lessons.rules import answer_words as say
from lessons.rules.feasibility import Asked, KeptSlot, Reason
from lessons.rules.free_hours import Dates, Gap, Teacher
from lessons.rules.lending import Lent, Shelf, classes_of_a_set, lent_for
from lessons.rules.placing import (
    Spot,
    Taken,
    Wanted,
    room_taken,
    spots_for,
)
from lessons.rules.teaching_weeks import Period, Shut, dates_of, period_of, single_days


@dataclass(frozen=True)
class KeptForLine:
    """What is kept for a line already, and will be kept to if it still can be."""

    hours: Mapping[str, tuple[int, frozenset[int]]] = field(default_factory=dict)
    set_ids: frozenset[int] = frozenset()
    first_days: frozenset[dt.date] = frozenset()


@dataclass(frozen=True)
class Known:
    """All that answers rest on, read at one moment."""

    year: Year
    terms: Sequence[Term]
    soonest: dt.date
    windows: Mapping[str, Gap]
    short_by: int  # how many lessons of a term may be missing
    late_until: dt.date  # what is late and not taken back counts as away until then
    closings: Sequence[Shut] = ()
    teachers: Sequence[Teacher] = ()  # the best comes first
    shelf: Shelf = field(default_factory=Shelf)
    kept: Mapping[int, KeptForLine] = field(default_factory=dict)

    def period_of(self, programme: Programme, term: Term | None) -> Period | None:
        """What is left of a term or, without one, of the year; None once it is over."""
        return period_of(
            programme,
            term,
            self.terms,
            year=self.year,
            soonest=self.soonest,
            short_by=self.short_by,
        )

    def able(self, asked: Asked, period: Period) -> list[Teacher]:
        """Who teaches it and may, from the first day to the last."""
        first, last = period.first_on, period.last_on
        return [one for one in self.teachers if one.may_teach(asked.subject.pk, first, last)]


@dataclass(frozen=True)
class Trial:
    """How far one line came: it is possible where nothing is missing."""

    asked: Asked
    period: Period | None
    dates: tuple[Dates, ...] = ()  # of every half day asked for
    spots: tuple[Spot, ...] = ()
    lent: Lent = field(default_factory=Lent)
    able: int = 0  # how many teach it and may
    is_room_taken: bool = False

    @property
    def usable(self) -> list[Dates]:
        """The half days with enough weeks left in them."""
        return [each for each in self.dates if self.period and len(each.days) >= self.period.fewest]

    @property
    def has_teachers(self) -> bool:
        return bool(self.spots) or not self.asked.programme.is_taught

    @property
    def has_sets(self) -> bool:
        return self.lent.has_sets

    @property
    def fits(self) -> bool:
        return self.period is not None and self.has_teachers and self.has_sets


def try_line(asked: Asked, known: Known, taken: Taken) -> Trial:
    """Try to place every class of the line, with its sets; nothing is taken yet."""
    period = known.period_of(asked.programme, asked.term)
    if period is None:
        return Trial(asked, None)
    kept = known.kept.get(asked.line_id or 0, KeptForLine())
    days = (period.first_on, period.last_on)
    lent = lent_for(asked, days, known.shelf, taken, kept.set_ids)
    trial = Trial(asked, period, lent=lent)
    if not asked.programme.is_taught:
        return trial
    dates = tuple(
        dates_of(period, code, known.windows[code], known.closings) for code in asked.half_days
    )
    trial = replace(trial, dates=dates)
    wanted, able, tries = wanted_of(asked, kept), known.able(asked, period), _tries(trial, kept)
    spots = _spots(wanted, tries, able, known.windows, taken)
    is_room_taken = False
    if not spots and room_taken(asked.room, taken):
        anywhere = replace(wanted, room="")
        is_room_taken = bool(_spots(anywhere, tries, able, known.windows, taken))
    return replace(trial, spots=tuple(spots), able=len(able), is_room_taken=is_room_taken)


def _tries(trial: Trial, kept: KeptForLine) -> list[list[Dates]]:
    """What is weekly has the same hour in every week; what is one day, the first that fits."""
    if trial.period is None or not trial.period.is_one_day:
        return [trial.usable]
    days = single_days(trial.usable, trial.period.monday)
    return sorted(days, key=lambda each: not each or each[0].days[0] not in kept.first_days)


def _spots(
    wanted: Wanted,
    tries: Sequence[Sequence[Dates]],
    able: Sequence[Teacher],
    windows: Mapping[str, Gap],
    taken: Taken,
) -> list[Spot]:
    """Every class placed in the first of these in which all have a place, or nothing."""
    for dates in tries:
        spots = spots_for(wanted, dates, able, windows, taken)
        if spots:
            return spots
    return []


def wanted_of(asked: Asked, kept: KeptForLine) -> Wanted:
    return Wanted(
        minutes=asked.programme.minutes,
        classes=asked.classes,
        tutors=asked.programme.tutors,
        room=asked.room,
        kept=kept.hours,
    )


def take(trial: Trial, taken: Taken) -> None:
    """What fits is no longer there for the lines after it."""
    for spot in trial.spots:
        taken.take(spot, trial.asked.programme.minutes, trial.asked.room)
    taken.sets |= {each.id for each in trial.lent.things}


def reasons_of(trial: Trial) -> tuple[Reason, ...]:
    """What a yes rests on, or what stands against it: what holds comes first."""
    asked, period = trial.asked, trial.period
    if period is None:
        return (Reason(False, say.is_over(asked.term)),)
    said = []
    if asked.programme.is_taught:
        said.append(_about_teachers(trial, period))
    if trial.lent.sets_wanted:
        said.append(_about_sets(trial.lent, asked.subject.name, period))
    if asked.one_hand:
        said.append(_about_one_hand(trial.lent, asked.subject.name, period))
    if asked.programme.is_taught:
        said.append(about_room(asked, trial.spots))
    return tuple(sorted(said, key=lambda each: not each.holds))


def room_suits(asked: Asked) -> bool:
    rooms = asked.programme.rooms
    return not asked.programme.is_taught or not rooms or asked.room in rooms


def about_room(asked: Asked, spots: Sequence[Spot]) -> Reason:
    if not room_suits(asked):
        return Reason(False, say.needs_room(asked.programme.rooms, asked.room))
    return Reason(True, say.room_suits(asked.room, spots))


def slots_of(trial: Trial) -> tuple[KeptSlot, ...]:
    """What would be kept, class by class."""
    if not trial.fits or trial.period is None:
        return ()
    first, last = trial.period.first_on, trial.period.last_on
    sets = {
        1 + place * classes_of_a_set(trial.asked, each): each
        for place, each in enumerate(trial.lent.sets)
    }
    hours = list(_hours(trial)) or [
        KeptSlot(ordinal, first, last) for ordinal in range(1, trial.asked.classes + 1)
    ]
    if trial.lent.one_hand:
        sets[SetKept.FOR_ALL] = trial.lent.one_hand
        hours.append(KeptSlot(SetKept.FOR_ALL, first, last))
    return tuple(
        replace(slot, asset_id=its.id, asset=its.tag, asset_from=first, asset_until=last)
        if slot.tutor == 1 and (its := sets.get(slot.ordinal))
        else slot
        for slot in hours
    )


def _about_teachers(trial: Trial, period: Period) -> Reason:
    asked = trial.asked
    if trial.spots:
        return Reason(True, say.teachers_free(trial.spots, asked.programme.minutes, period))
    if not asked.half_days:
        return Reason(False, "Say which half days could work.")
    if not trial.usable:
        return Reason(False, say.too_few_weeks(trial.dates, period))
    if trial.is_room_taken:
        return Reason(False, say.room_taken(asked.room))
    subject, codes = asked.subject.name, [each.code for each in trial.usable]
    length = asked.classes * asked.programme.minutes
    return Reason(False, say.nobody_free(subject, trial.able, codes, length, period))


def _about_sets(lent: Lent, subject: str, period: Period) -> Reason:
    if lent.has_sets:
        return Reason(True, say.sets_free(subject, lent.sets, period.first_on))
    return Reason(False, say.sets_gone(subject, lent.sets_wanted, lent.late, period.name))


def _about_one_hand(lent: Lent, subject: str, period: Period) -> Reason:
    """It holds up nobody: a class of thirty is a yes while we look for what one of them needs."""
    if lent.one_hand:
        return Reason(True, say.one_hand_free(subject, period.first_on))
    return Reason(False, say.one_hand_gone(subject, period.name))


def _hours(trial: Trial) -> list[KeptSlot]:
    minutes, ordinal, found = trial.asked.programme.minutes, 0, []
    for spot in sorted(trial.spots, key=lambda each: (each.dates.weekday, each.from_minute)):
        for place in range(spot.classes):
            ordinal += 1
            starts = spot.from_minute + place * minutes
            found += [
                KeptSlot(
                    ordinal,
                    spot.dates.days[0],
                    spot.dates.days[-1],
                    tutor=tutor,
                    teacher_id=teacher.id,
                    teacher=teacher.name,
                    weekday=spot.dates.weekday,
                    from_minute=starts,
                    until_minute=starts + minutes,
                )
                for tutor, teacher in enumerate(spot.teachers, start=1)
            ]
    return found
