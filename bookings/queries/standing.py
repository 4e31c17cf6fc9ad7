"""Whether what a letter says of a closing or a meeting is still so, asked as it leaves."""

import datetime as dt

from bookings.models import ClosedSession, Closure, Session


def closing_stands(reason: str, at: dt.datetime) -> bool:
    """`closure:12`: nobody has undone it."""
    return Closure.objects.filter(pk=_number(reason), undone_at=None).exists()


def reopening_stands(reason: str, at: dt.datetime) -> bool:
    """`reopened:12`: none of its meetings was called off again."""
    rows = ClosedSession.objects.filter(closure_id=_number(reason))
    return not rows.filter(session__status=Session.Status.CANCELLED).exists()


def meeting_stands(reason: str, at: dt.datetime) -> bool:
    """`session:81:2`: it was not moved, called off or put back since."""
    _, key, sequence = reason.split(":")
    return Session.objects.filter(pk=int(key), sequence=int(sequence)).exists()


def _number(reason: str) -> int:
    return int(reason.split(":")[1])
