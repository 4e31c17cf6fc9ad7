"""What whoever runs a centre or the county looks at first."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import words
from people.requests import SignedInRequest
from reports import queries, rules
from reports.queries import Place
from reports.views import alarms, rooms
from reports.views import words as said
from reports.views.asked import Asked, asked_or_404


@require_safe
def staff_home(request: SignedInRequest) -> HttpResponse:
    """What needs a person now, the day room by room, and then the figures."""
    now = timezone.now()
    asked = asked_or_404(request)

    return render(
        request,
        "reports/staff_home.html",
        {
            "place": asked.place,
            "form": asked.form,
            "has_choice": len(asked.places) > 1,
            "heading": f"{words.weekday_and_day(timezone.localdate(now))}, {said.clock(now)}",
            **_now(asked.place, at=now),
            **_day(asked, at=now),
            **_figures(asked.place, at=now),
            "query": asked.address(),
        },
        status=422 if asked.form.errors else 200,
    )


def _now(place: Place, *, at: dt.datetime) -> dict[str, Any]:
    """The cards, and what was changed today."""
    cards = alarms.alarms(place, at=at)
    today = timezone.localdate(at)
    changed = queries.changed_since(place, since=queries.midnight(today))
    return {
        "alarms": [card for card in cards if card.number],
        "good_news": alarms.good_news(cards),
        "changes": alarms.changes(changed, today=today, is_one_centre=place.is_one_centre),
        "changes_total": changed.total,
    }


def _day(asked: Asked, *, at: dt.datetime) -> dict[str, Any]:
    """The day in rooms, or where there are several, centre by centre."""
    days, place = asked.days, asked.place
    meetings = queries.meetings_of(place, day=days.shown) if place.is_one_centre else []
    return {
        "days": days,
        "day_name": said.near_day(days.shown, today=timezone.localdate(at)),
        "day_before": asked.address(day=days.before.isoformat()) if days.before else "",
        "day_after": asked.address(day=days.after.isoformat()) if days.after else "",
        "parts": rooms.parts(rooms.entries(meetings, at=at)),
        "centres": [
            (one, asked.address(centre=one.code) if one.code else "")
            for one in _centres(place, days.shown)
        ],
    }


def _centres(place: Place, day: dt.date) -> list[queries.CentreDay]:
    return [] if place.is_one_centre else queries.centres_on(place, day=day)


def _figures(place: Place, *, at: dt.datetime) -> dict[str, Any]:
    """Four figures in words, and two charts headed by what they say."""
    long = dt.timedelta(weeks=settings.LONG_WAIT_WEEKS)
    figures = queries.figures(place, waited_since=at - long)
    standings = queries.standings(place)
    weeks = queries.weeks(place, today=timezone.localdate(at))
    return {
        "figures": figures,
        "long_weeks": settings.LONG_WAIT_WEEKS,
        "last_week": weeks[-1] if weeks else None,
        "standings": standings,
        "waits_by": "group" if place.is_one_centre else "centre",
        "waits_note": _waits_note(place),
        "waits_finding": rules.finding_of_waits(standings, waiting=figures.waiting),
        "waits_chart": rules.bar_chart(standings),
        "weeks": weeks,
        "weeks_finding": rules.finding_of_weeks(weeks, goal=settings.ATTENDANCE_GOAL),
        "weeks_chart": rules.line_chart(weeks),
    }


def _waits_note(place: Place) -> str:
    """What the first chart leaves out, where it does."""
    if place.is_county:
        return "; lessons at schools are not in it"
    return ", the longest lines first" if place.is_one_centre else ""
