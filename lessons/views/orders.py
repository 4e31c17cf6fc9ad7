"""The page of one order: where it stands, what it costs, who did what, and what to do next."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from lessons.actions import orders as actions
from lessons.forms.agreeing import AgreeForm, CancelForm, PurchaseOrderForm, ShownForm
from lessons.models import SchoolOrder
from lessons.queries import order_pages as pages
from lessons.queries import orders as queries
from lessons.rules import orders as rules
from lessons.rules.feasibility import Answered, NotFeasible
from lessons.views.order_check import TONES
from people.requests import SignedInRequest

S = SchoolOrder.Status
LOOK_AGAIN = "Look at the price, then agree again."


@require_safe
def order(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """Where the order stands, for everybody who speaks for its school."""
    return _page(request, _order_or_404(request, urn, ref))


@require_POST
def agree_order(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The school's yes; or what has changed since the page was opened, and it is asked again."""
    found = _order_or_404(request, urn, ref)
    if not queries.may_agree(request.user, found):
        raise Http404
    form, shown = AgreeForm(request.POST), ShownForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    if not shown.is_valid():
        return _page(request, found, form=form, problem=LOOK_AGAIN)
    said = actions.Agreed(
        total=shown.cleaned_data["total"],
        text_version=shown.cleaned_data["text"] or 0,
        name=form.cleaned_data["name"],
        role=form.cleaned_data["role"],
    )
    try:
        actions.agree_order(order=found, said=said, by=request.user, at=timezone.now())
    except NotFeasible as broken:
        return _page(request, found, form=form, problem=str(broken), answers=broken.answers)
    except RuleBroken as broken:
        return _page(request, found, form=form, problem=str(broken))
    messages.success(request, f"Order {found.number} is agreed. Next, every lesson gets its date.")
    return redirect("schools:order", urn=urn, ref=ref)


@require_POST
def take_back_order(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """A draft again, to change or to leave."""
    found = _order_or_404(request, urn, ref)
    if not pages.may_change(request.user, found):
        raise Http404
    try:
        actions.take_back_order(order=found, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        return _page(request, found, problem=str(broken))
    messages.success(request, f"Order {found.number} is a draft again. Nothing is kept for it.")
    return redirect("schools:order", urn=urn, ref=ref)


@require_POST
def add_po_number(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The school's number for its bill."""
    found = _order_or_404(request, urn, ref)
    if not pages.may_change(request.user, found):
        raise Http404
    form = PurchaseOrderForm(request.POST)
    if not form.is_valid():
        return _page(request, found, po_form=form)
    number = form.cleaned_data["po_number"]
    try:
        actions.add_po_number(order=found, po_number=number, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        return _page(request, found, problem=str(broken))
    messages.success(request, f"Purchase order {number} stands on order {found.number}.")
    return redirect("schools:order", urn=urn, ref=ref)


@require_http_methods(["GET", "POST"])
def cancel_order(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """What it costs today, by the notice given; then the press that ends it."""
    found = _order_or_404(request, urn, ref)
    if not pages.may_change(request.user, found):
        raise Http404
    if not pages.may_cancel(request.user, found):
        messages.info(request, "What is agreed is cancelled by whoever may agree.")
        return redirect("schools:order", urn=urn, ref=ref)
    if not rules.may_become(S.CANCELLED, found):
        return redirect("schools:order", urn=urn, ref=ref)
    form = CancelForm(request.POST or None)
    shown = ShownForm(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_order(
                order=found,
                reason=form.cleaned_data["reason"],
                shown=shown.shown,
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"Order {found.number} is cancelled. We have written to you.")
            return redirect("schools:order", urn=urn, ref=ref)
    today = timezone.localdate()
    context = {
        "order": found,
        "form": form,
        "leaving": queries.leaving_of(found, on=today),
        "steps": pages.leaving_steps(found, on=today),
    }
    status = 422 if form.errors else 200
    return render(request, "schools/cancel_order.html", context, status=status)


def _page(
    request: SignedInRequest,
    found: SchoolOrder,
    *,
    form: AgreeForm | None = None,
    po_form: PurchaseOrderForm | None = None,
    problem: str = "",
    answers: Sequence[Answered] = (),
) -> HttpResponse:
    found.refresh_from_db()
    user, now = request.user, timezone.now()
    shown = pages.facts_of(found, user=user, at=now)
    first = {"name": str(user.person), "role": queries.role_at(user, found.school_id)}
    is_wrong = bool(problem or (form and form.errors) or (po_form and po_form.errors))
    context = {
        "order": found,
        "facts": shown,
        "form": (form or AgreeForm(initial=first)) if shown.may_agree else None,
        "po_form": (po_form or PurchaseOrderForm()) if shown.may_add_po else None,
        "wrong_form": form if form and form.errors else po_form,
        "problem": problem,
        "answers": [(TONES[answered.answer], answered) for answered in answers],
        "has_errors": is_wrong,
    }
    return render(request, "schools/order.html", context, status=422 if is_wrong else 200)


def _order_or_404(request: SignedInRequest, urn: int, ref: uuid.UUID) -> SchoolOrder:
    orders = SchoolOrder.objects.filter(school__urn=urn).select_related(*queries.WITH_PARTS)
    found: SchoolOrder = get_permitted_or_404(request.user, Permission.SEE_SCHOOL, orders, ref=ref)
    return found
