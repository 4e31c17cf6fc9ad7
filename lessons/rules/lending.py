"""What of ours a line of an order would play on: class sets, and an instrument for one hand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lessons.models import Programme
from lessons.rules.feasibility import Asked
from lessons.rules.placing import ClassSet, Taken, sets_for


@dataclass(frozen=True)
class Shelf:
    """What we have to lend."""

    sets: Sequence[ClassSet] = ()
    # Which kind of class set a programme needs for an instrument, if we bring one.
    kinds: Mapping[tuple[int, int], int] = field(default_factory=dict)
    # Of an instrument, the kinds among which those for one hand are.
    for_one_hand: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Lent:
    """What there is for a line; `late`: how many class sets of its kind should be back."""

    sets: tuple[ClassSet, ...] = ()
    sets_wanted: int = 0
    late: int = 0
    one_hand: ClassSet | None = None

    @property
    def has_sets(self) -> bool:
        return len(self.sets) >= self.sets_wanted

    @property
    def things(self) -> tuple[ClassSet, ...]:
        return (*self.sets, self.one_hand) if self.one_hand else self.sets


def lent_for(
    asked: Asked,
    days: tuple[dt.date, dt.date],
    shelf: Shelf,
    taken: Taken,
    kept: frozenset[int],
) -> Lent:
    """The class sets of its classes, and what somebody in them needs, free for all of the days."""
    lent = _sets(asked, days, shelf, taken, kept)
    if not asked.one_hand:
        return lent
    kinds = shelf.for_one_hand.get(asked.subject.pk, frozenset())
    theirs = [each for each in shelf.sets if each.is_adaptive and each.kind_id in kinds]
    return replace(lent, one_hand=next(iter(sets_for(1, 1, *days, theirs, taken, kept)), None))


def _sets(
    asked: Asked,
    days: tuple[dt.date, dt.date],
    shelf: Shelf,
    taken: Taken,
    kept: frozenset[int],
) -> Lent:
    kind = shelf.kinds.get((asked.programme.pk, asked.subject.pk))
    if kind is None:
        return Lent()
    theirs = [each for each in shelf.sets if each.kind_id == kind and not each.is_adaptive]
    pieces = _pupils_of_a_class(asked) if asked.programme.is_taught else 1
    largest = max(theirs, key=lambda each: each.pieces, default=None)
    number = -(-asked.classes // classes_of_a_set(asked, largest))
    free = sets_for(number, pieces, *days, theirs, taken, kept)
    return Lent(tuple(free), number, sum(each.is_late for each in theirs))


def classes_of_a_set(asked: Asked, one: ClassSet | None) -> int:
    """Small groups share a set, and so do classes that follow each other on a single day."""
    if asked.programme.unit == Programme.Unit.DAY:
        return asked.classes
    each = _pupils_of_a_class(asked)
    return max(1, one.pieces // each) if one and each and asked.programme.is_taught else 1


def _pupils_of_a_class(asked: Asked) -> int:
    return -(-asked.pupils // max(asked.classes, 1))
