"""Who told us ahead that they will not come, for the registers and for the family's own pages."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from bookings import rules
from bookings.models import AbsenceNotice, Attendance, CancellationCause, Enrolment, Session
from bookings.rules import absences as absence_rules
from bookings.rules.absences import Days
from people.models import Person

# The real day of a meeting, in local time: one that was moved is missed on its new day.
DAY_OF_LINE = TruncDate("session__during__startswith", tzinfo=rules.LONDON)
TOLD = "pupil-absent-told"
MOST_NOTICES = 20


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


def would_miss(
    person: Person, enrolment: Enrolment | None, days: Days, *, at: dt.datetime
) -> list[Attendance]:
    """The meetings still to come that an absence on these days means, soonest first."""
    lines = Attendance.objects.annotate(day=DAY_OF_LINE).filter(
        person=person,
        day__gte=days.first,
        day__lte=days.last,
        session__during__endswith__gt=at,
        session__status=Session.Status.PLANNED,
    )
    if enrolment:
        lines = lines.filter(session__activity_id=enrolment.activity_id)
    place = tuple(f"session__activity__{part}" for part in ("centre", "school", "room"))
    return list(
        lines.select_related("session__room", "session__school", *place).order_by(
            "session__during", "pk"
        )
    )


def check_absence(
    person: Person, enrolment: Enrolment | None, days: Days, *, at: dt.datetime
) -> list[Attendance]:
    """What these days mean if they may be told; the refusal in words if they may not."""
    absence_rules.check_tellable(days, today=timezone.localdate(at))
    missed = would_miss(person, enrolment, days, at=at)
    absence_rules.check_meets(person.first_name, len(missed))
    return missed


def could_miss(person: Person) -> list[Enrolment]:
    """The places this person has, each of which may be told about by itself."""
    places = person.enrolments.filter(status=Enrolment.Status.ACTIVE)
    return list(places.select_related("activity").order_by("queued_at", "pk"))


def standing_of(people: Collection[int], *, on: dt.date) -> list[AbsenceNotice]:
    """What was told of these people's days from this one on, soonest first."""
    notices = AbsenceNotice.objects.standing().filter(person__in=people, ends_on__gte=on)
    return list(
        notices.select_related("person", "enrolment__activity").order_by("starts_on", "pk")[
            :MOST_NOTICES
        ]
    )


def stands_instead_of(notice: AbsenceNotice) -> AbsenceNotice | None:
    """What took this one's place, as more days were told: an old letter still leads to it."""
    if not notice.withdrawn_at:
        return None
    standing = AbsenceNotice.objects.standing().filter(
        Q(enrolment=notice.enrolment),
        person=notice.person,
        starts_on__lte=notice.ends_on,
        ends_on__gte=notice.starts_on,
    )
    return standing.order_by("starts_on", "pk").first()


def fee_of_told(on: dt.date) -> str:
    """What happens to the fee of a meeting missed with notice, by the policy of the day."""
    causes = CancellationCause.objects.filter(Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on)
    return causes.filter(slug=TOLD).values_list("words_for_family", flat=True).first() or ""
