"""What the pages of a message say: who gets it, how it reads, what became of it."""

from typing import Any

from django.conf import settings

from bookings import phrases
from bookings.models import Message
from bookings.queries import messages as queries
from bookings.rules import messages as rules

MOST_NAMED = 50
_FATES = (
    ("Sent", ("sent",)),
    ("Waiting to go", ("queued", "sending")),
    ("Refused by their mail server", ("failed",)),
    ("Nobody knows whether it arrived", ("unknown",)),
    ("No longer for them, not sent", ("cancelled",)),
)


def who(message: Message, readers: queries.Readers) -> dict[str, Any]:
    """Who gets it and who cannot, named."""
    getting = len(readers.for_kind(message.kind))
    return {
        "to": _to(message),
        "getting": getting,
        "pupils": readers.pupils,
        "news": len(readers.for_kind(Message.Kind.NEWS)),
        "readers": readers,
        "no_address": readers.no_address[:MOST_NAMED],
        "more_without_address": max(len(readers.no_address) - MOST_NAMED, 0),
        "no_news": readers.no_news[:MOST_NAMED] if message.kind == Message.Kind.NEWS else [],
        "more_without_news": max(len(readers.no_news) - MOST_NAMED, 0),
        "untold": readers.untold[:MOST_NAMED],
        "more_untold": max(len(readers.untold) - MOST_NAMED, 0),
    }


def _to(message: Message) -> str:
    """in Junior Voices, with a place; at St Albans Music Centre, Saturdays, with a place"""
    if message.activity:
        place = f"in {phrases.at_a_glance(message.activity)}"
    else:
        place = f"at {message.centre}" if message.centre else "in the whole county"
    return f"{place}, {rules.narrowing_in_words(rules.Narrowing.from_kept(message.narrowed_by))}"


def preview(message: Message, readers: queries.Readers) -> dict[str, Any]:
    """What one real family gets, with their own names."""
    getting = readers.for_kind(message.kind) or readers.told
    families = (each for each in getting if each.about[0].pk != each.adult.pk)
    one = next(families, getting[0] if getting else None)
    if one is None:
        return {"spoken": None}
    names = [person.first_name for person in one.about]
    spoken = rules.spoken(
        message,
        to=one.adult.first_name,
        names=names,
        is_self=[person.pk for person in one.about] == [one.adult.pk],
        place=str(message.place or settings.SERVICE_NAME),
    )
    return {"spoken": spoken, "reads": one.adult, "names": rules.names_in_words(names)}


def sent(message: Message) -> dict[str, Any]:
    fates, unreached = queries.fates_of(message), queries.unreached_by(message)
    return {
        "to": _to(message),
        "paragraphs": rules.paragraphs(message.body),
        "fates": [
            {"term": term, "number": sum(fates.get(status, 0) for status in statuses)}
            for term, statuses in _FATES
        ],
        "still_to_write": 0 if message.posted_at else queries.still_to_write(message, fates),
        "unreached": unreached,
        "astray": queries.gone_astray(message, limit=MOST_NAMED),
        "no_address": queries.without_address(message, limit=MOST_NAMED),
    }
