"""How a staff home says when and where, near enough to need no year."""

import datetime as dt
from typing import Any

from django.utils import timezone

from bookings import phrases
from bookings.models import Session
from core import words


def clock(moment: dt.datetime) -> str:
    return words.clock(timezone.localtime(moment).time())


def near_day(day: dt.date, *, today: dt.date) -> str:
    """today, yesterday, tomorrow, Saturday 28 November"""
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(
        (day - today).days, words.weekday_and_day(day)
    )


def when(moment: dt.datetime, *, today: dt.date) -> str:
    """9am today"""
    return f"{clock(moment)} {near_day(timezone.localtime(moment).date(), today=today)}"


def meeting(session: Session, *, today: dt.date, is_one_centre: bool) -> str:
    """Junior Voices, 9am today, Hall; with the place where there are several."""
    where = (
        str(session.room or "")
        if is_one_centre
        else phrases.where_session(session, session.activity)
    )
    parts = [session.activity.title, when(session.during.lower, today=today), where]
    return ", ".join(part for part in parts if part)


def was(session: Session) -> str:
    """What the pattern had said, for a meeting that is now at another time or in another room."""
    activity = session.activity
    starts = timezone.localtime(session.during.lower)
    said = []
    if starts.date() != session.occurs_on:
        said.append(words.weekday_and_day(session.occurs_on))
    if activity.local_start and starts.time() != activity.local_start:
        said.append(words.clock(activity.local_start))
    if activity.room_id and session.room_id != activity.room_id:
        said.append(str(activity.room))
    return ", ".join(said)


def people(rows: list[Any]) -> str:
    """Amara Okafor and Mina Roy"""
    return " and ".join(str(row.person) for row in rows)
