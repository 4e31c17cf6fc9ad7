"""A teacher's own cover: what they cover, who covers them, and when they are away."""

import datetime as dt
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import SessionStaff
from bookings.queries import staffing
from people.models import Person, StaffAbsence

MOST = 60  # of each kind: more is further ahead than anybody reads


@dataclass(frozen=True)
class Away:
    """A meeting of theirs that they do not come to, and who does instead."""

    line: SessionStaff
    cover: Person | None


@dataclass(frozen=True)
class MyCover:
    """What is not as usual in a teacher's days to come."""

    covering: tuple[tuple[SessionStaff, staffing.CoverNote | None], ...]
    away: tuple[Away, ...]
    absences: tuple[StaffAbsence, ...]


def my_cover(person: Person, *, at: dt.datetime) -> MyCover:
    """Soonest first. Five statements, however much there is."""
    ahead = DateTimeTZRange(at, None)
    covering = list(
        staffing.at_work(person, ahead)
        .filter(role=SessionStaff.Role.COVER)
        .select_related("session__room", "replaces")[:MOST]
    )
    notes = staffing.cover_notes([line.session for line in covering], person)
    away = list(staffing.away_lines(person, ahead, at=at).select_related("session__room")[:MOST])
    covers = staffing.covers_of(away)
    absences = StaffAbsence.objects.filter(
        staff=person.pk, withdrawn_at=None, during__endswith__gt=at
    ).order_by("during", "pk")
    return MyCover(
        covering=tuple((line, notes.get(line.session_id)) for line in covering),
        away=tuple(Away(line, _who(covers, line)) for line in away),
        absences=tuple(absences[:MOST]),
    )


def _who(covers: dict[tuple[int, int], SessionStaff], line: SessionStaff) -> Person | None:
    cover = covers.get((line.session_id, staffing.stood_in_for(line)))
    return cover.person if cover else None
