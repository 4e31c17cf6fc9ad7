"""The last page of an order: our answer worked out now, its remedies, and what is sent."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.refusals import RuleBroken
from lessons.actions import drafts as actions
from lessons.actions import orders as sending
from lessons.forms.agreeing import ShownForm
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import drafts as queries
from lessons.queries import orders
from lessons.queries.feasibility import answers_for, asked_of
from lessons.queries.prices import period_of, policy_on, title_of
from lessons.rules import half_days
from lessons.rules.drafts import is_for_a_term, is_for_a_year
from lessons.rules.feasibility import Answered, Remedy
from lessons.rules.prices import PriceChanged
from lessons.views.order_common import (
    is_draft,
    order_or_404,
    page_of,
    panel,
    pupils_in_words,
    to_order,
    to_page,
)
from people.requests import SignedInRequest

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
TONES = {
    OrderLine.Answer.YES: "yes",
    OrderLine.Answer.IF: "if",
    OrderLine.Answer.WAITING: "wait",
}


@dataclass(frozen=True)
class Verdict:
    """Our answer to one part, with what would make it a yes."""

    line: OrderLine
    answered: Answered

    @property
    def tone(self) -> str:
        return TONES[self.answered.answer]

    @property
    def remedies(self) -> list[Remedy]:
        """Only what the part can be changed to."""
        return [one for one in self.answered.remedies if _can_take(self.line, one)]


def _can_take(line: OrderLine, remedy: Remedy) -> bool:
    programme = remedy.programme or line.programme
    term = remedy.term or line.term
    return is_for_a_year(programme) if term is None else is_for_a_term(programme)


@require_http_methods(["GET", "POST"])
def check_order(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """Can we do it? Then, with one press, it is sent; or a sentence says what has changed."""
    order = order_or_404(request, urn, ref)
    if not is_draft(order):
        return to_order(order)
    if request.method == "GET":
        return _page(request, order)
    form = ShownForm(request.POST)
    if _is_unfinished(order, queries.lines_of(order)):
        return to_page(order, "order_tasks")
    if not form.is_valid():
        return _page(request, order, problem="Look at the price, then send the order again.")
    try:
        sending.send_order(
            order=order,
            shown=form.cleaned_data["total"],
            by=request.user,
            at=timezone.now(),
        )
    except PriceChanged as changed:
        return _page(request, order, changed=changed)
    except RuleBroken as broken:
        order.refresh_from_db(fields=["status"])
        if not is_draft(order):  # pressed twice, or by two: it is where they wanted it
            return to_order(order)
        return _page(request, order, problem=str(broken))
    messages.success(request, f"Order {order.number} is sent. {_next(order)}")
    return to_order(order)


def _next(order: SchoolOrder) -> str:
    """Who has been written to, or that we look at it ourselves."""
    order.refresh_from_db(fields=["status"])
    if order.status != SchoolOrder.Status.QUOTED:
        return "We look at it and write to you."
    asked = half_days.any_of([str(person) for person in orders.who_agrees(order)], "and")
    return f"We have written to {asked}." if asked else ""


@require_POST
def take_remedy(request: SignedInRequest, urn: int, ref: uuid.UUID, position: int) -> HttpResponse:
    """The part asks for what we can say yes to: worked out again, not taken from the page."""
    order = order_or_404(request, urn, ref)
    if not is_draft(order):
        return to_order(order)
    verdicts = _verdicts(order, queries.lines_of(order), at=timezone.now())
    wanted = request.POST.get("remedy", "")
    remedy = next(
        (
            one
            for verdict in verdicts
            if verdict.line.position == position
            for one in verdict.remedies
            if one.key == wanted
        ),
        None,
    )
    if remedy is None:
        messages.info(request, "That has changed since you looked. This is what we can do now.")
        return to_page(order, "check_order")
    try:
        actions.take_remedy(
            order=order, position=position, remedy=remedy, by=request.user, at=timezone.now()
        )
    except RuleBroken as broken:
        return _page(request, order, problem=str(broken))
    return to_page(order, "check_order")


def _verdicts(order: SchoolOrder, lines: Sequence[OrderLine], *, at: dt.datetime) -> list[Verdict]:
    answers = answers_for(
        [asked_of(line) for line in lines], school=order.school, year=order.year, at=at
    )
    return [Verdict(line, answer) for line, answer in zip(lines, answers, strict=True)]


def _is_unfinished(order: SchoolOrder, lines: Sequence[OrderLine]) -> bool:
    """Something is still to be said, or has become wrong since it was."""
    return not lines or bool(queries.line_problems(order, lines, on=timezone.localdate()))


def _page(
    request: SignedInRequest,
    order: SchoolOrder,
    *,
    problem: str = "",
    changed: PriceChanged | None = None,
) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    lines = queries.lines_of(order)
    if _is_unfinished(order, lines):
        return to_page(order, "order_tasks")
    shown = panel(order)
    verdicts = _verdicts(order, lines, at=now)
    context = {
        "order": order,
        "school": order.school,
        "year": order.year,
        "verdicts": verdicts,
        "worked_out_at": now,
        "kept_until": today + dt.timedelta(days=policy_on(today).hold_days),
        "is_all_yes": all(one.answered.is_yes for one in verdicts),
        "parts": [{"title": title_of(line), "rows": _rows(order, line)} for line in lines],
        "about": _about(order),
        "panel": shown,
        "last_position": lines[-1].position,
        "problem": problem or shown.problem,
        "changed": changed,
        "has_errors": bool(problem or changed),
    }
    status = REFUSED if problem or changed else 200
    return render(request, "schools/check_order.html", context, status=status)


def _rows(order: SchoolOrder, line: OrderLine) -> list[dict[str, str]]:
    """What a part says, each with the page where it is changed."""
    classes = page_of(order, "order_classes", line.position)
    needs = page_of(order, "order_needs", line.position)
    rows = [
        {
            "term": "Programme",
            "words": _programme_in_words(line),
            "change_url": classes,
        },
        {"term": "Pupils", "words": pupils_in_words(line), "change_url": classes},
        {
            "term": "Needs",
            "words": "\n".join(OrderLine.Need(need).label for need in line.needs),
            "blank": "None said",
            "change_url": needs,
        },
    ]
    if line.programme.is_taught:
        rows.insert(
            2,
            {
                "term": "When and where",
                "words": f"{half_days.listed(line.half_days)}\n{_room(line)}",
                "change_url": needs,
            },
        )
    return rows


def _programme_in_words(line: OrderLine) -> str:
    """What is said already is not said twice: one year is the year."""
    says_so = line.term is None and line.programme.terms > 1
    return str(line.programme) if says_so else f"{line.programme}, {period_of(line)}"


def _room(line: OrderLine) -> str:
    room = line.get_room_display().partition(" ")[2].capitalize()
    return f"{room}. {line.room_notes}" if line.room_notes else room


def _about(order: SchoolOrder) -> list[dict[str, str]]:
    contact = page_of(order, "order_contact")
    return [
        {"term": "We talk to", "words": str(order.contact), "change_url": contact},
        {
            "term": "Who agrees",
            "words": str(order.approver or ""),
            "blank": "Whoever sends it" if not order.school.wants_approval else "Not chosen yet",
            "change_url": contact,
        },
        {
            "term": "Invoices to",
            "words": order.invoice_email,
            "blank": "Not said yet",
            "change_url": contact,
        },
        {
            "term": "Purchase order",
            "words": order.po_number,
            "blank": "Later",
            "change_url": contact,
        },
    ]
