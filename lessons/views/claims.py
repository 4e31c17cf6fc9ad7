"""The door of a take-home letter: a typed code, the school's own offer, a place held."""

import uuid

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings import queries as bookings
from bookings.models import Activity
from bookings.queries import family
from core import limits
from core.refusals import RuleBroken
from lessons import queries as lessons
from lessons.actions import claims as actions
from lessons.forms.claims import LONGEST_TYPED, ClaimForForm, ClaimForm
from lessons.models import ClaimCode
from lessons.queries import claims as queries
from lessons.rules import claims as rules
from lessons.rules import price
from people.models import User
from people.requests import SignedInRequest

KEPT = "claim"
MINUTE = 60
TOO_MANY = "That was many codes in a short time. Wait ten minutes, or call us"
TYPE_AGAIN = "Type the code of your letter once more, please."


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Wrong, used and too old are one answer; nobody learns which."""
    typed = request.GET.get("code", "")[:LONGEST_TYPED]
    code_read = rules.read(typed)
    initial = {"code": rules.printed(code_read) if code_read else typed}
    form = ClaimForm(request.POST or None, initial=initial)
    status = 200

    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        is_guessing = _tries_too_often(request)
        code = None if is_guessing else queries.code_named(form.cleaned_data["code"])
        if code and queries.standing_of(code, _user(request), at=now) != rules.Standing.OVER:
            actions.open_offer(code=code, by=_user(request), at=now)
            request.session[KEPT] = str(code.ref)
            return redirect("lessons:claim_offer")
        form.add_error("code", TOO_MANY if is_guessing else str(rules.NoSuchCode()))
        status = 429 if is_guessing else 422

    kept = _kept(request) if request.method == "GET" and not typed else None
    return render(request, "lessons/claim.html", {"form": form, "kept": kept}, status=status)


@login_not_required
@never_cache
@require_safe
def claim_offer(request: HttpRequest) -> HttpResponse:
    """What the school's letter opens: lessons there, groups near, what they cost."""
    code = _kept(request)
    if code is None:
        messages.info(request, TYPE_AGAIN)
        return redirect("lessons:claim")
    offer = queries.offer_of(code, at=timezone.now())
    return render(
        request,
        "lessons/claim_offer.html",
        {
            "offer": offer,
            "until": rules.last_day(code.expires_at),
            "child": _their_child(code, request),
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
def claim_place(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Which child is it for? Choosing uses the code and holds the place."""
    code = _kept(request)
    if code is None:
        messages.info(request, TYPE_AGAIN)
        return redirect("lessons:claim")
    activity = get_object_or_404(lessons.published(request.user), ref=ref)
    form = _for_form(request, activity, code)

    if request.method == "POST" and form.is_valid():
        waits = "wait" in request.POST
        try:
            enrolment = actions.claim_place(
                code=code,
                activity=activity,
                person=form.person,
                waits=waits,
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            activity.refresh_from_db(fields=["places_taken", "status"])
            form.add_error(None, str(broken))
        else:
            return redirect("bookings:waiting" if waits else "bookings:needs", ref=enrolment.ref)

    return _place_page(request, activity, form)


def _place_page(request: SignedInRequest, activity: Activity, form: ClaimForForm) -> HttpResponse:
    now = timezone.now()
    page = lessons.activity_page(activity, few=settings.FEW_PLACES, at=now)
    return render(
        request,
        "lessons/claim_place.html",
        {
            "form": form,
            "activity": activity,
            "page": page,
            "price": price(activity),
            "is_full": activity.is_full,
            "here": request.path,
        },
        status=422 if form.errors else 200,
    )


def _for_form(request: SignedInRequest, activity: Activity, code: ClaimCode) -> ClaimForForm:
    """The family's children, those who may not with the reason; the one named before is chosen."""
    cost = bookings.cost_of_joining(activity, at=timezone.now())
    on = cost.first_on if cost else timezone.localdate()
    children = [
        (person, may_book)
        for person, may_book in family.whom_to_book(activity, request.user)
        if person.pk != request.user.person_id  # a letter is a child's, whoever may come
    ]
    candidates = family.candidates(activity, children, on=on)
    form = ClaimForForm(request.POST or None, candidates=candidates)
    if (added := request.GET.get("who", "")) in form.people:
        form.initial["who"] = added
    elif code.child_id:
        form.initial["who"] = str(code.child.ref) if code.child else ""
    elif len(form.people) == 1:
        form.initial["who"] = next(iter(form.people))
    return form


def _kept(request: HttpRequest) -> ClaimCode | None:
    """The code typed in this session, as long as it opens something for whoever asks."""
    ref = request.session.get(KEPT)
    code = queries.code_kept(ref) if ref else None
    if code is None:
        return None
    stands = queries.standing_of(code, _user(request), at=timezone.now())
    return None if stands == rules.Standing.OVER else code


def _their_child(code: ClaimCode, request: HttpRequest) -> str:
    """The child for whom its own family used the code; to everybody else there is none."""
    user = _user(request)
    is_theirs = user is not None and code.claimed_by_id == user.person_id
    return code.child.first_name if is_theirs and code.child else ""


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _tries_too_often(request: HttpRequest) -> bool:
    address = str(get_adapter().get_client_ip(request))
    seconds = settings.CLAIM_TRIES_MINUTES * MINUTE
    return limits.is_over("claim", address, most=settings.CLAIM_TRIES, seconds=seconds)
