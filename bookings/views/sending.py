"""The door at which phones knock: who is signed in, what to keep, and the marks they kept."""

import json
import uuid
from typing import Any

from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings import actions, forms, rules
from bookings.models import Session
from bookings.queries import registers
from people.requests import SignedInRequest

_NOT_YOURS = "A register is not yours to take any more. Ask the head of the centre."


@never_cache
@require_http_methods(["GET", "POST"])
def send_marks(request: SignedInRequest) -> JsonResponse:
    """A phone asks who is signed in and what to keep for no signal, or sends the marks it kept."""
    who = str(request.user.person.ref)
    if request.method == "GET":
        return JsonResponse({"who": who, "token": get_token(request), **_kept(request)})
    sending = _read(request)
    if sending is None:
        return JsonResponse({"who": who}, status=400)
    if sending.who != who:
        return JsonResponse({"who": who}, status=409)

    refs = [*sending.said, *sending.counted]
    sessions = registers.sessions_to_mark(request.user, refs)
    answers = _marked(request, sending, sessions) + _counted(request, sending, sessions)
    lost = "One of the marks on this phone cannot be read any more."
    answers += [
        {"key": key, "outcome": actions.REFUSED, "words": lost} for key in sending.unreadable
    ]

    return JsonResponse({"who": who, "answers": answers})


def _read(request: SignedInRequest) -> forms.Sending | None:
    try:
        return forms.read_sending(json.loads(request.body))
    except (ValueError, RecursionError):
        return None


def _marked(
    request: SignedInRequest, sending: forms.Sending, sessions: dict[uuid.UUID, Session]
) -> list[dict[str, Any]]:
    batches = [(sessions[ref], said) for ref, said in sending.said.items() if ref in sessions]
    answers = actions.keep_batches(batches=batches, by=request.user, at=timezone.now())
    strange = [one for ref, said in sending.said.items() if ref not in sessions for one in said]
    answers += [actions.refusal(one, _NOT_YOURS) for one in strange]
    return [
        {
            "key": str(one.client_key),
            "line": one.line_id,
            "outcome": one.outcome,
            "mark": one.mark,
            "version": one.version,
            "words": one.words,
        }
        for one in answers
    ]


def _counted(
    request: SignedInRequest, sending: forms.Sending, sessions: dict[uuid.UUID, Session]
) -> list[dict[str, Any]]:
    """A class answers as one line, known by its register's own name."""
    batches = [(sessions[ref], said) for ref, said in sending.counted.items() if ref in sessions]
    answers = actions.keep_counts(batches=batches, by=request.user, at=timezone.now())
    answers += [
        actions.refused_count(one, ref, _NOT_YOURS)
        for ref, said in sending.counted.items()
        if ref not in sessions
        for one in said
    ]
    return [
        {
            "key": str(one.client_key),
            "line": str(one.ref),
            "outcome": one.outcome,
            "mark": str(one.heads or ""),
            "version": one.version,
            "words": one.words,
        }
        for one in answers
    ]


def _kept(request: SignedInRequest) -> dict[str, Any]:
    """Pages a phone keeps, each with the moment it forgets it, by our clock and not its own."""
    now = timezone.now()
    today = rules.midnight_after(timezone.localdate(now))
    pages = [{"url": reverse("bookings:my_teaching"), "until": today.timestamp() * 1000}]
    for session in registers.kept_on_phone(request.user, at=now):
        until = rules.midnight_after(rules.day_of(session))
        url = reverse("bookings:register", kwargs={"ref": session.ref})
        pages.append({"url": url, "until": until.timestamp() * 1000})
    return {"now": now.timestamp() * 1000, "keep": pages}
