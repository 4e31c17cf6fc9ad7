"""Who told us ahead that they will not come, for the registers and for the family's own pages."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from bookings import rules
from bookings.models import AbsenceNotice, Attendance, Session

# The real day of a meeting, in local time: one that was moved is missed on its new day.
DAY_OF_LINE = TruncDate("session__during__startswith", tzinfo=rules.LONDON)


def told_ahead(sessions: Iterable[Session]) -> set[tuple[int, int]]:
    """(session, person) of each line of these registers that a family told us about: one read."""
    lines = Attendance.objects.filter(session__in=[session.pk for session in sessions])
    told = lines.annotate(day=DAY_OF_LINE).filter(_told_of())
    return set(told.values_list("session_id", "person_id"))


def _told_of() -> Exists:
    """A notice that stands, about the day of the line, and about everything or this activity."""
    about = Q(enrolment=None) | Q(enrolment__activity_id=OuterRef("session__activity_id"))
    return Exists(
        AbsenceNotice.objects.standing().filter(
            about,
            person_id=OuterRef("person_id"),
            starts_on__lte=OuterRef("day"),
            ends_on__gte=OuterRef("day"),
        )
    )
