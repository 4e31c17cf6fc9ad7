"""A school's list of a class: what each row says, or why it cannot be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookings.models.registers import MORE_THAN_EXPECTED
from core.refusals import RuleBroken

GIVEN, FAMILY, PP, SEND = "First name", "Family name", "Pupil Premium", "SEND"
HEADINGS = (GIVEN, FAMILY, PP, SEND)
NEEDS = (GIVEN,)
LONGEST_NAME = 80
_YES = frozenset({"yes", "y", "1", "true", "x", "✓", "pp", "send", "sen"})
_NO = frozenset({"", "no", "n", "0", "false", "-"})


class NotAClass(RuleBroken):
    """The list as a whole is none of this class."""


class StaysOnList(RuleBroken):
    """This child cannot be taken off the list."""


@dataclass(frozen=True)
class Listed:
    """A child as a row of the school's sheet names them."""

    given_name: str
    family_name: str
    has_pp: bool = False
    has_send: bool = False

    @property
    def name(self) -> tuple[str, str]:
        """By which a child is known again, however it is written."""
        return self.given_name.casefold(), self.family_name.casefold()

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True)
class Row:
    """One row of the sheet: a child, or why it is none."""

    number: int
    child: Listed | None = None
    refusal: str = ""


def check_length(number: int, *, expected: int) -> None:
    """`expected`: how many the school said are in the class."""
    most = expected + MORE_THAN_EXPECTED
    if number > most:
        raise NotAClass(
            f"This sheet has {number} rows, and {expected} children are expected in this class."
            " Send the list of one class. Are they more? Ring us first."
        )


def read_rows(headings: Sequence[str], cells: Iterable[Sequence[str]]) -> list[Row]:
    """Each row of the sheet in order; empty ones say nothing."""
    columns = [heading.casefold() for heading in headings]
    first_seen: dict[tuple[str, str], int] = {}
    rows = []
    for number, line in enumerate(cells, 2):  # row 1 is the heading
        if any(line):
            row = _row(number, dict(zip(columns, line, strict=False)), first_seen)
            rows.append(row)
    return rows


def _row(number: int, said: Mapping[str, str], first_seen: dict[tuple[str, str], int]) -> Row:
    given, family = (" ".join(said.get(name.casefold(), "").split()) for name in (GIVEN, FAMILY))
    wrong = _wrong_name(given, family) or _wrong_flag(said)
    if wrong:
        return Row(number, refusal=wrong)
    child = Listed(given, family, _flag(said, PP), _flag(said, SEND))
    before = first_seen.setdefault(child.name, number)
    if before != number:
        return Row(
            number,
            refusal=f"{child} is in row {before} already. Two of one name? Add an initial to one.",
        )
    return Row(number, child)


def _wrong_name(given: str, family: str) -> str:
    if not given:
        return "There is no first name in this row."
    if len(given) > LONGEST_NAME or len(family) > LONGEST_NAME:
        return f"A name has {LONGEST_NAME} characters at most."
    if not any(sign.isalpha() for sign in given):
        return f"“{given}” is no first name."
    return ""


def _wrong_flag(said: Mapping[str, str]) -> str:
    for name in (PP, SEND):
        value = said.get(name.casefold(), "").casefold()
        if value not in _YES | _NO:
            return f"Say yes or no under {name}, not “{value[:30]}”."
    return ""


def _flag(said: Mapping[str, str], name: str) -> bool:
    return said.get(name.casefold(), "").casefold() in _YES
