"""Dates on which a meeting that was called off could be made up: everybody free, most children."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from bookings.models import Attendance, Closure, Credit, Session, SessionStaff
from bookings.rules import LONDON
from bookings.rules.credits import make_up_by
from centres.models import OpeningHours, Room, Term
from people.models import Person, StaffAbsence

STEP = dt.timedelta(minutes=15)
MOST = 3
Busy = dict[int, list[DateTimeTZRange]]


@dataclass(frozen=True)
class Proposal:
    """A time and a room in which a meeting could be made up, and how many could come."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    room: Room | None
    free: int
    of: int


@dataclass(frozen=True)
class Calendar:
    """All that is taken in the weeks to come, for one meeting: read once, asked many times."""

    rooms: list[Room]
    room_busy: Busy
    staff: set[int]
    staff_busy: Busy
    children: set[int]
    children_busy: Busy
    hours: list[OpeningHours]
    terms: list[Term]
    closures: list[Closure]


def owed_for(session: Session) -> list[Credit]:
    """Those to whom a meeting that is off is still owed, by name."""
    owed = Credit.objects.owed().filter(attendance__session=session)
    return list(owed.select_related("person").order_by("person__sort_name", "pk"))


def made_up_in(session: Session) -> Session | None:
    """The other date, if one is planned."""
    return Session.objects.happening().filter(makes_up=session).order_by("pk").first()


def last_day_for(session: Session) -> dt.date | None:
    """By when the policy makes it up; None where it does not, or where it is on."""
    if session.cause is None or session.cause.pupil_pays:
        return None
    year = session.activity.year
    terms = list(Term.objects.filter(year=year).order_by("starts_on"))
    return make_up_by(session.cause, session.occurs_on, terms=terms, year_ends_on=year.ends_on)


def proposals(session: Session, *, at: dt.datetime) -> list[Proposal]:
    """Up to three, on different days: those with most children free first, then the soonest."""
    last = last_day_for(session)
    if last is None or made_up_in(session):
        return []
    first = timezone.localdate(at) + dt.timedelta(days=1)
    last = min(last, first + dt.timedelta(weeks=settings.MAKE_UP_WEEKS))
    if last < first:
        return []
    calendar = _calendar(session, first=first, last=last)
    found = [
        best
        for day in _days(first, last)
        if (best := _best_of(day, session, calendar)) and (best.free or not best.of)
    ]
    found.sort(key=lambda each: (-each.free, each.starts_at))
    return sorted(found[:MOST], key=lambda each: each.starts_at)


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range((last - first).days + 1):
        yield first + dt.timedelta(days=number)


def _calendar(session: Session, *, first: dt.date, last: dt.date) -> Calendar:
    activity = session.activity
    window = DateTimeTZRange(
        dt.datetime.combine(first, dt.time.min, LONDON),
        dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, LONDON),
    )
    rooms = Room.objects.filter(centre=activity.centre_id, is_active=True).order_by("name", "pk")
    staff = {line.person_id for line in session.staff.all() if not line.is_away}
    children = {credit.person_id for credit in owed_for(session)}
    taken = Session.objects.filter(room__in=rooms, claimed__overlap=window)
    taught = SessionStaff.objects.here().filter(person__in=staff, claimed__overlap=window)
    away = StaffAbsence.objects.filter(
        staff__in=staff, withdrawn_at=None, during__overlap=window
    ).values_list("staff_id", "during")
    people = Person.objects.filter(pk__in=children).values("pk")
    there = Attendance.objects.filter(person__in=people, is_released=False, claimed__overlap=window)
    return Calendar(
        rooms=list(rooms),
        room_busy=_busy(taken.values_list("room_id", "claimed")),
        staff=staff,
        staff_busy=_busy([*taught.values_list("person_id", "claimed"), *away]),
        children=children,
        children_busy=_busy(there.values_list("person_id", "claimed")),
        hours=list(OpeningHours.objects.filter(centre=activity.centre_id).order_by("opens")),
        terms=list(Term.objects.filter(year=activity.year_id)),
        closures=list(Closure.objects.touching(first, last)),
    )


def _busy(rows: Iterable[tuple[int | None, DateTimeTZRange]]) -> Busy:
    found: Busy = defaultdict(list)
    for key, during in rows:
        if key is not None:
            found[key].append(during)
    return dict(found)


def _best_of(day: dt.date, session: Session, calendar: Calendar) -> Proposal | None:
    """The best time of one day: most children free, then nearest to the usual hour."""
    if not any(term.holds(day) for term in calendar.terms):
        return None
    if any(closure.covers(day, of=session.activity) for closure in calendar.closures):
        return None
    usual = timezone.localtime(session.during.lower).time()
    found = [
        proposal
        for starts in _starts(day, session, calendar)
        if (proposal := _at(starts, session, calendar))
    ]
    return min(found, key=lambda each: (-each.free, _far(each, usual)), default=None)


def _starts(day: dt.date, session: Session, calendar: Calendar) -> Iterator[dt.datetime]:
    """Every quarter of an hour in which the place is open; the usual one where none is known."""
    lasts = session.during.upper - session.during.lower
    usual = timezone.localtime(session.during.lower)
    if not calendar.hours and day.isoweekday() == usual.isoweekday():
        yield dt.datetime.combine(day, usual.time(), LONDON)
    for hours in calendar.hours:
        if hours.weekday != day.isoweekday():
            continue
        starts = dt.datetime.combine(day, hours.opens, LONDON)
        while starts + lasts <= dt.datetime.combine(day, hours.closes, LONDON):
            yield starts
            starts += STEP


def _at(starts: dt.datetime, session: Session, calendar: Calendar) -> Proposal | None:
    lasts = session.during.upper - session.during.lower
    during = DateTimeTZRange(starts, starts + lasts)
    if any(_is_busy(calendar.staff_busy, person, during) for person in calendar.staff):
        return None
    room = _room(session, during, calendar)
    if room is None and session.room_id:
        return None
    free = sum(not _is_busy(calendar.children_busy, child, during) for child in calendar.children)
    return Proposal(starts, starts + lasts, room, free, len(calendar.children))


def _room(session: Session, during: DateTimeTZRange, calendar: Calendar) -> Room | None:
    """The usual one, or another with room enough."""
    if session.room_id is None:
        return None
    fits = [
        room
        for room in calendar.rooms
        if room.pk == session.room_id or room.capacity > len(calendar.children)
    ]
    fits.sort(key=lambda room: (room.pk != session.room_id, room.capacity, room.pk))
    return next((room for room in fits if not _is_busy(calendar.room_busy, room.pk, during)), None)


def _is_busy(busy: Busy, key: int, during: DateTimeTZRange) -> bool:
    return any(
        other.lower < during.upper and during.lower < other.upper for other in busy.get(key, [])
    )


def _far(proposal: Proposal, usual: dt.time) -> tuple[float, dt.datetime]:
    starts = timezone.localtime(proposal.starts_at)
    wanted = dt.datetime.combine(starts.date(), usual, LONDON)
    return abs((starts - wanted).total_seconds()), proposal.starts_at
