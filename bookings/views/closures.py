"""Closing a day from a phone: what, when, why; who is affected; once; and undoing it."""

import datetime as dt
import uuid
from collections import Counter
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions, forms
from bookings.models import Closure
from bookings.queries import closing_desk, makeups
from bookings.queries import closures as queries
from bookings.queries.worth import worths
from bookings.rules import closures as rules
from bookings.rules.promises import HourPromised
from bookings.views.closing_words import (
    SHOWN,
    far,
    heading,
    place_of,
    rows_of,
    when_of,
)
from bookings.views.insisting import is_insisted, not_put_back
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people.requests import SignedInRequest

PROPOSED = 12
_PLACE = ("centre", "school", "room__centre", "activity__centre", "cause", "closed_by", "undone_by")


@require_http_methods(["GET", "POST"])
def close_place(request: SignedInRequest) -> HttpResponse:
    """Three questions, then who is affected, then once more: yes."""
    desk, now = closing_desk.desk_of(request.user), timezone.now()
    if desk is None:
        raise Http404
    said = request.POST if request.method == "POST" else None
    form = forms.ClosingForm(said, initial=_asked_for(request, desk), desk=desk, at=now)
    step = request.POST.get("step", "")

    if said is None or step == "change" or form.asks_more or not form.is_valid():
        return _questions(request, form, is_wrong=bool(said) and step != "change")
    try:
        rules.check_span(form.span, today=timezone.localdate(now))
        return _preview_or_close(request, form, now=now)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
    return _questions(request, form, is_wrong=True)


@require_safe
def closure(request: SignedInRequest, slug: str) -> HttpResponse:
    """How far it is, and until when it can be undone."""
    return _closure_page(request, _closure_or_404(request, slug))


@require_POST
def undo_closure(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everything as it was; or why not."""
    closed = _closure_or_404(request, slug)
    try:
        actions.undo_closure(
            closure=closed, all_the_same=is_insisted(request), by=request.user, at=timezone.now()
        )
    except HourPromised as promised:
        return _closure_page(request, closed, promised=promised)
    except RuleBroken as broken:
        return _closure_page(request, closed, problem=str(broken))
    return redirect("bookings:closure", slug=slug)


def _preview_or_close(
    request: SignedInRequest, form: forms.ClosingForm, *, now: dt.datetime
) -> HttpResponse:
    """What would follow is looked up again when it is confirmed: a change is shown and asked."""
    kept, span = _refs(request.POST.getlist("keep")), form.span
    whole, _ = queries.preview(span, at=now)
    is_confirmed = request.POST.get("step") == "confirm"
    if is_confirmed and not whole.sessions and (standing := queries.standing(span)):
        return redirect("bookings:closure", slug=standing.slug)  # a second press: it is done
    seen = rules.Seen.read(request.POST.get("seen", ""))
    changed = rules.differences(seen, whole.seen()) if "seen" in request.POST else []
    if not is_confirmed or changed:
        return _preview(request, form, whole, kept=kept, changed=changed)
    closed = actions.close_place(
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        from_time=span.from_time,
        until_time=span.until_time,
        centre=span.centre,
        school=span.school,
        room=span.room,
        activity=span.activity,
        kept_on=[session for session in whole.sessions if session.ref in kept],
        reason=form.words,
        cause=form.why,
        by=request.user,
        at=now,
    )
    return redirect("bookings:closure", slug=closed.slug)


def _preview(
    request: SignedInRequest,
    form: forms.ClosingForm,
    follows: queries.Following,
    *,
    kept: set[uuid.UUID],
    changed: list[str],
) -> HttpResponse:
    cause, standing = form.why, queries.standing(form.span)
    worth: Decimal = sum(
        worths(follows.lines, follows.sessions).values() if not cause.pupil_pays else [],
        start=Decimal(0),
    )
    children = Counter(line.session_id for line in follows.lines)
    unreached = queries.unreached(follows)
    context: dict[str, Any] = {
        "form": form,
        "heading": heading(follows),
        "place": place_of(form.span.place),
        "when": when_of(form.span),
        "cause": cause,
        "reason": form.words,
        "seen": follows.seen(),
        "rows": rows_of(follows.sessions[:SHOWN], children, cause, kept=kept),
        "more": max(len(follows.sessions) - SHOWN, 0),
        "teachers": len(follows.teachers),
        "worth": worth,
        "unreached": unreached[:SHOWN],
        "unreached_number": len(unreached),
        "changed": changed,
        "has_errors": bool(changed),
        "standing": standing,
        "undo_lasts": queries.undo_lasts(),
        "answers": _answers(request),
    }
    status = 409 if changed else 200
    return render(request, "bookings/close_preview.html", context, status=status)


def _questions(
    request: SignedInRequest, form: forms.ClosingForm, *, is_wrong: bool
) -> HttpResponse:
    """The form; an answer that raises a question is no mistake."""
    asks = form.asks_more and form.is_bound
    if asks or not is_wrong:
        # What was answered stays, and nobody is blamed for what was not asked.
        shown = dict(form.initial) | {
            name: form.data[name] for name in form.data if name in form.fields
        }
        form = type(form)(initial=shown, desk=form.desk, at=timezone.now())
    context = {"form": form, "asks": asks}
    status = 422 if form.errors else 200
    return render(request, "bookings/close_place.html", context, status=status)


def _closure_page(
    request: SignedInRequest,
    closed: Closure,
    *,
    problem: str = "",
    promised: HourPromised | None = None,
) -> HttpResponse:
    now, until = timezone.now(), queries.undo_until(closed)
    sessions = queries.closed_sessions(closed)
    follows = queries.following(sessions).but(closed.closed_by_id)
    letters = queries.letter_counts(closed)
    may_undo = until is not None and now <= until and closed.undone_at is None
    other = makeups.proposals_for(sessions[:PROPOSED], at=now) if closed.undone_at is None else {}
    planned = makeups.planned_for(sessions[:SHOWN])
    owed = makeups.still_owed(sessions[:SHOWN])
    context = {
        "closure": closed,
        "place": place_of(closed.where),
        "when": when_of(closed),
        "far": far(closed, letters, follows, at=now),
        "sessions": [
            {
                "session": session,
                "proposals": other.get(session.pk, []),
                "planned": planned.get(session.pk),
                "is_owed": session.pk in owed,
            }
            for session in sessions[:SHOWN]
        ],
        "more": max(len(sessions) - SHOWN, 0),
        "number": len(sessions),
        "unreached": queries.unreached(follows)[:SHOWN],
        "until": until if may_undo else None,
        "is_made_up": closed.cause.is_made_up and not closed.cause.pupil_pays,
        "problem": problem,
        "has_errors": bool(problem),
        **not_put_back(request, promised),
    }
    status = 422 if problem or promised else 200
    return render(request, "bookings/closure.html", context, status=status)


def _closure_or_404(request: SignedInRequest, slug: str) -> Closure:
    closures = Closure.objects.select_related(*_PLACE)
    return get_permitted_or_404(request.user, Permission.RUN_CENTRE, closures, slug=slug)


def _asked_for(request: SignedInRequest, desk: closing_desk.Desk) -> dict[str, str]:
    """A link of another page may name the group and the day."""
    wanted = _refs([request.GET.get("group", "")])
    group = closing_desk.group_named(desk, str(wanted.pop())) if wanted else None
    if group is None:
        return {}
    day = request.GET.get("day", "")
    days = {"when": "other", "starts_on": day} if day else {}
    return {"what": "group", "which": str(group.pk), **days}


def _refs(said: list[str]) -> set[uuid.UUID]:
    found = set()
    for one in said:
        try:
            found.add(uuid.UUID(one))
        except ValueError:
            continue
    return found


def _answers(request: SignedInRequest) -> list[tuple[str, str]]:
    """What was answered, for the form that confirms it."""
    left_out = {"csrfmiddlewaretoken", "step", "seen", "keep"}
    return [(name, str(value)) for name, value in request.POST.items() if name not in left_out]
