"""A family tells ahead that somebody will not come, and takes it back."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings import actions, forms, phrases
from bookings.models import AbsenceNotice, Attendance
from bookings.queries import absences
from bookings.rules.absences import Days, NotTellable
from bookings.views.meetings import day_of
from core import words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people.models import Person
from people.requests import SignedInRequest

MOST_SHOWN = 30


@require_http_methods(["GET", "POST"])
def tell_absence(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Which days, then what that means, then it is told."""
    person = get_permitted_or_404(
        request.user, Permission.TELL_ABSENCE, Person.objects.all(), ref=ref
    )
    now, today = timezone.now(), timezone.localdate()
    places = absences.could_miss(person)
    form = forms.AbsenceForm(request.POST or None, places=places, today=today)

    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        try:
            if request.POST.get("sure") == "yes":
                actions.tell_absence(
                    person=person,
                    enrolment=form.enrolment,
                    days=form.days,
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    at=now,
                )
                return _told(request, person, form.days)
            missed = absences.check_absence(person, form.enrolment, form.days, at=now)
        except NotTellable as broken:
            form.say(broken)
        else:
            return _check(request, person, form, missed)

    return render(
        request,
        "bookings/tell_absence.html",
        {
            "child": person,
            "is_self": person.pk == request.user.person_id,
            "form": form,
            "has_places": bool(places),
            "notices": [_notice(one) for one in absences.standing_of([person.pk], on=today)],
        },
        status=422 if form.errors and "change" not in request.POST else 200,
    )


@require_http_methods(["GET", "POST"])
def withdraw_absence(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """They come after all."""
    notice = get_permitted_or_404(
        request.user,
        Permission.TELL_ABSENCE,
        AbsenceNotice.objects.select_related("person", "enrolment__activity"),
        ref=ref,
    )
    name = notice.person.first_name
    instead = absences.stands_instead_of(notice)
    if instead:
        return redirect("bookings:withdraw_absence", ref=instead.ref)

    if request.method == "POST":
        try:
            actions.take_back_absence(notice=notice, by=request.user, at=timezone.now())
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, f"Taken back. The register expects {name}.")
        return redirect("bookings:tell_absence", ref=notice.person.ref)

    return render(
        request,
        "bookings/withdraw_absence.html",
        {
            "child": notice.person,
            "notice": _notice(notice),
            "is_over": bool(notice.withdrawn_at) or notice.ends_on < timezone.localdate(),
        },
    )


def _check(
    request: SignedInRequest, person: Person, form: forms.AbsenceForm, missed: list[Attendance]
) -> HttpResponse:
    return render(
        request,
        "bookings/check_absence.html",
        {
            "child": person,
            "days": form.days.in_a_sentence,
            "reason": AbsenceNotice.Reason(form.cleaned_data["reason"]).label,
            "missed": [_missed(line) for line in missed[:MOST_SHOWN]],
            "more": max(len(missed) - MOST_SHOWN, 0),
            "number": words.count(len(missed), "meeting"),
            "fee": absences.fee_of_told(timezone.localdate()),
            "kept": form.kept(),
        },
    )


def _told(request: SignedInRequest, person: Person, days: Days) -> HttpResponse:
    name = person.first_name
    said = f"Thank you. {name} is away {days.in_a_sentence}, and the register says so."
    messages.success(request, said)
    asked = urlencode({"month": f"{days.first:%Y-%m}", "who": str(person.ref)})
    return redirect(f"{reverse('bookings:calendar')}?{asked}")


def _missed(line: Attendance) -> dict[str, Any]:
    session, activity = line.session, line.session.activity
    return {
        "day": day_of(session),
        "title": activity.title,
        "times": phrases.times(session),
        "where": phrases.where_session(session, activity),
    }


def _notice(notice: AbsenceNotice) -> dict[str, Any]:
    about = notice.enrolment.activity.title if notice.enrolment else "Everything"
    days = Days(notice.starts_on, notice.ends_on)
    return {
        "ref": notice.ref,
        "days": str(days),
        "when": days.in_a_sentence,
        "about": about,
        "is_part": notice.enrolment is not None,
        "reason": notice.get_reason_display(),
    }
