"""A teacher's day in order, and the week after it."""

import datetime as dt
from itertools import groupby, pairwise
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bookings import phrases, rules
from bookings.models import Session
from bookings.queries import teaching
from bookings.queries.teaching import Gap, Lesson
from core import words
from people.requests import SignedInRequest

A_WEEK = dt.timedelta(days=6)
WALKABLE_MILES = 1
FIRST_YEAR, LAST_YEAR = 1900, 2200
SHORTEST_GAP = 5  # minutes: less is no gap


@require_safe
def my_teaching(request: SignedInRequest) -> HttpResponse:
    """Where to be, when, whom to expect and what is new; the next day when today has nothing."""
    now, today = timezone.now(), timezone.localdate()
    asked = _day_asked(request)
    day = asked or today
    lessons = teaching.teaching_of(request.user, first=day, last=day + A_WEEK)
    following = teaching.next_day(request.user, after=day)
    is_next = asked is None and following is not None and not _on(lessons, day)
    if is_next and following:
        day = following
        lessons = teaching.teaching_of(request.user, first=day, last=day + A_WEEK)
        following = teaching.next_day(request.user, after=day)
    mine = _on(lessons, day)
    context = {
        "day": day,
        "is_today": day == today,
        "is_next": is_next,
        "teaches_at_all": bool(mine) or following is not None,
        "summary": summary(mine),
        "stops": stops(mine, at=now),
        "new_names": _new(mine),
        "week": [
            {"day": other, "lessons": [_in_short(one) for one in some]}
            for other, some in groupby(lessons, key=lambda one: rules.day_of(one.session))
            if other != day
        ],
        "day_before": teaching.day_before(request.user, before=day),
        "following": following,
        "to_finish": [
            {
                "title": one.activity.title,
                "url": _register_url(one),
                "when": words.moment(one.during.lower),
            }
            for one in teaching.to_finish(request.user, at=now, days=settings.REGISTER_TEACHER_DAYS)
        ],
        "calendar_url": _address("bookings:calendar"),
        "absence_url": _address("bookings:report_my_absence"),
    }
    return render(request, "bookings/my_teaching.html", context)


def _day_asked(request: SignedInRequest) -> dt.date | None:
    """Nobody teaches outside these years, and a calendar ends."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _on(lessons: list[Lesson], day: dt.date) -> list[Lesson]:
    return [one for one in lessons if rules.day_of(one.session) == day]


def _address(name: str, **names: object) -> str:
    """Where a page is, if this portal has it."""
    try:
        return reverse(name, kwargs=names)
    except NoReverseMatch:
        return ""


def _register_url(session: Session) -> str:
    return reverse("bookings:register", kwargs={"ref": session.ref})


def summary(lessons: list[Lesson]) -> str:
    """Three sessions at two places, 19 people, done by 5.20pm."""
    on = [one for one in lessons if one.is_on]
    if not on:
        return ""
    places = {str(one.session.school or one.session.activity.place or "") for one in on}
    nouns = {one.session.activity.noun for one in on}
    number = words.count(len(on), nouns.pop() if len(nouns) == 1 else "session")
    people = words.count(sum(one.number for one in on), "person", "people")
    ends = max(timezone.localtime(one.session.during.upper) for one in on)
    where = f" at {words.count(len(places), 'place')}" if len(places) > 1 else ""
    return f"{number}{where}, {people}, done by {words.clock(ends.time())}."


def stops(lessons: list[Lesson], *, at: dt.datetime) -> list[dict[str, Any]]:
    """The day as a line of stops, each with the way from the one before it."""
    on = [one for one in lessons if one.is_on]
    ways = {
        after.session.pk: way(teaching.gap_between(before.session, after.session))
        for before, after in pairwise(on)
    }
    return [{**_stop(one, at=at), "way": ways.get(one.session.pk)} for one in lessons]


def way(gap: Gap) -> dict[str, str] | None:
    """How far and how long, without a guess at the traffic."""
    time = _minutes(gap.minutes)
    if gap.is_same_place:
        if gap.minutes < SHORTEST_GAP:
            return None
        return {"icon": "coffee", "strong": f"{time} free.", "words": "The same place."}
    if gap.miles is None:
        return {"icon": "route", "strong": f"{time} between.", "words": "Another place."}
    far = _miles(gap.miles)
    if gap.miles <= WALKABLE_MILES:
        return {
            "icon": "footprints",
            "strong": f"{far}, {time} between.",
            "words": "Near enough to walk; the distance is in a straight line.",
        }
    return {
        "icon": "car",
        "strong": f"{far}, {time} between.",
        "words": "In a straight line: the road is longer.",
    }


def _minutes(minutes: int) -> str:
    hours, rest = divmod(max(minutes, 0), 60)
    parts = [words.count(hours, "hour") if hours else ""]
    parts += [words.count(rest, "minute") if rest or not hours else ""]
    return " ".join(part for part in parts if part)


def _miles(miles: float) -> str:
    if miles < 0.1:
        return "Next door"
    said = f"{miles:.0f}" if miles >= 9.95 else f"{miles:.1f}".removesuffix(".0")
    return "1 mile" if said == "1" else f"{said} miles"


def _stop(one: Lesson, *, at: dt.datetime) -> dict[str, Any]:
    session, staffed = one.session, one.staffed
    starts, ends = session.during.lower, session.during.upper
    is_now = one.is_on and starts <= at < ends
    return {
        "title": session.activity.title,
        "starts_at": starts,
        "ends_at": ends,
        "where": phrases.where_session(session, session.activity),
        "state": _state(one, is_now=is_now, at=at),
        "is_now": is_now,
        "is_on": one.is_on,
        "is_done": session.status == Session.Status.TAUGHT,
        "is_cancelled": session.status == Session.Status.CANCELLED,
        "cause": session.cause,
        "comment": session.public_comment,
        "is_away": staffed.is_away,
        "covered_by": " and ".join(one.covered_by),
        "covers": str(staffed.replaces or "") if staffed.role == staffed.Role.COVER else "",
        "role": staffed.get_role_display() if staffed.role == staffed.Role.ASSISTANT else "",
        "soon": _soon(starts, at=at) if one.is_on else "",
        "number": one.number,
        "came": _came(one),
        "is_class": session.activity.counts_heads,
        "facts": one.facts,
        "care_url": _address("lessons:class_care", ref=session.ref) if _has_care(one) else "",
        "marked": one.marked,
        "pupils": one.pupils,
        "to_know": [each for each in one.pupils if each.told_ahead or each.is_new],
        "as_usual": [each.name for each in one.pupils if not each.told_ahead and not each.is_new],
        "note": one.last_note,
        "note_on": one.last_note_on,
        "url": _register_url(session),
    }


def _came(one: Lesson) -> int | None:
    """How many came; of a class, None until somebody counted."""
    if one.session.activity.counts_heads:
        return one.count.present if one.count else None
    return sum(1 for pupil in one.pupils if pupil.mark in {"present", "late", "left_early"})


def _has_care(one: Lesson) -> bool:
    return one.facts is not None and one.facts.has_care and one.is_on


def _state(one: Lesson, *, is_now: bool, at: dt.datetime) -> str:
    if is_now:
        return "is-now"
    return "is-done" if one.is_on and one.session.during.upper <= at else "is-next"


def _soon(starts: dt.datetime, *, at: dt.datetime) -> str:
    """Starts in 12 minutes: only when it is near."""
    minutes = int((starts - at).total_seconds() // 60)
    return f"starts in {_minutes(minutes)}" if 0 < minutes <= 60 else ""


def _new(lessons: list[Lesson]) -> list[dict[str, Any]]:
    return [
        {"name": pupil.name, "at": one.session.during.lower, "title": one.session.activity.title}
        for one in lessons
        if one.is_on
        for pupil in one.pupils
        if pupil.is_new
    ]


def _in_short(one: Lesson) -> dict[str, Any]:
    return {
        "starts_at": one.session.during.lower,
        "title": one.session.activity.title,
        "where": phrases.where_session(one.session, one.session.activity),
        "number": one.number,
        "is_on": one.is_on,
        "is_away": one.staffed.is_away,
        "covers": str(one.staffed.replaces or ""),
    }
