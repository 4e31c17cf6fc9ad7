"""What a teacher reads of their own next days: where, when, whom. Names only."""

import datetime as dt
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Attendance, Session, SessionStaff
from people.models import User


@dataclass(frozen=True)
class Lesson:
    """One meeting a teacher leads, with the names in its register."""

    session: Session
    names: list[str]


def teaching_of(user: User, *, starts_at: dt.datetime, ends_at: dt.datetime) -> list[Lesson]:
    """The meetings this user teaches between two moments, soonest first."""
    staffed = (
        SessionStaff.objects.filter(
            person_id=user.person_id, claimed__overlap=DateTimeTZRange(starts_at, ends_at)
        )
        .select_related("session__activity__centre", "session__activity__school", "session__room")
        .order_by("session__during", "pk")
    )
    sessions = [row.session for row in staffed]
    names: dict[int, list[str]] = {session.pk: [] for session in sessions}
    lines = Attendance.objects.filter(session__in=sessions).select_related("person")
    for line in lines.order_by("person__sort_name", "pk"):
        names[line.session_id].append(_called(line))
    return [Lesson(session, names[session.pk]) for session in sessions]


def _called(line: Attendance) -> str:
    return f"{line.person.first_name} {line.person.family_name}".strip()
