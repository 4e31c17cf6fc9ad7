"""Who may be at a meeting: decided from values, and refused to staff with what stands against."""

import datetime as dt
from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from bookings.models import Session, SessionStaff
from core import words
from core.refusals import RuleBroken
from people.models import Person, Staff

AT_WORK = {
    SessionStaff.Role.LEAD: "teaches",
    SessionStaff.Role.ASSISTANT: "assists in",
    SessionStaff.Role.COVER: "covers",
}


class MeetingOver(RuleBroken):
    """Nobody is added to, or taken off, what is off or over."""


class NotOnStaff(RuleBroken):
    """Somebody who does not work here on that day."""


class StaffAway(RuleBroken):
    """They have told us that they cannot come then."""


class StaffBusy(RuleBroken):
    """They are at another meeting at that time."""


class NotCleared(RuleBroken):
    """They are not cleared to teach on that day."""


class AlreadyStaffed(RuleBroken):
    """Somebody else does this already."""


class RoomBusy(RuleBroken):
    """Something else is in that room at that time."""


class NotAnAbsence(RuleBroken):
    """Such times cannot be told as an absence."""


def hours(session: Session) -> str:
    """9.30am to 10.15am"""
    starts, ends = (timezone.localtime(each) for each in _ends(session))
    return f"{words.clock(starts.time())} to {words.clock(ends.time())}"


def spell_in_words(during: DateTimeTZRange) -> str:
    """on Saturday 28 November; from 9am to noon on Monday 30 November; from … to …"""
    starts, ends = timezone.localtime(during.lower), timezone.localtime(during.upper)
    last = (ends - dt.timedelta(microseconds=1)).date()
    whole = starts.time() == ends.time() == dt.time.min
    if whole and starts.date() == last:
        return f"on {words.weekday_and_day(last)}"
    if whole:
        first = words.weekday_and_day(starts.date())
        return f"from {first} to {words.weekday_and_day(last)}"
    if starts.date() == last:
        until = "the end" if ends.date() > last else words.clock(ends.time())
        return f"from {words.clock(starts.time())} to {until} on {words.weekday_and_day(last)}"
    return f"from {words.moment(starts)} to {words.moment(ends)}"


def day_of_meeting(session: Session) -> str:
    """Saturday 28 November"""
    return words.weekday_and_day(timezone.localdate(session.during.lower))


def place_of(session: Session) -> str:
    """Where it is, without its room; nothing when that is not decided."""
    return str(session.school or session.activity.place or "")


def meeting_in_words(session: Session) -> str:
    """Ukulele Beginners at St Albans Music Centre, 9.30am to 10.15am"""
    place = place_of(session)
    return f"{session.activity.title}{place and ' at '}{place}, {hours(session)}"


def check_may_be_staffed(session: Session, *, at: dt.datetime) -> None:
    if session.status == Session.Status.CANCELLED:
        raise MeetingOver(f"{session.activity.title} on {day_of_meeting(session)} is off.")
    if session.during.upper <= at:
        raise MeetingOver(f"{session.activity.title} on {day_of_meeting(session)} is over.")


def check_works_here(staff: Staff | None, person: Person, session: Session) -> None:
    day = timezone.localdate(session.during.lower)
    if staff is None:
        raise NotOnStaff(f"{person} does not work for us.")
    if staff.starts_on > day:
        raise NotOnStaff(f"{person} starts with us on {words.day(staff.starts_on)}.")
    if staff.ends_on and staff.ends_on < day:
        raise NotOnStaff(f"{person} left us on {words.day(staff.ends_on)}.")


def check_nobody_does_it(
    lines: Iterable[SessionStaff],
    *,
    person: Person,
    role: str,
    replaces: Person | None,
) -> None:
    """One lead a meeting, and one who covers for each who is away."""
    for line in lines:
        if line.is_away or line.person_id == person.pk or line.role != role:
            continue
        if role == SessionStaff.Role.LEAD:
            raise AlreadyStaffed(f"{line.person} leads it already.")
        if role == SessionStaff.Role.COVER and line.replaces_id == (replaces and replaces.pk):
            raise AlreadyStaffed(f"{line.person} covers it already.")


def away_then(person: Person) -> StaffAway:
    return StaffAway(f"{person} has told us they cannot come at that time.")


def not_cleared(person: Person, session: Session) -> NotCleared:
    return NotCleared(
        f"{person} is not cleared to teach on {day_of_meeting(session)}. Look at their checks, or"
        " ask somebody else."
    )


def staff_busy(person: Person, elsewhere: SessionStaff | None) -> StaffBusy:
    """Nuria Vidal covers Beginner Strings at Hatfield Music Centre, 9am to 9.45am."""
    if elsewhere is None:
        return StaffBusy(f"{person} is teaching elsewhere at that time.")
    verb = AT_WORK[SessionStaff.Role(elsewhere.role)]
    return StaffBusy(f"{person} {verb} {meeting_in_words(elsewhere.session)}.")


def room_busy(room: object, other: Session | None) -> RoomBusy:
    if other is None:
        return RoomBusy(f"Something else is in {room} at that time.")
    return RoomBusy(f"{room} has {other.activity.title} in it, {hours(other)}.")


def check_absence(
    starts_at: dt.datetime, ends_at: dt.datetime, *, at: dt.datetime, longest_days: int
) -> None:
    if ends_at <= starts_at:
        raise NotAnAbsence("The end comes after the start.")
    if ends_at <= at:
        raise NotAnAbsence("That time has passed. Tell us about time to come.")
    if ends_at - starts_at > dt.timedelta(days=longest_days):
        raise NotAnAbsence(
            f"Tell us about {words.count(longest_days, 'day')} at most here. For longer, talk to"
            " your head of centre."
        )


def _ends(session: Session) -> tuple[dt.datetime, dt.datetime]:
    return session.during.lower, session.during.upper
