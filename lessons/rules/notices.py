"""What a school's notice means for each day: the lesson moves, or it counts as taught."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bookings.models import CancellationCause
from core.refusals import RuleBroken

# The rows of cancellation causes among which the length of a school's notice decides.
CAUSES = "school-event"
LONGEST = dt.timedelta(days=13)


class NoticeRefused(RuleBroken):
    """A notice that cannot be given so."""


class NoticeChanged(RuleBroken):
    """What would follow is not what the page showed."""


@dataclass(frozen=True)
class Part:
    """Days that follow each other, and what one notice means on each of them."""

    first: dt.date
    last: dt.date
    cause: CancellationCause

    @property
    def moves(self) -> bool:
        return moves(self.cause)


def moves(cause: CancellationCause) -> bool:
    """Otherwise the lesson counts as taught."""
    return cause.is_made_up and not cause.pupil_pays


def check_days(starts_on: dt.date, ends_on: dt.date, *, today: dt.date) -> None:
    if ends_on < starts_on:
        raise NoticeRefused("The last day comes after the first. Change one of them.")
    if starts_on < today:
        raise NoticeRefused("Choose days from today on. What is over, its teacher writes down.")
    if ends_on - starts_on > LONGEST:
        raise NoticeRefused("One notice is for two weeks at most. Ring us about a longer time.")


def parts(
    starts_on: dt.date, ends_on: dt.date, *, today: dt.date, causes: Iterable[CancellationCause]
) -> list[Part]:
    """The days in order, cut where the notice is long enough for a kinder rule."""
    ordered = sorted(causes, key=lambda cause: -cause.notice_days)
    found: list[Part] = []
    for number in range((ends_on - starts_on).days + 1):
        day = starts_on + dt.timedelta(days=number)
        cause = _cause_for((day - today).days, ordered)
        if found and found[-1].cause.pk == cause.pk:
            found[-1] = Part(found[-1].first, day, cause)
        else:
            found.append(Part(day, day, cause))
    return found


def moves_from(today: dt.date, causes: Iterable[CancellationCause]) -> dt.date | None:
    """The first day whose lessons move if notice is given today; None where none ever do."""
    kind = [cause.notice_days for cause in causes if moves(cause)]
    return today + dt.timedelta(days=min(kind)) if kind else None


def _cause_for(days: int, ordered: Sequence[CancellationCause]) -> CancellationCause:
    for cause in ordered:
        if cause.notice_days <= days:
            return cause
    raise NoticeRefused(
        "There is no rule yet for a notice as short as this. Ring us, and we will find a way."
    )
