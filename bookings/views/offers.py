"""Waiting for a place, and answering when one is offered."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions, phrases, queries, rules
from bookings.models import Enrolment
from bookings.queries import family
from bookings.views.common import enrolment_or_404, is_kept, is_training, over, to_its_page
from bookings.views.words import cost_rows
from centres.queries import term_on
from core import words
from core.access import Permission
from core.refusals import RuleBroken
from people.requests import SignedInRequest

SPOTS_EACH_SIDE = 4


@require_safe
def waiting(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Where a child stands in the line, and what a place waits for."""
    enrolment = enrolment_or_404(request, Permission.SEE_ENROLMENT, ref)
    if is_training(enrolment) or enrolment.status != Enrolment.Status.WAITING:
        return to_its_page(enrolment)
    now = timezone.now()
    standing = queries.waiting_standing(enrolment, at=now)
    return render(
        request,
        "bookings/waiting.html",
        {
            "enrolment": enrolment,
            "activity": enrolment.activity,
            "child": enrolment.person,
            "tile": enrolment.person.tile or "asha",
            "lede": phrases.at_a_glance(enrolment.activity),
            "standing": standing,
            "spots": _spots(enrolment, standing),
            "gates": _gates(standing),
            "sooner": family.sooner(enrolment, at=now),
            "may_leave": request.user.has_perm(Permission.BOOK_FOR_PERSON, enrolment),
            "term": term_on(timezone.localdate(now)),
        },
    )


@require_POST
def leave_waiting_list(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Out of the line; asking again is from the back."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    if enrolment.status != Enrolment.Status.WAITING:
        return to_its_page(enrolment)
    try:
        actions.cancel_enrolment(
            enrolment=enrolment, reason="Left the line", by=request.user, at=timezone.now()
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return to_its_page(enrolment)
    messages.success(
        request,
        f"{enrolment.person.first_name} has left the line for {enrolment.activity.title}.",
    )
    return redirect("bookings:my_family")


@require_safe
def offer(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """A place to answer by a time, or what became of it."""
    enrolment = enrolment_or_404(request, Permission.SEE_ENROLMENT, ref)
    if is_training(enrolment) or enrolment.status == Enrolment.Status.WAITING:
        return to_its_page(enrolment)
    return _offer_page(request, enrolment)


@require_POST
def accept_offer(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Yes: the place is theirs. A second yes finds it theirs."""
    enrolment = enrolment_or_404(request, Permission.ANSWER_OFFER, ref)
    try:
        actions.accept_offer(enrolment=enrolment, by=request.user, at=timezone.now())
    except rules.WrongStatus as broken:
        enrolment.refresh_from_db(fields=["status", "offer_expires_at"])
        return over(request, enrolment, problem=str(broken))
    except RuleBroken as broken:
        return _offer_page(request, enrolment, problem=str(broken))
    return redirect("bookings:booked", ref=ref)


@require_http_methods(["GET", "POST"])
def decline_offer(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """No: asked once more, because the next family has the place at once."""
    enrolment = enrolment_or_404(request, Permission.ANSWER_OFFER, ref)
    if request.POST.get("sure") != "yes":
        if enrolment.status != Enrolment.Status.OFFERED or not is_kept(enrolment):
            return _offer_page(request, enrolment)
        return render(
            request,
            "bookings/decline_offer.html",
            {"enrolment": enrolment, "activity": enrolment.activity},
        )
    try:
        actions.decline_offer(enrolment=enrolment, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        enrolment.refresh_from_db(fields=["status", "offer_expires_at"])
        return over(request, enrolment, problem=str(broken))
    return redirect("bookings:offer", ref=ref)


def _offer_page(
    request: SignedInRequest, enrolment: Enrolment, *, problem: str = ""
) -> HttpResponse:
    may_answer = request.user.has_perm(Permission.ANSWER_OFFER, enrolment)
    if enrolment.status != Enrolment.Status.OFFERED or not is_kept(enrolment) or not may_answer:
        return over(request, enrolment)
    now, activity = timezone.now(), enrolment.activity
    cost = queries.cost_of_joining(activity, at=now)
    assert enrolment.offer_expires_at is not None
    return render(
        request,
        "bookings/offer.html",
        {
            "enrolment": enrolment,
            "activity": activity,
            "child": enrolment.person,
            "rows": _ticket_rows(enrolment, cost),
            "left": phrases.time_left(enrolment.offer_expires_at, at=now),
            "cost": cost,
            "sum": cost_rows(cost) if cost else [],
            "problem": problem,
            "has_errors": bool(problem),
        },
    )


def _ticket_rows(enrolment: Enrolment, cost: rules.Cost | None) -> list[dict[str, str]]:
    activity = enrolment.activity
    rows = [
        {"term": "When", "words": phrases.when(activity)},
        {"term": "Where", "words": phrases.where(activity)},
    ]
    if cost:
        first = f"{words.weekday_and_day(cost.first_on)} {cost.first_on.year}"
        price = words.money(cost.amount) if cost.amount else "Free"
        rows += [
            {"term": "First time", "words": first},
            {"term": "Price", "words": f"{price} to {words.day(cost.last_on)}"},
        ]
    if activity.teacher:
        rows.append({"term": "With", "words": str(activity.teacher)})
    return rows


def _spots(enrolment: Enrolment, standing: rules.Standing) -> list[dict[str, object]]:
    """The line around the child, by number: nobody else is named."""
    name = enrolment.person.first_name
    first = max(standing.position - SPOTS_EACH_SIDE, 1)
    last = min(standing.position + SPOTS_EACH_SIDE, max(standing.waiting, standing.position))
    since = words.weekday_and_day(timezone.localdate(enrolment.queued_at)).partition(" ")[2]
    spots: list[dict[str, object]] = []
    for number in range(first, last + 1):
        if number == standing.position:
            spots.append({"number": number, "words": f"{name}, since {since}", "is_you": True})
        else:
            side = "Before" if number < standing.position else "After"
            spots.append({"number": number, "words": f"{side} {name}"})
    return spots


def _gates(standing: rules.Standing) -> list[dict[str, str]]:
    """Each condition in words; the first that is not met is the one that blocks."""
    blocking = next((gate for gate in standing.gates if not gate.is_met), None)
    gates = []
    for gate in standing.gates:
        answer = "yes" if gate.is_met else "not yet"
        state = "met" if gate.is_met else "blocking" if gate is blocking else "open"
        gates.append({"title": f"{gate.name}: {answer}", "words": gate.words, "state": state})
    return gates
