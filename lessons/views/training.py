"""Training for school staff: what is coming, sending somebody, their place."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.models import Account
from bookings import phrases
from bookings.models import Activity, Enrolment
from bookings.queries.sessions import begins_at
from core import limits, words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from lessons.actions import training as actions
from lessons.forms.training import BookTrainingForm, ShownForm
from lessons.queries import training as queries
from lessons.rules import training as rules
from people.models import School, User
from people.queries import schools_matching
from people.requests import SignedInRequest

REFUSED = 422
LONGEST_SEARCH = 100
HOUR = 60 * 60
_WOULD_COME = (*Enrolment.LIVE, Enrolment.Status.CANCELLED)


@require_safe
@login_not_required
def training(request: HttpRequest) -> HttpResponse:
    """What is coming for school staff; and, signed in, whom one's schools send."""
    user = request.user if isinstance(request.user, User) else None
    coming = queries.courses_to_come(few=settings.FEW_PLACES, at=timezone.now())
    return render(
        request,
        "lessons/training.html",
        {
            "coming": [_card(each) for each in coming],
            "mine": queries.places_of(user) if user else [],
            "late": rules.in_sentences(queries.steps_on(timezone.localdate())),
        },
    )


@require_http_methods(["GET", "POST"])
def book_training(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Which school, and whom it sends; the price and the rule of cancelling before the press."""
    rows = Activity.objects.published().filter(kind=Activity.Kind.TRAINING)
    activity = get_object_or_404(rows.select_related("centre", "school", "room", "rate"), ref=ref)
    form = _booking_form(request)

    if request.method == "POST" and form.is_valid():
        try:
            check_sends(request)
            place = actions.book_training(
                activity=activity,
                school=form.chosen_school,
                person=form.sent,
                shown=ShownForm(request.POST).shown,
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return _booked(request, place)

    return _booking_page(request, activity, form)


@require_safe
def training_place(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """One place: who comes, when, where, what the school pays, what cancelling costs."""
    return _place_page(request, place_or_404(request, ref))


@require_POST
def accept_training_offer(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Yes to the place that came free."""
    place = place_or_404(request, ref)
    try:
        actions.accept_training_offer(enrolment=place, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        return _place_page(request, place_or_404(request, ref), problem=str(broken))
    return redirect("lessons:training_place", ref=ref)


@require_http_methods(["GET", "POST"])
def cancel_training(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """What it costs to cancel today, and the button."""
    place, problem = place_or_404(request, ref), ""

    if request.method == "POST":
        try:
            actions.cancel_training(
                enrolment=place,
                shown=ShownForm(request.POST).shown,
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            problem = str(broken)
        else:
            messages.success(request, f"{place.person} is not booked any more.")
            return redirect("lessons:training_place", ref=ref)

    if place.status not in Enrolment.LIVE:
        return redirect("lessons:training_place", ref=ref)
    return render(
        request,
        "lessons/cancel_training.html",
        {
            "place": place,
            "activity": place.activity,
            "leaving": queries.leaving_of(place, at=timezone.now()),
            "problem": problem,
            "has_errors": bool(problem),
        },
        status=REFUSED if problem else 200,
    )


def _card(each: queries.Coming) -> dict[str, Any]:
    """As components/result_card.html reads it."""
    activity, day = each.activity, words.weekday_and_day(each.day)
    starts, ends = (timezone.localtime(end).time() for end in (each.starts_at, each.ends_at))
    return {
        "ref": activity.ref,
        "title": activity.title,
        "tile": activity.tile or "notes",
        "place": str(activity.place or "Online"),
        "miles": None,
        "when": f"{day}, {words.clock(starts)} to {words.clock(ends)}",
        "who": activity.summary or "School staff",
        "price": each.price,
        "places": each.places,
    }


def place_or_404(request: SignedInRequest, ref: uuid.UUID) -> Enrolment:
    """Their own place, or one that a school of theirs pays for."""
    rows = queries.places()
    theirs = rows.filter(person_id=request.user.person_id)
    if theirs.filter(ref=ref).exists():
        return get_permitted_or_404(request.user, Permission.SEE_ENROLMENT, theirs, ref=ref)
    payers = Account.objects.filter(school__isnull=False)
    sent = rows.filter(ref=ref)
    get_permitted_or_404(request.user, Permission.SEE_SCHOOL, payers, enrolments__in=sent)
    return rows.get(ref=ref)


def may_see_place(user: User, place: Enrolment) -> bool:
    """As `place_or_404` answers: whoever speaks for no school may book what they cannot see."""
    if place.person_id == user.person_id:
        return True
    return place.account is not None and user.has_perm(Permission.SEE_SCHOOL, place.account)


def check_sends(request: SignedInRequest) -> None:
    """Each place writes to an address that anybody typed: only so many in an hour."""
    most = settings.TRAINING_PLACES_AN_HOUR
    if limits.is_over("training", str(request.user.pk), most=most, seconds=HOUR):
        raise RuleBroken("You have sent many people in an hour. Send the next later, or ring us.")


def _booked(request: SignedInRequest, place: Enrolment) -> HttpResponse:
    """The page of the place; or the course's own, which says there what came of it."""
    if may_see_place(request.user, place):
        return redirect("lessons:training_place", ref=place.ref)
    messages.success(request, _said_of(place))
    return redirect("lessons:activity", ref=place.activity.ref)


def _said_of(place: Enrolment) -> str:
    if place.status == Enrolment.Status.ACTIVE:
        return f"{place.person} has a place on {place.activity}. We are telling them."
    return f"{place.person} is on the waiting list of {place.activity}."


def _booking_form(request: SignedInRequest) -> BookTrainingForm:
    own = queries.schools_of(request.user)
    schools = own or schools_matching(_sought(request))
    return BookTrainingForm(
        request.POST or None,
        schools=schools,
        people=queries.to_send(own) if own else [],
        user=request.user.person,
    )


def _sought(request: SignedInRequest) -> str:
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get("q", "")[:LONGEST_SEARCH]


def _booking_page(
    request: SignedInRequest, activity: Activity, form: BookTrainingForm
) -> HttpResponse:
    price = queries.price_now(activity, at=timezone.now())
    return render(
        request,
        "lessons/book_training.html",
        {
            "form": form,
            "activity": activity,
            "rows": _rows(activity),
            "price": price,
            "is_full": activity.is_full,
            "serves": bool(request.user.schools_served()),
            "sought": _sought(request),
            "late": rules.in_sentences(queries.steps_on(timezone.localdate())) if price else [],
        },
        status=REFUSED if form.errors else 200,
    )


def _place_page(request: SignedInRequest, place: Enrolment, *, problem: str = "") -> HttpResponse:
    now = timezone.now()
    begins = begins_at(place.activity)
    leaving = queries.leaving_of(place, at=now)
    may_see_bill = _is_of_school(request.user, place)
    return render(
        request,
        "lessons/training_place.html",
        {
            "place": place,
            "activity": place.activity,
            "school": place.account.school if place.account else None,
            "rows": [{"term": "Who", "words": str(place.person)}, *_rows(place.activity)],
            "heading": _heading(place, is_over=bool(begins and begins <= now)),
            "is_called_off": queries.is_called_off(place.activity),
            "credited": queries.credited_of(place) if may_see_bill else None,
            "is_offered": place.status == Enrolment.Status.OFFERED,
            "may_cancel": place.status in Enrolment.LIVE and not (begins and begins <= now),
            "leaving": leaving,
            "charges": _charges(place) if may_see_bill else [],
            "may_see_bill": may_see_bill,
            "certificate": queries.certificate_of(place),
            "reference": phrases.reference(place.ref),
            "problem": problem,
            "has_errors": bool(problem),
        },
        status=REFUSED if problem else 200,
    )


def _charges(place: Enrolment) -> list[dict[str, Any]]:
    """What the school owes, each with its sum in words."""
    return [
        {"charge": charge, "why": rules.why_late(charge.explanation)}
        for charge in queries.charges_of(place)
    ]


def _is_of_school(user: User, place: Enrolment) -> bool:
    school: School | None = place.account.school if place.account else None
    return school is not None and user.has_perm(Permission.SEE_BILL, school)


def _heading(place: Enrolment, *, is_over: bool) -> str:
    name = place.person.first_name
    if is_over and place.status in Enrolment.LIVE:
        return place.activity.title
    if place.status in _WOULD_COME and queries.is_called_off(place.activity):
        return f"{place.activity.title} is called off"
    return {
        Enrolment.Status.ACTIVE: f"{name} has a place",
        Enrolment.Status.WAITING: f"{name} is on the waiting list",
        Enrolment.Status.OFFERED: f"There is a place for {name}",
        Enrolment.Status.LAPSED: "The time ran out",
        Enrolment.Status.CANCELLED: f"{name} is not booked",
        Enrolment.Status.DECLINED: "You said no to this place",
    }.get(Enrolment.Status(place.status), str(place.activity))


def _rows(activity: Activity) -> list[dict[str, str]]:
    days = [
        f"{words.weekday_and_day(timezone.localdate(each.during.lower))}, {phrases.times(each)}"
        for each in queries.dates_of(activity)
    ]
    rows = [
        {"term": "Training", "words": activity.title},
        {"term": "When", "words": "\n".join(days) or "To be arranged"},
        {"term": "Where", "words": phrases.where(activity)},
    ]
    if activity.teacher:
        rows.append({"term": "With", "words": str(activity.teacher)})
    return rows
