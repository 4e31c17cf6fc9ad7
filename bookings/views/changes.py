"""One meeting: moved, put back, or made up on another date."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST

from bookings import actions, forms, phrases
from bookings.models import Session
from bookings.queries import closures as queries
from bookings.queries import makeups
from bookings.rules.promises import HourPromised
from bookings.views.insisting import is_insisted, may_insist, not_put_back
from centres.models import Room
from core import words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people.requests import SignedInRequest

MINUTE = 60


@require_http_methods(["GET", "POST"])
def move_session(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Another time or room for one meeting; or, called off by mistake, the way back."""
    session, now = _session_or_404(request, ref), timezone.now()
    rooms = _rooms(session)
    form = forms.MoveForm(
        request.POST or None, initial=_as_it_is(session), session=session, rooms=rooms,
        may_insist=may_insist(request),
    )  # fmt: skip

    if request.method == "POST" and form.is_valid():
        try:
            moved = actions.move_session(
                session=session, starts_at=form.starts_at, ends_at=form.ends_at,
                room=form.chosen_room, comment=form.cleaned_data["reason"].strip(),
                all_the_same=form.is_all_the_same, by=request.user, at=now,
            )  # fmt: skip
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            when = words.moment(moved.during.lower)
            messages.success(request, f"{moved.activity} is at {when}. Everybody is being told.")
            return redirect("bookings:move_session", ref=ref)

    return _move_page(request, session, form, now=now)


@require_POST
def restore_session(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """A meeting called off by itself is on after all."""
    session, now = _session_or_404(request, ref), timezone.now()
    try:
        actions.restore_session(
            session=session, all_the_same=is_insisted(request), by=request.user, at=now
        )
    except HourPromised as promised:
        form = forms.MoveForm(
            initial=_as_it_is(session), session=session, rooms=[], may_insist=False
        )
        return _move_page(request, session, form, promised=promised, now=now)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, f"{session.activity} is on. Whoever was told is told again.")
    return redirect("bookings:move_session", ref=ref)


@require_http_methods(["GET", "POST"])
def plan_makeup(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Another date for a meeting that is off: one of ours, or their own."""
    session, now = _session_or_404(request, ref), timezone.now()
    said = request.POST if request.method == "POST" else None
    form = forms.TimeForm(
        _as_chosen(request) or said,
        initial=_as_it_is(session),
        session=session,
        rooms=_rooms(session),
        may_insist=may_insist(request),
    )

    if request.method == "POST" and form.is_valid():
        try:
            planned = actions.plan_makeup(
                session=session, starts_at=form.starts_at, ends_at=form.ends_at,
                room=form.chosen_room, all_the_same=form.is_all_the_same,
                by=request.user, at=now,
            )  # fmt: skip
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            when = words.moment(planned.during.lower)
            messages.success(request, f"{planned.activity} is made up at {when}.")
            return redirect("bookings:plan_makeup", ref=ref)

    planned_already = makeups.made_up_in(session)
    context = {
        **_said(session),
        "form": form,
        "is_off": session.status == Session.Status.CANCELLED,
        "planned": planned_already,
        "until": makeups.last_day_for(session),
        "owed": len(makeups.owed_for(session)),
        "proposals": makeups.proposals(session, at=now),
    }
    status = 422 if form.errors else 200
    return render(request, "bookings/plan_makeup.html", context, status=status)


def _move_page(
    request: SignedInRequest,
    session: Session,
    form: forms.MoveForm,
    *,
    promised: HourPromised | None = None,
    now: dt.datetime,
) -> HttpResponse:
    """`promised`: why it was not put back."""
    until = queries.restore_until(session) if session.closure_id is None else None
    context = {
        **_said(session),
        "form": form,
        "is_off": session.status == Session.Status.CANCELLED,
        "has_begun": session.during.lower <= now,
        "until": until if until and now <= until else None,
        "is_owed": makeups.last_day_for(session) is not None,
        **not_put_back(request, promised),
    }
    status = 422 if form.errors or promised else 200
    return render(request, "bookings/move_session.html", context, status=status)


def _session_or_404(request: SignedInRequest, ref: uuid.UUID) -> Session:
    """A meeting of a centre this user runs; who only teaches it changes nothing here."""
    place = ("activity__centre", "activity__school", "room", "cause", "closure", "school")
    sessions = Session.objects.select_related(*place).prefetch_related("staff")
    return get_permitted_or_404(request.user, Permission.RUN_CENTRE, sessions, ref=ref)


def _said(session: Session) -> dict[str, object]:
    return {
        "session": session,
        "activity": session.activity,
        "where": phrases.where_session(session, session.activity),
    }


def _rooms(session: Session) -> list[Room]:
    rooms = Room.objects.filter(centre=session.activity.centre_id, is_active=True)
    return list(rooms.order_by("name", "pk"))


def _as_it_is(session: Session) -> dict[str, object]:
    starts = timezone.localtime(session.during.lower)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "minutes": int((session.during.upper - session.during.lower).total_seconds() / MINUTE),
        "room": str(session.room_id or ""),
    }


def _as_chosen(request: SignedInRequest) -> dict[str, str] | None:
    """A proposal that was pressed, in the words of the form."""
    said = request.POST.get("proposal", "")
    try:
        starts = parse_datetime(said)
        if starts is None or timezone.is_naive(starts):
            return None
        local = timezone.localtime(starts)
    except (ValueError, OverflowError):
        return None
    kept = {name: request.POST.get(name, "") for name in ("minutes", "room")}
    return {"day": local.date().isoformat(), "starts": f"{local:%H:%M}", **kept}
