"""A teacher's own absence and cover: tell us you cannot come, take it back, see who stands in."""

import datetime as dt
import uuid
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import actions
from bookings.forms.staffing import ReportMyAbsenceForm
from bookings.models import SessionStaff
from bookings.queries import my_cover as queries
from bookings.queries import staffing
from bookings.rules import staffing as rules
from core import words
from core.refusals import RuleBroken
from people.models import Staff, StaffAbsence
from people.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
def report_my_absence(request: SignedInRequest) -> HttpResponse:
    """Which meetings it touches is shown first; the same button then tells us."""
    staff, now = _me_or_404(request), timezone.now()
    form = ReportMyAbsenceForm(
        request.POST or None,
        at=now,
        longest_days=settings.LONGEST_STAFF_ABSENCE_DAYS,
        initial={"first_day": timezone.localdate(now)},
    )
    during = form.during if request.method == "POST" and form.is_valid() else None

    if during and request.POST.get("seen") == form.spell:
        try:
            actions.report_absence(
                staff=staff,
                starts_at=during.lower,
                ends_at=during.upper,
                kind=form.cleaned_data["kind"],
                by=request.user,
                at=now,
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            when = rules.spell_in_words(during)
            messages.success(request, f"Thank you. We know that you cannot come {when}.")
            return redirect("bookings:my_cover")

    return render(
        request,
        "bookings/report_my_absence.html",
        {
            "form": form,
            "looked_at": _looked_at(staff, form.spell, during, at=now) if during else {},
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )


@require_safe
def my_cover(request: SignedInRequest) -> HttpResponse:
    """What I cover, who covers me, and when I said I am away."""
    found = queries.my_cover(_me_or_404(request).person, at=timezone.now())
    return render(
        request,
        "bookings/my_cover.html",
        {
            "covering": [{**_row(line), "note": note} for line, note in found.covering],
            "away": [{**_row(each.line), "cover": each.cover} for each in found.away],
            "absences": [
                {"ref": each.ref, "when": rules.spell_in_words(each.during)}
                for each in found.absences
            ],
        },
    )


@require_POST
def withdraw_my_absence(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """I can come after all: to whatever nobody covers."""
    staff = _me_or_404(request)
    absence = get_object_or_404(StaffAbsence, ref=ref, staff=staff)
    try:
        done = actions.withdraw_absence(absence=absence, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _what_follows(done))
    return redirect("bookings:my_cover")


def _looked_at(
    staff: Staff, spell: str, during: DateTimeTZRange, *, at: dt.datetime
) -> dict[str, object]:
    """What an absence would touch, before it is told."""
    touched = [_row(line) for line in staffing.touched_by(staff.person, during, at=at)]
    return {
        "spell": spell,
        "touched": touched,
        "count": words.count(len(touched), "meeting"),
        "when": rules.spell_in_words(during),
    }


def _what_follows(done: actions.Withdrawn) -> str:
    said = ["You are expected again."]
    if done.covered:
        number = words.count(len(done.covered), "meeting is", "meetings are")
        said.append(f"{number} covered already and stay so: your head of centre may change it.")
    if done.kept_away:
        number = words.count(len(done.kept_away), "meeting", "meetings")
        said.append(f"You are still away from {number}: talk to your head of centre.")
    return " ".join(said)


def _me_or_404(request: SignedInRequest) -> Staff:
    """Whoever is signed in, if they work here."""
    today = timezone.localdate()
    mine: QuerySet[Staff] = Staff.objects.filter(person=request.user.person_id)
    staff = mine.select_related("person").first()
    if staff is None or (staff.ends_on and staff.ends_on < today):
        raise Http404
    return staff


def _row(line: SessionStaff) -> dict[str, object]:
    session = line.session
    return {
        "title": session.activity.title,
        "day": rules.day_of_meeting(session),
        "hours": rules.hours(session),
        "where": ", ".join(
            str(part) for part in (rules.place_of(session) or "online", session.room) if part
        ),
    }
