"""The week ahead, for whoever asked: once a week for each, and only if there is something."""

import datetime as dt

from django.urls import reverse

from bookings.queries import digests as queries
from bookings.queries.digests import Digest
from bookings.queries.reminders import evenings
from bookings.rules.evenings import Week, week_to_tell
from core import mail, words
from core.actions import action
from people.models import User

BATCH = 200


def write_digests(*, at: dt.datetime) -> int:
    """Everybody who wants it and has something to know has this week's letter. How many now had."""
    week = week_to_tell(at, evenings())
    if week is None:
        return 0
    written, last = 0, 0
    while users := queries.wanting(after=last, limit=BATCH):
        written += write_some(users=users, week=week, by=None, at=at)
        last = users[-1]
    return written


@action
def write_some(*, users: list[int], week: Week, by: User | None, at: dt.datetime) -> int:
    """Those of these users who had no letter for the week have it, if it says something.

    Whom another clock is writing to at this moment is left to it.
    """
    rows = User.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    mine = list(rows.filter(pk__in=users, wants_digest=True).order_by("pk"))
    keys = queries.next_keys(mine, week)
    due = [user for user in mine if user.person_id in keys]
    digests = [each for each in queries.digests_of(due, week) if each.says_something]
    return mail.queue_many([_letter(each, keys[each.user.person_id]) for each in digests], at=at)


def _letter(digest: Digest, key: str) -> mail.Letter:
    user, week = digest.user, digest.week
    return mail.Letter(
        copy=queries.COPY,
        to_address=user.email,
        to_person_id=user.person_id,
        context={
            "first_name": user.person.first_name,
            "first_date": words.weekday_and_day(week.first),
            "week": digest.on(),
            "changes": digest.changes(),
            "owed": digest.owed(),
        },
        key=key,
        link=reverse("bookings:my_family"),
        reason=f"digest:{user.pk}:{week.name}:{digest.fingerprint()}",
    )
