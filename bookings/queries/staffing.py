"""Who is where: cover notes for a teacher's day, rooms and teachers free at a time."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import DateField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from bookings.models import Closure, Session, SessionStaff
from centres.models import Centre, Room
from people.models import Person, RoleHeld, Staff, StaffAbsence

_WITH_PLACE = ("session__activity__centre", "session__activity__school", "session__school")


@dataclass(frozen=True)
class CoverNote:
    """What is not as usual about a meeting for one teacher, and what the last teacher left."""

    said: str  # You cover for Daniel Roper; Nuria Vidal covers for you; You are away: nobody covers
    left: str = ""  # the note under the group's latest register before it
    left_on: dt.date | None = None

    @property
    def covers(self) -> bool:
        return self.said.startswith("You cover")


def cover_notes(sessions: Collection[Session], person: Person) -> dict[int, CoverNote]:
    """By session, what this teacher must know of cover in it. One statement, however many."""
    lines = (
        SessionStaff.objects.filter(
            Q(person=person) | Q(replaces=person), session__in=[one.pk for one in sessions]
        )
        .select_related("person", "replaces")
        .annotate(
            left=Coalesce(Subquery(_notes_before().values("note")[:1]), Value("")),
            left_on=Subquery(
                _notes_before().values("occurs_on")[:1], output_field=DateField(null=True)
            ),
        )
        .order_by("pk")
    )
    own: dict[int, SessionStaff] = {}
    stand_ins: dict[int, Person] = {}
    for line in lines:
        if line.person_id == person.pk:
            own[line.session_id] = line
        elif not line.is_away:
            stand_ins[line.session_id] = line.person
    notes = {pk: _note(line, stand_ins.get(pk)) for pk, line in own.items()}
    return {pk: note for pk, note in notes.items() if note}


def _notes_before() -> QuerySet[Session]:
    """The meetings of the same group before this one with something written under the register."""
    before = Session.objects.filter(
        activity_id=OuterRef("session__activity_id"), occurs_on__lt=OuterRef("session__occurs_on")
    )
    return before.exclude(note="").order_by("-occurs_on", "-ordinal")


def _note(line: SessionStaff, stand_in: Person | None) -> CoverNote | None:
    if line.is_away:
        covered = f"{stand_in} covers for you" if stand_in else "nobody covers it yet"
        if line.replaces_id:  # who covers instead of them stands in for the same teacher
            return CoverNote("You are away: your head of centre knows")
        return CoverNote(f"You are away: {covered}")
    if line.role == SessionStaff.Role.COVER:
        said = f"You cover for {line.replaces}" if line.replaces else "You cover this one"
        return CoverNote(said, line.left, line.left_on)  # type: ignore[attr-defined]  # annotated
    return None


def free_rooms(
    centre: Centre, during: DateTimeTZRange, *, but: Session | None = None
) -> QuerySet[Room]:
    """The centre's rooms nothing is in at that time and that are not closed, by name.

    `but`: a meeting whose own claim is left out, because it is the one that is to move.
    """
    busy = Session.objects.filter(claimed__overlap=during, room__centre=centre)
    if but is not None:
        busy = busy.exclude(pk=but.pk)
    rooms = Room.objects.filter(centre=centre, is_active=True)
    return (
        rooms.exclude(pk__in=busy.values("room_id"))
        .exclude(pk__in=_closed(centre, during).values("room_id"))
        .order_by("name", "pk")
    )


def _closed(centre: Centre, during: DateTimeTZRange) -> QuerySet[Closure]:
    """Closures of single rooms of the centre that fall in this time."""
    starts, ends = timezone.localtime(during.lower), timezone.localtime(during.upper)
    at_that_time = Q(from_time=None)
    if starts.date() == ends.date():
        at_that_time |= Q(from_time__lt=ends.time(), until_time__gt=starts.time())
    else:
        at_that_time = Q()
    closures = Closure.objects.touching(starts.date(), ends.date())
    return closures.filter(at_that_time, room__centre=centre)


def at_work(person: Person, during: DateTimeTZRange) -> QuerySet[SessionStaff]:
    """Where this person is expected in that time, soonest first; what is off claims none of it."""
    lines = SessionStaff.objects.here().filter(person=person, claimed__overlap=during)
    return lines.select_related(*_WITH_PLACE, "person").order_by("claimed", "pk")


def in_room(room: Room, during: DateTimeTZRange) -> QuerySet[Session]:
    """What is in this room in that time."""
    rows = Session.objects.filter(room=room, claimed__overlap=during)
    return rows.select_related("activity").order_by("during", "pk")


def touched_by(
    person: Person, during: DateTimeTZRange, *, at: dt.datetime
) -> QuerySet[SessionStaff]:
    """The lines an absence of this person would change: planned meetings not over yet."""
    return at_work(person, during).filter(
        session__status=Session.Status.PLANNED, session__during__endswith__gt=at
    )


def away_lines(
    person: Person, during: DateTimeTZRange, *, at: dt.datetime
) -> QuerySet[SessionStaff]:
    """The meetings not over yet that this person is away from in that time."""
    lines = SessionStaff.objects.filter(
        person=person, is_away=True, claimed__overlap=during, session__during__endswith__gt=at
    )
    return lines.select_related(*_WITH_PLACE, "person").order_by("claimed", "pk")


def is_away_then(person: Person, during: DateTimeTZRange) -> bool:
    """Whether they told us they cannot come at some of that time."""
    told = StaffAbsence.objects.filter(staff=person.pk, withdrawn_at=None, during__overlap=during)
    return told.exists()


def covers_of(lines: Collection[SessionStaff]) -> dict[tuple[int, int], SessionStaff]:
    """By session and by who is away: the line of whoever covers for them."""
    found = SessionStaff.objects.here().filter(
        role=SessionStaff.Role.COVER,
        session__in={line.session_id for line in lines},
        replaces__in={stood_in_for(line) for line in lines},
    )
    return {
        (line.session_id, line.replaces_id): line
        for line in found.select_related("person").order_by("pk")
        if line.replaces_id is not None
    }


def stood_in_for(line: SessionStaff) -> int:
    """Whom the next to cover replaces: not one who covered and cannot come, but the first."""
    return line.replaces_id or line.person_id


def heads_of(centre_ids: Collection[int], *, on: dt.date) -> dict[int, list[Person]]:
    """By centre, its heads on a day who have an address to write to."""
    held = RoleHeld.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        role=RoleHeld.Role.HEAD_OF_CENTRE,
        centre__in=centre_ids,
        starts_on__lte=on,
    ).exclude(person__email="")
    heads: dict[int, list[Person]] = {}
    for role in held.select_related("person").order_by("person_id"):
        if role.centre_id is not None:
            heads.setdefault(role.centre_id, []).append(role.person)
    return heads


def teachers(*, on: dt.date) -> QuerySet[Person]:
    """Everybody who teaches here on a day, by name."""
    in_force = Q(ends_on=None) | Q(ends_on__gte=on)
    held = RoleHeld.objects.filter(in_force, role=RoleHeld.Role.TEACHER, starts_on__lte=on)
    at_work = Staff.objects.filter(in_force, starts_on__lte=on, person__in=held.values("person"))
    people = Person.objects.filter(pk__in=at_work.values("pk"))
    return people.select_related("staff__base_centre").order_by("sort_name", "pk")


def who_is_away(session: Session) -> Person | None:
    """Whom somebody would stand in for: the first who told us they cannot come."""
    lines = session.staff.filter(is_away=True, replaces=None).select_related("person")
    line = lines.order_by("pk").first()
    return line.person if line else None


def line_stands(reason: str, at: dt.datetime) -> bool:
    """Whoever was asked is still expected, and the meeting is still on."""
    lines = SessionStaff.objects.here().filter(pk=int(reason.split(":")[1]))
    return lines.exclude(session__status=Session.Status.CANCELLED).exists()


def absence_stands(reason: str, at: dt.datetime) -> bool:
    """They have not said meanwhile that they can come after all."""
    return StaffAbsence.objects.filter(pk=int(reason.split(":")[1]), withdrawn_at=None).exists()
