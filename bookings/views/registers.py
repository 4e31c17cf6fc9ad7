"""The register of one meeting: taking it, settling it, and saying that it was not taught."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions, forms, phrases, queries, rules
from bookings.models import Session
from bookings.queries import registers
from bookings.views.headcounts import about, count_class, lines_of
from core import words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people import care
from people.requests import SignedInRequest

ICONS = {"present": "check", "late": "clock", "absent": "x", "absent_told": "phone"}


def _session_or_404(request: SignedInRequest, ref: uuid.UUID) -> Session:
    return get_permitted_or_404(
        request.user, Permission.TAKE_REGISTER, registers.sessions_with_place(), ref=ref
    )


@require_http_methods(["GET", "POST"])
def register(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Who is here: taken with one tap each, or as one form without script."""
    session = _session_or_404(request, ref)
    if session.activity.counts_heads:
        return count_class(request, session)
    lines = registers.lines_of(session)
    form = forms.RegisterForm(
        request.POST if request.method == "POST" else None, session=session, lines=lines
    )

    if form.is_valid():
        try:
            answers = actions.keep_marks(
                session=session,
                said=form.said(),
                note=form.cleaned_data["note"],
                note_seen=lines_of(form.cleaned_data["note_seen"]),
                by=request.user,
                at=timezone.now(),
            )
        except rules.NoteDiffers as broken:
            form.add_error("note", str(broken))
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            _tell(request, answers)
            return redirect("bookings:register", ref=ref)

    status = 422 if form.errors else 200
    return render(request, "bookings/register.html", _page(request, session, form), status=status)


def _tell(request: SignedInRequest, answers: list[actions.Answer]) -> None:
    differ = sum(1 for one in answers if one.outcome == rules.Landing.DIFFERS)
    if differ:
        messages.warning(
            request,
            f"{words.count(differ, 'mark differs', 'marks differ')} from what somebody else said"
            " meanwhile. Nothing was overwritten: both are below.",
        )
    for one in answers:
        if one.outcome == actions.REFUSED:
            messages.error(request, one.words)
    if not differ:
        messages.success(request, "Register saved.")


def _page(request: SignedInRequest, session: Session, form: forms.RegisterForm) -> dict[str, Any]:
    return {
        **about(request, session, has_errors=bool(form.errors)),
        "form": form,
        "rows": form.rows(),
        "marked": sum(1 for line in form.lines if line.attendance.mark),
        "may_open_care": _may_open_care(request, session),
        "icons": ICONS,
    }


@require_POST
def settle_mark(request: SignedInRequest, ref: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Somebody who has seen both marks says which is right."""
    session = _session_or_404(request, ref)
    received = get_object_or_404(registers.differing_in(session), pk=key)
    try:
        actions.settle_mark(
            received=received,
            mark=request.POST.get("mark", ""),
            seen_version=forms.whole_number(request.POST.get("seen")),
            by=request.user,
            at=timezone.now(),
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, "Settled.")
    return redirect("bookings:register", ref=ref)


@require_http_methods(["GET", "POST"])
def not_taught(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The meeting did not happen: why, and what families read."""
    session = _session_or_404(request, ref)
    form = forms.NotTaughtForm(
        request.POST or None, causes=registers.causes_on(rules.day_of(session))
    )

    if form.is_valid():
        try:
            actions.mark_not_taught(
                session=session,
                cause=form.cleaned_data["cause"],
                comment=form.cleaned_data["comment"],
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{session.activity.title} is down as not taught.")
            return redirect("bookings:my_teaching")

    context = {
        "form": form,
        "session": session,
        "activity": session.activity,
        "where": phrases.where_session(session, session.activity),
    }
    return render(request, "bookings/not_taught.html", context, status=422 if form.errors else 200)


def _may_open_care(request: SignedInRequest, session: Session) -> bool:
    """Who teaches it, or is head of its centre, about its day. Running the county opens nothing."""
    window = queries.register_window()
    teaches = request.user.has_perm(Permission.SEE_CARE, session)
    leads = session.activity.centre_id in request.user.centres_run()
    return (teaches or leads) and rules.care_is_open(session, window=window, at=timezone.now())


@never_cache
@require_safe
def register_care(request: SignedInRequest, ref: uuid.UUID, person: uuid.UUID) -> HttpResponse:
    """What helps one child, what is medical and whom to ring; each reading is written down."""
    session = _session_or_404(request, ref)
    if not _may_open_care(request, session):
        raise Http404
    line = get_object_or_404(registers.line_of(session, person))
    learner = getattr(line.person, "learner", None)
    opened = learner and care.reveal(
        learner=learner,
        by=request.user,
        why=f"Opened from the register of {session}",
        at=timezone.now(),
    )
    context = {"session": session, "activity": session.activity, "line": line, "care": opened}
    return render(request, "bookings/register_care.html", context)
