"""What a closing covers, and whether it, or a change of one meeting, may be made or undone."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from bookings.models import Activity, Closure, Session
from centres.models import Centre, Room
from core import words
from core.refusals import RuleBroken
from people.models import School


class NotChangeable(RuleBroken):
    """This meeting or this day cannot be changed so."""


class TooLate(NotChangeable):
    """The time for it has passed."""


class Taken(NotChangeable):
    """A room, a teacher or a child is somewhere else at that time."""


@dataclass(frozen=True)
class Span:
    """Days, both included, or a part of each; and of what. Of nothing in particular: everywhere."""

    starts_on: dt.date
    ends_on: dt.date
    from_time: dt.time | None = None
    until_time: dt.time | None = None
    centre: Centre | None = None
    school: School | None = None
    room: Room | None = None
    activity: Activity | None = None

    @property
    def place(self) -> Centre | School | Room | Activity | None:
        return self.centre or self.school or self.room or self.activity

    @property
    def key(self) -> str:
        """The same for the same act, whoever asks and in whichever words."""
        place = self.place
        whose = f"{place._meta.model_name}-{place.pk}" if place else "everywhere"
        days = f"{self.starts_on:%Y%m%d}-{self.ends_on:%Y%m%d}"
        times = ""
        if self.from_time and self.until_time:
            times = f"-{self.from_time:%H%M}-{self.until_time:%H%M}"
        return f"{whose}-{days}{times}"


def closing_key(closure: Closure) -> str:
    """What letters about a closing hang on, and how their keys begin."""
    return f"closure:{closure.pk}"


def reopening_key(closure: Closure) -> str:
    return f"reopened:{closure.pk}"


def meeting_key(session: Session) -> str:
    """A meeting as it stands: changed once more, what was said of it is not true any more."""
    return f"session:{session.pk}:{session.sequence}"


@dataclass(frozen=True)
class Seen:
    """What a closing would do, as whoever confirms it saw it: four numbers, and all of it."""

    meetings: int
    children: int
    families: int
    teachers: int
    fingerprint: str

    def __str__(self) -> str:
        numbers = (self.meetings, self.children, self.families, self.teachers)
        return ".".join([*map(str, numbers), self.fingerprint])

    @classmethod
    def read(cls, said: str) -> "Seen | None":
        """What a page sent back; None if it is no such thing."""
        *numbers, fingerprint = said[:100].split(".")
        if len(numbers) != 4 or not all(each.isdecimal() for each in numbers):
            return None
        meetings, children, families, teachers = map(int, numbers)
        return cls(meetings, children, families, teachers, fingerprint)


def fingerprint(*groups: Iterable[int]) -> str:
    """The same for the same meetings, children, readers and teachers."""
    said = "/".join(",".join(map(str, sorted(group))) for group in groups)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def differences(then: Seen | None, now: Seen) -> list[str]:
    """In words, what would happen now and would not have then; nothing where it is the same."""
    if then is None:
        return ["Look at what would happen, then confirm."]
    if then == now:
        return []
    pairs = [
        ("meeting", "meetings", then.meetings, now.meetings),
        ("child", "children", then.children, now.children),
        ("adult to tell", "adults to tell", then.families, now.families),
        ("teacher", "teachers", then.teachers, now.teachers),
    ]
    said = [
        f"{words.count(after, one, many)}, and not {before:,} any more"
        for one, many, before, after in pairs
        if before != after
    ]
    return said or ["As many as before, and others among them"]


def check_span(span: Span, *, today: dt.date) -> None:
    """It ends after it starts, and is neither over nor further off than a year."""
    if span.ends_on < span.starts_on:
        raise NotChangeable("The last day comes after the first. Change one of them.")
    if span.ends_on < today:
        raise TooLate("That day is over. What was called off then is marked meeting by meeting.")
    if span.ends_on > today + dt.timedelta(days=366):
        raise NotChangeable("Choose days within a year from now.")
    if span.from_time and span.until_time and span.from_time >= span.until_time:
        raise NotChangeable("The part of the day ends after it starts. Change one of the times.")


def check_undoable(closure: Closure, *, until: dt.datetime | None, at: dt.datetime) -> None:
    if until is None:
        raise TooLate("This was not closed here, so it cannot be undone here.")
    if at > until:
        raise TooLate(
            f"This could be undone until {words.moment(until)}. Plan other dates for the meetings"
            f" instead: families were told that they are off."
        )


def check_restorable(session: Session, *, until: dt.datetime | None, at: dt.datetime) -> None:
    if session.activity.status == Activity.Status.CANCELLED:
        raise NotChangeable("It stays off: the whole of it is called off.")
    if session.closure_id:
        raise NotChangeable("It was called off with other meetings. Undo the closing as a whole.")
    if until is None or at > until:
        raise TooLate(
            "The time to put it back has passed: families were told that it is off. Plan another"
            " date for it instead."
        )


def check_movable(session: Session, *, starts_at: dt.datetime, at: dt.datetime) -> None:
    """A meeting to come can be moved, to a time to come."""
    if session.status == Session.Status.CANCELLED:
        raise NotChangeable("This meeting is called off. Plan another date for it instead.")
    if session.status == Session.Status.TAUGHT or session.during.lower <= at:
        raise TooLate("This meeting has begun already, so it cannot be moved.")
    check_to_come(starts_at, at=at)


def check_to_come(starts_at: dt.datetime, *, at: dt.datetime) -> None:
    if starts_at <= at:
        raise NotChangeable("Choose a time that is still to come.")
    if starts_at > at + dt.timedelta(days=366):
        raise NotChangeable("Choose a day within a year from now.")


def check_lasts(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise NotChangeable("It ends after it starts. Change one of the times.")
    if ends_at - starts_at > dt.timedelta(hours=12):
        raise NotChangeable("It would last longer than half a day. Change one of the times.")


def check_day_open(closures: Iterable[Closure], *, during: DateTimeTZRange) -> None:
    """`closures`: those in force that cover the time."""
    for closure in closures:
        day = words.weekday_and_day(timezone.localdate(during.lower))
        raise Taken(f"{day} is closed: {closure.reason}. Choose another day.")


def check_room(room: Room | None, activity: Activity) -> None:
    if room and room.centre_id != activity.centre_id:
        raise NotChangeable(
            f"{room} is not at {activity.place or 'its place'}. Choose a room there."
        )


def check_nothing_taken(taken: list[str], *, otherwise: str) -> None:
    """`taken`: sentences that name what is in the way; all or nothing is done."""
    if taken:
        more = f" And {len(taken) - 3} more." if len(taken) > 3 else ""
        raise Taken(f"{' '.join(taken[:3])}{more} {otherwise}")


def check_owed(
    missed: Session,
    *,
    planned: Session | None,
    by_day: dt.date | None,
    during: DateTimeTZRange,
) -> None:
    """It is off, it may be made up, and it has no other date yet. `by_day`: until when."""
    if missed.status != Session.Status.CANCELLED:
        raise NotChangeable("This meeting is on, so there is nothing to make up.")
    if planned:
        when = words.moment(planned.during.lower)
        raise NotChangeable(f"It is made up at {when} already. Move that meeting instead.")
    if by_day is None:
        raise NotChangeable("By our policy this meeting is not made up, so it needs no other date.")
    if timezone.localdate(during.lower) > by_day:
        raise TooLate(f"It is to be made up by {words.day(by_day)}. Choose an earlier day.")


def check_somebody_comes(number: int) -> None:
    if not number:
        raise Taken("Nobody whom it is owed to is free then. Choose another time.")
