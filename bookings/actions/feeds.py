"""A person's calendar address: made, changed for another, stopped."""

import datetime as dt
import secrets

from bookings.models import CalendarFeed
from bookings.queries import feeds
from core.actions import action
from core.sealed import seal
from people.models import Person, User

KEY_BYTES = 24
A_WHILE = dt.timedelta(hours=1)


@action
def renew_calendar_feed(*, by: User, at: dt.datetime) -> CalendarFeed:
    """The user has a new address; the one before, if any, stops at once."""
    person = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    _revoke(person, at=at)
    key = secrets.token_urlsafe(KEY_BYTES)
    feed = CalendarFeed.objects.create(
        person=person, key_hash=feeds.hash_of(key), sealed_key=b"", made_at=at
    )
    # Sealed once the row has its number: the key opens in this row and in no other.
    feed.sealed_key = seal(key, feeds.place_of(feed))
    feed.save(update_fields=["sealed_key"])
    return feed


@action
def revoke_calendar_feed(*, by: User, at: dt.datetime) -> None:
    """The user's address answers nobody any more."""
    _revoke(Person.objects.select_for_update(no_key=True).get(pk=by.person_id), at=at)


@action
def revoke_feed(*, feed: CalendarFeed, by: User, at: dt.datetime) -> bool:
    """Staff stop an address that got into wrong hands. False: it had stopped already."""
    if feed.revoked_at:
        return False
    person = Person.objects.select_for_update(no_key=True).get(pk=feed.person_id)
    return bool(_revoke(person, at=at))


def _revoke(person: Person, *, at: dt.datetime) -> int:
    return CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=at)


@action
def note_reading(
    *, feed: CalendarFeed, content_hash: str, by: User | None, at: dt.datetime
) -> CalendarFeed:
    """When the calendar was last read, and since when it has said what it says now."""
    is_news = feed.content_hash != content_hash or feed.content_since is None
    if is_news:
        feed.content_hash, feed.content_since = content_hash, at
    if is_news or feed.read_at is None or at - feed.read_at > A_WHILE:
        feed.read_at = at
        feed.save(update_fields=["read_at", "content_hash", "content_since"])
    return feed
