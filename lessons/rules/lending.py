"""What of ours a line of an order would play on: its class sets."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lessons.models import Programme
from lessons.rules.feasibility import Asked
from lessons.rules.placing import ClassSet, Taken, sets_for


@dataclass(frozen=True)
class Lent:
    """What there is for a line; `late`: how many class sets of its kind should be back."""

    sets: tuple[ClassSet, ...] = ()
    sets_wanted: int = 0
    late: int = 0

    @property
    def has_sets(self) -> bool:
        return len(self.sets) >= self.sets_wanted


def lent_for(
    asked: Asked,
    days: tuple[dt.date, dt.date],
    kind: int | None,
    sets: Sequence[ClassSet],
    taken: Taken,
    kept: frozenset[int],
) -> Lent:
    """The class sets that its classes need of this kind, if there are any for all of the days."""
    if kind is None:
        return Lent()
    theirs = [each for each in sets if each.kind_id == kind]
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
