"""What a place on training that a school has is good for: a colleague instead, a certificate."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bookings import phrases
from bookings.models import Enrolment
from core import words
from core.documents import as_download, pdf
from core.refusals import RuleBroken
from lessons.actions import training as actions
from lessons.forms.training import HandOverForm
from lessons.queries import training as queries
from lessons.rules import phrases as lessons
from lessons.views.training import REFUSED, check_sends, may_see_place, place_or_404
from people.models import Person
from people.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
def hand_over_training(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Which colleague has the place instead; its price and its rule stay."""
    place = place_or_404(request, ref)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        people=_colleagues(request, place),
        user=request.user.person,
    )

    if request.method == "POST" and form.is_valid():
        try:
            check_sends(request)
            handed = actions.hand_over_training(
                enrolment=place, to=form.sent, by=request.user, at=timezone.now()
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{handed.person} has the place now. We are telling them.")
            if may_see_place(request.user, handed):
                return redirect("lessons:training_place", ref=ref)
            return redirect("lessons:training")  # the place is nothing of theirs any more

    if place.status != Enrolment.Status.ACTIVE:
        return redirect("lessons:training_place", ref=ref)
    return render(
        request,
        "lessons/hand_over_training.html",
        {"place": place, "activity": place.activity, "form": form},
        status=REFUSED if form.errors else 200,
    )


@require_safe
def certificate(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """A document for who was there."""
    place = place_or_404(request, ref)
    found = queries.certificate_of(place)
    if found is None:
        raise Http404
    return as_download(pdf("certificate", _values(found)), "certificate.pdf")


def _colleagues(request: SignedInRequest, place: Enrolment) -> Sequence[Person]:
    """Those of the school that pays, to whoever speaks for it; nobody else is told any name."""
    school = place.account.school if place.account else None
    if school is None or school.pk not in request.user.schools_served():
        return []
    everybody = {person.pk: person for person in queries.colleagues([school])}
    everybody[request.user.person_id] = request.user.person
    return [person for key, person in everybody.items() if key != place.person_id]


def _values(found: queries.Certificate) -> dict[str, Any]:
    """What the certificate says: plain values."""
    place, activity = found.enrolment, found.enrolment.activity
    return {
        "title": "Certificate",
        "description": f"Certificate of attendance: {activity.title}",
        "reference": phrases.reference(place.ref),
        "person": str(place.person),
        "school": str(place.account.school) if place.account else "",
        "course": activity.title,
        "days": [words.day(day) for day in found.days],
        "hours": lessons.duration(found.minutes),
        "place": str(activity.place or "online"),
        "teacher": str(activity.teacher or ""),
    }
