"""What a school asks of us and what we answer: yes, yes if, or waiting, each with its reasons."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from centres.models import Term
from core.refusals import RuleBroken
from lessons.models import OrderLine, Programme, Subject
from lessons.rules import half_days

Answer = OrderLine.Answer


class Word(StrEnum):
    """What is likely in one half day of the week."""

    LIKELY = "Likely"
    ONE_LEFT = "One teacher left"
    AS_LAST_YEAR = "As last year"
    FULL = "Full"


@dataclass(frozen=True)
class Asked:
    """One line of an order, saved or not yet: what would be taught to whom, when and where."""

    programme: Programme
    subject: Subject
    term: Term | None  # None: the whole year
    year_groups: Sequence[int]
    classes: int
    half_days: Sequence[str]  # "2-am"
    room: str = ""
    pupils: int = 0
    line_id: int | None = None
    one_hand: bool = False  # somebody needs an instrument for one hand


@dataclass(frozen=True)
class Reason:
    """What an answer rests on; `holds` is False for what stands against it."""

    holds: bool
    sentence: str


@dataclass(frozen=True)
class Remedy:
    """What would make it a yes, in a press; what is None stays as it was asked."""

    label: str
    half_days: tuple[str, ...] | None = None
    term: Term | None = None
    room: str | None = None
    programme: Programme | None = None
    subject: Subject | None = None

    @property
    def key(self) -> str:
        """What a button posts: it names the remedy among those of its line."""
        said = {
            "half_days": ".".join(self.half_days or ()),
            "term": str(self.term.pk) if self.term else "",
            "room": self.room or "",
            "programme": str(self.programme.pk) if self.programme else "",
            "subject": str(self.subject.pk) if self.subject else "",
        }
        return "_".join(f"{name}:{value}" for name, value in said.items() if value)

    @property
    def changes(self) -> dict[str, object]:
        """The fields of the order's line that it changes."""
        asked = {
            "half_days": None if self.half_days is None else list(self.half_days),
            "term": self.term,
            "room": self.room,
            "programme": self.programme,
            "subject": self.subject,
        }
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True)
class KeptSlot:
    """What one class would have: its teacher's weekly hour, and the class set it plays on.

    A class of two teachers has two of these, and its set is on the first. What is only lent has
    no teacher, weekday or minutes. An instrument for one hand is for all classes of the line.
    """

    ordinal: int
    first_on: dt.date
    last_on: dt.date
    tutor: int = 1
    teacher_id: int | None = None
    teacher: str = ""
    weekday: int | None = None
    from_minute: int | None = None
    until_minute: int | None = None
    asset_id: int | None = None
    asset: str = ""
    # A set comes before the first lesson and goes after the last.
    asset_from: dt.date | None = None
    asset_until: dt.date | None = None

    @property
    def half_day(self) -> str:
        """2-am; nothing where nobody teaches."""
        if self.weekday is None or self.from_minute is None:
            return ""
        return half_days.half_day_of(self.weekday, self.from_minute)


@dataclass(frozen=True)
class Answered:
    """Our answer to one line. Only a yes has slots to keep."""

    asked: Asked
    answer: Answer
    title: str
    reasons: tuple[Reason, ...] = ()
    kept_slots: tuple[KeptSlot, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    # How many asked before, and by when we know, where somebody else is promised it.
    place: int | None = None
    known_by: dt.date | None = None

    @property
    def is_yes(self) -> bool:
        return self.answer == Answer.YES

    @property
    def as_rows(self) -> list[dict[str, object]]:
        """The reasons as the order's line keeps them."""
        return [{"holds": each.holds, "sentence": each.sentence} for each in self.reasons]


class NotFeasible(RuleBroken):
    """What was to be agreed is no yes any more; `answers` say why, line by line."""

    def __init__(self, answers: Sequence[Answered]) -> None:
        self.answers = tuple(answers)
        super().__init__(
            "Something changed since we answered, so nothing is agreed yet. Look at what we can"
            " do now."
        )
