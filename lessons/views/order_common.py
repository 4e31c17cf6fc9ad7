"""What every page of an order needs: the order itself, and the panel of what it costs."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core import words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import drafts as queries
from lessons.queries.prices import cost_of
from lessons.rules import half_days
from lessons.rules.drafts import WrongLine
from lessons.rules.prices import Cost
from people.models import School
from people.requests import SignedInRequest
from people.rules import year_in_words

STEPS = 4


@dataclass(frozen=True)
class Panel:
    """What an order costs so far, or why that cannot be said."""

    cost: Cost
    problem: str = ""


def school_or_404(request: SignedInRequest, urn: int, permission: Permission) -> School:
    return get_permitted_or_404(request.user, permission, School.objects.all(), urn=urn)


def order_or_404(
    request: SignedInRequest,
    urn: int,
    ref: uuid.UUID,
    permission: Permission = Permission.ORDER_PROGRAMME,
) -> SchoolOrder:
    """The order of this school, in whatever state it is, for whoever may write it."""
    orders = SchoolOrder.objects.filter(school__urn=urn).select_related(
        "school", "year", "contact", "approver", "copied_from"
    )
    order: SchoolOrder = get_permitted_or_404(request.user, permission, orders, ref=ref)
    return order


def is_draft(order: SchoolOrder) -> bool:
    return order.status == SchoolOrder.Status.DRAFT


def to_order(order: SchoolOrder) -> HttpResponse:
    """The order's own page: where one goes that is not a draft any more."""
    return redirect("schools:order", urn=order.school.urn, ref=order.ref)


def to_page(order: SchoolOrder, name: str, position: int | None = None) -> HttpResponse:
    return redirect(page_of(order, name, position))


def page_of(order: SchoolOrder, name: str, position: int | None = None) -> str:
    """The address of a page of an order, or of one part of it."""
    at: dict[str, int] = {} if position is None else {"position": position}
    return reverse(f"schools:{name}", kwargs={"urn": order.school.urn, "ref": order.ref, **at})


def panel(order: SchoolOrder, line: OrderLine | None = None) -> Panel:
    """The order as it is saved, or with one line as it is being said."""
    today: dt.date = timezone.localdate()
    try:
        if line is None:
            return Panel(cost_of(order, on=today))
        return Panel(queries.cost_with(order, line, on=today))
    except RuleBroken as broken:
        return Panel(Cost(()), str(broken))


def add_problems(form: object, broken: RuleBroken) -> None:
    """A refusal beside the answer it is about, where it is about one."""
    fields = getattr(form, "fields", {})
    problems = broken.problems if isinstance(broken, WrongLine) else {"": str(broken)}
    for name, sentence in problems.items():
        form.add_error(name if name in fields else None, sentence)  # type: ignore[attr-defined]  # any form of ours


def years_of(line: OrderLine) -> str:
    """Year 3 and Year 4"""
    return half_days.any_of([year_in_words(year) for year in line.year_groups], "and")


def pupils_in_words(line: OrderLine) -> str:
    """60 in 2 classes of Year 4: 11 SEND, 17 Pupil Premium"""
    said = f"{line.pupils} in {words.count(line.classes, 'class', 'classes')}, {years_of(line)}"
    counted = [
        f"{number} {name}"
        for number, name in ((line.send_pupils, "SEND"), (line.pp_pupils, "Pupil Premium"))
        if number is not None
    ]
    return f"{said}: {', '.join(counted)}" if counted else said
