"""What each school has ordered for this year and later, and what it comes to: for whoever pays."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from lessons.models import OrderLine, SchoolOrder
from lessons.queries.orders import status_in_words
from lessons.queries.prices import title_of
from lessons.queries.school_todos import total_of_lines
from people.models import School, User

S = SchoolOrder.Status
_AGREED = (*SchoolOrder.BINDING, S.COMPLETED)


@dataclass(frozen=True)
class Ordered:
    """One order as a bursar reads it: what, and what it costs."""

    order: SchoolOrder
    titles: tuple[str, ...]
    amount: Decimal
    status: str

    @property
    def is_agreed(self) -> bool:
        return self.order.status in _AGREED


def ordered_by(user: User, schools: Collection[School], *, on: dt.date) -> dict[int, list[Ordered]]:
    """By school, what was sent to us and came to something, the next year first."""
    lines = OrderLine.objects.select_related("programme", "subject").order_by("position", "pk")
    orders = (
        SchoolOrder.objects.filter(school__in=schools, year__ends_on__gte=on)
        .exclude(status__in=[S.DRAFT, S.DECLINED, S.CANCELLED])
        .select_related("school", "year", "approver")
        .prefetch_related(Prefetch("lines", lines))
        .annotate(owed=total_of_lines())
        .order_by("-year__starts_on", "-made_at", "-pk")
    )
    found: dict[int, list[Ordered]] = {school.pk: [] for school in schools}
    for order in orders:
        titles = tuple(title_of(line) for line in order.lines.all())
        status = status_in_words(user, order)
        found[order.school_id].append(Ordered(order, titles, order.owed, status))
    return found


def agreed_by_year(orders: Iterable[Ordered]) -> dict[str, Decimal]:
    """What is agreed, in all, for each school year: 2026-27, £3,320"""
    sums: dict[str, Decimal] = {}
    for each in orders:
        if each.is_agreed:
            name = each.order.year.name
            sums[name] = sums.get(name, Decimal(0)) + each.amount
    return sums
