"""What a family's own page says first: what changed in the next days, what is owed, who came."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from bookings.models import Credit, Session
from bookings.queries.attendance import came_in_term, owed_to
from bookings.queries.calendar import MADE_UP, WITH_ALL, Meeting, lines_of
from centres.queries import term_on
from people.models import Person

CHANGES_AHEAD = dt.timedelta(days=14)
MOST_CHANGES = 12


@dataclass(frozen=True)
class News:
    """In four statements, however many people and places there are."""

    changes: list[Meeting] = field(default_factory=list)
    owed: list[Credit] = field(default_factory=list)
    came: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def news_of(people: Collection[Person], *, at: dt.datetime) -> News:
    """Of these people: the user's own, and the children the user may see."""
    term = term_on(timezone.localdate(at))
    return News(
        changes=changes_of(people, at=at),
        owed=owed_to(people),
        came=came_in_term(people, term) if term else {},
    )


def changes_of(people: Collection[Person], *, at: dt.datetime) -> list[Meeting]:
    """Their meetings of the next days that are off, were touched, or make up for another."""
    touched = Q(session__sequence__gt=0) | Q(session__makes_up__isnull=False)
    lines = lines_of(people, starts_at=at, ends_at=at + CHANGES_AHEAD).filter(
        touched | Q(session__status=Session.Status.CANCELLED)
    )
    whole = lines.select_related("person", *WITH_ALL).annotate(made_up=MADE_UP)
    soonest = whole.order_by("session__during", "pk")[:MOST_CHANGES]
    return [Meeting(line.session, line.person, made_up=line.made_up) for line in soonest]
