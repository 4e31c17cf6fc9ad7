"""A calendar's secret address: whose it is, and all that it says, read afresh each time."""

import datetime as dt
import hashlib

from django.conf import settings

from bookings.models import CalendarFeed
from bookings.queries import calendar
from bookings.queries.calendar import Meeting
from core.sealed import Place, SealBroken, unseal
from people.models import Person

DAY = dt.timedelta(days=1)


def hash_of(key: str) -> str:
    """How a key is found: the key itself is nowhere in the clear."""
    return hashlib.sha256(key.encode()).hexdigest()


def place_of(feed: CalendarFeed) -> Place:
    """What the sealed key is bound to."""
    return Place(table="bookings_calendarfeed", column="sealed_key", row=feed.pk)


def feed_named(key: str) -> CalendarFeed | None:
    """The feed of a key that counts now: not revoked, and its owner may still sign in."""
    feeds = CalendarFeed.objects.filter(revoked_at=None, person__user__is_active=True)
    return feeds.select_related("person").filter(key_hash=hash_of(key)).first()


def key_of(person: Person) -> str:
    """The person's own key, to show them; empty if there is none, or none that opens."""
    feed = CalendarFeed.objects.filter(person=person, revoked_at=None).first()
    if feed is None:
        return ""
    try:
        return unseal(feed.sealed_key, place_of(feed))
    except SealBroken:
        return ""


def meetings_in_feed(person: Person, *, at: dt.datetime) -> list[Meeting]:
    """What this person's calendar holds today: their family's meetings, their own lessons, and
    what is on at the schools they speak for now."""
    window = {
        "starts_at": at - settings.CALENDAR_DAYS_BACK * DAY,
        "ends_at": at + settings.CALENDAR_DAYS_AHEAD * DAY,
    }
    people = calendar.people_seen_by(person)
    lines = calendar.lines_of(people, **window).filter(is_released=False)
    family = [
        Meeting(line.session, line.person)
        for line in lines.select_related("person", *calendar.WITH_ALL).order_by(
            "session__during", "pk"
        )
    ]
    lessons = calendar.lessons_of(person, **window)
    taught = {lesson.session.pk for lesson in lessons}
    there = calendar.meetings_at_schools(person, **window)
    return family + lessons + [one for one in there if one.session.pk not in taught]
