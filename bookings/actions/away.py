"""Whoever told us they cannot come is not expected, whatever made the meeting."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from bookings.models import Session, SessionStaff
from people.models import StaffAbsence


def keep_away(sessions: Collection[Session]) -> int:
    """Mark those who are away at these meetings; inside an action. Return how many lines."""
    told = StaffAbsence.objects.filter(
        staff_id=OuterRef("person_id"), withdrawn_at=None, during__overlap=OuterRef("claimed")
    )
    lines = SessionStaff.objects.here().filter(session__in=[one.pk for one in sessions])
    return lines.filter(Exists(told), claimed__isempty=False).update(is_away=True)
