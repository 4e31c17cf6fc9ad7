"""When a family's people meet and what a teacher teaches, between two moments: few statements."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import BigIntegerField, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast

from bookings.models import Attendance, Enrolment, Session, SessionStaff
from bookings.queries import absences
from people.models import Guardianship, Person, SchoolContact

_PARTS = ("room", "school", "cause", "makes_up", "activity__centre", "activity__school")
WITH_ALL = tuple(f"session__{part}" for part in (*_PARTS, "activity__room", "activity__teacher"))
KEPT = (Enrolment.Status.ACTIVE, Enrolment.Status.ENDED)


@dataclass(frozen=True)
class Meeting:
    """One meeting of one person. `teaches`: they are the teacher, and nobody else is named.

    `at_school`: at a school they speak for, whoever teaches and learns there.
    `made_up`: when the meeting that makes up for this one is, if this person comes to it.
    """

    session: Session
    person: Person
    teaches: bool = False
    at_school: bool = False
    is_told: bool = False
    is_released: bool = False
    teachers: tuple[str, ...] = ()
    made_up: DateTimeTZRange | None = None


def people_seen_by(person: Person) -> list[Person]:
    """Whose meetings this person may know, read afresh: the children they see, and themselves.

    By guardianship alone, whatever else they may do: who runs the county has no calendar of it.
    """
    wards = Guardianship.objects.filter(adult=person, may_see=True, is_barred=False)
    links = wards.select_related("child").order_by("child__born_on", "child_id")
    return [*(link.child for link in links), person]


def meetings_of(
    people: Collection[Person], *, starts_at: dt.datetime, ends_at: dt.datetime
) -> list[Meeting]:
    """Every meeting these people have a place in, the cancelled ones too, soonest first."""
    return as_meetings(lines_of(people, starts_at=starts_at, ends_at=ends_at))


def as_meetings(of: QuerySet[Attendance]) -> list[Meeting]:
    """These lines with all a family reads of them, soonest first: three statements."""
    whole = of.select_related("person", *WITH_ALL).prefetch_related(_STAFF)
    lines = list(whole.annotate(made_up=MADE_UP).order_by("session__during", "pk"))
    told = absences.told_ahead({line.session for line in lines}) if lines else set()
    return [
        Meeting(
            line.session,
            line.person,
            is_told=(line.session_id, line.person_id) in told,
            is_released=line.is_released,
            teachers=_teachers(line.session),
            made_up=line.made_up,
        )
        for line in lines
    ]


def lines_of(
    people: Collection[Person], *, starts_at: dt.datetime, ends_at: dt.datetime
) -> QuerySet[Attendance]:
    """Their lines between two moments; of a place that ended, only those to its last day."""
    in_time = Q(enrolment__ends_on=None) | Q(session__occurs_on__lte=F("enrolment__ends_on"))
    return Attendance.objects.filter(
        in_time,
        enrolment__person__in=people,  # by the index of enrolments: lines have none by person
        enrolment__status__in=KEPT,
        session__during__overlap=DateTimeTZRange(starts_at, ends_at),
    )


def lessons_of(person: Person, *, starts_at: dt.datetime, ends_at: dt.datetime) -> list[Meeting]:
    """Every meeting this person teaches or helps with, where they are expected."""
    # The key is cast: a GiST index on a bigint is not used for a bare literal.
    key = Cast(Value(person.pk), BigIntegerField())
    staffed = (
        SessionStaff.objects.here()
        .filter(person_id=key, session__during__overlap=DateTimeTZRange(starts_at, ends_at))
        .select_related(*WITH_ALL)
        .order_by("session__during", "pk")
    )
    return [Meeting(line.session, person, teaches=True) for line in staffed]


def meetings_at_schools(
    person: Person, *, starts_at: dt.datetime, ends_at: dt.datetime
) -> list[Meeting]:
    """Every meeting at the schools this person speaks for, read afresh: none once they left."""
    served = SchoolContact.objects.filter(person=person, ended_at=None)
    sessions = Session.objects.filter(
        school__in=served.values("school_id"),
        during__startswith__gte=starts_at,
        during__startswith__lt=ends_at,
    )
    parts = (*_PARTS, "activity__room", "activity__teacher")
    whole = sessions.select_related(*parts).order_by("during", "pk")
    return [Meeting(session, person, at_school=True) for session in whole]


# Whoever was busy on the new date is in no register of it.
MADE_UP = Subquery(
    Attendance.objects.filter(
        person_id=OuterRef("person_id"), session__makes_up_id=OuterRef("session_id")
    )
    .exclude(session__status=Session.Status.CANCELLED)
    .order_by("session__during")
    .values("session__during")[:1]
)
_STAFF = Prefetch(
    "session__staff",
    SessionStaff.objects.select_related("person").order_by("role", "pk"),
)


def _teachers(session: Session) -> tuple[str, ...]:
    """Who will be there; where nobody was assigned, whoever teaches the group."""
    staff = list(session.staff.all())
    if not staff:
        teacher = session.activity.teacher
        return (str(teacher),) if teacher else ()
    return tuple(
        f"{line.person}, covering" if line.role == SessionStaff.Role.COVER else str(line.person)
        for line in staff
        if not line.is_away and line.role != SessionStaff.Role.ASSISTANT
    )
