"""Leaving a place: the last day before anything is said, then the receipt."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import actions, forms, queries
from bookings.models import Enrolment
from bookings.views.common import enrolment_or_404, to_its_page
from core import words
from core.access import Permission
from core.refusals import RuleBroken
from people.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
def give_notice(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The page says which day is the last; the button gives notice."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    if enrolment.status != Enrolment.Status.ACTIVE or enrolment.ends_on:
        return to_its_page(enrolment)
    leaving = queries.leaving_of(enrolment, at=timezone.now())
    form = forms.NoticeForm(request.POST or None)

    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            told = actions.give_notice(
                enrolment=enrolment, reason=reason, by=request.user, at=timezone.now()
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            assert told.ends_on is not None
            messages.success(
                request,
                f"We have your notice. {enrolment.person.first_name} is welcome until"
                f" {words.day(told.ends_on)}.",
            )
            return redirect("bookings:enrolment", ref=ref)

    return render(
        request,
        "bookings/give_notice.html",
        {"enrolment": enrolment, "activity": enrolment.activity, "leaving": leaving, "form": form},
    )
