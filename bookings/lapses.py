"""Is what a letter says still true as it leaves? Each is asked about once more (core.mail)."""

import datetime as dt

from bookings.queries import messages, standing
from core import mail

mail.still_true("closure")(standing.closing_stands)
mail.still_true("reopened")(standing.reopening_stands)
mail.still_true("session")(standing.meeting_stands)


@mail.still_true("message")
def is_still_for(reason: str, at: dt.datetime) -> bool:
    """Whoever lost sight of a child, or stopped our news, after the message was sent."""
    return messages.is_still_for(_number(reason, 1))


def _number(reason: str, place: int) -> int:
    return int(reason.split(":")[place])
