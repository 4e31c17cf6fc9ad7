"""What a closing would call off, and who would hear of it: the same for its preview and the act."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncTime
from django.utils import timezone

from bookings.models import Activity, Attendance, Closure, Enrolment, Session, SessionStaff
from bookings.rules import LONDON, midnight_after
from bookings.rules.closures import Seen, Span, closing_key, fingerprint, reopening_key
from core import words
from core.models import Email
from people.models import Person
from people.queries import Told, who_is_told

Status = Email.Status
HOUR = 60  # minutes
# A letter of these may have been read; one that is queued, cancelled or refused was not.
MAY_BE_READ = (Status.SENT, Status.SENDING, Status.UNKNOWN)


@dataclass(frozen=True)
class Following:
    """Everybody whom some meetings being off, moved or back concerns."""

    sessions: list[Session]
    # Of those with a place, in the register of one of the meetings.
    lines: list[Attendance]
    told: list[Told]
    staff: list[SessionStaff]
    # Who acts: they need not be told, nor need their school be told by us.
    by_id: int | None = None

    @property
    def children(self) -> set[int]:
        return {line.person_id for line in self.lines}

    @property
    def readers(self) -> list[Told]:
        """Those with an address to write to."""
        return [each for each in self.told if each.adult.email]

    @property
    def teachers(self) -> list[Person]:
        """Each once, by name."""
        known = {line.person_id: line.person for line in self.staff}
        return sorted(known.values(), key=lambda person: (person.sort_name, person.pk))

    @property
    def letters(self) -> int:
        return len(self.readers) + len(self.teachers)

    def but(self, person_id: int | None) -> "Following":
        """Without this teacher: whoever acts need not be told."""
        staff = [line for line in self.staff if line.person_id != person_id]
        return replace(self, staff=staff, by_id=person_id)

    def meetings_of(self) -> dict[int, list[Session]]:
        """The meetings of each child, soonest first."""
        return _by_person(self.lines, self.sessions)

    def taught_by(self) -> dict[int, list[Session]]:
        return _by_person(self.staff, self.sessions)

    def seen(self) -> Seen:
        """What a page shows of it, to be compared when it is confirmed."""
        sessions = [session.pk for session in self.sessions]
        readers, teachers = [each.adult.pk for each in self.readers], self.taught_by()
        return Seen(
            meetings=len(sessions),
            children=len(self.children),
            families=len(readers),
            teachers=len(teachers),
            fingerprint=fingerprint(sessions, self.children, readers, teachers),
        )


@dataclass(frozen=True)
class Unreached:
    """Somebody to ring: no letter can reach them."""

    name: str
    phone: str
    about: str


def _by_person(
    lines: Iterable[Attendance | SessionStaff], sessions: Iterable[Session]
) -> dict[int, list[Session]]:
    known = {session.pk: session for session in sessions}
    found: dict[int, list[Session]] = defaultdict(list)
    for line in lines:
        found[line.person_id].append(known[line.session_id])
    for meetings in found.values():
        meetings.sort(key=lambda session: (session.during.lower, session.pk))
    return dict(found)


def sessions_of(span: Span, *, at: dt.datetime) -> QuerySet[Session]:
    """The meetings a closing would call off: planned, and not begun. Where they are now counts."""
    first = dt.datetime.combine(span.starts_on, dt.time.min, LONDON)
    last = midnight_after(span.ends_on)
    # A meeting on another day than its pattern's was moved, and says so: two indexes find it.
    here = Q(occurs_on__range=(span.starts_on, span.ends_on)) | Q(changed_at__isnull=False)
    sessions = Session.objects.filter(
        here,
        status=Session.Status.PLANNED,
        during__startswith__gt=at,
        during__startswith__gte=first,
        during__startswith__lt=last,
    ).filter(_is_there(span))
    if span.from_time and span.until_time:
        sessions = sessions.annotate(
            starts=TruncTime("during__startswith", tzinfo=LONDON),
            ends=TruncTime("during__endswith", tzinfo=LONDON),
        ).filter(starts__lt=span.until_time, ends__gt=span.from_time)
    return sessions


def _is_there(span: Span) -> Q:
    if span.centre:
        return Q(activity__centre=span.centre)
    if span.school:
        return Q(activity__school=span.school) | Q(school=span.school)
    if span.room:
        return Q(room=span.room)
    return Q(activity=span.activity) if span.activity else Q()


def activities_of(span: Span, *, at: dt.datetime) -> set[int]:
    """What a closing locks: whatever meets then, or has a pattern from which a meeting could come.

    So that no meeting is planned for a closed day by somebody who does not see the closing yet.
    """
    days = min((span.ends_on - span.starts_on).days, 6)
    weekdays = [(span.starts_on + dt.timedelta(days=n)).isoweekday() for n in range(days + 1)]
    could_meet = Activity.objects.filter(
        weekday__in=weekdays, first_on__lte=span.ends_on, last_on__gte=span.starts_on
    )
    if span.centre:
        could_meet = could_meet.filter(centre=span.centre)
    elif span.school:
        could_meet = could_meet.filter(school=span.school)
    elif span.room:
        could_meet = could_meet.filter(room=span.room)
    elif span.activity:
        could_meet = could_meet.filter(pk=span.activity.pk)
    meeting = sessions_of(span, at=at).order_by().values_list("activity_id")
    return {key for (key,) in could_meet.order_by().values_list("pk").union(meeting)}


def following(sessions: Iterable[Session], *, lines: list[Attendance] | None = None) -> Following:
    """Whom these meetings concern, in four statements. `lines`: theirs, if they are known."""
    sessions = list(sessions)
    keys = [session.pk for session in sessions]
    lines = list(lines_of(keys)) if lines is None else lines
    staff = SessionStaff.objects.here().filter(session__in=keys).select_related("person")
    return Following(
        sessions=sessions,
        lines=lines,
        told=who_is_told({line.person_id for line in lines}),
        staff=list(staff.order_by("pk")),
    )


def lines_of(session_keys: Collection[int]) -> QuerySet[Attendance]:
    """The lines of those who have a place on the day, and are not let off for something else."""
    stays = Q(enrolment__ends_on=None) | Q(enrolment__ends_on__gte=F("session__occurs_on"))
    return (
        Attendance.objects.filter(
            stays,
            session__in=session_keys,
            enrolment__status=Enrolment.Status.ACTIVE,
            is_released=False,
        )
        .select_related("enrolment")
        .order_by("pk")
    )


def preview(
    span: Span, *, at: dt.datetime, kept_on: Collection[object] = ()
) -> tuple[Following, list[Session]]:
    """What would follow, and the meetings that stay on. `kept_on`: the refs of those."""
    place = ("activity__centre", "activity__school", "room")
    found = list(sessions_of(span, at=at).select_related(*place).order_by("during", "pk"))
    kept = [session for session in found if session.ref in kept_on]
    return following(session for session in found if session.ref not in kept_on), kept


def unreached(follows: Following) -> list[Unreached]:
    """Who must be rung: adults without an address where no other adult of that child has one."""
    reached = {person.pk for each in follows.readers for person in each.about}
    alone = [
        (each.adult, [person for person in each.about if person.pk not in reached])
        for each in follows.told
        if not each.adult.email
    ]
    found = [
        Unreached(str(adult), adult.phone, _names(about, adult)) for adult, about in alone if about
    ]
    known = {person.pk for each in follows.told for person in each.about}
    nobody = Person.objects.filter(pk__in=follows.children - known).order_by("sort_name", "pk")
    return found + [Unreached(str(child), child.phone, "") for child in nobody]


def _names(about: list[Person], adult: Person) -> str:
    return ", ".join(str(person) for person in about if person.pk != adult.pk)


def next_day(span: Span, *, at: dt.datetime) -> dt.date | None:
    """The next local day on which something there has not begun yet; None within two weeks."""
    start = sessions_of(span, at=at).order_by("during").values_list("during", flat=True).first()
    return timezone.localdate(start.lower) if start else None


def standing(span: Span) -> Closure | None:
    """The same closing, made before and in force."""
    return (
        Closure.objects.touching(span.starts_on, span.ends_on)
        .filter(
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            from_time=span.from_time,
            until_time=span.until_time,
            centre=span.centre,
            school=span.school,
            room=span.room,
            activity=span.activity,
        )
        .order_by("-pk")
        .first()
    )


def closed_sessions(closure: Closure) -> list[Session]:
    """What a closure called off, as it stands now."""
    place = ("activity__centre", "activity__school", "room", "closure", "cause")
    sessions = Session.objects.filter(closed_by__closure=closure).select_related(*place)
    return list(sessions.order_by("during", "pk"))


def undo_until(closure: Closure) -> dt.datetime | None:
    """Until when it can be undone; None for one that came with a calendar."""
    if closure.closed_at is None:
        return None
    return closure.closed_at + dt.timedelta(minutes=settings.UNDO_MINUTES)


def restore_until(session: Session) -> dt.datetime | None:
    """Until when a meeting called off by itself can be put back; not where all of it is off."""
    if session.activity.status == Activity.Status.CANCELLED:
        return None
    by_itself = session.closed_by.filter(closure=None).exists()
    if not by_itself or session.changed_at is None:
        return None
    return session.changed_at + dt.timedelta(minutes=settings.UNDO_MINUTES)


def letters_of(key: str) -> QuerySet[Email]:
    """The letters about one change, found by how their keys begin."""
    return Email.objects.filter(dedupe_key__startswith=f"{key}:").order_by()


def told_already(key: str) -> set[int]:
    """Who may have read a letter about this change."""
    letters = letters_of(key).filter(status__in=MAY_BE_READ)
    return {key for key in letters.values_list("to_person_id", flat=True) if key is not None}


def letter_counts(closure: Closure) -> Counter[str]:
    """How many letters about its closing, or its undoing, are in each state."""
    key = reopening_key(closure) if closure.undone_at else closing_key(closure)
    counted = letters_of(key).values_list("status").annotate(number=Count("pk"))
    return Counter(dict(counted))


def undo_lasts() -> str:
    """One hour, or as many minutes as it is."""
    minutes = settings.UNDO_MINUTES
    return words.hours(minutes // HOUR) if minutes % HOUR == 0 else words.count(minutes, "minute")
