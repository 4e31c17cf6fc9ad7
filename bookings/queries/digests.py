"""A week as one adult may know it: what is on, what changed, what is owed. Few statements."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from billing.models import Charge
from bookings import phrases
from bookings.models import Session
from bookings.queries import calendar
from bookings.queries.calendar import Meeting
from bookings.rules.evenings import DAY, WEEK, Week, moment
from core import words
from core.models import Email
from people.models import Guardianship, Person, User

# How often one person's week is written afresh, when what it says changed before it went.
MOST_WRITTEN = 5
COPY = "weekly-digest"


@dataclass
class Digest:
    """What one person's letter says. Nothing about whom they may not see, or pay for."""

    user: User
    week: Week
    meetings: list[Meeting] = field(default_factory=list)
    billed: dict[Person, Decimal] = field(default_factory=dict)
    unbilled: dict[Person, Decimal] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        return bool(self.meetings or self.billed)

    def on(self) -> str:
        """Each person's meetings, in order."""
        lines: dict[Person, list[str]] = defaultdict(list)
        for meeting in self.meetings:
            if meeting.session.status != Session.Status.CANCELLED:
                lines[meeting.person].append(_said(meeting))
        parts = [
            "\n".join([self._name(person), *said])
            for person, said in sorted(lines.items(), key=lambda pair: pair[0].sort_name)
        ]
        return "\n\n".join(parts) or "Nothing is on this week."

    def changes(self) -> str:
        """What is off, and what has a new time or room."""
        since = moment(self.week.first) - WEEK
        lines = [
            f"{self._name(meeting.person)}: {_what_changed(meeting)}"
            for meeting in self.meetings
            if _is_changed(meeting.session, since=since)
        ]
        return "\n".join(["Changed:", *lines]) if lines else ""

    def owed(self) -> str:
        lines = [
            f"To pay for {self._name(person)}: {words.money(amount)}"
            for person, amount in self.billed.items()
        ]
        lines += [
            f"Not billed yet, for {self._name(person)}: {words.money(amount)}"
            for person, amount in self.unbilled.items()
        ]
        return "\n".join(lines)

    def fingerprint(self) -> str:
        said = "\n".join([self.on(), self.changes(), self.owed()])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def _name(self, person: Person) -> str:
        return "You" if person.pk == self.user.person_id else person.first_name


def digests_of(users: Sequence[User], week: Week) -> list[Digest]:
    """The week of each of these, in as many statements for many as for one."""
    digests = {user.person_id: Digest(user, week) for user in users}
    sees: dict[int, list[Digest]] = defaultdict(list)
    pays: dict[int, list[Digest]] = defaultdict(list)
    people = {user.person_id: user.person for user in users}
    for key, digest in digests.items():
        sees[key].append(digest)
        pays[key].append(digest)
    links = Guardianship.objects.filter(
        Q(may_see=True) | Q(may_pay=True), adult__in=digests, is_barred=False
    )
    for link in links.select_related("child").order_by("child__sort_name", "pk"):
        people[link.child_id] = link.child
        if link.may_see:
            sees[link.child_id].append(digests[link.adult_id])
        if link.may_pay:
            pays[link.child_id].append(digests[link.adult_id])
    starts_at, ends_at = moment(week.first), moment(week.last + DAY)
    seen = [people[key] for key in sees]
    for meeting in calendar.meetings_of(seen, starts_at=starts_at, ends_at=ends_at):
        for digest in sees[meeting.person.pk]:
            digest.meetings.append(meeting)
    _add_charges(pays, people)
    return list(digests.values())


def _add_charges(pays: dict[int, list[Digest]], people: dict[int, Person]) -> None:
    sums = (
        Charge.objects.filter(person__in=pays)
        .exclude(status=Charge.Status.WAIVED)
        .order_by()
        .values_list("person_id", "status")
        .annotate(total=Sum("amount"))
    )
    for person_id, status, total in sums.order_by("person_id", "status"):
        for digest in pays[person_id]:
            owed = digest.billed if status == Charge.Status.BILLED else digest.unbilled
            owed[people[person_id]] = total


def _said(meeting: Meeting) -> str:
    """Saturday 28 November, 9.30am to 10.15am: Junior Voices, St Albans Music Centre"""
    session, activity = meeting.session, meeting.session.activity
    said = f"{_when(session)}: {activity.title}, {phrases.where_session(session, activity)}"
    return f"{said}. We know about the absence." if meeting.is_told else said


def _when(session: Session) -> str:
    starts, ends = (timezone.localtime(end) for end in (session.during.lower, session.during.upper))
    times = f"{words.clock(starts.time())} to {words.clock(ends.time())}"
    return f"{words.weekday_and_day(starts.date())}, {times}"


def _is_changed(session: Session, *, since: dt.datetime) -> bool:
    if session.status == Session.Status.CANCELLED:
        return True
    return bool(session.sequence and session.changed_at and session.changed_at >= since)


def _what_changed(meeting: Meeting) -> str:
    session = meeting.session
    if session.status != Session.Status.CANCELLED:
        return f"{session.activity.title} has a new time or room: {_when(session)}"
    why = session.public_comment or (session.cause.name if session.cause else "")
    day = words.weekday_and_day(timezone.localdate(session.during.lower))
    return f"{session.activity.title} is not on, {day}" + (f": {why}" if why else "")


def keys_of(person_id: int, week: Week) -> list[str]:
    """The keys one person's digest of a week may have: the first, and those written afresh."""
    return [f"digest:{person_id}:{week.name}:{number}" for number in range(MOST_WRITTEN)]


def next_keys(users: Sequence[User], week: Week) -> dict[int, str]:
    """Under which key each of these is written to; who has this week's already is left out."""
    keys = {user.person_id: keys_of(user.person_id, week) for user in users}
    every = [key for some in keys.values() for key in some]
    written = Email.objects.filter(dedupe_key__in=every).values_list("dedupe_key", "status")
    statuses = dict(written)
    free: dict[int, str] = {}
    for person_id, some in keys.items():
        stand = [statuses[key] for key in some if key in statuses]
        if len(stand) < len(some) and set(stand) <= {Email.Status.CANCELLED.value}:
            free[person_id] = some[len(stand)]
    return free


def wanting(*, after: int, limit: int) -> list[int]:
    """Keys of the users who asked for the digest, from one on."""
    users = User.objects.filter(pk__gt=after, wants_digest=True, is_active=True)
    return list(users.order_by("pk").values_list("pk", flat=True)[:limit])


def is_still_true(reason: str) -> bool:
    """The week reads as it was written, and is still wanted."""
    _, user_id, week, said = reason.split(":")
    users = list(User.objects.filter(pk=int(user_id), wants_digest=True, is_active=True))
    return any(each.fingerprint() == said for each in digests_of(users, Week.named(week)))
