"""Registers by headcount: which numbers can be true, and what becomes of those that come late."""

from dataclasses import dataclass

from bookings.models.registers import MORE_THAN_EXPECTED
from bookings.rules.registers import Landing
from core.refusals import RuleBroken

NONE_YET = -1  # the version seen by whoever saw no count


class NotACount(RuleBroken):
    """Numbers that no class can have."""


@dataclass(frozen=True)
class Heads:
    """How many of a class were there, and how many of them joined in, if anybody said."""

    present: int
    joined_in: int | None = None

    def __str__(self) -> str:
        """As pages and phones send it: 28, or 28/27."""
        return f"{self.present}" if self.joined_in is None else f"{self.present}/{self.joined_in}"

    @property
    def words(self) -> str:
        """28; 28, of whom 27 joined in"""
        if self.joined_in is None:
            return f"{self.present}"
        return f"{self.present}, of whom {self.joined_in} joined in"

    @classmethod
    def read(cls, said: str) -> "Heads | None":
        """What a phone kept; None if it is no such thing."""
        present, _, joined = said[:12].partition("/")
        if not present.isdecimal() or (joined and not joined.isdecimal()):
            return None
        return cls(int(present), int(joined) if joined else None)


def check_heads(heads: Heads, *, expected: int) -> None:
    """`expected`: as many as the school said."""
    most = expected + MORE_THAN_EXPECTED
    if heads.present == 0:
        raise NotACount("If nobody came, do not count them: say that it was not taught.")
    if heads.present > most:
        raise NotACount(
            f"We expect {expected} in this class. Enter {most} or fewer, and tell us if there are"
            " more each week."
        )
    if heads.joined_in is not None and heads.joined_in > heads.present:
        raise NotACount(f"{heads.present} are here, so no more than {heads.present} can join in.")


def count_landing(said: Heads, *, stands: Heads | None, version: int, seen: int) -> Landing:
    """A count changes what its sender saw, and never what they did not: then both are kept."""
    if stands is None:
        return Landing.KEPT
    if said == stands or (said.joined_in is None and said.present == stands.present):
        return Landing.SAME
    adds = stands.joined_in is None and said.present == stands.present
    return Landing.KEPT if adds or version == seen else Landing.DIFFERS
