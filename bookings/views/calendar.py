"""The month: one list that is an agenda on a phone and a grid on a desk."""

import calendar as months
import datetime as dt
import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import rules
from bookings.queries import calendar as family_calendar
from bookings.queries import feeds
from bookings.queries.calendar import Meeting
from bookings.views.feeds import address_of
from bookings.views.meetings import said_of
from people.models import Person
from people.requests import SignedInRequest

SUNDAY = 7
TEACHING = "teaching"
TONES = ("one", "two", "three", "four")
FIRST_YEAR, LAST_YEAR = 2020, 2099
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """Who meets when this month, what changed, and the address for one's own calendar."""
    today = timezone.localdate()
    first = _month_asked(request.GET.get("month", ""), today=today)
    after = _first_of_next(first)
    span = {"starts_at": _midnight(first), "ends_at": _midnight(after)}
    people = family_calendar.people_seen_by(request.user.person)
    meetings = family_calendar.meetings_of(people, **span)
    lessons = family_calendar.lessons_of(request.user.person, **span)
    who = request.GET.get("who", "")
    shown = _chosen(meetings, lessons, who=who)
    events = [_event(one, people, me=request.user.person) for one in shown]
    return render(
        request,
        "bookings/calendar.html",
        {
            "title": f"{first:%B} {first.year}",
            "before": _link((first - dt.timedelta(days=1)).replace(day=1), who),
            "after": _link(after, who),
            "choices": _choices(request, people, who, first=first, meetings=[*meetings, *lessons]),
            "days": _days(first, events, today=today),
            "has_sundays": any(event["day"].isoweekday() == SUNDAY for event in events),
            "is_empty": not events,
            "changes": [event for event in events if event["change"]],
            "teaches": request.user.teaches or bool(lessons),
            "tellable": _tellable(meetings, people),
            "address": address_of(feeds.key_of(request.user.person)),
        },
    )


def _month_asked(asked: str, *, today: dt.date) -> dt.date:
    """The first day of the month in the address; of this month where there is none."""
    found = _MONTH.fullmatch(asked)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return dt.date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


def _first_of_next(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, rules.LONDON)


def _link(first: dt.date, who: str) -> dict[str, str]:
    return {"name": f"{first:%B}", "url": _address(first, who)}


def _address(first: dt.date, who: str) -> str:
    asked = {"month": f"{first:%Y-%m}"} | ({"who": who} if who else {})
    return f"{reverse('bookings:calendar')}?{urlencode(asked)}"


def _chosen(meetings: Sequence[Meeting], lessons: Sequence[Meeting], *, who: str) -> list[Meeting]:
    """What was asked for; everything where that names nobody here."""
    theirs = [one for one in meetings if str(one.person.ref) == who]
    if who == TEACHING:
        theirs = list(lessons)
    chosen = theirs or ([*meetings, *lessons] if not who else [])
    return sorted(chosen, key=lambda one: (one.session.during.lower, one.teaches))


def _choices(
    request: SignedInRequest,
    people: Sequence[Person],
    who: str,
    *,
    first: dt.date,
    meetings: Sequence[Meeting],
) -> list[dict[str, Any]]:
    """Whose meetings may be shown alone; nothing to choose where there is one alone."""
    me = request.user.person
    learns = any(one.person.pk == me.pk and not one.teaches for one in meetings)
    shown = [one for one in people if one.pk != me.pk or learns]
    named = [(str(one.ref), _called(one, me), _tone(one, people)) for one in shown]
    if request.user.teaches or any(one.teaches for one in meetings):
        named.append((TEACHING, "What I teach", "teach"))
    if len(named) == 1:
        return []
    return [
        {"name": name, "url": _address(first, key), "tone": tone, "is_chosen": key == who}
        for key, name, tone in [("", "Everyone", ""), *named]
    ]


def _called(person: Person, me: Person) -> str:
    return "Me" if person.pk == me.pk else person.first_name


def _tone(person: Person, people: Sequence[Person]) -> str:
    """A colour for each of them, the same every month; words say the same."""
    order = [one.pk for one in people]
    return TONES[order.index(person.pk) % len(TONES)]


def _event(meeting: Meeting, people: Sequence[Person], *, me: Person) -> dict[str, Any]:
    said = said_of(meeting)
    if meeting.teaches:
        return said | {"who": "I teach", "tone": "teach"}
    return said | {"who": _called(meeting.person, me), "tone": _tone(meeting.person, people)}


def _days(
    first: dt.date, events: Sequence[dict[str, Any]], *, today: dt.date
) -> list[dict[str, Any]]:
    """Each day of the month with what is on; Sundays only in a month that uses one."""
    on = {day: list(some) for day, some in groupby(events, key=lambda event: event["day"])}
    with_sundays = any(day.isoweekday() == SUNDAY for day in on)
    number = months.monthrange(first.year, first.month)[1]
    every = [first + dt.timedelta(days=step) for step in range(number)]
    kept = [day for day in every if with_sundays or day.isoweekday() != SUNDAY]
    return [
        {
            "day": day,
            "name": f"{day:%a}",
            "events": on.get(day, []),
            "is_today": day == today,
            "column": day.isoweekday() if day == kept[0] else None,
        }
        for day in kept
    ]


def _tellable(meetings: Sequence[Meeting], people: Sequence[Person]) -> list[Person]:
    """Those for whom an absence may be told: whoever has something on."""
    on = {meeting.person.pk for meeting in meetings}
    return [person for person in people if person.pk in on]
