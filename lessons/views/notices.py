"""A school says that it cannot host lessons: the days, what follows, yes; and taking it back."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.models import Closure
from bookings.queries import closures
from bookings.rules.closures import Span
from core import words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from lessons.actions import notices as actions
from lessons.forms.notices import GiveNoticeForm
from lessons.queries import notices as queries
from lessons.rules import notices as rules
from people.models import School
from people.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
def give_notice(request: SignedInRequest, urn: int) -> HttpResponse:
    """Which days and why; then what becomes of each lesson; then once more: yes."""
    school, now = _school_or_404(request, urn), timezone.now()
    form = GiveNoticeForm(request.POST if request.method == "POST" else None)
    step = request.POST.get("step", "")
    if not form.is_bound or step == "change" or not form.is_valid():
        return _questions(request, school, form, is_change=step == "change")

    notice = _notice(school, form, request.POST.getlist("keep"), at=now)
    try:
        if step != "confirm":
            return _preview(request, form, notice, now=now)
        outcome = actions.give_notice(
            notice=notice, seen=request.POST.get("seen", ""), by=request.user, at=now
        )
    except rules.NoticeChanged as changed:
        return _preview(request, form, notice, now=now, problem=str(changed))
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return _questions(request, school, form)
    messages.success(request, "Your notice is given, and everybody is told.")
    return redirect("schools:notice", urn=urn, slug=outcome.closures[0].slug)


@require_safe
def notice(request: SignedInRequest, urn: int, slug: str) -> HttpResponse:
    """What became of each lesson, and until when the notice can be taken back."""
    school = _school_or_404(request, urn)
    return _page(request, school, _closures_or_404(request, school, slug))


@require_POST
def undo_notice(request: SignedInRequest, urn: int, slug: str) -> HttpResponse:
    """Every lesson is back where it was; or why not."""
    school = _school_or_404(request, urn)
    given = _closures_or_404(request, school, slug)
    try:
        actions.undo_notice(closures=given, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        return _page(request, school, given, problem=str(broken))
    messages.success(request, "Your notice is taken back. Every lesson is where it was.")
    return redirect("schools:notice", urn=urn, slug=slug)


def _school_or_404(request: SignedInRequest, urn: int) -> School:
    return get_permitted_or_404(
        request.user, Permission.SPEAK_FOR_SCHOOL, School.objects.all(), urn=urn
    )


def _closures_or_404(request: SignedInRequest, school: School, slug: str) -> list[Closure]:
    rows = Closure.objects.filter(school=school, closed_at__isnull=False)
    found = get_permitted_or_404(request.user, Permission.SPEAK_FOR_SCHOOL, rows, slug=slug)
    given = queries.notice_of(found)
    if not given:
        raise Http404
    return given


def _notice(
    school: School, form: GiveNoticeForm, kept: list[str], *, at: dt.datetime
) -> actions.Notice:
    starts_on, ends_on = form.days
    from_time, until_time = form.times
    span = Span(starts_on, ends_on, from_time, until_time, school=school)
    refs = _refs(kept)
    on = [one for one in queries.candidates(span, at=at) if one.ref in refs] if refs else []
    return actions.Notice(
        school, starts_on, ends_on, form.cleaned_data["reason"], from_time, until_time, tuple(on)
    )


def _questions(
    request: SignedInRequest, school: School, form: GiveNoticeForm, *, is_change: bool = False
) -> HttpResponse:
    today = timezone.localdate()
    if is_change:
        form = GiveNoticeForm(initial={name: form[name].value() for name in form.fields})
    context = {
        "form": form,
        "school": school,
        "moves_from": rules.moves_from(today, queries.causes_on(today)),
        "given": [
            {"closure": one, "when": _when(queries.notice_of(one))}
            for one in queries.notices_of(school, today=today)
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "schools/give_notice.html", context, status=status)


def _preview(
    request: SignedInRequest,
    form: GiveNoticeForm,
    notice: actions.Notice,
    *,
    now: dt.datetime,
    problem: str = "",
) -> HttpResponse:
    outcome = actions.try_notice(notice=notice, by=request.user, at=now)
    kept = queries.kept_rows(notice.kept_on, {one.ref for one in notice.kept_on})
    rows = sorted([*outcome.rows, *kept], key=lambda row: row.session.during.lower)
    context: dict[str, Any] = {
        "form": form,
        "school": notice.school,
        "heading": _heading(len(outcome.rows)),
        "when": _when(outcome.closures),
        "reason": notice.reason,
        "rows": rows,
        "seen": outcome.fate,
        "answers": form.said(),
        "undo_lasts": closures.undo_lasts(),
        "problem": problem,
        "has_errors": bool(problem),
    }
    status = 409 if problem else 200
    return render(request, "schools/notice_preview.html", context, status=status)


def _page(
    request: SignedInRequest, school: School, given: list[Closure], *, problem: str = ""
) -> HttpResponse:
    first, until = given[0], closures.undo_until(given[0])
    may_undo = first.undone_at is None and until is not None and timezone.now() <= until
    context = {
        "school": school,
        "closure": first,
        "when": _when(given),
        "rows": queries.rows_of(given),
        "until": until if may_undo else None,
        "problem": problem,
        "has_errors": bool(problem),
    }
    return render(request, "schools/notice.html", context, status=422 if problem else 200)


def _heading(number: int) -> str:
    if not number:
        return "No lesson of ours is then"
    return f"{words.count(number, 'lesson is', 'lessons are')} not on"


def _when(given: list[Closure]) -> str:
    """Monday 7 December; Monday 7 to Friday 11; with the part of the day."""
    first, last = given[0], given[-1]
    said = words.weekday_and_day(first.starts_on)
    if last.ends_on != first.starts_on:
        said = f"{said} to {words.weekday_and_day(last.ends_on)}"
    if first.from_time and first.until_time:
        part = "in the morning" if first.until_time == dt.time(12) else "in the afternoon"
        said = f"{said}, {part}"
    return said


def _refs(said: list[str]) -> set[uuid.UUID]:
    found = set()
    for one in said:
        try:
            found.add(uuid.UUID(one))
        except ValueError:
            continue
    return found
