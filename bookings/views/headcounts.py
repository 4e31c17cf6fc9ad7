"""The register of a class by headcount, on the page and the phone that take every other."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from bookings import actions, forms, phrases, queries, rules
from bookings.models import Session
from bookings.queries import registers
from bookings.queries.class_facts import facts_of
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people.requests import SignedInRequest


def count_class(request: SignedInRequest, session: Session) -> HttpResponse:
    """How many are here: one number, or one press for all of them."""
    said = request.POST if request.method == "POST" else None
    form = forms.HeadcountForm(said, session=session, counted=registers.count_of(session))

    if form.is_valid():
        try:
            answers = actions.keep_count(
                session=session,
                said=form.said(),
                note=form.cleaned_data["note"],
                note_seen=lines_of(form.cleaned_data["note_seen"]),
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            _tell(request, answers)
            return redirect("bookings:register", ref=session.ref)

    status = 422 if form.errors else 200
    return render(
        request, "bookings/register_class.html", _page(request, session, form), status=status
    )


@require_POST
def settle_count(request: SignedInRequest, ref: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Somebody who has seen both counts says which is right."""
    session = get_permitted_or_404(
        request.user, Permission.TAKE_REGISTER, registers.sessions_with_place(), ref=ref
    )
    received = get_object_or_404(registers.differing_counts(session), pk=key)
    try:
        actions.settle_count(
            received=received,
            takes=request.POST.get("right") == "other",
            seen_version=forms.whole_number(request.POST.get("seen")),
            by=request.user,
            at=timezone.now(),
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, "Settled.")
    return redirect("bookings:register", ref=ref)


def lines_of(typed: str) -> str:
    """Browsers send the ends of lines as two signs, the database keeps one."""
    return typed.replace("\r\n", "\n")


def about(request: SignedInRequest, session: Session, *, has_errors: bool) -> dict[str, Any]:
    """What every register's page says of its meeting, and whether it may be taken now."""
    now = timezone.now()
    runs = request.user.has_perm(Permission.RUN_CENTRE, session)
    try:
        rules.check_register_open(
            session, runs_centre=runs, window=queries.register_window(), at=now
        )
        closed = ""
    except RuleBroken as broken:
        closed = str(broken)
    return {
        "session": session,
        "activity": session.activity,
        "where": phrases.where_session(session, session.activity),
        "is_today": rules.day_of(session) == timezone.localdate(now),
        "closed": closed,
        "may_say_not_taught": not closed and session.status == Session.Status.PLANNED,
        "from_desk": runs and not request.user.has_perm(Permission.SEE_CARE, session),
        "has_errors": has_errors,
    }


def _tell(request: SignedInRequest, answers: list[actions.CountAnswer]) -> None:
    differ = [one for one in answers if one.outcome == rules.Landing.DIFFERS]
    if differ:
        messages.warning(request, f"Nothing was overwritten. {differ[0].words}")
        return
    for one in answers:
        if one.outcome == actions.REFUSED:
            messages.error(request, one.words)
            return
    messages.success(request, "Register saved.")


def _page(request: SignedInRequest, session: Session, form: forms.HeadcountForm) -> dict[str, Any]:
    counted = form.counted
    teaches = request.user.has_perm(Permission.SEE_CARE, session)
    return {
        **about(request, session, has_errors=bool(form.errors)),
        "form": form,
        "counted": counted,
        "heads": actions.heads_of(counted) if counted else None,
        "facts": facts_of([session.activity_id]).get(session.activity_id),
        "teaches": teaches,
        "differing": [
            {"received": one, "heads": actions.heads_of(one)}
            for one in registers.differing_counts(session)
        ],
    }
