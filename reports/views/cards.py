"""A card of a staff home: a number, its words, and lines with somebody to ring."""

from dataclasses import dataclass, field
from typing import Any

from reports.queries import Found

FIRST = 4  # lines before the fold


@dataclass(frozen=True)
class Line:
    """One thing: what, a page that settles it, and somebody to ring."""

    words: str
    url: str = ""
    who: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Alarm:
    """A card. Nought of something is good news, and is said in one sentence with the others."""

    number: int
    words: str
    good: str
    tone: str = ""
    lines: list[Line] = field(default_factory=list)
    note: str = ""
    url: str = ""
    url_words: str = ""
    uncounted: int = 0  # beyond those that are named

    @property
    def first(self) -> list[Line]:
        return self.lines[:FIRST]

    @property
    def others(self) -> list[Line]:
        return self.lines[FIRST:]


def uncounted(found: Found[Any]) -> int:
    """How many there are besides those that are named."""
    return found.total - len(found.rows)


def named(number: int, one: str, many: str) -> str:
    """The words for one, or for several."""
    return one if number == 1 else many
