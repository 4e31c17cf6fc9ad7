"""A calendar as other programs read it (RFC 5545): meetings in, bytes out. No query, no clock.

It says as little as a calendar can: a first name, what, when and where. It may be read on a
kitchen wall or by another company's servers, so no surname, no other child, no note.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from bookings import phrases
from bookings.models import Session
from bookings.queries.calendar import Meeting

REFRESH = dt.timedelta(hours=4)


def calendar_file(meetings: Iterable[Meeting]) -> bytes:
    """The file that a calendar program asks for."""
    calendar = Calendar()
    calendar.add("prodid", "-//HMS portal//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", settings.SERVICE_NAME)
    calendar.add("x-wr-calname", settings.SERVICE_NAME)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    return bytes(calendar.to_ical())


def uid_of(meeting: Meeting) -> str:
    """The same for this meeting and this person for ever, and it says neither."""
    return str(uuid.uuid5(meeting.session.ref, f"{meeting.person.ref}"))


def _event(meeting: Meeting) -> Event:
    session, activity = meeting.session, meeting.session.activity
    is_off = session.status == Session.Status.CANCELLED
    changed_at = session.changed_at or activity.booking_opens_at
    name = "" if meeting.teaches or meeting.at_school else f"{meeting.person.first_name}: "
    event = Event()
    event.add("uid", uid_of(meeting))
    event.add("dtstamp", _in_utc(changed_at))
    event.add("last-modified", _in_utc(changed_at))
    event.add("sequence", session.sequence)
    event.add("dtstart", _in_utc(session.during.lower))
    event.add("dtend", _in_utc(session.during.upper))
    event.add("summary", f"{name}{activity.title}")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    where = phrases.where_session(session, activity)
    if where:
        event.add("location", where)
    said = _description(meeting, is_off=is_off)
    if said:
        event.add("description", said)
    event.add("url", settings.SITE_URL + _page_of(meeting))
    return event


def _page_of(meeting: Meeting) -> str:
    """Where all of it is said: their own calendar, or the timetable of the school."""
    school = meeting.session.school
    if meeting.at_school and school:
        return reverse("schools:timetable", kwargs={"urn": school.urn})
    return reverse("bookings:calendar")


def _description(meeting: Meeting, *, is_off: bool) -> str:
    """What changed, in the county's own words: what somebody typed stays on the page."""
    session = meeting.session
    if is_off:
        cause = phrases.sentence(session.cause.name) if session.cause else ""
        fee = "" if meeting.teaches or meeting.at_school else phrases.fee_effect(session)
        return f"Not on. {cause} {fee}".strip()
    said = [phrases.what_moved(session, session.activity)]
    if session.makes_up:
        said.append(phrases.makes_up(session.makes_up))
    return " ".join(phrases.sentence(each) for each in said if each)


def _in_utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)
