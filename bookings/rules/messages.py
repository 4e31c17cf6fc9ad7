"""What a message says to each reader, whom its filter means, and when it may go."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from bookings.models import Activity, Enrolment, Message
from centres.models import Weekday
from core import words
from core.refusals import RuleBroken
from people.rules import academic_year_of, year_in_words

CHILD = "{child}"
BOTH = "both"
_NURSERY_AGE = 3  # nursery is year -1: whoever is three on 1 September


class NothingToSend(RuleBroken):
    """A message nobody would get."""


class AlreadySent(RuleBroken):
    """What has gone cannot be changed."""


class ChangedMeanwhile(RuleBroken):
    """Somebody wrote on, after this page was made."""


@dataclass(frozen=True)
class Narrowing:
    """What narrows the readers of a message, beside its place; None narrows nothing."""

    weekday: int | None = None
    kind: str | None = None
    min_year: int | None = None
    max_year: int | None = None
    status: str = Enrolment.Status.ACTIVE

    def as_kept(self) -> dict[str, str | int]:
        """Only what was chosen, as the message keeps it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_kept(cls, kept: Mapping[str, str | int]) -> "Narrowing":
        known = cls.__dataclass_fields__
        return cls(**{name: value for name, value in kept.items() if name in known})  # type: ignore[arg-type]  # kept by as_kept

    @property
    def statuses(self) -> tuple[str, ...]:
        both = (Enrolment.Status.ACTIVE.value, Enrolment.Status.WAITING.value)
        return both if self.status == BOTH else (self.status,)


@dataclass(frozen=True)
class Spoken:
    """A message as one reader gets it."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    signed: str
    because: str


def narrowing_in_words(narrowing: Narrowing) -> str:
    """Saturdays, weekly groups, years 4 to 6, with a place"""
    parts = [
        f"{Weekday(narrowing.weekday).label}s" if narrowing.weekday else "",
        f"{Activity.Kind(narrowing.kind).label}s" if narrowing.kind else "",
        _years_in_words(narrowing.min_year, narrowing.max_year),
        {
            Enrolment.Status.ACTIVE.value: "with a place",
            Enrolment.Status.WAITING.value: "on a waiting list",
        }.get(narrowing.status, "with a place or waiting"),
    ]
    return ", ".join(part for part in parts if part)


def _years_in_words(first: int | None, last: int | None) -> str:
    if first is None and last is None:
        return ""
    if first == last and first is not None:
        return year_in_words(first)
    if first is None:
        return f"up to {year_in_words(last)}" if last is not None else ""
    if last is None:
        return f"{year_in_words(first)} and up"
    return f"{year_in_words(first)} to {year_in_words(last)}"


def born_for_years(
    first: int | None, last: int | None, *, on: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last date of birth of those in these school years on a day."""
    began = academic_year_of(on)
    eldest = None if last is None else dt.date(began - last - _NURSERY_AGE - 2, 9, 2)
    youngest = None if first is None else dt.date(began - first - _NURSERY_AGE - 1, 9, 1)
    return eldest, youngest


def names_in_words(names: Sequence[str]) -> str:
    """Anya; Anya and Ben; Anya, Ben and Cai"""
    return " and ".join(
        part for part in (", ".join(names[:-1]), names[-1] if names else "") if part
    )


def filled(said: str, names: Sequence[str]) -> str:
    """The words with the children's names where {child} stands; no other brace means anything."""
    return said.replace(CHILD, names_in_words(names) or "your child")


def paragraphs(body: str) -> tuple[str, ...]:
    """The body parted at its empty lines."""
    lines = [line.strip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    blocks = "\n".join(lines).split("\n\n")
    return tuple(block.strip("\n") for block in blocks if block.strip())


def spoken(message: Message, *, to: str, names: Sequence[str], is_self: bool, place: str) -> Spoken:
    """The message as somebody of this name gets it, about these children or about themselves."""
    return Spoken(
        subject=filled(message.subject, names),
        greeting=f"Dear {to},",
        paragraphs=tuple(filled(block, names) for block in paragraphs(message.body)),
        signed=", ".join(part for part in (str(message.written_by), place) if part),
        because=_because(message, names, is_self=is_self),
    )


def _because(message: Message, names: Sequence[str], *, is_self: bool) -> str:
    if message.kind == Message.Kind.NEWS:
        return "You get this because you said yes to news."
    whose = "you" if is_self and len(names) <= 1 else names_in_words(names)
    subject = f"{message.activity.title}: you" if message.activity else "You"
    return f"{subject} get this because it is about {whose or 'your family'}."


def fingerprint(message: Message) -> str:
    """What was seen before the last press: another text, or other readers, is another message."""
    seen = repr(
        [
            str(message.kind),
            message.activity_id,
            message.centre_id,
            sorted(message.narrowed_by.items()),
            message.subject,
            message.body,
        ]
    )
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def check_unsent(message: Message) -> None:
    if message.sent_at:
        raise AlreadySent(
            f"This message went at {words.moment(message.sent_at)}. Write another one."
        )


def check_seen(message: Message, seen: str) -> None:
    if seen != fingerprint(message):
        raise ChangedMeanwhile(
            "Somebody changed this message after you opened it. Read it again, then send it."
        )


def check_somebody(readers: int) -> None:
    if not readers:
        raise NothingToSend("Nobody would get this. Choose other groups, years or days.")
