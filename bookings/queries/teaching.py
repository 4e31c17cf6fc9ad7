"""What a teacher reads of their own days: where, when, whom, and what is new."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.utils import timezone

from bookings import rules
from bookings.models import Attendance, ClassReturn, Session, SessionStaff
from bookings.queries import registers
from bookings.queries.class_facts import ClassFacts, facts_of
from centres.rules import Point, miles_between
from people.models import User

WITH_PLACE = tuple(f"session__{part}" for part in registers.WITH_PLACE)
MOST_TO_FINISH = 12


@dataclass(frozen=True)
class Pupil:
    """Somebody in the register, as the day's page names them."""

    name: str
    is_new: bool
    told_ahead: bool
    mark: str | None


@dataclass(frozen=True)
class Lesson:
    """One meeting a teacher leads, assists, covers, or cannot come to."""

    staffed: SessionStaff
    pupils: list[Pupil]
    covered_by: list[str] = field(default_factory=list)
    last_note: str = ""
    last_note_on: dt.date | None = None
    # Of a class in a school: what it is, and how many came, once they are counted.
    facts: ClassFacts | None = None
    count: ClassReturn | None = None

    @property
    def session(self) -> Session:
        return self.staffed.session

    @property
    def is_on(self) -> bool:
        return self.session.status != Session.Status.CANCELLED and not self.staffed.is_away

    @property
    def number(self) -> int:
        """How many are expected."""
        if not self.session.activity.counts_heads:
            return len(self.pupils)
        return self.count.expected if self.count else self.session.heads_expected

    @property
    def marked(self) -> int:
        return sum(1 for pupil in self.pupils if pupil.mark)


@dataclass(frozen=True)
class Gap:
    """What lies between two meetings: minutes, and miles over the ground where both are known."""

    minutes: int
    is_same_place: bool
    miles: float | None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, rules.LONDON)


def teaching_of(user: User, *, first: dt.date, last: dt.date) -> list[Lesson]:
    """The meetings this user teaches on these days, soonest first, in five statements.

    Classes in schools take two or three more."""
    staffed = list(_staffed(user, first=first, last=last))
    sessions = {row.session_id: row.session for row in staffed}
    pupils = _pupils(sessions)
    covers = _covers([row.session_id for row in staffed if row.is_away])
    notes = _notes_before(sessions.values())
    classes = [one for one in sessions.values() if one.activity.counts_heads]
    facts, counts = facts_of({one.activity_id for one in classes}), _counts(classes)
    lessons = []
    for row in staffed:
        note, on = notes.get(row.session.activity_id, ("", None))
        lessons.append(
            Lesson(
                staffed=row,
                pupils=pupils[row.session_id],
                covered_by=covers.get(row.session_id, []),
                last_note=note,
                last_note_on=on,
                facts=facts.get(row.session.activity_id),
                count=counts.get(row.session_id),
            )
        )
    return lessons


def _staffed(user: User, *, first: dt.date, last: dt.date) -> "list[SessionStaff]":
    """Also what they told us they cannot come to, and what is off; moved ones by their new day."""
    starts_at, ends_at = _midnight(first), rules.midnight_after(last)
    mine = SessionStaff.objects.filter(person_id=user.person_id)
    here = mine.here().filter(claimed__overlap=DateTimeTZRange(starts_at, ends_at))
    silent = mine.filter(
        Q(is_away=True) | Q(claimed__isempty=True),
        session__during__startswith__gte=starts_at,
        session__during__startswith__lt=ends_at,
    )
    rows = SessionStaff.objects.filter(Q(pk__in=here.values("pk")) | Q(pk__in=silent.values("pk")))
    return list(
        rows.select_related("replaces", *WITH_PLACE).order_by("session__during", "session_id", "pk")
    )


def _pupils(sessions: dict[int, Session]) -> dict[int, list[Pupil]]:
    pupils: dict[int, list[Pupil]] = {key: [] for key in sessions}
    lines = (
        registers.with_day(Attendance.objects.filter(session__in=sessions, is_released=False))
        .select_related("person")
        .annotate(is_new=registers.is_new(), told_ahead=registers.told_ahead())
        .order_by("person__sort_name", "pk")
    )
    for line in lines:
        pupils[line.session_id].append(
            Pupil(
                name=f"{line.person.first_name} {line.person.family_name}".strip(),
                is_new=line.is_new,
                told_ahead=line.told_ahead,
                mark=line.mark,
            )
        )
    return pupils


def _counts(classes: list[Session]) -> dict[int, ClassReturn]:
    return ClassReturn.objects.in_bulk([one.pk for one in classes]) if classes else {}


def _covers(session_ids: list[int]) -> dict[int, list[str]]:
    """Who is there instead, by the meeting."""
    covers: dict[int, list[str]] = {}
    there = SessionStaff.objects.here().filter(session__in=session_ids)
    for row in there.select_related("person").order_by("pk"):
        covers.setdefault(row.session_id, []).append(str(row.person))
    return covers


def _notes_before(sessions: Iterable[Session]) -> dict[int, tuple[str, dt.date]]:
    """What was written last under each activity's register, before the first of these."""
    sessions = list(sessions)
    before = min((session.during.lower for session in sessions), default=None)
    if before is None:
        return {}
    noted = (
        Session.objects.filter(
            activity__in={session.activity_id for session in sessions},
            during__startswith__lt=before,
        )
        .exclude(note="")
        .order_by("activity_id", "-during")
        .distinct("activity_id")
    )
    return {one.activity_id: (one.note, rules.day_of(one)) for one in noted}


def next_day(user: User, *, after: dt.date) -> dt.date | None:
    """The next day after this one on which they teach."""
    return _day_of_first(user, Q(claimed__startswith__gte=rules.midnight_after(after)), "claimed")


def day_before(user: User, *, before: dt.date) -> dt.date | None:
    """The last day before this one on which they taught."""
    return _day_of_first(user, Q(claimed__startswith__lt=_midnight(before)), "-claimed")


def _day_of_first(user: User, when: Q, order: str) -> dt.date | None:
    rows = SessionStaff.objects.here().filter(when, person_id=user.person_id)
    row = rows.select_related("session").order_by(order).first()
    return rules.day_of(row.session) if row else None


def to_finish(user: User, *, at: dt.datetime, days: int) -> list[Session]:
    """Their meetings that have ended and whose register is not whole, while it may be taken."""
    since = _midnight(timezone.localdate(at) - dt.timedelta(days=days))
    mine = SessionStaff.objects.here().filter(
        person_id=user.person_id, claimed__startswith__gte=since, claimed__endswith__lte=at
    )
    sessions = Session.objects.filter(registers.not_whole("pk"), pk__in=mine.values("session"))
    return list(
        sessions.filter(status=Session.Status.PLANNED)
        .select_related("activity")
        .order_by("during", "pk")[:MOST_TO_FINISH]
    )


def gap_between(one: Session, other: Session) -> Gap:
    """From the end of one to the start of the other."""
    free = other.during.lower - one.during.upper
    here, there = _place(one), _place(other)
    is_same = here is not None and here == there
    points = _point(here), _point(there)
    miles = miles_between(points[0], points[1]) if points[0] and points[1] else None
    return Gap(int(free.total_seconds() // 60), is_same, None if is_same else miles)


def _place(session: Session) -> object:
    return session.school or session.activity.place


def _point(place: object) -> Point | None:
    latitude, longitude = getattr(place, "latitude", None), getattr(place, "longitude", None)
    return None if latitude is None or longitude is None else Point(latitude, longitude)
