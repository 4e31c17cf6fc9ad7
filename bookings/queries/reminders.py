"""Who is to be reminded of what, and whether a reminder that was written is still true."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from bookings.models import Attendance, Enrolment, Session, SessionStaff
from bookings.queries import absences, registers
from bookings.rules import evenings as rules
from core.models import Email

_PLACE = ("session__room", "session__school", "session__activity__centre")
_OF_ACTIVITY = ("session__activity__school", "enrolment__person", "session__activity__room")
_LEADS = (SessionStaff.Role.LEAD, SessionStaff.Role.COVER)


def evenings() -> rules.Evenings:
    """When the service writes of an evening, as it has set it."""
    return rules.Evenings(
        first_meeting_hour=settings.FIRST_MEETING_HOUR,
        register_hour=settings.REGISTER_REMINDER_HOUR,
        digest_weekday=settings.DIGEST_WEEKDAY,
        digest_hour=settings.DIGEST_HOUR,
        digest_late_hours=settings.DIGEST_LATE_HOURS,
    )


def starting(*, at: dt.datetime) -> list[int]:
    """Keys of the lines of a first meeting that is soon, whose family was not told of it.

    A first meeting is one before which none happens since the place began. No limit: with one, the
    planner walks the lines of every year in order, and hopes.
    """
    days = rules.days_of_first_meetings(at, hour=evenings().first_meeting_hour)
    due = Q()
    for day in days:
        untold = Q(enrolment__start_reminded_at=None) | Q(
            enrolment__start_reminded_at__lt=rules.reminded_for_another(day)
        )
        due |= untold & Q(
            session__during__startswith__gt=max(at, rules.moment(day)),
            session__during__startswith__lt=rules.moment(day + rules.DAY),
        )
    earlier = Session.objects.happening().filter(
        activity_id=OuterRef("session__activity_id"),
        occurs_on__gte=OuterRef("enrolment__starts_on"),
        during__startswith__lt=OuterRef("session__during__startswith"),
    )
    soon = Session.objects.happening().filter(
        during__startswith__gt=at, during__startswith__lt=rules.moment(days[-1] + rules.DAY)
    )
    lines = Attendance.objects.filter(due, ~Exists(earlier), session__in=soon, is_released=False)
    found = lines.filter(enrolment__status=Enrolment.Status.ACTIVE)
    return sorted(found.order_by().values_list("pk", flat=True))


def lines_with_place(keys: list[int]) -> list[Attendance]:
    """These lines, with when, where and who."""
    lines = Attendance.objects.filter(pk__in=keys)
    return list(lines.select_related("session", *_PLACE, *_OF_ACTIVITY).order_by("pk"))


def told_to_miss(lines: list[Attendance]) -> set[tuple[int, int]]:
    """(session, person) of those who said that they will not come."""
    return absences.told_ahead({line.session for line in lines}) if lines else set()


def is_still_first(enrolment_id: int, session_id: int, sequence: int, *, at: dt.datetime) -> bool:
    """The meeting is as it was written, has not begun, and the place is still theirs."""
    return Attendance.objects.filter(
        enrolment=enrolment_id,
        enrolment__status=Enrolment.Status.ACTIVE,
        session=session_id,
        session__sequence=sequence,
        session__status=Session.Status.PLANNED,
        session__during__startswith__gt=at,
        is_released=False,
    ).exists()


@dataclass(frozen=True)
class NotTaken:
    """A register that has not come in, and who should have taken it."""

    staff: SessionStaff
    key: str


def registers_to_ask_for(*, at: dt.datetime) -> list[NotTaken]:
    """Of each meeting that is over and whose register is not whole: who leads, not asked yet."""
    of_days = Q()
    for day in rules.days_of_registers(at, hour=evenings().register_hour):
        of_days |= Q(
            session__during__startswith__gte=rules.moment(day),
            session__during__startswith__lt=rules.moment(day + rules.DAY),
        )
    staffed = (
        SessionStaff.objects.here()
        .filter(
            of_days,
            registers.not_whole("session_id"),
            role__in=_LEADS,
            session__during__endswith__lt=at,
        )
        .exclude(session__status=Session.Status.CANCELLED)
        .select_related("person", "session__activity")
        .order_by("session__during", "pk")
    )
    asked_for = [
        NotTaken(line, f"register-reminder:session:{line.session_id}:{line.person_id}")
        for line in staffed
    ]
    written = Email.objects.filter(dedupe_key__in=[one.key for one in asked_for])
    known = set(written.values_list("dedupe_key", flat=True))
    return [one for one in asked_for if one.key not in known]


def is_register_open(session_id: int) -> bool:
    """It is still not whole, and the meeting was not called off."""
    sessions = Session.objects.happening().filter(registers.not_whole("pk"), pk=session_id)
    return sessions.exists()
