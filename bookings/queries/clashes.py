"""What stands in the way of a meeting: in its room, for its adults, for its children. In words.

Other families' children are counted and never named.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from django.utils import timezone

from bookings.models import Attendance, Closure, Session, SessionStaff
from centres.models import Room
from core import words
from people.models import Person, StaffAbsence


def in_the_way_of(session_keys: Collection[int]) -> list[str]:
    """Of meetings that are off: what is now where they would be."""
    rooms = Session.objects.filter(
        pk__in=session_keys, room__sessions__claimed__overlap=F("during")
    ).values_list("room__name", "room__sessions__activity__title", "room__sessions__during")
    staff = SessionStaff.objects.here().filter(
        session__in=session_keys,
        person__sessions_taught__claimed__overlap=F("session__during"),
        person__sessions_taught__is_away=False,
    )
    lines = Attendance.objects.filter(
        session__in=session_keys,
        is_released=False,
        person__attendance__claimed__overlap=F("session__during"),
        person__attendance__is_released=False,
    )
    children = lines.order_by().values_list(
        "person__attendance__session__activity__title", "person__attendance__session__during"
    )
    said = [_room_taken(*row) for row in rooms.order_by("during", "pk").distinct()]
    said += _teachers_taken(staff.order_by().values_list(
        "person__given_name",
        "person__family_name",
        "person__sessions_taught__session__activity__title",
        "person__sessions_taught__session__during",
    ))  # fmt: skip
    return said + _children_taken(children)


def times_of(
    session_keys: Collection[int], *, since: dt.datetime
) -> dict[int, list[DateTimeTZRange]]:
    """By person, when they would teach at these meetings, of what is not over."""
    lines = SessionStaff.objects.here().filter(
        session__in=session_keys, session__during__endswith__gt=since
    )
    found: dict[int, list[DateTimeTZRange]] = {}
    for person_id, during in lines.order_by("pk").values_list("person_id", "session__during"):
        found.setdefault(person_id, []).append(during)
    return found


def in_the_way(
    *,
    room: Room | None,
    staff: Collection[int],
    children: Collection[int],
    during: DateTimeTZRange,
    but: Session | None = None,
) -> list[str]:
    """What is in that room, or done by these people, at that time. `but`: the meeting itself."""
    own = but.pk if but else 0
    there = Session.objects.filter(room=room, room__isnull=False, claimed__overlap=during)
    said = [
        _room_taken(str(room), other.activity.title, other.during)
        for other in there.exclude(pk=own).select_related("activity").order_by("during", "pk")
    ]
    taught = SessionStaff.objects.here().filter(person__in=staff, claimed__overlap=during)
    said += _teachers_taken(
        taught.exclude(session_id=own).values_list(
            "person__given_name",
            "person__family_name",
            "session__activity__title",
            "session__during",
        )
    )
    away = StaffAbsence.objects.filter(
        staff__in=staff, withdrawn_at=None, during__overlap=during
    ).select_related("staff__person")
    said += [f"{absence.staff} has told us they are away then." for absence in away]
    lines = Attendance.objects.filter(
        person__in=Person.objects.filter(pk__in=children).values("pk"),
        claimed__overlap=during,
        is_released=False,
    )
    return said + _children_taken(
        lines.exclude(session_id=own).values_list("session__activity__title", "session__during")
    )


def closed_on(session: Session, during: DateTimeTZRange, room: Room | None) -> list[Closure]:
    """The closures in force over a time, for what this meeting is."""
    day = timezone.localdate(during.lower)
    activity = session.activity
    return [
        closure
        for closure in Closure.objects.touching(day, day).order_by("pk")
        if _covers(closure, session, during, room or activity.room)
    ]


def _covers(closure: Closure, session: Session, during: DateTimeTZRange, room: Room | None) -> bool:
    activity = session.activity
    if closure.centre_id or closure.school_id:
        here = (closure.centre_id, closure.school_id) == (activity.centre_id, activity.school_id)
    elif closure.room_id:
        here = room is not None and room.pk == closure.room_id
    else:
        here = closure.activity_id in {None, activity.pk}
    if not here or closure.from_time is None or closure.until_time is None:
        return here
    starts, ends = (timezone.localtime(moment).time() for moment in (during.lower, during.upper))
    return starts < closure.until_time and closure.from_time < ends


def _room_taken(room: str, title: str, during: DateTimeTZRange) -> str:
    return f"{room} has {title} at {words.moment(during.lower)}."


def _teachers_taken(rows: Iterable[tuple[str, str, str, DateTimeTZRange]]) -> list[str]:
    taken = sorted(set(rows), key=lambda row: (row[3].lower, row[:3]))
    return [
        f"{f'{given} {family}'.strip()} teaches {title} at {words.moment(during.lower)}."
        for given, family, title, during in taken
    ]


def _children_taken(rows: Iterable[tuple[str, DateTimeTZRange]]) -> list[str]:
    counted: Counter[tuple[str, dt.datetime]] = Counter(
        (title, during.lower) for title, during in rows
    )
    return [
        f"{words.count(number, 'child is', 'children are')} in {title} at {words.moment(starts)}."
        for (title, starts), number in sorted(counted.items(), key=lambda each: each[0][1])
    ]
