"""How a head of centre finds somebody for a meeting whose teacher cannot come."""

import datetime as dt
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bookings import actions as bookings
from bookings.models import Session, SessionStaff
from bookings.rules import staffing
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from lessons.forms.cover import AskCoverForm, NameForm
from lessons.queries import cover as queries
from people.models import Person
from people.requests import SignedInRequest

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@require_safe
def cover(request: SignedInRequest) -> HttpResponse:
    """What needs cover where this user is head, soonest first."""
    if not (request.user.centres_run() or request.user.has_perm(Permission.RUN_COUNTY)):
        raise Http404
    after = _ref_in(request.GET.get("after", ""))
    needs = queries.needs(
        request.user, at=timezone.now(), days=settings.COVER_DAYS_AHEAD, after=after
    )
    return render(
        request,
        "lessons/cover.html",
        {
            "needs": needs,
            "by_day": _by_day(needs.found),
            "days": settings.COVER_DAYS_AHEAD,
            "is_first": after is None,
        },
    )


@require_safe
def find_cover(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Who could, the best first, each with why; and who cannot, with why not."""
    return _page(request, _session_or_404(request, ref))


@require_POST
def ask_cover(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """This teacher covers the meeting, and is told; or a sentence says why that cannot be."""
    session = _session_or_404(request, ref)
    form = AskCoverForm(request.POST)
    if not form.is_valid():
        return _page(request, session, form=form, status=REFUSED)
    person, away = form.chosen, _away(session)
    try:
        bookings.assign_staff(
            session=session,
            person=person,
            role=SessionStaff.Role.COVER if away else SessionStaff.Role.LEAD,
            replaces=away,
            by=request.user,
            at=timezone.now(),
        )
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return _page(request, _session_or_404(request, ref), form=form, status=REFUSED)
    what = f"{session.activity.title} on {staffing.day_of_meeting(session)}"
    messages.success(request, f"{person} {'covers' if away else 'leads'} {what}, and is told.")
    return redirect("lessons:cover")


@require_POST
def release_cover(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Whoever covers this meeting need not, and is told; it needs cover again."""
    session = _session_or_404(request, ref)
    form = AskCoverForm(request.POST)
    if form.is_valid():
        try:
            bookings.unassign_staff(
                session=session, person=form.chosen, by=request.user, at=timezone.now()
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{form.chosen} need not come, and is told.")
            return redirect("lessons:find_cover", ref=ref)
    return _page(request, session, form=form, status=REFUSED)


def _page(
    request: SignedInRequest,
    session: Session,
    *,
    form: AskCoverForm | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = NameForm(request.GET)
    found = queries.candidates(
        session,
        minutes_per_mile=settings.STAFF_MINUTES_PER_MILE,
        page=asked.page,
        name=asked.sought,
        at=timezone.now(),
    )
    lines = list(session.staff.all())
    context: dict[str, Any] = {
        "session": session,
        "need": queries.need_of(session),
        "day": staffing.day_of_meeting(session),
        "covering": [each for each in lines if not each.is_away and each.role != "assistant"],
        "assisting": [each for each in lines if not each.is_away and each.role == "assistant"],
        "is_over": session.status != Session.Status.PLANNED
        or session.during.upper <= timezone.now(),
        "found": found,
        "form": form,
        "asked": asked,
        "first_number": (found.page - 1) * queries.PAGE + 1,
        "has_next": found.page < found.pages,
        "has_previous": found.page > 1,
        "next_address": asked.address(page=found.page + 1),
        "previous_address": asked.address(page=found.page - 1),
    }
    return render(request, "lessons/find_cover.html", context, status=status)


def _session_or_404(request: SignedInRequest, ref: uuid.UUID) -> Session:
    rows = queries.with_everything(Session.objects.all())
    return get_permitted_or_404(request.user, Permission.RUN_CENTRE, rows, ref=ref)


def _by_day(found: Iterable[queries.Need]) -> list[tuple[dt.date, list[queries.Need]]]:
    days = groupby(found, key=lambda need: timezone.localdate(need.starts_at))
    return [(day, list(some)) for day, some in days]


def _away(session: Session) -> Person | None:
    """Whom somebody would stand in for."""
    away = [line for line in session.staff.all() if line.is_away and line.replaces_id is None]
    return away[0].person if away else None


def _ref_in(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
