"""One meeting in words, as the calendar and the family's page both say it."""

import datetime as dt
from typing import Any

from django.utils import timezone

from bookings import phrases
from bookings.models import Session
from bookings.queries.calendar import Meeting


def day_of(session: Session) -> dt.date:
    """The day on the wall, whatever day it is in UTC."""
    return timezone.localtime(session.during.lower).date()


def said_of(meeting: Meeting) -> dict[str, Any]:
    """What, when, where, with whom; what changed and why; what happens to the fee."""
    session, activity = meeting.session, meeting.session.activity
    is_off = session.status == Session.Status.CANCELLED
    moved = phrases.what_moved(session, activity)
    notes = [moved] if moved else []
    if session.makes_up:
        notes.append(phrases.makes_up(session.makes_up))
    change = ". ".join(notes)
    if is_off:
        change = " ".join(["Not on.", phrases.why_off(session)]).strip()
    return {
        "day": day_of(session),
        "title": activity.title,
        "times": phrases.times(session),
        "where": phrases.where_session(session, activity),
        "teachers": "" if is_off else " and ".join(meeting.teachers),
        "is_off": is_off,
        "is_extra": bool(session.makes_up),
        "change": phrases.sentence(change),
        "fee": _fee(meeting) if is_off and not meeting.teaches else "",
        "note": _note(meeting, is_off=is_off),
    }


def _fee(meeting: Meeting) -> str:
    """What happens to the fee, and where there is another date already, when."""
    said = [phrases.fee_effect(meeting.session), phrases.new_date(meeting.made_up)]
    return " ".join(part for part in said if part)


def _note(meeting: Meeting, *, is_off: bool) -> str:
    if is_off or meeting.teaches:
        return ""
    if meeting.is_released:
        return "Let off this time."
    return "You told us: away." if meeting.is_told else ""
