"""What somebody needs, while their place is held: asked once, and kept with the person."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings.models import Enrolment
from bookings.views.common import enrolment_or_404, gone, held, is_kept, over
from core.access import Permission
from people import actions as people
from people import care
from people import forms as people_forms
from people import queries as people_queries
from people.models import ConsentWording
from people.requests import SignedInRequest

ASKED_WHEN_BOOKING = (ConsentWording.Kind.PHOTO, ConsentWording.Kind.MEDICAL)


@require_http_methods(["GET", "POST"])
def needs(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """What helps and what we may do, as the family told us already: nothing is asked twice."""
    enrolment = enrolment_or_404(request, Permission.BOOK_FOR_PERSON, ref)
    if enrolment.status != Enrolment.Status.HELD:
        return gone(request, enrolment)
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
        request,
        "bookings/needs.html",
        {
            "form": form,
            "told_before": bool(form.initial.get("emergency_contacts")) or form.is_bound,
            "is_self": enrolment.person_id == request.user.person_id,
            "step": "needs",
            **held(enrolment),
        },
    )


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
