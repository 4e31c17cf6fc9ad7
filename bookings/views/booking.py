"""Booking a place: who it is for, what they need, check, confirm."""

import datetime as dt
import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions, forms, phrases, queries, rules
from bookings.models import Activity, Enrolment
from bookings.queries import family
from bookings.views.common import enrolment_or_404, is_kept, over, to_its_page
from bookings.views.words import cost_rows, lesson_rows, summary
from core import queries as core
from core.access import Permission
from core.refusals import RuleBroken
from people import actions as people
from people import care
from people import forms as people_forms
from people import queries as people_queries
from people.models import ConsentWording
from people.requests import SignedInRequest

ASKED_WHEN_BOOKING = (ConsentWording.Kind.PHOTO, ConsentWording.Kind.MEDICAL)


@require_http_methods(["GET", "POST"])
def book_place(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Who is it for? Choosing holds the place."""
    activity = _activity(ref)
    form, problem = _who_form(request, activity), None

    if request.method == "POST" and form.is_valid():
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
            return to_its_page(enrolment)
        return over(request, enrolment, problem=str(broken))
    back = request.POST.get("back", "")
    return redirect("bookings:needs" if back == "needs" else "bookings:check_booking", ref=ref)


@require_POST
def release_hold(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The place is not wanted after all."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    actions.release_hold(enrolment=enrolment, by=request.user, at=timezone.now())
    return redirect("lessons:activity", ref=enrolment.activity.ref)


@require_http_methods(["GET", "POST"])
def needs(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """What helps and what we may do, as the family told us already: nothing is asked twice."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    if enrolment.status != Enrolment.Status.HELD:
        return _gone(request, enrolment)
    form = _needs_form(request, enrolment)

    if request.method == "POST" and form.is_valid():
        people.keep_needs(
            person=enrolment.person,
            needs=_needs_told(form),
            answers=[people.Answer(wording, given) for wording, given in form.answered()],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("bookings:check_booking", ref=ref)
    if not is_kept(enrolment):
        return over(request, enrolment)

    return render(
        request, "bookings/needs.html", {"form": form, **_held(enrolment), "step": "needs"}
    )


@require_safe
def check_booking(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Everything on one page before anything is agreed."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    if enrolment.status != Enrolment.Status.HELD or not is_kept(enrolment):
        return _gone(request, enrolment)
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
    if enrolment.status != Enrolment.Status.ACTIVE:
        return _gone(request, enrolment)
    activity = enrolment.activity
    return render(
        request,
        "bookings/booked.html",
        {
            "enrolment": enrolment,
            "activity": activity,
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


def _needs_form(request: SignedInRequest, enrolment: Enrolment) -> people_forms.NeedsForm:
    """The child's own page of needs, with only the consents that were never answered."""
    questions = people_queries.unanswered_questions(
        enrolment.person, timezone.localdate(), kinds=ASKED_WHEN_BOOKING
    )
    posted = request.POST if request.method == "POST" else None
    learner = getattr(enrolment.person, "learner", None)
    sees_care = request.user.has_perm(Permission.SEE_CARE, enrolment.person)
    initial = {}
    if posted is None and learner and sees_care:
        known = care.reveal(
            learner=learner,
            by=request.user,
            why="Their family opened it while booking",
            at=timezone.now(),
        )
        initial = people_forms.NeedsForm.from_care(
            known.what_helps, known.medical, known.emergency_contacts
        )
    form = people_forms.NeedsForm(
        posted, initial=initial, questions=questions, child_name=enrolment.person.first_name
    )
    if not sees_care:
        form.leave_out_care()
    return form


def _needs_told(form: people_forms.NeedsForm) -> people.Needs | None:
    if "medical" not in form.fields:
        return None
    return people.Needs(
        what_helps=form.what_helps(),
        medical=form.cleaned_data["medical"],
        emergency_contacts=form.cleaned_data["emergency_contacts"],
    )


def _held(enrolment: Enrolment) -> dict[str, object]:
    """What every page of a held place shows."""
    return {
        "enrolment": enrolment,
        "activity": enrolment.activity,
        "child": enrolment.person,
        "lede": phrases.at_a_glance(enrolment.activity),
    }


def _check_page(
    request: SignedInRequest, enrolment: Enrolment, *, problem: str = ""
) -> HttpResponse:
    cost = queries.cost_of_joining(enrolment.activity, at=timezone.now())
    leaving = core.wording("leaving", on=timezone.localdate())
    return render(
        request,
        "bookings/check_booking.html",
        {
            **_held(enrolment),
            "lesson": lesson_rows(enrolment.activity, cost),
            "who": summary(enrolment),
            "sum": cost_rows(cost) if cost else [],
            "cost": cost,
            "leaving": leaving,
            "problem": problem,
            "has_errors": bool(problem),
            "step": "check",
        },
    )


def _gone(request: SignedInRequest, enrolment: Enrolment) -> HttpResponse:
    """The place is not held any more: to where it stands, or to what happened."""
    if enrolment.status in {
        Enrolment.Status.WAITING,
        Enrolment.Status.OFFERED,
        Enrolment.Status.ACTIVE,
    }:
        return to_its_page(enrolment)
    return over(request, enrolment)


def _strip(activity: Activity, enrolment: Enrolment) -> str:
    own, face = activity.tile or "notes", enrolment.person.tile or "asha"
    return f"{own} clap {face} quarter two waves2 {own} sunny"
