"""A school's music plan: how what we know and what the school says make one answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core import words
from lessons.models import PlanAnswer, PlanFeature

Standing = PlanAnswer.Standing
_ORDER = (Standing.MISSING, Standing.PARTLY, Standing.IN_PLACE)
_NUMBERS = ["None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
_LONGEST_LIST = 4


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
    def tag(self) -> str:
        return str(Standing(self.standing).label)

    @property
    def gap(self) -> str:
        """What is missing, in words; empty where nothing is."""
        return "" if self.is_in_place else self.feature.gap_words

    @property
    def sentences(self) -> str:
        """Our own records first, then the school's words, then the gap where nobody said one."""
        said = [self.known, self.said]
        if not self.said:
            said.append(self.gap)
        return " ".join(part for part in said if part)


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
        by_minutes.setdefault(minutes, set()).update(years)
    if not by_minutes:
        return NOTHING_KNOWN
    parts = [f"{minutes} minutes of it in {_years(by_minutes[minutes])}" for minutes in by_minutes]
    return Evidence(Standing.PARTLY, f"{_listed(parts)} {'is' if len(parts) == 1 else 'are'} ours.")


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
    what = _listed(subjects) if len(subjects) <= _LONGEST_LIST else f"{len(subjects)} instruments"
    who = f", {words.count(pupils, 'pupil')}" if pupils >= max(hide_below, 1) else ""
    standing = Standing.IN_PLACE if several else Standing.PARTLY
    return Evidence(standing, f"With us: {what[0].lower()}{what[1:]}{who}.")


def sung(programmes: Sequence[str]) -> Evidence:
    """Choir leadership that the school has agreed with us."""
    if not programmes:
        return NOTHING_KNOWN
    return Evidence(Standing.IN_PLACE, f"With us: {_listed(programmes)}.")


def played(groups: Sequence[str]) -> Evidence:
    """Groups of ours that meet at the school."""
    if not groups:
        return NOTHING_KNOWN
    return Evidence(Standing.IN_PLACE, f"With us: {'; '.join(groups)}.")


def _listed(parts: Sequence[str]) -> str:
    """ukulele; ukulele and violin; ukulele, violin and cello"""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
