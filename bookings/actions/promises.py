"""Before something is planned: whether its hour is kept for a school, as the app above tells.

The kernel knows meetings and not orders. Whoever keeps hours says here, once, how they are found
and how they are given up. They lock the same teachers before they keep one.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.rules import promises as rules
from bookings.rules.promises import Insist, Promised
from people.models import Staff, User

Times = Mapping[int, Sequence[DateTimeTZRange]]  # by person, when each would be planned
Found = Callable[[Times, dt.datetime], list[Promised]]


class GivenUp(Protocol):
    def __call__(self, *, hours: Collection[int], by: User | None, at: dt.datetime) -> int: ...


@dataclass(frozen=True)
class Keeper:
    """Finds the hours of teachers that are kept at some times, and gives them up."""

    found: Found
    given_up: GivenUp


_keepers: list[Keeper] = []


def keeps_hours(found: Found, given_up: GivenUp) -> None:
    """Ask these too, before a teacher is planned."""
    _keepers.append(Keeper(found, given_up))


def clear_hours(
    times: Times,
    *,
    insist: Insist,
    all_the_same: bool = False,
    by: User | None,
    at: dt.datetime,
) -> None:
    """Each of these people is kept for nobody at their times; or HourPromised says for whom.

    `all_the_same`: what a school has not agreed to yet is given up instead; `insist`: where the
    office may say so. The teachers are ours alone until the transaction ends: whoever would keep
    an hour meanwhile waits.
    """
    asked = {person: theirs for person, theirs in times.items() if theirs}
    if not asked:
        return
    rows = Staff.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(rows.filter(pk__in=asked).values_list("pk"))
    for keeper in _keepers:
        promised = keeper.found(asked, at)
        rules.check_not_promised(promised, all_the_same=all_the_same, insist=insist)
        if promised:
            keeper.given_up(hours={each.key for each in promised}, by=by, at=at)
