"""Before something is planned: whether its hour is kept for a school, as the app above tells.

The kernel knows meetings and not orders. Whoever keeps hours says here, once, how they are found
and how they are given up. They lock the same teachers before they keep one.
"""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.rules import promises as rules
from bookings.rules.promises import Promised
from people.models import Staff, User

Found = Callable[[Collection[int], Sequence[DateTimeTZRange], dt.datetime], list[Promised]]


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
    people: Collection[int],
    times: Sequence[DateTimeTZRange],
    *,
    all_the_same: bool | None = None,
    by: User | None,
    at: dt.datetime,
) -> None:
    """These people are kept for nobody at these times; or HourPromised says for whom.

    `all_the_same`: what a school has not agreed to yet is given up instead; None where nobody
    may insist. The teachers are ours alone until the transaction ends: whoever would keep an
    hour meanwhile waits.
    """
    if not people or not times:
        return
    rows = Staff.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(rows.filter(pk__in=people).values_list("pk"))
    for keeper in _keepers:
        promised = keeper.found(people, times, at)
        rules.check_not_promised(promised, all_the_same=all_the_same)
        if promised:
            keeper.given_up(hours={each.key for each in promised}, by=by, at=at)
