"""One part of an order: its classes, what they need, and what it costs while it is said."""

import uuid
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centres.models import Weekday
from core.refusals import RuleBroken
from lessons.actions import drafts as actions
from lessons.forms.order_lines import OrderClassesForm, OrderNeedsForm
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import drafts as queries
from lessons.queries.feasibility import half_day_words
from lessons.queries.price_lines import price_lines
from lessons.queries.prices import title_of
from lessons.rules import half_days
from lessons.rules.drafts import Calendar, LineAsked
from lessons.rules.feasibility import Word
from lessons.views.order_common import (
    add_problems,
    is_draft,
    order_or_404,
    panel,
    to_order,
    to_page,
)
from people.requests import SignedInRequest

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "POST"])
def order_classes(
    request: SignedInRequest, urn: int, ref: uuid.UUID, position: int
) -> HttpResponse:
    """What is taught to whom, in how many classes; one past the last is a new part."""
    order = order_or_404(request, urn, ref)
    if not is_draft(order):
        return to_order(order)
    line = _line_or_404(order, position, may_be_new=True)
    form = _classes_form(request, order, line)
    said = None
    if request.method == "POST" and form.is_valid():
        said = _line_of(form.asked(), order, position)
        try:
            _save_classes(request, order, position, form)
        except RuleBroken as broken:
            add_problems(form, broken)
        else:
            return _saved(request, order, to_page(order, "order_needs", position))
    status = REFUSED if form.errors else 200
    pictures, others = form.pictures()
    context = {
        **_frame(order, line),
        "form": form,
        "position": position,
        "is_first": position == 1,
        "pictures": pictures,
        "others": others,
        "prices": form.priced(_prices(order, form)),
        "shows_others": _is_chosen(option for _, some in others for option in some),
        "panel": panel(order, said),
    }
    return render(request, "schools/order_classes.html", context, status=status)


def _prices(order: SchoolOrder, form: OrderClassesForm) -> dict[int, str]:
    offered = {programme.pk: programme for programme, _ in form.offered.values()}
    calendar = queries.calendar_of(order.year)
    return price_lines(order, list(offered.values()), calendar, on=timezone.localdate())


def _is_chosen(options: Iterable[Any]) -> bool:
    return any(option.data["selected"] for option in options)


def _classes_form(
    request: SignedInRequest, order: SchoolOrder, line: OrderLine | None
) -> OrderClassesForm:
    calendar = queries.calendar_of(order.year)
    today = timezone.localdate()
    form = OrderClassesForm(
        request.POST or None,
        school=order.school,
        calendar=calendar,
        programmes=list(queries.on_offer(order.school, today)),
        on=today,
        initial=_initial(order, line, calendar),
    )
    if line is None:
        form.initial["programme"] = form.first_of(request.GET.get("programme", ""))
    return form


def _initial(order: SchoolOrder, line: OrderLine | None, calendar: Calendar) -> dict[str, Any]:
    """The line as it is. A new one says a term only where a whole year is not left."""
    if line:
        return {**OrderClassesForm.from_line(line), "po_number": order.po_number}
    today = timezone.localdate()
    ahead = calendar.ahead(today)
    term = str(ahead[0].pk) if calendar.has_begun(today) and ahead else ""
    return {"term": term, "po_number": order.po_number}


def _save_classes(
    request: SignedInRequest, order: SchoolOrder, position: int, form: OrderClassesForm
) -> None:
    now = timezone.now()
    actions.save_line(order=order, position=position, asked=form.asked(), by=request.user, at=now)
    if position == 1:
        po_number = form.cleaned_data["po_number"]
        actions.save_po_number(order=order, po_number=po_number, by=request.user, at=now)


@require_http_methods(["GET", "POST"])
def order_needs(request: SignedInRequest, urn: int, ref: uuid.UUID, position: int) -> HttpResponse:
    """When it could be, in which room, and what the children need."""
    order = order_or_404(request, urn, ref)
    if not is_draft(order):
        return to_order(order)
    line = _line_or_404(order, position)
    assert line is not None
    form = OrderNeedsForm(
        request.POST or None, programme=line.programme, initial=OrderNeedsForm.from_line(line)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_needs(
                order=order,
                position=position,
                asked=form.asked(),
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            add_problems(form, broken)
        else:
            return _saved(request, order, _after_needs(order))
    context = {
        **_frame(order, line),
        "form": form,
        "position": position,
        "is_copied": order.copied_from_id is not None,
        "week": _week(order, line, form) if line.programme.is_taught else [],
        "panel": panel(order),
    }
    status = REFUSED if form.errors else 200
    return render(request, "schools/order_needs.html", context, status=status)


def _after_needs(order: SchoolOrder) -> HttpResponse:
    """Straight to the answer, unless another part is still to be done."""
    lines = queries.lines_of(order)
    problems = queries.line_problems(order, lines, on=timezone.localdate())
    return to_page(order, "order_tasks" if problems else "check_order")


def _week(order: SchoolOrder, line: OrderLine, form: OrderNeedsForm) -> list[dict[str, Any]]:
    """Monday to Friday, each half day with how likely it is."""
    said = half_day_words(
        programme=line.programme,
        subject=line.subject,
        term=line.term,
        classes=line.classes,
        school=order.school,
        year=order.year,
        at=timezone.now(),
        line_id=line.pk,
        pupils=line.pupils,
    )
    chosen = set(form["half_days"].value() or ())
    return [
        {
            "day": Weekday(weekday).label,
            "parts": [
                {
                    "code": code,
                    "said": half_days.said(code),
                    "word": said.get(code, Word.FULL),
                    "chosen": code in chosen,
                }
                for code in half_days.CODES
                if half_days.weekday_of(code) == weekday
            ],
        }
        for weekday in range(Weekday.MONDAY, Weekday.SATURDAY)
    ]


@require_POST
def remove_line(request: SignedInRequest, urn: int, ref: uuid.UUID, position: int) -> HttpResponse:
    """The order is without this part."""
    order = order_or_404(request, urn, ref)
    if not is_draft(order):
        return to_order(order)
    line = _line_or_404(order, position)
    assert line is not None
    title = title_of(line)
    try:
        actions.remove_line(order=order, position=position, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.warning(request, str(broken))
    else:
        messages.success(request, f"{title} is not in this order any more.")
    return to_page(order, "order_tasks")


@require_safe
def order_cost(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The panel of what the order costs, with one part as it is being said: for script."""
    order = order_or_404(request, urn, ref)
    line = _said_line(request, order)
    context = {"school": order.school, "year": order.year, "panel": panel(order, line)}
    return render(request, "schools/_cost.html", context)


def _said_line(request: SignedInRequest, order: SchoolOrder) -> OrderLine | None:
    """The part that the form says now, if enough is said to price it."""
    today = timezone.localdate()
    form = OrderClassesForm(
        request.GET,
        school=order.school,
        calendar=queries.calendar_of(order.year),
        programmes=list(queries.on_offer(order.school, today)),
        on=today,
    )
    position = request.GET.get("position", "")
    if not form.is_valid() or not position.isdecimal() or len(position) > 3:
        return None
    return _line_of(form.asked(), order, int(position))


def _line_of(asked: LineAsked, order: SchoolOrder, position: int) -> OrderLine:
    """One part as it is said, not saved: what the panel shows."""
    return OrderLine(
        order=order,
        position=position,
        programme=asked.programme,
        subject=asked.subject,
        term=asked.term,
        year_groups=list(asked.year_groups),
        classes=asked.classes,
        pupils=asked.pupils,
    )


def _line_or_404(
    order: SchoolOrder, position: int, *, may_be_new: bool = False
) -> OrderLine | None:
    for line in queries.lines_of(order):
        if line.position == position:
            return line
    if may_be_new and position == queries.next_position(order):
        return None
    raise Http404


def _frame(order: SchoolOrder, line: OrderLine | None) -> dict[str, Any]:
    return {
        "order": order,
        "school": order.school,
        "year": order.year,
        "line": line,
        "title": title_of(line) if line else "",
    }


def _saved(request: SignedInRequest, order: SchoolOrder, onward: HttpResponse) -> HttpResponse:
    """On to the next page, or away until another day."""
    if "later" not in request.POST:
        return onward
    messages.success(request, "Your order is saved. You or a colleague can go on with it here.")
    return redirect("schools:orders", urn=order.school.urn)
