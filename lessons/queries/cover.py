"""What needs cover, and who could: one look at every teacher, however many there are."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import CharField, Exists, F, FloatField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from bookings.models import Session, SessionStaff
from bookings.rules import LONDON, midnight_after, staffing
from centres.rules import Point
from lessons.models import Course, Teaches
from lessons.queries import promises
from lessons.rules import cover as rules
from people.models import Availability, Person, RoleHeld, Staff, StaffAbsence, User
from safeguarding.queries import Cleared

PAGE = 10  # who is free, at a time
MOST_WHO_CANNOT = 12
MOST_NEEDS = 50
LEADS = (SessionStaff.Role.LEAD, SessionStaff.Role.COVER)
_WHOLE = (
    "activity__centre",
    "activity__school",
    "activity__tuition__subject",
    "activity__course_run__course__subject",
    "school",
    "room",
)


@dataclass(frozen=True)
class Need:
    """A meeting nobody is there to lead, and who told us they cannot."""

    session: Session
    away: tuple[Person, ...]
    starts_at: dt.datetime
    hours: str
    place: str


@dataclass(frozen=True)
class Needs:
    """The soonest of them; `next_after`: where the next page begins."""

    found: tuple[Need, ...]
    next_after: uuid.UUID | None = None


@dataclass(frozen=True)
class Candidate:
    """Somebody who teaches here, and whether they can."""

    ref: uuid.UUID
    name: str
    judged: rules.Judged


@dataclass(frozen=True)
class Candidates:
    """Who can, the best first; who cannot, those who teach it first."""

    can: tuple[Candidate, ...]
    number_who_can: int
    cannot: tuple[Candidate, ...]
    number_who_cannot: int
    page: int = 1
    pages: int = 1


def needs(user: User, *, at: dt.datetime, days: int, after: uuid.UUID | None = None) -> Needs:
    """What needs cover where this user is head, soonest first."""
    rows = (
        Session.objects.run_by(user)
        .filter(~Exists(_leading()), status=Session.Status.PLANNED)
        .filter(during__endswith__gt=at, during__startswith__lt=at + dt.timedelta(days=days))
        .select_related("activity__centre", "activity__school", "school", "room")
        .prefetch_related("staff__person")
        .order_by("during__startswith", "pk")
    )
    last = Session.objects.filter(ref=after).first() if after else None
    if last:
        starts = last.during.lower
        later = Q(during__startswith__gt=starts) | Q(during__startswith=starts, pk__gt=last.pk)
        rows = rows.filter(later)
    found = list(rows[: MOST_NEEDS + 1])
    next_after = found[MOST_NEEDS - 1].ref if len(found) > MOST_NEEDS else None
    return Needs(tuple(need_of(row) for row in found[:MOST_NEEDS]), next_after)


def need_of(session: Session) -> Need:
    away = [line for line in session.staff.all() if line.is_away and line.replaces_id is None]
    return Need(
        session=session,
        away=tuple(line.person for line in away),
        starts_at=session.during.lower,
        hours=staffing.hours(session),
        place=staffing.place_of(session),
    )


def with_everything(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Meetings with all that a page of cover says of one."""
    return rows.select_related(*_WHOLE).prefetch_related("staff__person", "staff__replaces")


def candidates(
    session: Session, *, minutes_per_mile: int, page: int, name: str = "", at: dt.datetime
) -> Candidates:
    """Everybody who teaches, judged for this meeting. Few statements, however many they are."""
    wanted = wanted_for(session, minutes_per_mile=minutes_per_mile)
    judged = [
        Candidate(row["person__ref"], teacher.name, rules.judge(teacher, wanted))
        for row, teacher in _teachers(session, name=name, at=at)
    ]
    judged.sort(key=lambda each: (each.judged.rank, each.name.casefold()))
    can = [each for each in judged if not each.judged.obstacles]
    cannot = [each for each in judged if each.judged.obstacles]
    pages = max(1, -(-len(can) // PAGE))
    page = min(max(page, 1), pages)
    return Candidates(
        can=tuple(can[(page - 1) * PAGE : page * PAGE]),
        number_who_can=len(can),
        cannot=tuple(cannot[:MOST_WHO_CANNOT]),
        number_who_cannot=len(cannot),
        page=page,
        pages=pages,
    )


def wanted_for(session: Session, *, minutes_per_mile: int) -> rules.Wanted:
    place = session.school or session.activity.place
    return rules.Wanted(
        starts_at=timezone.localtime(session.during.lower),
        ends_at=timezone.localtime(session.during.upper),
        point=_point(getattr(place, "latitude", None), getattr(place, "longitude", None)),
        centre_id=session.activity.centre_id,
        subject_ids=_subjects_of(session),
        minutes_per_mile=minutes_per_mile,
    )


def _subjects_of(session: Session) -> frozenset[int]:
    """What is taught there: a lesson's subject, or a course's main and other subjects."""
    tuition = getattr(session.activity, "tuition", None)
    run = getattr(session.activity, "course_run", None)
    if tuition:
        return frozenset({tuition.subject_id})
    if run is None:
        return frozenset()
    also = Course.also_subjects.through.objects.filter(course_id=run.course_id)
    return frozenset({run.course.subject_id, *also.values_list("subject_id", flat=True)})


def _leading() -> QuerySet[SessionStaff]:
    return SessionStaff.objects.here().filter(session_id=OuterRef("pk"), role__in=LEADS)


def _teachers(
    session: Session, *, name: str, at: dt.datetime
) -> list[tuple[dict[str, Any], rules.Teacher]]:
    day = timezone.localdate(session.during.lower)
    rows = list(_staff_on(day, session, name=name))
    keys = [row["pk"] for row in rows]
    subjects, hours = _subjects_by_staff(keys), _hours_by_staff(keys, day)
    kept = promises.kept_for(session.during, at=at)
    there = {line.person_id for line in session.staff.all() if not line.is_away}
    away = {line.person_id for line in session.staff.all() if line.is_away}
    return [
        (
            row,
            rules.Teacher(
                name=f"{row['person__given_name']} {row['person__family_name']}".strip(),
                subjects=subjects.get(row["pk"], {}),
                is_cleared=row["is_cleared"],
                is_away=row["is_away"] or row["pk"] in away,
                is_there_already=row["pk"] in there,
                base=row["base_centre__name"] or "",
                base_point=_point(row["base_centre__latitude"], row["base_centre__longitude"]),
                hours=tuple(
                    each
                    for weekday, each in hours.get(row["pk"], [])
                    if weekday == day.isoweekday()
                ),
                knows_hours=row["pk"] in hours,
                stops=tuple(_stop(each) for each in row["stops"]),
                kept_for=kept.get(row["pk"], ()),
            ),
        )
        for row in rows
    ]


def _staff_on(day: dt.date, session: Session, *, name: str) -> QuerySet[Any, Any]:
    """Who teaches here on that day, with where they are on it."""
    in_force = Q(ends_on=None) | Q(ends_on__gte=day)
    teaching = RoleHeld.objects.filter(
        in_force, person_id=OuterRef("pk"), role=RoleHeld.Role.TEACHER, starts_on__lte=day
    )
    away = StaffAbsence.objects.filter(
        staff_id=OuterRef("pk"), withdrawn_at=None, during__overlap=session.during
    )
    rows = Staff.objects.filter(in_force, Exists(teaching), starts_on__lte=day)
    for word in name.replace("\0", "").split()[:4]:
        rows = rows.filter(person__sort_name__icontains=word)
    found: QuerySet[Any, Any] = (
        rows.annotate(
            is_cleared=Cleared(F("pk"), Value(day)),
            is_away=Exists(away),
            stops=ArraySubquery(stops_of(session, day)),
        )
        .order_by("pk")
        .values(
            "pk", "person__ref", "person__given_name", "person__family_name",
            "base_centre__name", "base_centre__latitude", "base_centre__longitude",
            "is_cleared", "is_away", "stops",
        )
    )  # fmt: skip
    return found


def stops_of(session: Session, day: dt.date) -> QuerySet[SessionStaff, Any]:
    """Where somebody is on that day, but for this meeting: found by the exclusion's own index."""
    whole_day = DateTimeTZRange(dt.datetime.combine(day, dt.time.min, LONDON), midnight_after(day))
    lines = SessionStaff.objects.here().filter(person_id=OuterRef("pk"), claimed__overlap=whole_day)
    return lines.exclude(session=session).values(
        stop=JSONObject(
            role="role",
            title="session__activity__title",
            place=Coalesce(
                "session__school__name",
                "session__activity__centre__name",
                "session__activity__school__name",
                Value(""),
                output_field=CharField(),
            ),
            latitude=_degrees("latitude"),
            longitude=_degrees("longitude"),
            starts_at="claimed__startswith",
            ends_at="claimed__endswith",
        )
    )


def _degrees(name: str) -> Coalesce:
    return Coalesce(
        f"session__school__{name}",
        f"session__activity__centre__{name}",
        f"session__activity__school__{name}",
        output_field=FloatField(),
    )


def _stop(row: dict[str, Any]) -> rules.Stop:
    starts, ends = (dt.datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at"))
    return rules.Stop(
        doing=staffing.AT_WORK[SessionStaff.Role(row["role"])],
        title=row["title"],
        place=row["place"] or "a place we do not know",
        point=_point(row["latitude"], row["longitude"]),
        starts_at=timezone.localtime(starts),
        ends_at=timezone.localtime(ends),
    )


def _subjects_by_staff(keys: list[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    rows = Teaches.objects.filter(staff__in=keys)
    for staff_id, subject_id, name in rows.values_list("staff_id", "subject_id", "subject__name"):
        found.setdefault(staff_id, {})[subject_id] = _in_a_sentence(name)
    return found


def _in_a_sentence(name: str) -> str:
    """Sitar is "sitar" in a sentence, and DJing is "DJing"."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _hours_by_staff(keys: list[int], day: dt.date) -> dict[int, list[tuple[int, rules.Hours]]]:
    """By staff, the hours of the week they can be asked for, as they stand on that day."""
    found: dict[int, list[tuple[int, rules.Hours]]] = {}
    rows = Availability.objects.filter(
        Q(to_on=None) | Q(to_on__gte=day), staff__in=keys, from_on__lte=day
    ).order_by("weekday", "from_time", "pk")
    for staff_id, weekday, starts, ends, centre_id, centre in rows.values_list(
        "staff_id", "weekday", "from_time", "until_time", "centre_id", "centre__name"
    ):
        hours = rules.Hours(starts, ends, centre_id, centre or "")
        found.setdefault(staff_id, []).append((weekday, hours))
    return found


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude, longitude)
