"""A school says that a class of ours has more or fewer children than it had."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core import words
from core.access import Permission
from core.refusals import RuleBroken
from lessons.actions import class_sizes as actions
from lessons.forms.classes import ChangeClassSizeForm
from lessons.queries import class_sizes as queries
from lessons.queries.classes import meetings_of
from lessons.views.classes import class_or_404
from people.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
def change_class_size(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """So many children from a day on, by whoever speaks for the school; and what follows."""
    found, now = class_or_404(request, urn, ref), timezone.now()
    if not request.user.has_perm(Permission.SPEAK_FOR_SCHOOL, found.activity.school):
        raise Http404
    today = timezone.localdate(now)
    said = request.POST if request.method == "POST" else None
    form = ChangeClassSizeForm(said, initial={"from_on": today})

    if form.is_valid():
        number, from_on = form.cleaned_data["number"], form.cleaned_data["from_on"]
        try:
            actions.change_class_size(
                programme_class=found, number=number, from_on=from_on, by=request.user, at=now
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            day = "today" if from_on == today else words.weekday_and_day(from_on)
            size = f"{found.class_name} has {words.count(number, 'child', 'children')} from {day}."
            messages.success(request, f"{size} Our teacher is told, and the price stays the same.")
            return redirect("schools:class_page", urn=urn, ref=ref)

    standing = queries.standing_of(found, from_on=today, at=now)
    context = {
        "school": found.activity.school,
        "class": found,
        "form": form,
        "size": queries.size_of(found.activity, meetings_of(found, at=now)),
        "standing": standing,
    }
    status = 422 if form.errors else 200
    return render(request, "schools/change_class_size.html", context, status=status)
