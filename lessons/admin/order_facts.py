"""What staff read before they quote: our prices of a day, and what we answered to each line."""

import datetime as dt
from collections.abc import Sequence

from core import words
from lessons.models import OrderLine, SchoolOrder
from lessons.queries.prices import cost_of
from lessons.rules.prices import NoPrice


def order_facts(order: SchoolOrder, lines: Sequence[OrderLine], *, on: dt.date) -> dict[int, str]:
    """Of each line by its key: £1,229.60 at our prices. Yes, if. The hall is taken."""
    try:
        cost = cost_of(order, on=on, lines=lines)
    except NoPrice as broken:
        return {line.pk: f"{broken} {answer_of(line)}".strip() for line in lines}
    found = {}
    for line in lines:
        priced = cost.of(line.pk)
        less = f", {words.money(-priced.subsidy)} subsidy taken off" if priced.subsidy else ""
        ours = f"{words.money(priced.price + priced.subsidy)} at our prices{less}."
        found[line.pk] = f"{ours} {answer_of(line)}".strip()
    return found


def answer_of(line: OrderLine) -> str:
    """Yes, if. Every class set is promised to other schools. Of a yes, only that it is one."""
    if not line.answer:
        return ""
    against = [each["sentence"] for each in line.answer_reasons if not each["holds"]]
    said = [f"We answered: {line.get_answer_display().lower()}", *against]
    return " ".join(f"{each.rstrip('.')}." for each in said)
