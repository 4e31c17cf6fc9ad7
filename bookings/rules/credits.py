"""What a meeting that did not happen is worth, and by when it may be made up."""

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from bookings.models import Activity, CancellationCause
from centres.models import Term

PENNY = Decimal("0.01")
SCHOOL_ENDS, SATURDAY = dt.time(15, 30), 6


def worth_of_a_meeting(activity: Activity, price: Decimal | None, *, meetings: int) -> Decimal:
    """One meeting's part of the price that was agreed. `meetings`: as many as the price covers."""
    if price is None or activity.price_basis == Activity.PriceBasis.FREE:
        return Decimal(0)
    by_term = activity.price_basis == Activity.PriceBasis.TERM
    each = price / max(meetings, 1) if by_term else price
    return each.quantize(PENNY, rounding=ROUND_HALF_UP)


def make_up_by(
    cause: CancellationCause, day: dt.date, *, terms: Sequence[Term], year_ends_on: dt.date
) -> dt.date | None:
    """The last day to make up a meeting of that day; None where it is not made up.

    `terms` in order. The policy says it in words: of the half term, the term or the year.
    """
    if not cause.is_made_up:
        return None
    words = cause.make_up_by.lower()
    if "half term" in words:
        ends = _half_terms(terms)
    elif "term" in words:
        ends = [term.ends_on for term in terms]
    else:
        return year_ends_on
    to_come = [end for end in ends if end >= day]
    if "next" in words and len(to_come) > 1:
        return to_come[1]
    return to_come[0] if to_come else year_ends_on


def is_in_school(starts: dt.datetime, *, usual: dt.datetime) -> bool:
    """Whether pupils sit in school then: not those whose usual hour is one of school's."""
    return _is_school_hour(starts) and not _is_school_hour(usual)


def _is_school_hour(starts: dt.datetime) -> bool:
    """Local. Whatever is made up is made up in term, so every working day is one of school."""
    return starts.isoweekday() < SATURDAY and starts.time() < SCHOOL_ENDS


def _half_terms(terms: Sequence[Term]) -> list[dt.date]:
    """The last days of each half."""
    return [
        end
        for term in terms
        for end in (term.half_term_starts_on - dt.timedelta(days=1), term.ends_on)
    ]


def fee_words(cause: CancellationCause) -> str:
    """What happens to the fee, as the policy says it to a family."""
    said = cause.words_for_family.strip()
    if not said:
        said = "It counts as taught." if cause.pupil_pays else "We do not charge for it."
    if cause.pupil_pays or not cause.is_made_up or not cause.make_up_by:
        return said
    return f"{said} What is not made up by the {_the(cause.make_up_by)} comes off a bill."


def pay_words(cause: CancellationCause) -> str:
    """What it means for whoever would have taught, as it is said to them."""
    if cause.teacher_paid:
        return "You are paid as if you had taught."
    return "By our policy this time is not paid."


def _the(words: str) -> str:
    return words.removeprefix("the ")
