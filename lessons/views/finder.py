"""The finder, and the page of one activity: open to everybody."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lessons import forms, queries

LONGEST_PLACE = 40


@require_safe
@login_not_required
def find_activities(request: HttpRequest) -> HttpResponse:
    """A family looks for lessons and groups near them."""
    now = timezone.now()
    families = queries.subject_families(at=now, keep=request.GET.get("subject", ""))
    form = forms.FindActivitiesForm(request.GET, families=families)

    results = queries.find(form.search, few=settings.FEW_PLACES, page=form.page, at=now)
    if results.not_located:
        form.add_error("near", results.not_located.why)

    return render(
        request,
        "lessons/find_activities.html",
        {
            "form": form,
            "results": results,
            "clear_address": form.address(**{name: [] for name in form.fields if name != "near"}),
            "next_address": form.address(page=str(results.next_page)),
            "previous_address": form.address(page=str(results.previous_page)),
            "towns": _town_links(form, results),
        },
    )


def _town_links(form: forms.FindActivitiesForm, results: queries.Results) -> list[forms.InUse]:
    """The same search in each town with a centre, for a place we do not know."""
    towns = results.not_located.towns if results.not_located else ()
    return [forms.InUse(town, form.address(near=town)) for town in towns]


@require_safe
@login_not_required
def activity(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    """A family reads all there is to know about a lesson or a group before they book."""
    found = get_object_or_404(queries.published(request.user), ref=ref)
    page = queries.activity_page(found, few=settings.FEW_PLACES, at=timezone.now())

    return render(
        request,
        "lessons/activity.html",
        {"page": page, "activity": found, "search": _search_before(request)},
    )


def _search_before(request: HttpRequest) -> forms.InUse:
    """The way back: to the very search that led here, or to the finder."""
    finder = reverse("lessons:find_activities")
    before = urlsplit(request.headers.get("Referer", ""))
    if (before.netloc, before.path) != (request.get_host(), finder) or not before.query:
        return forms.InUse("Find lessons", finder)
    near = QueryDict(before.query).get("near", "").strip()[:LONGEST_PLACE]
    return forms.InUse(
        f"Lessons near {near}" if near else "Lessons you looked for", f"{finder}?{before.query}"
    )
