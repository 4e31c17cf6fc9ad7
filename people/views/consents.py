"""What a family agrees to and takes back, and what an adult wants to be written about."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from people import actions, forms, queries
from people.models import ConsentWording
from people.requests import SignedInRequest
from people.views.common import edited, is_grown, seen


@require_POST
def answer_consent(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """A consent is given, or taken back as easily."""
    person = edited(request, ref)
    is_self = person.pk == request.user.person_id
    form = forms.ConsentForm(request.POST)
    if not form.is_valid():
        raise Http404
    kind = form.cleaned_data["kind"]
    is_news = kind == ConsentWording.Kind.MARKETING
    asked_of = queries.OF_ADULTS if is_self and is_news and is_grown(person) else queries.OF_PUPILS
    questions = queries.questions_in_force(timezone.localdate(), kinds=[kind], audiences=asked_of)
    if not questions:
        raise Http404

    is_given = form.cleaned_data["answer"] == "yes"
    actions.answer_consents(
        person=person,
        answers=[actions.Answer(questions[0], is_given)],
        by=request.user,
        at=timezone.now(),
    )
    said = "You said yes" if is_given else "You said no"
    messages.success(request, f"{said}: {questions[0].title.lower()}. It counts from now.")
    if is_news:
        return redirect("people:my_details")
    return redirect("people:child", ref=person.ref)


@require_safe
def consent_history(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Every answer: when, by whom, and in the words it was given to."""
    person = seen(request, ref)
    before = request.GET.get("before", "")
    answers, onward = queries.answers_before(
        person, int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    )
    names = queries.names_known(person, request.user)
    return render(
        request,
        "people/consent_history.html",
        {
            "child": person,
            "is_self": person.pk == request.user.person_id,
            "answers": [
                {
                    "title": answer.wording.title,
                    "version": answer.wording.version,
                    "is_given": answer.is_given,
                    "at": answer.at,
                    "by": names.get(answer.by_person_id, "Another adult"),
                    "words": answer.wording.wording.replace("{child}", person.first_name),
                }
                for answer in answers
            ],
            "onward": onward,
            "is_later": bool(before),
        },
    )


@require_POST
def choose_digest(request: SignedInRequest) -> HttpResponse:
    """A weekly email is asked for, or stopped as easily."""
    form = forms.DigestForm(request.POST)
    if not form.is_valid():
        raise Http404
    wants = form.cleaned_data["answer"] == "yes"
    actions.choose_digest(wants=wants, by=request.user, at=timezone.now())
    messages.success(
        request,
        "We write to you each week." if wants else "The weekly email stops. Changes still come.",
    )
    return redirect("people:my_details")
