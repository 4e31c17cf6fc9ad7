"""Is what a letter says still true as it leaves? Each is asked about once more (core.mail)."""

import datetime as dt

from bookings.queries import digests, messages, reminders, staffing, standing
from core import mail

mail.still_true("closure")(standing.closing_stands)
mail.still_true("reopened")(standing.reopening_stands)
mail.still_true("session")(standing.meeting_stands)
mail.still_true("sessionstaff")(staffing.line_stands)
mail.still_true("staffabsence")(staffing.absence_stands)


@mail.still_true("message")
def is_still_for(reason: str, at: dt.datetime) -> bool:
    """Whoever lost sight of a child, or stopped our news, after the message was sent."""
    return messages.is_still_for(_number(reason, 1))


@mail.still_true("first-meeting")
def is_still_to_come(reason: str, at: dt.datetime) -> bool:
    """Called off, moved, given up or begun since."""
    enrolment, session, sequence = (_number(reason, place) for place in (1, 2, 3))
    return reminders.is_still_first(enrolment, session, sequence, at=at)


@mail.still_true("register")
def is_still_open(reason: str, at: dt.datetime) -> bool:
    """Taken or called off since."""
    return reminders.is_register_open(_number(reason, 1))


@mail.still_true("digest")
def is_still_the_week(reason: str, at: dt.datetime) -> bool:
    """Something in the week changed since it was written: the clock writes it afresh."""
    return digests.is_still_true(reason)


def _number(reason: str, place: int) -> int:
    return int(reason.split(":")[place])
