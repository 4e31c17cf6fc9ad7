"""One meeting called off, put back or moved, and everybody told."""

import datetime as dt
from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.actions import letters
from bookings.actions.calling_off import call_off, put_back
from bookings.actions.class_sizes import take_its_size
from bookings.actions.locks import lock_activity
from bookings.actions.promises import clear_hours
from bookings.models import CancellationCause, Session
from bookings.queries import clashes
from bookings.queries import closures as queries
from bookings.rules import closures as rules
from bookings.rules.promises import Insist
from centres.models import Room
from core import mail
from core.actions import action
from people.models import User


@action
def cancel_session(
    *, session: Session, cause: CancellationCause, comment: str, by: User | None, at: dt.datetime
) -> Session:
    """The meeting is off and stays as its tombstone; room and people are free, families told.

    Also one that has begun or is over: it was not taught.
    """
    session = lock_session(session)
    if session.status == Session.Status.CANCELLED:
        return session
    mail.withdraw(rules.meeting_key(session))
    lines = call_off([session], closure=None, cause=cause, comment=comment, at=at)
    session.refresh_from_db(fields=["status", "cause", "public_comment", "sequence"])
    follows = queries.following([session], lines=lines).but(by.person_id if by else None)
    mail.queue_many(letters.cancelled(session, follows), at=at)
    return session


@action
def restore_session(
    *, session: Session, all_the_same: bool = False, by: User, at: dt.datetime
) -> Session:
    """A meeting called off by itself is exactly as it was; whoever was told is told again.

    `all_the_same`: though its hour is kept since for a school that has not decided yet.
    """
    session = lock_session(session)
    if session.status != Session.Status.CANCELLED:
        return session
    rules.check_restorable(session, until=queries.restore_until(session), at=at)
    key = rules.meeting_key(session)
    why = "It was put back: the meeting is on after all"
    put_back([session], None, why=why, all_the_same=all_the_same, by=by, at=at)
    mail.withdraw(key)
    told = queries.told_already(key)
    session.refresh_from_db()
    follows = queries.following([session]).but(by.person_id)
    mail.queue_many(letters.restored(session, follows, told), at=at)
    return session


@action
def move_session(
    *,
    session: Session,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    room: Room | None,
    comment: str,
    all_the_same: bool = False,
    by: User | None,
    at: dt.datetime,
) -> Session:
    """The meeting is at this time and in this room instead, with all its people; they are told.

    `all_the_same`: though the hour is kept for a school that has not decided yet.
    """
    session = lock_session(session)
    during = DateTimeTZRange(starts_at, ends_at)
    if (session.during, session.room_id) == (during, room.pk if room else None):
        return session
    rules.check_movable(session, starts_at=starts_at, at=at)
    check_free(session, during, room, all_the_same=all_the_same, by=by, at=at)
    before, was_at = letters.time_and_place(session), session.during.lower
    mail.withdraw(rules.meeting_key(session))
    session.during, session.room = during, room
    session.public_comment, session.changed_at = comment, at
    session.save(update_fields=["during", "room", "public_comment", "changed_at"])
    take_its_size(session, was_at=was_at)
    session = lock_session(session)
    follows = queries.following([session]).but(by.person_id if by else None)
    mail.queue_many(letters.moved(session, follows, before=before, why=comment), at=at)
    return session


def lock_session(session: Session) -> Session:
    """The meeting as it stands, its activity locked before it."""
    lock_activity(session.activity_id)
    place = ("activity__centre", "activity__school", "activity__room", "room", "school", "cause")
    rows = Session.objects.select_for_update(no_key=True, of=("self",)).select_related(*place)
    return rows.get(pk=session.pk)


def check_free(
    session: Session,
    during: DateTimeTZRange,
    room: Room | None,
    *,
    all_the_same: bool,
    by: User | None,
    at: dt.datetime,
) -> None:
    """The day is open, and the room, every adult and every child are free; or why not."""
    lines = session.register.filter(is_released=False)
    children = lines.values_list("person_id", flat=True)
    check_day_and_people(
        session, during, room, children=children, but=session, all_the_same=all_the_same, by=by,
        at=at,
    )  # fmt: skip


def check_day_and_people(
    session: Session,
    during: DateTimeTZRange,
    room: Room | None,
    *,
    children: Iterable[int] = (),
    but: Session | None = None,
    all_the_same: bool = False,
    by: User | None,
    at: dt.datetime,
) -> None:
    rules.check_lasts(during.lower, during.upper)
    rules.check_room(room, session.activity)
    rules.check_day_open(clashes.closed_on(session, during, room), during=during)
    staff = list(session.staff.here().values_list("person_id", flat=True))
    times = {person: [during] for person in staff}
    clear_hours(times, insist=Insist.HERE, all_the_same=all_the_same, by=by, at=at)
    taken = clashes.in_the_way(
        room=room, staff=staff, children=list(children), during=during, but=but
    )
    rules.check_nothing_taken(taken, otherwise="Choose another time or room.")
