"""A school's orders, and how one is begun: from last year's, or fresh."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core import words
from core.access import Permission
from core.refusals import RuleBroken
from lessons.actions import drafts as actions
from lessons.actions.drafts import Begin
from lessons.forms.orders import GO_AHEAD, NOBODY, StartOrderForm
from lessons.models import OrderLine, Programme, SchoolOrder
from lessons.queries import drafts as queries
from lessons.queries.orders import status_in_words
from lessons.queries.prices import cost_of, quoted_cost, title_of
from lessons.rules import copying, half_days
from lessons.rules import drafts as rules
from lessons.rules.drafts import Calendar
from lessons.rules.prices import Cost
from lessons.views.order_common import Panel, is_draft, page_of, school_or_404, to_page
from people.models import School
from people.requests import SignedInRequest
from people.rules import year_in_words

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
MOST_NAMED = 6  # of last year's orders, each by what is in it
Asked = tuple[Sequence[SchoolOrder], Sequence[Programme], Calendar]


@require_safe
def orders(request: SignedInRequest, urn: int) -> HttpResponse:
    """Every order of the school: the drafts first, then by year."""
    school = school_or_404(request, urn, Permission.SEE_SCHOOL)
    found = [
        {
            "order": order,
            "lines": [title_of(line) for line in order.lines.all()],
            "status": status_in_words(request.user, order),
            "tone": "plum" if order.status == SchoolOrder.Status.QUOTED else "",
        }
        for order in queries.orders_of(school)
    ]
    may_order = request.user.has_perm(Permission.ORDER_PROGRAMME, school)
    context = {
        "school": school,
        "drafts": [row for row in found if is_draft(row["order"])],  # type: ignore[arg-type]  # an order
        "sent": [row for row in found if not is_draft(row["order"])],  # type: ignore[arg-type]  # an order
        "may_order": may_order,
    }
    return render(request, "schools/orders.html", context)


@require_http_methods(["GET", "POST"])
def start_order(request: SignedInRequest, urn: int) -> HttpResponse:
    """From last year, or fresh. Nothing is sent by beginning."""
    school = school_or_404(request, urn, Permission.ORDER_PROGRAMME)
    today = timezone.localdate()
    calendars = queries.years_ahead(today)
    calendar = _calendar_asked(request.GET.get("year", ""), calendars)
    shut = _why_not(school, calendars)
    if calendar is None or shut:
        context = {"school": school, "shut": shut}
        return render(
            request,
            "schools/start_order.html",
            context,
            status=REFUSED if request.method == "POST" else 200,
        )
    return _begin(request, school, calendar, calendars)


def _begin(
    request: SignedInRequest, school: School, calendar: Calendar, calendars: Sequence[Calendar]
) -> HttpResponse:
    begins, shown = _begins(school, calendar)
    people = queries.people_at(school)
    form = StartOrderForm(
        request.POST or None,
        people=people,
        wants_approval=school.wants_approval,
        begins=begins,
        initial={"begin": _first(request, begins), **_usual(request, school, people)},
    )
    if request.method == "POST" and form.is_valid():
        begin, of_order = form.begins
        try:
            order = actions.start_order(
                school=school,
                year=calendar.year,
                begin=begin,
                of_order=of_order,
                contact=form.told(),
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return _go_on(request, order)
    context = {
        "school": school,
        "form": form,
        "year": calendar.year,
        "span": _span(calendar),
        "other_years": [(one.year, _span(one)) for one in calendars if one.year != calendar.year],
        "panel": Panel(shown) if shown else None,
        "changes": "change" in request.GET or any(name in form.errors for name in _ASKED),
        "who": _who(form),
    }
    status = REFUSED if form.errors else 200
    return render(request, "schools/start_order.html", context, status=status)


_ASKED = ("contact", "approver", "invoice_email")


def _go_on(request: SignedInRequest, order: SchoolOrder) -> HttpResponse:
    if len(queries.lines_of(order)) > 1:
        return to_page(order, "order_tasks")
    address = page_of(order, "order_classes", 1)
    wanted = request.GET.get("programme", "")
    return redirect(f"{address}?{urlencode({'programme': wanted})}" if wanted else address)


def _first(request: SignedInRequest, begins: Mapping[str, object]) -> str:
    """Last year's, if there is one; who comes for one programme begins afresh."""
    return Begin.FRESH if request.GET.get("programme") else next(iter(begins))


def _calendar_asked(named: str, calendars: Sequence[Calendar]) -> Calendar | None:
    chosen = [one for one in calendars if one.year.name == named]
    return next(iter([*chosen, *calendars]), None)


def _span(calendar: Calendar) -> str:
    """What of a year can still be ordered: 2027-28; the spring or summer term of 2026-27"""
    today = timezone.localdate()
    if not calendar.has_begun(today):
        return str(calendar.year)
    left = half_days.any_of([term.name.lower() for term in calendar.ahead(today)])
    return f"the {left} term of {calendar.year}"


def _why_not(school: School, calendars: Sequence[Calendar]) -> str:
    try:
        rules.check_may_order(school)
    except RuleBroken as broken:
        return str(broken)
    return "" if calendars else "The terms of the next school year are not fixed yet."


def _begins(school: School, calendar: Calendar) -> tuple[dict[str, tuple[str, str]], Cost | None]:
    """The ways to begin, and what the first of them would cost now.

    Where the year before had several orders, all of them together come first, then each.
    """
    sources = queries.last_orders(school, calendar.year)
    offered = list(queries.on_offer(school, timezone.localdate())) if sources else []
    begins: dict[str, tuple[str, str]] = {}
    costs: list[Cost | None] = []
    if len(sources) > 1:
        all_of_them = "both" if len(sources) == 2 else f"all {len(sources)}"
        title = f"Copy {all_of_them} orders of {sources[0].year} into one"
        _add_copy(begins, costs, Begin.COPY_ALL, title, (sources, offered, calendar))
    for source in sources[:MOST_NAMED]:
        of_order = f":{source.ref}" if len(sources) > 1 else ""
        named = f"{_named(source) if of_order else 'your order'} of {source.year}"
        asked = ([source], offered, calendar)
        year_on = _add_copy(begins, costs, Begin.COPY + of_order, f"Copy {named}", asked)
        if year_on and source.status in SchoolOrder.BINDING:
            title = f"The same children as in {named}, one year on"
            begins[Begin.YEAR_ON + of_order] = (title, _year_on_words(year_on))
    begins[Begin.FRESH] = ("A new order", "")
    return begins, next(iter(costs), None)


def _named(source: SchoolOrder) -> str:
    """2 classes of ukulele; 1 class of recorder"""
    return "; ".join(title_of(line) for line in source.lines.all())


def _add_copy(
    begins: dict[str, tuple[str, str]], costs: list[Cost | None], key: str, title: str, asked: Asked
) -> Sequence[OrderLine]:
    """The way to begin with the same again, where something is; return what is a year on."""
    sources, offered, calendar = asked
    copies, year_on = queries.unsaved(sources, offered, calendar, on=timezone.localdate())
    if copies:
        draft = SchoolOrder(school=sources[0].school, year=calendar.year)
        costs.append(_cost_or_none(draft, copies))
        begins[key] = (title, _copied_words(asked, copies, costs[-1]))
    return year_on


def _cost_or_none(draft: SchoolOrder, lines: Sequence[OrderLine]) -> Cost | None:
    try:
        return cost_of(draft, on=timezone.localdate(), lines=lines)
    except RuleBroken:
        return None


def _copied_words(asked: Asked, copies: Sequence[OrderLine], cost: Cost | None) -> str:
    """2 classes of ukulele, Thursday morning, £2,520 then, £2,640 now. And what is left out."""
    sources, offered, calendar = asked
    titles = [title_of(line) for line in copies]
    days = sorted({code for line in copies for code in line.half_days})
    was = [quoted_cost(source) for source in sources]
    then = sum((one.total for one in was), Decimal(0))
    price = [f"{words.money(then)} then"] if any(one.lines for one in was) else []
    said = ", ".join([*titles, *(half_days.said(code) for code in days[:2]), *price])
    said = f"{said}, {words.money(cost.total)} now" if cost else said
    old = [line for source in sources for line in queries.lines_of(source)]
    gone, late = copying.left_out(old, offered, calendar, on=timezone.localdate())
    reasons = ((gone, "not offered any more"), (late, "too late for this year"))
    left_out = [
        f"Left out, {why}: {', '.join(title_of(line) for line in lines)}"
        for lines, why in reasons
        if lines
    ]
    return ". ".join([said, *left_out])


def _year_on_words(lines: Sequence[OrderLine]) -> str:
    pupils = sum(line.pupils for line in lines)
    years = sorted({year for line in lines for year in line.year_groups})
    into = " and ".join(year_in_words(year) for year in years)
    return f"{words.count(pupils, 'pupil')} go into {into} and keep playing"


def _usual(request: SignedInRequest, school: School, people: queries.People) -> dict[str, Any]:
    """Whoever begins it is whom we talk to; the head agrees; invoices go where the last did."""
    refs = [str(one.person.ref) for one in people.everybody]
    mine = str(request.user.person.ref)
    agree = [str(one.person.ref) for one in people.approvers]
    wants = school.wants_approval and agree
    money = [one.person.email for one in people.contacts if one.role == "finance"]
    return {
        "contact": mine if mine in refs else next(iter(refs), ""),
        "approver": agree[0] if wants else NOBODY,
        "invoice_email": queries.last_invoice_email(school) or next(iter(money), ""),
        "sure": GO_AHEAD,
    }


def _who(form: StartOrderForm) -> list[dict[str, str]]:
    """Whom we talk to, as it stands in the form."""
    named = {
        name: dict(form.fields[name].choices)  # type: ignore[attr-defined]  # choice fields
        for name in ("contact", "approver")
    }
    contact, approver = form["contact"].value(), form["approver"].value()
    return [
        {"term": "We talk to", "words": named["contact"].get(contact, "")},
        {"term": "Who approves", "words": named["approver"].get(approver, "")},
        {"term": "Invoices to", "words": form["invoice_email"].value() or ""},
    ]
