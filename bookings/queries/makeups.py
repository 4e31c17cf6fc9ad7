"""Dates on which a meeting that was called off could be made up: everybody free, most children."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from bookings.models import Attendance, Closure, Credit, Session, SessionStaff
from bookings.queries.school_makeups import AtSchools, at_schools, suits_school
from bookings.rules import LONDON
from bookings.rules.credits import is_in_school, make_up_by
from bookings.rules.school_days import starts_at_school
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
    """All that is taken in the weeks to come: read once for several meetings."""

    rooms: list[Room]
    rooms_busy: Busy
    staff: dict[int, set[int]]
    staff_busy: Busy
    children: dict[int, set[int]]
    children_busy: Busy
    hours: list[OpeningHours]
    terms: list[Term]
    closures: list[Closure]
    at_schools: AtSchools


@dataclass(frozen=True)
class Wanted:
    """One meeting to make up, in what is taken; whom it needs, whom it is owed to, until when."""

    session: Session
    calendar: Calendar
    staff: set[int]
    children: set[int]
    last: dt.date

    @property
    def lasts(self) -> dt.timedelta:
        lasts: dt.timedelta = self.session.during.upper - self.session.during.lower
        return lasts

    @property
    def usual(self) -> dt.datetime:
        return timezone.localtime(self.session.during.lower)


def owed_for(session: Session) -> list[Credit]:
    """Those to whom a meeting that is off is still owed, by name."""
    owed = Credit.objects.owed().filter(attendance__session=session)
    return list(owed.select_related("person").order_by("person__sort_name", "pk"))


def still_owed(sessions: Iterable[Session]) -> set[int]:
    """Of these meetings, the keys of those that are still owed to anybody, or to their class."""
    sessions = list(sessions)
    owed = Credit.objects.owed().filter(attendance__session__in=[one.pk for one in sessions])
    classes = [one for one in sessions if one.activity.counts_heads and one.cause]
    planned = planned_for(classes) if classes else {}
    return set(owed.values_list("attendance__session_id", flat=True)) | {
        one.pk
        for one in classes
        if one.pk not in planned and one.cause and not one.cause.pupil_pays
    }


def planned_for(sessions: Iterable[Session]) -> dict[int, Session]:
    """The other dates that are planned, by the key of what they make up."""
    rows = Session.objects.happening().filter(makes_up__in=[one.pk for one in sessions])
    return {one.makes_up_id: one for one in rows.order_by("-pk") if one.makes_up_id is not None}


def made_up_in(session: Session) -> Session | None:
    """The other date, if one is planned."""
    return planned_for([session]).get(session.pk)


def last_day_for(session: Session) -> dt.date | None:
    """By when the policy makes it up; None where it does not, or where it is on."""
    terms = Term.objects.filter(year=session.activity.year_id).select_related("year")
    return _last_day(session, list(terms.order_by("starts_on")))


def _last_day(session: Session, terms: list[Term]) -> dt.date | None:
    terms = [term for term in terms if term.year_id == session.activity.year_id]
    if session.cause is None or session.cause.pupil_pays or not terms:
        return None
    ends = terms[0].year.ends_on
    return make_up_by(session.cause, session.occurs_on, terms=terms, year_ends_on=ends)


def proposals(session: Session, *, at: dt.datetime, since: dt.date | None = None) -> list[Proposal]:
    """Up to three, on different days: those with most children free first, then the soonest."""
    return proposals_for([session], at=at, since=since).get(session.pk, [])


def proposals_for(
    sessions: Iterable[Session], *, at: dt.datetime, since: dt.date | None = None
) -> dict[int, list[Proposal]]:
    """By the key of the meeting that is off. As many statements for twelve as for one.

    From tomorrow on, or from the day that leaves everybody time to prepare.
    """
    sessions = [one for one in sessions if one.cause_id]
    if not sessions:
        return {}
    first = since or timezone.localdate(at) + dt.timedelta(days=1)
    last = first + dt.timedelta(weeks=settings.MAKE_UP_WEEKS)
    planned, calendar = planned_for(sessions), _calendar(sessions, first=first, last=last)
    found = {}
    for session in sessions:
        until = _last_day(session, calendar.terms)
        if until is None or session.pk in planned or not _is_owed(session, calendar):
            continue
        wanted = Wanted(
            session, calendar, calendar.staff[session.pk], calendar.children[session.pk],
            min(last, until),
        )  # fmt: skip
        found[session.pk] = _three(wanted, first)
    return found


def _is_owed(session: Session, calendar: Calendar) -> bool:
    """To somebody by name; a class in a school is owed it as a class."""
    return session.activity.counts_heads or bool(calendar.children[session.pk])


def _three(wanted: Wanted, first: dt.date) -> list[Proposal]:
    days = range((wanted.last - first).days + 1)
    best = (_best_of(first + dt.timedelta(days=number), wanted) for number in days)
    found = [proposal for proposal in best if proposal and proposal.free]
    found.sort(key=lambda each: (-each.free, each.starts_at))
    return sorted(found[:MOST], key=lambda each: each.starts_at)


def _calendar(sessions: list[Session], *, first: dt.date, last: dt.date) -> Calendar:
    keys = [one.pk for one in sessions]
    centres = {one.activity.centre_id for one in sessions if one.activity.centre_id}
    window = DateTimeTZRange(
        dt.datetime.combine(first, dt.time.min, LONDON),
        dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, LONDON),
    )
    teaching = SessionStaff.objects.here().filter(session__in=keys)
    staff = _grouped(keys, teaching.values_list("session_id", "person_id"))
    owed = Credit.objects.owed().filter(attendance__session__in=keys)
    children = _grouped(keys, owed.values_list("attendance__session_id", "person_id"))
    adults = set().union(*staff.values())
    taught = SessionStaff.objects.here().filter(person__in=adults, claimed__overlap=window)
    away = StaffAbsence.objects.filter(
        staff__in=adults, withdrawn_at=None, during__overlap=window
    ).values_list("staff_id", "during")
    people = Person.objects.filter(pk__in=set().union(*children.values())).values("pk")
    there = Attendance.objects.filter(person__in=people, is_released=False, claimed__overlap=window)
    taken = Session.objects.filter(room__centre__in=centres, claimed__overlap=window)
    rooms = Room.objects.filter(centre__in=centres, is_active=True)
    years = {one.activity.year_id for one in sessions}
    return Calendar(
        rooms=list(rooms.order_by("name", "pk")),
        rooms_busy=_busy(taken.values_list("room_id", "claimed")),
        staff=staff,
        staff_busy=_busy([*taught.values_list("person_id", "claimed"), *away]),
        children=children,
        children_busy=_busy(there.values_list("person_id", "claimed")),
        hours=list(OpeningHours.objects.filter(centre__in=centres).order_by("opens", "pk")),
        terms=list(
            Term.objects.filter(year__in=years).select_related("year").order_by("starts_on")
        ),
        closures=list(Closure.objects.touching(first, last)),
        at_schools=at_schools(sessions, adults, window),
    )


def _grouped(keys: list[int], rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {key: set() for key in keys}
    for key, person_id in rows:
        found[key].add(person_id)
    return found


def _busy(rows: Iterable[tuple[int | None, DateTimeTZRange]]) -> Busy:
    found: Busy = defaultdict(list)
    for key, during in rows:
        if key is not None:
            found[key].append(during)
    return dict(found)


def _best_of(day: dt.date, wanted: Wanted) -> Proposal | None:
    """The best time of one day: most children free, then nearest to the usual hour."""
    calendar = wanted.calendar
    if not any(term.holds(day) for term in calendar.terms):
        return None
    activity = wanted.session.activity
    at_school = activity.school_id is not None
    if at_school and day in calendar.at_schools.days[activity.pk]:
        return None
    if not at_school and any(each.covers(day, of=activity) for each in calendar.closures):
        return None
    found = [proposal for starts in _starts(day, wanted) if (proposal := _at(starts, wanted))]
    return min(found, key=lambda each: (-each.free, _far(each, wanted)), default=None)


def _starts(day: dt.date, wanted: Wanted) -> Iterator[dt.datetime]:
    """Every quarter of an hour of opening but not of school; the usual one where none is known."""
    if wanted.session.activity.school_id:
        yield from starts_at_school(day, usual=wanted.usual.time(), lasts=wanted.lasts)
        return
    centre_id = wanted.session.activity.centre_id
    hours = [one for one in wanted.calendar.hours if one.centre_id == centre_id]
    if not hours and day.isoweekday() == wanted.usual.isoweekday():
        yield dt.datetime.combine(day, wanted.usual.time(), LONDON)
    for one in hours:
        if one.weekday != day.isoweekday():
            continue
        starts = dt.datetime.combine(day, one.opens, LONDON)
        while starts + wanted.lasts <= dt.datetime.combine(day, one.closes, LONDON):
            if not is_in_school(starts, usual=wanted.usual):
                yield starts
            starts += STEP


def _at(starts: dt.datetime, wanted: Wanted) -> Proposal | None:
    calendar, during = wanted.calendar, DateTimeTZRange(starts, starts + wanted.lasts)
    if any(_is_busy(calendar.staff_busy, person, during) for person in wanted.staff):
        return None
    if wanted.session.activity.school_id and not suits_school(
        calendar.at_schools,
        wanted.session.activity,
        staff=wanted.staff,
        closures=calendar.closures,
        during=during,
    ):
        return None
    room = _room(wanted, during)
    if room is None and wanted.session.room_id:
        return None
    activity = wanted.session.activity
    if activity.counts_heads:
        number = wanted.session.heads_expected
        return Proposal(starts, starts + wanted.lasts, room, number, number)
    free = sum(not _is_busy(calendar.children_busy, child, during) for child in wanted.children)
    return Proposal(starts, starts + wanted.lasts, room, free, len(wanted.children))


def _room(wanted: Wanted, during: DateTimeTZRange) -> Room | None:
    """The usual one, or another of its centre with room enough."""
    session, calendar = wanted.session, wanted.calendar
    if session.room_id is None:
        return None
    fits = [
        room
        for room in calendar.rooms
        if room.centre_id == session.activity.centre_id
        if room.pk == session.room_id or room.capacity > len(wanted.children)
    ]
    fits.sort(key=lambda room: (room.pk != session.room_id, room.capacity, room.pk))
    free = (room for room in fits if not _is_busy(calendar.rooms_busy, room.pk, during))
    return next(free, None)


def _is_busy(busy: Busy, key: int, during: DateTimeTZRange) -> bool:
    return any(
        other.lower < during.upper and during.lower < other.upper for other in busy.get(key, [])
    )


def _far(proposal: Proposal, wanted: Wanted) -> tuple[float, dt.datetime]:
    starts = timezone.localtime(proposal.starts_at)
    usual = dt.datetime.combine(starts.date(), wanted.usual.time(), LONDON)
    return abs((starts - usual).total_seconds()), proposal.starts_at
