"""What joining costs, and the sum that explains it. Pure arithmetic."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from bookings.models import Activity
from centres.models import Term

PENNY = Decimal("0.01")


@dataclass(frozen=True)
class Cost:
    """What joining now costs for the term of the first meeting still to come."""

    term: Term
    noun: str
    meetings: int
    of_meetings: int
    first_on: dt.date
    last_on: dt.date
    basis: str
    each: Decimal
    amount: Decimal
    whole_term: Decimal
    rate_key: str
    rate_description: str
    rate_from: dt.date | None

    @property
    def is_part_of_a_term(self) -> bool:
        return self.meetings < self.of_meetings

    @property
    def explanation(self) -> dict[str, str | int | None]:
        """The sum as a charge keeps it, whatever prices do later."""
        return {
            "rule": "part of a term" if self.is_part_of_a_term else "whole term",
            "basis": self.basis,
            "rate": self.rate_key,
            "rate_description": self.rate_description,
            "rate_from": self.rate_from.isoformat() if self.rate_from else None,
            "each": str(self.each),
            "noun": self.noun,
            "meetings": self.meetings,
            "of_meetings": self.of_meetings,
            "whole_term": str(self.whole_term),
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "amount": str(self.amount),
        }


def cost(
    activity: Activity, *, terms: Sequence[Term], starts: Sequence[dt.datetime], at: dt.datetime
) -> Cost | None:
    """The cost of joining for the meetings that have not begun; None when there are none.

    `starts`: when it meets this year, in order, the cancelled left out. A term's price covers all
    its meetings; somebody who joins late pays for those that are left.
    """
    to_come = [timezone.localdate(start) for start in starts if start > at]
    term = _term_of(to_come[0], terms) if to_come else None
    if term is None:
        return None
    days = [timezone.localdate(start) for start in starts]
    of_meetings = sum(term.starts_on <= day <= term.ends_on for day in days)
    left = [day for day in to_come if day <= term.ends_on]
    by_term = activity.price_basis == Activity.PriceBasis.TERM
    whole = activity.price if by_term else activity.price * of_meetings
    return Cost(
        term=term,
        noun=activity.noun,
        meetings=len(left),
        of_meetings=of_meetings,
        first_on=left[0],
        last_on=left[-1],
        basis=activity.price_basis,
        each=_pennies(whole / of_meetings),
        amount=_pennies(whole * len(left) / of_meetings),
        whole_term=_pennies(whole),
        rate_key=activity.rate.key if activity.rate else "",
        rate_description=activity.rate.description if activity.rate else "",
        rate_from=activity.rate.from_on if activity.rate else None,
    )


def _term_of(day: dt.date, terms: Sequence[Term]) -> Term | None:
    return next((term for term in terms if term.starts_on <= day <= term.ends_on), None)


def _pennies(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)
