"""A term of a school: its weekly pattern, what is not as usual, every date, and its calendar."""

import datetime as dt
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import phrases
from bookings.queries import feeds
from centres.models import Term
from centres.queries import term_on, terms_of
from core.access import Permission, get_permitted_or_404
from lessons.queries import school_home, school_week
from lessons.queries.school_week import Visit
from lessons.rules.school_week import monday_of
from lessons.views import school_words as said
from people.models import School
from people.requests import SignedInRequest


@require_safe
def timetable(request: SignedInRequest, urn: int) -> HttpResponse:
    """When somebody of ours is in the school in a term; to print, or in one's own calendar."""
    school = get_permitted_or_404(
        request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn
    )
    today = timezone.localdate()
    year = school_home.year_of(today)
    terms = terms_of(year.pk) if year else []
    term = _chosen(terms, request.GET.get("term", ""), today=today)
    visits = _visits(school, term)
    context = {
        "school": school,
        "terms": [{"term": each, "is_chosen": each == term} for each in terms],
        "term": term,
        "patterns": _patterns(visits),
        "changes": [each for each in map(said.visit_words, visits) if each["is_changed"]],
        "weeks": _weeks(visits),
        "address": _feed_address(request),
        "now": timezone.now(),
    }
    return render(request, "schools/timetable.html", context)


def _feed_address(request: SignedInRequest) -> str:
    """The reader's own calendar, which holds what is on at the schools they speak for."""
    key = feeds.key_of(request.user.person)
    return settings.SITE_URL + reverse("bookings:calendar_feed", args=[key]) if key else ""


def _chosen(terms: list[Term], asked: str, *, today: dt.date) -> Term | None:
    """The term asked for; else the one it is, or the next."""
    by_slug = {term.slug: term for term in terms}
    return by_slug.get(asked) or term_on(today)


def _visits(school: School, term: Term | None) -> list[Visit]:
    if term is None:
        return []
    return school_week.visits(school, first=term.starts_on, last=term.ends_on, hide_below=1)


def _patterns(visits: list[Visit]) -> list[dict[str, Any]]:
    """A line for each group, by its day and time: what it is, with whom, from when to when."""
    by_activity: dict[int, list[Visit]] = {}
    for visit in visits:
        by_activity.setdefault(visit.session.activity_id, []).append(visit)
    lines = [_pattern(some) for some in by_activity.values()]
    return sorted(lines, key=lambda line: line["order"])


def _pattern(visits: list[Visit]) -> dict[str, Any]:
    activity = visits[0].session.activity
    on = [visit for visit in visits if not visit.is_off]
    start = activity.local_start or dt.time.min
    return {
        "order": (activity.weekday or 8, start, activity.title, activity.pk),
        "when": phrases.when(activity),
        "title": activity.title,
        "teacher": activity.teacher,
        "place": said.place_of(visits[0]),
        "number": len(on),
        "first": on[0].day if on else None,
        "last": on[-1].day if on else None,
    }


def _weeks(visits: list[Visit]) -> list[dict[str, Any]]:
    weeks = groupby(visits, key=lambda visit: monday_of(visit.day))
    return [
        {"monday": monday, "visits": [said.visit_words(visit) for visit in some]}
        for monday, some in weeks
    ]
