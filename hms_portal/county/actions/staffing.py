"""Moves in what teachers teach, when they can be asked, and who cannot come next week."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import F, Max, Min

from bookings import actions as bookings
from bookings.models import Activity, Session, SessionStaff
from bookings.rules import midnight_after
from core.actions import action
from hms_portal.county import shown
from hms_portal.county.copying import copy_each
from hms_portal.county.plan.teachers import specialisms
from hms_portal.county.sizes import Size
from lessons.models import Subject, Teaches
from lessons.queries import cover
from people.models import Availability, RoleHeld, Staff, StaffAbsence, User

MARGIN = dt.timedelta(minutes=90)  # before and after what they teach on a day
EARLIEST, LATEST = dt.time(8), dt.time(21)
OFFICE_HOURS = (dt.time(9), dt.time(17))
SATURDAY, MORNING = 6, (dt.time(8, 30), dt.time(13, 30))
FREE_SATURDAY_ONE_IN = 2
LOOKED_AT = 60  # meetings to come, among which one is found that somebody can cover


@action
def load_asking(*, size: Size, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Whom to ask when another cannot come: every teacher's subjects and hours."""
    if Teaches.objects.exists():
        return 0
    roles = RoleHeld.objects.filter(role=RoleHeld.Role.TEACHER, person__staff__isnull=False)
    staff = list(
        Staff.objects.filter(pk__in=roles.values("person_id")).order_by("pk")
    )  # in the order that decided what they teach
    families: dict[str, list[Subject]] = {}
    for subject in Subject.objects.order_by("pk"):
        families.setdefault(subject.family, []).append(subject)
    teaches = [
        Teaches(staff=one, subject=subject)
        for number, one in enumerate(staff)
        for family in specialisms(number)
        for subject in families.get(family, [])
    ]
    taught = _hours_taught(size)
    hours = [
        Availability(
            staff=one, weekday=weekday, from_time=starts, until_time=ends, from_on=one.starts_on
        )
        for number, one in enumerate(staff)
        for weekday, (starts, ends) in _week(number, taught.get(one.pk, {}))
    ]
    return copy_each(teaches, hours)


@action
def load_cover(*, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Next week at the shown centre one meeting needs cover, and the shown teacher covers one."""
    if StaffAbsence.objects.exists():
        return 0
    to_come = _to_come(today)
    covered = next((one for one in to_come if _cover_by_shown(one, at=at)), None)
    open_still = next((one for one in to_come if one != covered), None)
    if open_still:
        _cannot_come(open_still, at=at)
    return StaffAbsence.objects.count()


def _hours_taught(size: Size) -> dict[int, dict[int, tuple[dt.time, dt.time]]]:
    """By teacher and weekday, from when to when they teach this year."""
    taught: dict[int, dict[int, tuple[dt.time, dt.time]]] = {}
    rows = (
        Activity.objects.filter(year__name=size.year, teacher__isnull=False)
        .exclude(weekday=None)
        .values_list("teacher_id", "weekday")
        .annotate(first=Min("local_start"), last=Max("local_start"), longest=Max(F("minutes")))
        .order_by("teacher_id", "weekday")
    )
    for teacher_id, weekday, first, last, longest in rows:
        ends = _later(last, dt.timedelta(minutes=longest) + MARGIN)
        taught.setdefault(teacher_id, {})[weekday] = (_earlier(first, MARGIN), ends)
    return taught


def _week(
    number: int, taught: dict[int, tuple[dt.time, dt.time]]
) -> Iterator[tuple[int, tuple[dt.time, dt.time]]]:
    """The days they teach, another of the week, and many a Saturday morning."""
    week = dict(taught)
    week.setdefault(number % 5 + 1, OFFICE_HOURS)
    if number % FREE_SATURDAY_ONE_IN == 0:
        week.setdefault(SATURDAY, MORNING)
    yield from sorted(week.items())


def _earlier(clock: dt.time, by: dt.timedelta) -> dt.time:
    return max((dt.datetime.combine(dt.date(2026, 1, 2), clock) - by).time(), EARLIEST)


def _later(clock: dt.time, by: dt.timedelta) -> dt.time:
    return min((dt.datetime.combine(dt.date(2026, 1, 2), clock) + by).time(), LATEST)


def _to_come(today: dt.date) -> list[Session]:
    """The first meetings after today at the shown centre, not of the shown teacher."""
    heads = RoleHeld.objects.filter(
        role=RoleHeld.Role.HEAD_OF_CENTRE, person__email=shown.HEAD.email
    )
    theirs = SessionStaff.objects.filter(person__email=shown.TEACHER.email)
    rows = Session.objects.filter(
        status=Session.Status.PLANNED,
        activity__centre__in=heads.values("centre"),
        during__startswith__gte=midnight_after(today),
        staff__isnull=False,
    ).exclude(pk__in=theirs.values("session_id"))
    return list(cover.with_everything(rows).order_by("during__startswith", "pk")[:LOOKED_AT])


def _cover_by_shown(session: Session, *, at: dt.datetime) -> bool:
    """True once the shown teacher covers this meeting, because they can and its own cannot come."""
    shown_teacher = Staff.objects.filter(person__email=shown.TEACHER.email).first()
    if shown_teacher is None:
        return False
    found = cover.candidates(
        session,
        minutes_per_mile=settings.STAFF_MINUTES_PER_MILE,
        page=1,
        name=shown_teacher.person.sort_name,
        at=at,
    )
    if shown_teacher.person.ref not in {each.ref for each in found.can}:
        return False
    away = _cannot_come(session, at=at)
    bookings.assign_staff(
        session=session,
        person=shown_teacher.person,
        role=SessionStaff.Role.COVER,
        replaces=away.staff.person,
        by=None,
        at=at,
    )
    return True


def _cannot_come(session: Session, *, at: dt.datetime) -> StaffAbsence:
    """Its teacher is away for just as long as it lasts."""
    line = session.staff.all()[0]
    absence: StaffAbsence = bookings.report_absence(
        staff=line.person.staff,
        starts_at=session.during.lower,
        ends_at=session.during.upper,
        kind=StaffAbsence.Kind.TRAINING,
        by=None,
        at=at,
    )
    return absence
