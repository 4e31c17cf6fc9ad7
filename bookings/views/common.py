"""What the doors of bookings share: one's own enrolment, and what is said when it is over."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from bookings import phrases
from bookings.models import Activity, Enrolment
from core.access import Permission, get_permitted_or_404
from people.requests import SignedInRequest

WITH_ALL = (
    "person__learner__school",
    "booked_by",
    "activity__centre",
    "activity__school",
    "activity__room",
    "activity__teacher",
    "activity__rate",
)
_PAGES = {
    Enrolment.Status.WAITING: "bookings:waiting",
    Enrolment.Status.OFFERED: "bookings:offer",
    Enrolment.Status.HELD: "bookings:check_booking",
    Enrolment.Status.ACTIVE: "bookings:enrolment",
}


def enrolment_or_404(request: SignedInRequest, permission: Permission, ref: uuid.UUID) -> Enrolment:
    """One enrolment this user may act on; another family's does not exist."""
    return get_permitted_or_404(
        request.user, permission, Enrolment.objects.select_related(*WITH_ALL), ref=ref
    )


def is_kept(enrolment: Enrolment) -> bool:
    """A hold or an offer that has not run out, swept or not."""
    until = enrolment.offer_expires_at
    return until is not None and until > timezone.now()


def is_training(enrolment: Enrolment) -> bool:
    """Whom a school sends has a page of their own, without terms and without a child."""
    return enrolment.activity.kind == Activity.Kind.TRAINING


def to_its_page(enrolment: Enrolment) -> HttpResponse:
    """Where this enrolment stands now: for a page that has gone stale."""
    if is_training(enrolment):
        return redirect("lessons:training_place", ref=enrolment.ref)
    page = _PAGES.get(Enrolment.Status(enrolment.status), "bookings:enrolment")
    return redirect(page, ref=enrolment.ref)


def over(request: SignedInRequest, enrolment: Enrolment, *, problem: str = "") -> HttpResponse:
    """What happened, and one tap to try again."""
    heading, words = phrases.what_happened(enrolment)
    if enrolment.status == Enrolment.Status.HELD and not is_kept(enrolment):
        heading, words = (
            "The time ran out",
            "We kept the place for as long as we said. Nothing was booked, nothing is owed, and"
            " what you told us is kept.",
        )
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "activity": enrolment.activity,
        "heading": heading,
        "words": problem or words,
        "may_try_again": request.user.has_perm(Permission.BOOK_FOR_PERSON, enrolment)
        and enrolment.status
        in {
            Enrolment.Status.HELD,
            Enrolment.Status.LAPSED,
            Enrolment.Status.CANCELLED,
            Enrolment.Status.DECLINED,
        },
    }
    return render(request, "bookings/over.html", context)


def gone(request: SignedInRequest, enrolment: Enrolment) -> HttpResponse:
    """The place is not held any more: to where it stands, or to what happened."""
    if enrolment.status in {
        Enrolment.Status.WAITING,
        Enrolment.Status.OFFERED,
        Enrolment.Status.ACTIVE,
    }:
        return to_its_page(enrolment)
    return over(request, enrolment)


def held(enrolment: Enrolment) -> dict[str, object]:
    """What every page of a held place shows."""
    return {
        "enrolment": enrolment,
        "activity": enrolment.activity,
        "child": enrolment.person,
        "lede": phrases.at_a_glance(enrolment.activity),
    }
