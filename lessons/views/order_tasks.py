"""What is left to do in a draft order, whom we talk to about it, and throwing it away."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.refusals import RuleBroken
from lessons.actions import drafts as actions
from lessons.forms.orders import FOR_GOVERNORS, GO_AHEAD, NOBODY, OrderContactForm
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import drafts as queries
from lessons.queries.prices import period_of, title_of
from lessons.views.order_common import (
    is_draft,
    order_or_404,
    page_of,
    panel,
    to_order,
    to_page,
    years_of,
)
from people.requests import SignedInRequest

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
def order_tasks(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """What is done in a draft, and what is left: in any order, until it can be sent."""
    order = order_or_404(request, urn, ref)
    if not is_draft(order):
        return to_order(order)
    lines = queries.lines_of(order)
    problems = queries.line_problems(order, lines, on=timezone.localdate())
    context = {
        "order": order,
        "school": order.school,
        "parts": [_part(order, line, problems.get(line.position, {})) for line in lines],
        "others": _others(order, is_whole=bool(lines) and not problems),
        "next_position": queries.next_position(order),
        "panel": panel(order),
        "year": order.year,
    }
    return render(request, "schools/order_tasks.html", context)


def _part(order: SchoolOrder, line: OrderLine, problems: dict[str, str]) -> dict[str, Any]:
    def task(text: str, name: str, wrong: list[str]) -> dict[str, str]:
        return {
            "text": text,
            "url": page_of(order, name, line.position),
            "status": "To do" if wrong else "Completed",
            "tone": "plum" if wrong else "",
            "detail": ". ".join(wrong),
        }

    needs = [problems[field] for field in problems if field == "half_days"]
    classes = [problems[field] for field in problems if field != "half_days"]
    return {
        "title": f"{title_of(line)}, {years_of(line)}, {period_of(line)}",
        "position": line.position,
        "tasks": [
            task("Your classes", "order_classes", classes),
            task("Needs, room and days", "order_needs", needs),
        ],
    }


def _others(order: SchoolOrder, *, is_whole: bool) -> list[dict[str, str]]:
    check = page_of(order, "check_order") if is_whole else ""
    return [
        {
            "text": "Who we talk to, who agrees, purchase order",
            "url": page_of(order, "order_contact"),
            "status": "Completed",
        },
        {
            "text": "Check and send",
            "url": check,
            "status": "To do" if is_whole else "Cannot start yet",
            "tone": "plum" if is_whole else "",
        },
    ]


@require_http_methods(["GET", "POST"])
def order_contact(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """Whom we talk to, who agrees, where the invoice goes and under what number."""
    order = order_or_404(request, urn, ref)
    if not is_draft(order):
        return to_order(order)
    people = queries.people_at(order.school)
    form = OrderContactForm(
        request.POST or None,
        people=people,
        wants_approval=order.school.wants_approval,
        initial={
            "contact": str(order.contact.ref),
            "approver": str(order.approver.ref) if order.approver else NOBODY,
            "invoice_email": order.invoice_email,
            "sure": FOR_GOVERNORS if order.is_for_governors else GO_AHEAD,
            "po_number": order.po_number,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_contact(
                order=order,
                contact=form.told(),
                po_number=form.cleaned_data["po_number"],
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return to_page(order, "order_tasks")
    context = {
        "order": order,
        "school": order.school,
        "form": form,
        "panel": panel(order),
        "year": order.year,
    }
    status = REFUSED if form.errors else 200
    return render(request, "schools/order_contact.html", context, status=status)


@require_POST
def discard_order(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The draft is thrown away; an order that was sent is not."""
    order = order_or_404(request, urn, ref)
    try:
        actions.discard_order(order=order, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.warning(request, str(broken))
        return to_order(order)
    messages.success(request, "The draft is gone. Nothing was ordered.")
    return redirect("schools:orders", urn=urn)
