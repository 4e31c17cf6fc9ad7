"""Booking a place: who it is for, what they need, check, confirm."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions, forms, phrases, queries, rules
from bookings.models import Activity, Enrolment
from bookings.queries import family
from bookings.views.common import (
    enrolment_or_404,
    gone,
    held,
    is_kept,
    is_training,
    over,
    to_its_page,
)
from bookings.views.words import cost_rows, lesson_rows, payment_note, summary
from core import queries as core
from core.access import Permission
from core.refusals import RuleBroken
from people.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
def book_place(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Who is it for? Choosing holds the place."""
    activity, problem = _activity(ref), None
    if activity.kind == Activity.Kind.TRAINING:
        return redirect("lessons:book_training", ref=ref)

    if request.method == "POST" and (form := _who_form(request, activity)).is_valid():
        try:
            enrolment = actions.hold_place(
                activity=activity, person=form.person, by=request.user, at=timezone.now()
            )
        except RuleBroken as broken:
            problem = broken
        else:
            return redirect("bookings:needs", ref=enrolment.ref)

    return _who_page(request, activity, problem)


@require_http_methods(["GET", "POST"])
def join_waiting_list(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The same question where every place is taken; the answer is a place in the line."""
    if request.method == "GET":
        return redirect("bookings:book_place", ref=ref)
    activity = _activity(ref)
    form, problem = _who_form(request, activity), None

    if form.is_valid():
        try:
            enrolment = actions.join_waiting_list(
                activity=activity, person=form.person, by=request.user, at=timezone.now()
            )
        except RuleBroken as broken:
            problem = broken
        else:
            return redirect("bookings:waiting", ref=enrolment.ref)

    return _who_page(request, activity, problem)


@require_POST
def extend_hold(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """A few minutes more, once."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    try:
        actions.extend_hold(enrolment=enrolment, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        if enrolment.status == Enrolment.Status.HELD and is_kept(enrolment):
            messages.error(request, str(broken))
            return to_its_page(enrolment)
        return over(request, enrolment, problem=str(broken))
    back = request.POST.get("back", "")
    return redirect("bookings:needs" if back == "needs" else "bookings:check_booking", ref=ref)


@require_POST
def release_hold(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The place is not wanted after all."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    actions.release_hold(enrolment=enrolment, by=request.user, at=timezone.now())
    messages.success(request, "The place is free again. Nothing was booked, and nothing is owed.")
    return redirect("lessons:activity", ref=enrolment.activity.ref)


@require_safe
def check_booking(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Everything on one page before anything is agreed."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    if enrolment.status != Enrolment.Status.HELD or not is_kept(enrolment):
        return gone(request, enrolment)
    return _check_page(request, enrolment)


@require_POST
def confirm_place(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The place is theirs. A second press finds it booked."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    try:
        actions.confirm_place(enrolment=enrolment, by=request.user, at=timezone.now())
    except rules.WrongStatus as broken:
        enrolment.refresh_from_db(fields=["status", "offer_expires_at"])
        return over(request, enrolment, problem=str(broken))
    except RuleBroken as broken:
        return _check_page(request, enrolment, problem=str(broken))
    return redirect("bookings:booked", ref=ref)


@require_safe
def booked(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """It is done: the reference, what happens next, the dates."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    if is_training(enrolment) or enrolment.status != Enrolment.Status.ACTIVE:
        return gone(request, enrolment)
    activity = enrolment.activity
    return render(
        request,
        "bookings/booked.html",
        {
            "enrolment": enrolment,
            "activity": activity,
            "heading": _is_in(request, enrolment),
            "lede": phrases.at_a_glance(activity),
            "reference": phrases.reference(enrolment.ref),
            "tiles": _strip(activity, enrolment),
            "dates": family.dates_of(enrolment, at=timezone.now()),
            "charges": family.charges_of(enrolment),
        },
    )


def _activity(ref: uuid.UUID) -> Activity:
    published = Activity.objects.published().select_related(
        "centre", "school", "room", "teacher", "rate"
    )
    return get_object_or_404(published, ref=ref)


def _who_form(request: SignedInRequest, activity: Activity) -> forms.WhoForm:
    """The quick form of a press: whoever this user may book for. The action decides the rest."""
    people = family.whom_to_book(activity, request.user)
    return forms.WhoForm(
        request.POST or None,
        candidates=[family.Candidate(person) for person, may_book in people if may_book],
        user_person_id=request.user.person_id,
        on=timezone.localdate(),
    )


def _who_page(
    request: SignedInRequest, activity: Activity, problem: RuleBroken | None
) -> HttpResponse:
    """The question with everybody in it, those who may not with the reason."""
    now = timezone.now()
    if problem:
        activity.refresh_from_db(fields=["places_taken", "status"])
    cost = queries.cost_of_joining(activity, at=now)
    on = cost.first_on if cost else timezone.localdate(now)
    form = forms.WhoForm(
        request.POST if request.method == "POST" else None,
        initial={"who": request.GET.get("who", "")},
        candidates=family.candidates(activity, family.whom_to_book(activity, request.user), on=on),
        user_person_id=request.user.person_id,
        on=on,
    )
    if len(form.people) == 1 and not form.initial["who"]:
        form.initial["who"] = next(iter(form.people))
    if problem:
        form.say(str(problem))
    return render(
        request,
        "bookings/book_place.html",
        {
            "form": form,
            "activity": activity,
            "closed": _why_closed(activity, cost, at=now),
            "rows": lesson_rows(activity, cost),
            "cost": cost,
            "is_full": activity.is_full,
        },
    )


def _why_closed(activity: Activity, cost: rules.Cost | None, *, at: dt.datetime) -> str:
    try:
        rules.check_open(activity, meets_again=cost is not None, at=at)
    except RuleBroken as broken:
        return str(broken)
    return ""


def _check_page(
    request: SignedInRequest, enrolment: Enrolment, *, problem: str = ""
) -> HttpResponse:
    cost = queries.cost_of_joining(enrolment.activity, at=timezone.now())
    leaving = core.wording("leaving", on=timezone.localdate())
    return render(
        request,
        "bookings/check_booking.html",
        {
            **held(enrolment),
            "lesson": lesson_rows(enrolment.activity, cost, another=True),
            "who": summary(enrolment),
            "sum": cost_rows(cost) if cost else [],
            "note": payment_note(enrolment.activity, cost),
            "cost": cost,
            "leaving": leaving,
            "leave_by": phrases.how_to_leave(leaving.body) if leaving else "",
            "problem": problem,
            "has_errors": bool(problem),
            "step": "check",
        },
    )


def _is_in(request: SignedInRequest, enrolment: Enrolment) -> str:
    is_self = enrolment.person_id == request.user.person_id
    return "You are in" if is_self else f"{enrolment.person.first_name} is in"


def _strip(activity: Activity, enrolment: Enrolment) -> str:
    own, face = activity.tile or "notes", enrolment.person.tile or "asha"
    return f"{own} clap {face} quarter two waves2 {own} sunny"
