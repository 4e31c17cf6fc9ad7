"""A school's music plan: how what we know and what the school says make one answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core import words
from lessons.models import PlanAnswer, PlanFeature

Standing = PlanAnswer.Standing
_ORDER = (Standing.MISSING, Standing.PARTLY, Standing.IN_PLACE)
_NUMBERS = ["None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
_LONGEST_LIST = 4
NOT_SAID = "Not said yet"


@dataclass(frozen=True)
class Evidence:
    """What our own records show of one feature; it never asks the school again."""

    standing: str
    words: str


NOTHING_KNOWN = Evidence(Standing.MISSING, "")


@dataclass(frozen=True)
class Patch:
    """One thing the national plan asks, and how this school stands."""

    feature: PlanFeature
    standing: str
    known: str
    said: str
    is_said: bool

    @property
    def is_in_place(self) -> bool:
        return self.standing == Standing.IN_PLACE

    @property
    def is_known(self) -> bool:
        """Somebody has said, or our records show it. Else nothing is claimed: not even a gap."""
        return self.is_said or self.standing != Standing.MISSING

    @property
    def tag(self) -> str:
        return str(Standing(self.standing).label) if self.is_known else NOT_SAID

    @property
    def sentences(self) -> str:
        """Our own records first, then the school's words; the gap in ours where it gave none."""
        if not self.is_known:
            return self.feature.asks
        rest = self.said
        if not rest and not self.is_in_place:
            rest = self.feature.gap_words if self.is_said else "The rest is for you to say."
        return " ".join(part for part in (self.known, rest) if part)


def judged(feature: PlanFeature, known: Evidence, answer: PlanAnswer | None) -> Patch:
    """The better of what we know and what they say: neither takes away from the other."""
    said = Standing(answer.standing) if answer else Standing.MISSING
    best = max(Standing(known.standing), said, key=_ORDER.index)
    return Patch(feature, best, known.words, answer.words if answer else "", answer is not None)


def heading(patches: Sequence[Patch]) -> str:
    """Five of seven patches in place"""
    if not patches:
        return "Your music plan"
    done = sum(patch.is_in_place for patch in patches)
    return f"{_number(done)} of {_number(len(patches)).lower()} patches in place"


def in_words(count: int) -> str:
    """seven"""
    return _number(count).lower()


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def taught(lines: Iterable[tuple[int, Sequence[int]]]) -> Evidence:
    """Minutes a week we teach, and to which years. The hour itself is for the school to say."""
    by_minutes: dict[int, set[int]] = {}
    for minutes, years in lines:
        by_minutes[minutes] = by_minutes.get(minutes, set()) | set(years)
    if not by_minutes:
        return NOTHING_KNOWN
    parts = [f"{minutes} minutes of it in {_years(by_minutes[minutes])}" for minutes in by_minutes]
    return Evidence(Standing.PARTLY, f"The music service teaches {_listed(parts)}.")


def _years(years: Iterable[int]) -> str:
    """Year 4; Years 3, 4 and 5; Reception"""
    numbers = sorted(set(years))
    early = [name for year, name in ((-1, "Nursery"), (0, "Reception")) if year in numbers]
    later = [str(year) for year in numbers if year > 0]
    if later:
        early.append(f"{'Year' if len(later) == 1 else 'Years'} {_listed(later)}")
    return _listed(early)


def learnt(subjects: Sequence[str], pupils: int, *, hide_below: int) -> Evidence:
    """Lessons taught there: two instruments or more are a choice. Small numbers are not said."""
    if not subjects:
        return NOTHING_KNOWN
    several = len(subjects) > 1
    names = [in_a_sentence(name) for name in subjects]
    what = _listed(names) if len(names) <= _LONGEST_LIST else f"{len(names)} instruments"
    who = f", {words.count(pupils, 'pupil')}" if pupils >= max(hide_below, 1) else ""
    standing = Standing.IN_PLACE if several else Standing.PARTLY
    return Evidence(standing, f"With the music service: {what}{who}.")


def in_a_sentence(name: str) -> str:
    """Choir leadership → choir leadership, but DJing stays."""
    return f"{name[:1].lower()}{name[1:]}" if name[1:2].islower() else name


def trained(places: int) -> str:
    """How many of the school's staff came to our courses, or will."""
    return f"{words.count(places, 'place')} on our courses this year." if places else ""


def spent(amount: Decimal) -> str:
    """What the school has agreed with us for the year."""
    return f"{words.money(amount)} of it with us." if amount else ""


def sung(programmes: Sequence[str]) -> Evidence:
    """Choir leadership that the school has agreed with us."""
    if not programmes:
        return NOTHING_KNOWN
    return Evidence(Standing.IN_PLACE, f"With the music service: {_listed(programmes)}.")


def played(groups: Sequence[str]) -> Evidence:
    """Groups of ours that meet at the school."""
    if not groups:
        return NOTHING_KNOWN
    return Evidence(Standing.IN_PLACE, f"With the music service: {'; '.join(groups)}.")


def _listed(parts: Sequence[str]) -> str:
    """ukulele; ukulele and violin; ukulele, violin and cello"""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
