"""When somebody who gives notice leaves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from centres.models import Term


@dataclass(frozen=True)
class Leaving:
    """The last day for notice given on a day, and by when that notice had to be given."""

    last_day: dt.date
    last_term: Term
    is_late: bool


def leaving(*, terms: Sequence[Term], told_on: dt.date) -> Leaving | None:
    """Told in time, the term in hand is the last; told late, the one after it.

    `terms` in order of date. None when no term is known that the notice reaches.
    """
    to_come = [term for term in terms if term.ends_on >= told_on]
    in_time = next((term for term in to_come if told_on <= term.notice_by), None)
    if in_time is None:
        return None
    is_late = in_time != to_come[0]
    return Leaving(last_day=in_time.ends_on, last_term=in_time, is_late=is_late)
