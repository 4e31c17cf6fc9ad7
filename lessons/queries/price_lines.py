"""What a class of each programme costs at least: said beside it, before anything is chosen."""

import datetime as dt
from collections.abc import Sequence

from core.refusals import RuleBroken
from lessons.models import OrderLine, Programme, SchoolOrder
from lessons.queries.prices import prices_of_each
from lessons.rules.drafts import Calendar, is_for_a_year, school_years
from lessons.rules.prices import PricedLine, price_line


def price_lines(
    order: SchoolOrder, programmes: Sequence[Programme], calendar: Calendar, *, on: dt.date
) -> dict[int, str]:
    """By programme, its price in words; nothing of one without a price. Four statements.

    One class of each year group is priced as the panel prices it, and the cheapest is said.
    """
    lines = [line for each in programmes for line in _of_one_class(order, each, calendar, on=on)]
    try:
        priced = prices_of_each(order, lines, on=on)
    except RuleBroken:
        return {}
    cheapest: dict[int, tuple[OrderLine, PricedLine]] = {}
    for line, price in zip(lines, priced, strict=True):
        known = cheapest.get(line.programme.pk)
        if price and (known is None or price.total < known[1].total):
            cheapest[line.programme.pk] = line, price
    return {
        key: price_line(price, programme=line.programme, whole_year=line.term is None)
        for key, (line, price) in cheapest.items()
    }


def _of_one_class(
    order: SchoolOrder, programme: Programme, calendar: Calendar, *, on: dt.date
) -> list[OrderLine]:
    """One for each year group that the programme is for: for the year if it is one, or a term."""
    first, last = school_years(order.school)
    ahead = calendar.ahead(on)
    is_year = is_for_a_year(programme) and programme.terms > 1 and not calendar.has_begun(on)
    subjects = [one.subject for one in programme.instruments.all()]
    return [
        OrderLine(
            order=order,
            position=1,
            programme=programme,
            subject=subjects[0],
            term=None if is_year or not ahead else ahead[0],
            year_groups=[year],
            classes=1,
            pupils=0,
        )
        for year in range(max(first, programme.min_year), min(last, programme.max_year) + 1)
        if subjects
    ]
