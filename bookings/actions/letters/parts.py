"""What letters about meetings are made of, whoever reads them."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils import timezone

from bookings.models import Session
from core import mail, words
from people.models import Person


def letter(
    copy: str, adult: Person, said: Mapping[str, str], *, key: str, page: str, reason: str
) -> mail.Letter:
    return mail.Letter(
        copy,
        to_address=adult.email,
        to_person_id=adult.pk,
        context={"first_name": adult.first_name, **said},
        key=key,
        link=reverse(page),
        reason=reason,
    )


def subject(meetings: Collection[Session]) -> dict[str, str]:
    """Ukulele Beginners, Saturday 5 December; 3 meetings, 5 to 6 December. Each meeting once."""
    titles = {one.activity.title for one in meetings}
    days = sorted({timezone.localdate(one.during.lower) for one in meetings})
    what = titles.pop() if len(titles) == 1 else words.count(len(meetings), "meeting")
    when = words.weekday_and_day(days[0])
    if len(days) > 1:
        when = f"{when} to {words.weekday_and_day(days[-1])}"
    return {"what": what, "when": when}


def when_of(session: Session) -> str:
    starts = timezone.localtime(session.during.lower)
    return f"{words.weekday_and_day(starts.date())}, {words.clock(starts.time())}"


def at_place(session: Session) -> str:
    place = session.activity.centre if session.activity.centre_id else None
    return f" at {place}" if place else ""
