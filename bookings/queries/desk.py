"""The front desk of a centre on one day: who is expected where, and who may collect them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from bookings import rules
from bookings.models import Attendance, Session, SessionStaff
from bookings.queries.absences import told_ahead
from centres.models import Centre
from core import words
from people.models import Guardianship, Person

MOST_DAYS_AHEAD = 7  # whom to ring is for a day at hand, not for a list of the year


@dataclass(frozen=True)
class Expected:
    """One pupil of a meeting, as the desk needs it. Nothing of why somebody does not come."""

    pupil: Person
    is_told: bool
    collected_by: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    """One meeting of the day."""

    session: Session
    room: str
    time: str
    staff: str
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Contacts:
    """Whom to ring for one child, in the family's order."""

    pupil: Person
    where: str
    said: str
    adults: tuple[str, ...]


def meetings_at(centre: Centre, day: dt.date) -> list[Session]:
    """What happens there that day, wherever its day was at first; by room, then time."""
    midnight = dt.datetime.combine(day, dt.time.min, rules.LONDON)
    sessions = Session.objects.happening().filter(
        activity__centre=centre,
        during__startswith__gte=midnight,
        during__startswith__lt=rules.midnight_after(day),
    )
    register = Attendance.objects.select_related("person").order_by("person__sort_name", "pk")
    staff = SessionStaff.objects.here().select_related("person").order_by("pk")
    found = sessions.select_related("activity", "room").prefetch_related(
        Prefetch("register", queryset=register.filter(is_released=False)),
        Prefetch("staff", queryset=staff),
    )
    return sorted(found, key=lambda each: (str(each.room or "~"), each.during.lower, each.pk))


def door_list(centre: Centre, day: dt.date) -> list[Meeting]:
    """Who is expected by room and time, and who may collect each: six statements."""
    sessions = meetings_at(centre, day)
    told = told_ahead(sessions)
    collectors = _collectors({line.person_id for each in sessions for line in each.register.all()})
    return [
        Meeting(
            session=session,
            room=str(session.room or "No room yet"),
            time=_time(session),
            staff=", ".join(str(each.person) for each in session.staff.all()) or "Nobody yet",
            expected=tuple(
                Expected(
                    pupil=line.person,
                    is_told=(session.pk, line.person_id) in told
                    or line.mark == Attendance.Mark.ABSENT_TOLD,
                    collected_by=tuple(collectors[line.person_id]),
                )
                for line in session.register.all()
            ),
        )
        for session in sessions
    ]


def _time(session: Session) -> str:
    starts, ends = (
        words.clock(timezone.localtime(moment).time())
        for moment in (session.during.lower, session.during.upper)
    )
    return f"{starts} to {ends}"


def _collectors(people: Collection[int]) -> dict[int, list[str]]:
    links = Guardianship.objects.filter(child__in=people, may_collect=True, is_barred=False)
    found = defaultdict(list)
    for link in links.select_related("adult").order_by("contact_order", "pk"):
        found[link.child_id].append(str(link.adult))
    return found


def contacts_of(sessions: Collection[Session], opened: dict[int, str]) -> list[Contacts]:
    """`opened`: whom to ring as each family wrote it, opened for this reader."""
    where: dict[Person, list[str]] = {}
    for session in sessions:
        for line in session.register.all():
            said = f"{_time(session)}, {session.room or 'no room yet'}"
            where.setdefault(line.person, []).append(said)
    adults = _numbers({person.pk for person in where})
    return [
        Contacts(
            pupil=person,
            where="; ".join(where[person]),
            said=opened.get(person.pk, ""),
            adults=tuple(adults[person.pk]),
        )
        for person in sorted(where, key=lambda each: (each.sort_name, each.pk))
    ]


def _numbers(people: Collection[int]) -> dict[int, list[str]]:
    """The adults who may see the child and have told us a number; never where they live."""
    links = Guardianship.objects.filter(child__in=people, may_see=True, is_barred=False)
    found = defaultdict(list)
    for link in (
        links.exclude(adult__phone="").select_related("adult").order_by("contact_order", "pk")
    ):
        found[link.child_id].append(f"{link.adult}, {link.relationship}: {link.adult.phone}")
    return found
