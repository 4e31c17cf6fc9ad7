"""Everybody who teaches some subjects, with all that decides when they are free: few statements."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
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
    Gap,
    Offered,
    Teacher,
    bits,
    bits_between,
    way,
    weekdays_of,
)
from people.models import Availability, RoleHeld, StaffAbsence
from safeguarding.queries import Cleared

# Each weekly hour that somebody teaches, once, with a bit for each week in which they do: a year
# of meetings comes back as a timetable. Each teacher's own lines are looked up by the exclusion's
# index (OFFSET keeps it so) and put together before the next teacher's: all at once, they would be
# sorted on disk. Days are counted and not extracted: extract() is numeric arithmetic, for each of
# fifty thousand lines. The way there is asked of the first and the last of an hour's meetings: a
# place is its school, or else its activity's, which is looked up for those alone.
TIMETABLE = """
    WITH weekly AS (
        SELECT teacher.id AS person_id, hour.*
          FROM unnest(%(teachers)s::bigint[]) AS teacher (id)
         CROSS JOIN LATERAL (
            SELECT day %% 7 + 1 AS weekday, clock, length,
                   bit_or(1::bigint << (day / 7)) AS weeks,
                   min(session_id) AS first_id, max(session_id) AS last_id
              FROM (
                SELECT session_id, starts::time AS clock, length, starts::date - %(monday)s AS day
                  FROM (
                    SELECT session_id, lower(claimed) AT TIME ZONE 'Europe/London' AS starts,
                           upper(claimed) - lower(claimed) AS length
                      FROM bookings_sessionstaff
                     WHERE person_id = teacher.id AND claimed && %(during)s AND NOT is_away
                    OFFSET 0
                  ) AS line
              ) AS taught
             WHERE day %% 7 + 1 = ANY (%(weekdays)s)
             GROUP BY 1, 2, 3
         ) AS hour
    )
    SELECT DISTINCT person_id, weekly.weekday, (date_part('epoch', clock) / 60)::int,
           ceil(date_part('epoch', clock + length) / 60)::int, weeks,
           coalesce(school.latitude, centre.latitude, its.latitude),
           coalesce(school.longitude, centre.longitude, its.longitude)
      FROM weekly
     CROSS JOIN LATERAL (VALUES (first_id), (nullif(last_id, first_id))) AS either (id)
      JOIN bookings_session session ON session.id = either.id
      LEFT JOIN people_school school ON school.id = session.school_id
      LEFT JOIN bookings_activity activity ON activity.id = CASE
           WHEN school.latitude IS NULL OR school.longitude IS NULL THEN session.activity_id END
      LEFT JOIN centres_centre centre ON centre.id = activity.centre_id
      LEFT JOIN people_school its ON its.id = activity.school_id
"""


@dataclass(frozen=True)
class Spell:
    """The days asked about: from when to when, and those on which clearance is asked.

    `monday`: from which the year's weeks are counted. `windows`: the half days asked about.
    """

    first_on: dt.date
    last_on: dt.date
    monday: dt.date
    clearance_days: tuple[dt.date, ...]
    windows: Mapping[str, Gap]

    @property
    def during(self) -> DateTimeTZRange:
        starts = dt.datetime.combine(self.first_on, dt.time.min, LONDON)
        return DateTimeTZRange(starts, midnight_after(self.last_on))


@dataclass
class _Row:
    """What is gathered of one teacher."""

    name: str
    base: Point | None
    subject_ids: frozenset[int]
    cleared_on: frozenset[dt.date]
    works: list[tuple[dt.date, dt.date | None]] = field(default_factory=list)
    offered: dict[int, list[Offered]] | None = None
    busy: dict[int, list[Busy]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Diaries:
    """What teachers do on the weekdays that were asked about, each with the way there and back."""

    rows: Mapping[int, _Row]
    way_to: Callable[[Point | None], int]

    def write(
        self, teacher_id: int, weekday: int, minutes: Gap, weeks: int, point: Point | None = None
    ) -> None:
        row = self.rows.get(teacher_id)
        if row and weekday in row.busy:
            way = self.way_to(point)
            row.busy[weekday].append(Busy(weekday, minutes[0] - way, minutes[1] + way, weeks))


@dataclass
class Pool:
    """Everybody who teaches some subjects, the best first; what they teach is read when wanted."""

    teachers: Sequence[Teacher] = ()
    _diaries: _Diaries | None = None
    _spell: Spell | None = None

    def read(self, wanted: Iterable[Teacher]) -> None:
        """The lessons of these, as far as they are not read yet. A statement, or none."""
        ids = {one.id for one in wanted if not one.is_read}
        if ids and self._diaries and self._spell:
            _write_timetable(self._diaries, self._spell, ids)
            self.teachers = [
                replace(one, is_read=True) if one.id in ids else one for one in self.teachers
            ]

    def nearest(self, number: int) -> list[Teacher]:
        """So many of each subject, the best first."""
        counted: Counter[int] = Counter()
        found = []
        for one in self.teachers:
            if one.cleared_on and one.busy:
                if any(counted[subject] < number for subject in one.subject_ids):
                    found.append(one)
                counted += Counter(one.subject_ids)
        return found


def pool_of(
    subject_ids: Collection[int],
    spell: Spell,
    *,
    school: Point | None,
    own_lines: Collection[int],
    taught_here: Mapping[int, frozenset[str]],
    minutes_per_mile: int,
    at: dt.datetime,
) -> Pool:
    """Each with their clearance, hours, absences and hours kept; not their lessons yet.

    What they do is read of the weekdays asked about on which they have hours. Four statements.
    """
    teaching = Teaches.objects.filter(subject__in=subject_ids)
    rows = _staff(teaching, spell)
    if not rows:
        return Pool()
    them = teaching.values("staff_id")  # a list of hundreds of keys would cost more than the rows
    _add_hours(rows, them, spell)
    diaries = _Diaries(rows, cache(partial(way, school, minutes_per_mile=minutes_per_mile)))
    _write_absences(diaries, them, spell)
    others = standing(HourKept.objects.exclude(line__in=own_lines), at=at)
    _write_kept_hours(diaries, others.filter(teacher__in=them), spell)
    teachers = [
        Teacher(
            id=key,
            name=row.name,
            subject_ids=row.subject_ids,
            cleared_on=row.cleared_on,
            works=row.works,
            offered=row.offered,
            busy=row.busy,
            is_read=not row.busy,
            miles=miles_between(school, row.base) if school and row.base else None,
            taught_here=taught_here.get(key, frozenset()),
        )
        for key, row in rows.items()
    ]
    return Pool(sorted(teachers, key=lambda one: one.rank), diaries, spell)


def _staff(teaching: QuerySet[Teaches], spell: Spell) -> dict[int, _Row]:
    """Who is a teacher on some of the days and teaches one of the subjects."""
    teaches = teaching.filter(staff_id=OuterRef("person_id"))
    taught = ArraySubquery(teaches.values("subject_id"))
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
    asked = held.annotate(taught=taught, **cleared).order_by("person_id", "starts_on")
    for row in asked.values(
        "person_id", "person__given_name", "person__family_name", "starts_on", "ends_on",
        "person__staff__starts_on", "person__staff__ends_on", "taught",
        "person__staff__base_centre__latitude", "person__staff__base_centre__longitude", *cleared,
    ):  # fmt: skip
        name = f"{row['person__given_name']} {row['person__family_name']}".strip()
        base = point_of(
            row["person__staff__base_centre__latitude"],
            row["person__staff__base_centre__longitude"],
        )
        days = zip(cleared, spell.clearance_days, strict=True)
        cleared_on = frozenset(day for key, day in days if row[key])
        mine = _Row(name, base, frozenset(row["taught"]), cleared_on)
        ends = [day for day in (row["ends_on"], row["person__staff__ends_on"]) if day]
        starts = max(row["starts_on"], row["person__staff__starts_on"])
        found.setdefault(row["person_id"], mine).works.append((starts, min(ends, default=None)))
    return found


def _add_hours(rows: dict[int, _Row], them: QuerySet[Teaches, Any], spell: Spell) -> None:
    """The hours they can be asked for anywhere; hours at one centre are not for a school."""
    hours = Availability.objects.filter(
        Q(to_on=None) | Q(to_on__gte=spell.first_on), staff__in=them, from_on__lte=spell.last_on
    )
    for staff_id, weekday, starts, ends, centre_id, from_on, to_on in hours.values_list(
        "staff_id", "weekday", "from_time", "until_time", "centre_id", "from_on", "to_on"
    ):
        row = rows.get(staff_id)
        if row is None:
            continue
        row.offered = offered = {} if row.offered is None else row.offered
        if centre_id is None:
            minutes = half_days.minute_of(starts), half_days.minute_of(ends)
            offered.setdefault(weekday, []).append(Offered(*minutes, from_on, to_on))
    for row in rows.values():
        row.busy = {weekday: [] for weekday in weekdays_of(spell.windows, row.offered)}


def _write_absences(diaries: _Diaries, them: QuerySet[Teaches, Any], spell: Spell) -> None:
    """A day away is a week in which that weekday is taken."""
    away = StaffAbsence.objects.filter(
        staff__in=them, withdrawn_at=None, during__overlap=spell.during
    )
    for staff_id, during in away.values_list("staff_id", "during"):
        starts, ends = timezone.localtime(during.lower), timezone.localtime(during.upper)
        day = max(starts.date(), spell.first_on)
        while day <= min(ends.date(), spell.last_on):
            from_minute = half_days.minute_of(starts.time()) if day == starts.date() else 0
            until = half_days.minute_of(ends.time()) if day == ends.date() else 24 * 60
            if from_minute < until:
                weeks = bits([day], spell.monday)
                diaries.write(staff_id, day.isoweekday(), (from_minute, until), weeks)
            day += dt.timedelta(days=1)


def _write_timetable(diaries: _Diaries, spell: Spell, teachers: Iterable[int]) -> None:
    wanted = {
        "teachers": list(teachers),
        "weekdays": list(weekdays_of(spell.windows, None)),
        "during": spell.during,
        "monday": spell.monday,
    }
    with connection.cursor() as cursor:
        cursor.execute(TIMETABLE, wanted)
        for teacher_id, weekday, starts, ends, weeks, latitude, longitude in cursor.fetchall():
            point = point_of(latitude, longitude)
            diaries.write(teacher_id, weekday, (starts, ends), weeks, point)


def _write_kept_hours(diaries: _Diaries, kept: QuerySet[HourKept], spell: Spell) -> None:
    """Hours promised to other lines."""
    touching = kept.filter(first_on__lte=spell.last_on, last_on__gte=spell.first_on)
    for teacher_id, weekday, starts, ends, first, last, latitude, longitude in touching.values_list(
        "teacher_id", "weekday", "from_minute", "until_minute", "first_on", "last_on",
        "line__order__school__latitude", "line__order__school__longitude",
    ):  # fmt: skip
        weeks = bits_between(weekday, first, last, spell.monday)
        point = point_of(latitude, longitude)
        diaries.write(teacher_id, weekday, (starts, ends), weeks, point)


def point_of(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)
