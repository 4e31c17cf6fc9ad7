"""Everybody who teaches some subjects, with all that decides when they are free: few statements."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from bookings.rules import LONDON, midnight_after
from centres.rules import Point, miles_between
from lessons.models import HourKept, Teaches
from lessons.queries.kept import standing
from lessons.rules import half_days
from lessons.rules.free_hours import (
    Busy,
    Offered,
    Teacher,
    bits,
    bits_between,
    with_way,
)
from people.models import Availability, RoleHeld, StaffAbsence
from safeguarding.queries import Cleared

# Each weekly hour that somebody teaches, once, with a bit for each week in which they do: a year
# of meetings comes back as a timetable. Each teacher's own lines are looked up by the exclusion's
# index (OFFSET keeps it so). The way there is asked of the first and the last of its meetings: a
# place is its school, or else its activity's.
TIMETABLE = """
    WITH taught AS (
        SELECT teacher.id AS person_id, session_id, starts, ends - starts AS length
          FROM unnest(%(teachers)s::bigint[]) AS teacher (id)
         CROSS JOIN LATERAL (
            SELECT session_id, lower(claimed) AT TIME ZONE 'Europe/London' AS starts,
                   upper(claimed) AT TIME ZONE 'Europe/London' AS ends
              FROM bookings_sessionstaff
             WHERE person_id = teacher.id AND claimed && %(during)s AND NOT is_away
            OFFSET 0
         ) AS line
    ), weekly AS (
        SELECT person_id, extract(isodow FROM starts)::int AS day, starts::time AS clock, length,
               bit_or(1::bigint << ((starts::date - %(monday)s) / 7)) AS weeks,
               min(session_id) AS first_id, max(session_id) AS last_id
          FROM taught
         GROUP BY 1, 2, 3, 4
    )
    SELECT person_id, day, (extract(epoch FROM clock) / 60)::int,
           ceil(extract(epoch FROM clock + length) / 60)::int, weeks,
           coalesce(school.latitude, centre.latitude, its.latitude),
           coalesce(school.longitude, centre.longitude, its.longitude)
      FROM weekly
     CROSS JOIN LATERAL (SELECT first_id UNION SELECT last_id) AS either (id)
      JOIN bookings_session session ON session.id = either.id
      JOIN bookings_activity activity ON activity.id = activity_id
      LEFT JOIN people_school school ON school.id = session.school_id
      LEFT JOIN centres_centre centre ON centre.id = activity.centre_id
      LEFT JOIN people_school its ON its.id = activity.school_id
     WHERE day < 6
"""


@dataclass(frozen=True)
class Spell:
    """The days asked about: from when to when, those on which clearance is asked, and the start.

    `monday`: from which the year's weeks are counted.
    """

    first_on: dt.date
    last_on: dt.date
    monday: dt.date
    clearance_days: tuple[dt.date, ...]

    @property
    def during(self) -> DateTimeTZRange:
        starts = dt.datetime.combine(self.first_on, dt.time.min, LONDON)
        return DateTimeTZRange(starts, midnight_after(self.last_on))


@dataclass
class _Row:
    """What is gathered of one teacher."""

    name: str
    base: Point | None
    cleared_on: frozenset[dt.date]
    works: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)
    subject_ids: set[int] = field(default_factory=set)
    offered: list[Offered] = field(default_factory=list)
    knows_hours: bool = False
    busy: list[Busy] = field(default_factory=list)


def teachers_of(
    subject_ids: Collection[int],
    spell: Spell,
    *,
    school: Point | None,
    own_lines: Collection[int],
    taught_here: dict[int, frozenset[str]],
    minutes_per_mile: int,
    at: dt.datetime,
) -> list[Teacher]:
    """Each with their clearance, hours, absences, lessons and hours kept. Six statements."""
    rows = _staff(subject_ids, spell)
    if not rows:
        return []
    keys = list(rows)
    _add_subjects(rows, subject_ids)
    _add_hours(rows, spell)
    _add_absences(rows, spell)
    _add_timetable(rows, spell)
    for teacher_id, busy in _kept_hours(keys, spell, own_lines=own_lines, at=at):
        rows[teacher_id].busy.append(busy)
    return [
        Teacher(
            id=key,
            name=row.name,
            subject_ids=frozenset(row.subject_ids),
            cleared_on=row.cleared_on,
            works=row.works,
            offered=row.offered,
            knows_hours=row.knows_hours,
            busy=with_way(row.busy, school, minutes_per_mile=minutes_per_mile),
            miles=miles_between(school, row.base) if school and row.base else None,
            taught_here=taught_here.get(key, frozenset()),
        )
        for key, row in rows.items()
    ]


def _staff(subject_ids: Collection[int], spell: Spell) -> dict[int, _Row]:
    """Who is a teacher on some of the days and teaches one of the subjects."""
    teaches = Teaches.objects.filter(staff_id=OuterRef("person_id"), subject__in=subject_ids)
    held: QuerySet[RoleHeld, Any] = RoleHeld.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=spell.first_on),
        Q(person__staff__ends_on=None) | Q(person__staff__ends_on__gte=spell.first_on),
        Exists(teaches),
        role=RoleHeld.Role.TEACHER,
        starts_on__lte=spell.last_on,
        person__staff__starts_on__lte=spell.last_on,
    )
    cleared = {
        f"cleared_{place}": Cleared(F("person_id"), Value(day))
        for place, day in enumerate(spell.clearance_days)
    }
    found: dict[int, _Row] = {}
    for row in held.annotate(**cleared).order_by("person_id", "starts_on").values(
        "person_id", "person__given_name", "person__family_name", "starts_on", "ends_on",
        "person__staff__starts_on", "person__staff__ends_on",
        "person__staff__base_centre__latitude", "person__staff__base_centre__longitude", *cleared,
    ):  # fmt: skip
        name = f"{row['person__given_name']} {row['person__family_name']}".strip()
        base = point_of(
            row["person__staff__base_centre__latitude"],
            row["person__staff__base_centre__longitude"],
        )
        days = zip(cleared, spell.clearance_days, strict=True)
        mine = _Row(name, base, frozenset(day for key, day in days if row[key]))
        ends = [day for day in (row["ends_on"], row["person__staff__ends_on"]) if day]
        starts = max(row["starts_on"], row["person__staff__starts_on"])
        found.setdefault(row["person_id"], mine).works.append((starts, min(ends, default=None)))
    return found


def _add_subjects(rows: dict[int, _Row], subject_ids: Collection[int]) -> None:
    teaches = Teaches.objects.filter(staff__in=rows, subject__in=subject_ids)
    for staff_id, subject_id in teaches.values_list("staff_id", "subject_id"):
        rows[staff_id].subject_ids.add(subject_id)


def _add_hours(rows: dict[int, _Row], spell: Spell) -> None:
    """The hours they can be asked for anywhere; hours at one centre are not for a school."""
    hours = Availability.objects.filter(
        Q(to_on=None) | Q(to_on__gte=spell.first_on), staff__in=rows, from_on__lte=spell.last_on
    )
    for staff_id, weekday, starts, ends, centre_id, from_on, to_on in hours.values_list(
        "staff_id", "weekday", "from_time", "until_time", "centre_id", "from_on", "to_on"
    ):
        rows[staff_id].knows_hours = True
        if centre_id is None:
            minutes = half_days.minute_of(starts), half_days.minute_of(ends)
            rows[staff_id].offered.append(Offered(weekday, *minutes, from_on, to_on))


def _add_absences(rows: dict[int, _Row], spell: Spell) -> None:
    """A day away is a week in which that weekday is taken."""
    away = StaffAbsence.objects.filter(
        staff__in=rows, withdrawn_at=None, during__overlap=spell.during
    )
    for staff_id, during in away.values_list("staff_id", "during"):
        starts, ends = timezone.localtime(during.lower), timezone.localtime(during.upper)
        day = max(starts.date(), spell.first_on)
        while day <= min(ends.date(), spell.last_on):
            from_minute = half_days.minute_of(starts.time()) if day == starts.date() else 0
            until = half_days.minute_of(ends.time()) if day == ends.date() else 24 * 60
            if from_minute < until:
                weeks = bits([day], spell.monday)
                rows[staff_id].busy.append(Busy(day.isoweekday(), from_minute, until, weeks))
            day += dt.timedelta(days=1)


def _add_timetable(rows: dict[int, _Row], spell: Spell) -> None:
    asked = {"teachers": list(rows), "during": spell.during, "monday": spell.monday}
    with connection.cursor() as cursor:
        cursor.execute(TIMETABLE, asked)
        for teacher_id, weekday, starts, ends, weeks, latitude, longitude in cursor.fetchall():
            point = point_of(latitude, longitude)
            rows[teacher_id].busy.append(Busy(weekday, starts, ends, weeks, point))


def _kept_hours(
    teachers: Collection[int], spell: Spell, *, own_lines: Collection[int], at: dt.datetime
) -> list[tuple[int, Busy]]:
    """Hours promised to other lines, in force at the moment."""
    kept = standing(HourKept.objects.all(), at=at).filter(
        teacher__in=teachers, first_on__lte=spell.last_on, last_on__gte=spell.first_on
    )
    return [
        (
            teacher_id,
            Busy(
                weekday,
                starts,
                ends,
                bits_between(weekday, first, last, spell.monday),
                point_of(latitude, longitude),
            ),
        )
        for teacher_id, weekday, starts, ends, first, last, latitude, longitude in kept.exclude(
            line__in=own_lines
        ).values_list(
            "teacher_id",
            "weekday",
            "from_minute",
            "until_minute",
            "first_on",
            "last_on",
            "line__order__school__latitude",
            "line__order__school__longitude",
        )
    ]


def point_of(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)
