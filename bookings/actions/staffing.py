"""Who teaches what: somebody is put to a meeting, or taken off; a group has another teacher.

The database refuses whoever is busy or not cleared; each refusal is said with what they teach then.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from bookings.actions import staff_letters
from bookings.actions.assurance import assure
from bookings.actions.locks import lock_activity
from bookings.actions.promises import clear_hours
from bookings.models import Activity, Session, SessionStaff
from bookings.queries import staffing
from bookings.rules import staffing as rules
from bookings.rules.promises import Insist
from centres.models import Room
from core import mail
from core.actions import action
from core.refusals import RuleBroken, in_words
from people.models import Person, Staff, User

BUSY = "sessionstaff_one_place_at_a_time"
UNCLEARED = "sessionstaff_only_cleared_adults"
ROOM_BUSY = "session_room_holds_one_at_a_time"
WITH_PLACE = ("activity__centre", "activity__school", "school", "room")


@dataclass(frozen=True)
class NotChanged:
    """A meeting that stays as it was, and why."""

    session: Session
    why: str


@dataclass(frozen=True)
class LeadChanged:
    """Which meetings of a group have their new teacher, and which could not."""

    done: list[Session]
    not_changed: list[NotChanged]


@action
def assign_staff(
    *,
    session: Session,
    person: Person,
    role: str,
    replaces: Person | None = None,
    all_the_same: bool = False,
    by: User | None,
    at: dt.datetime,
) -> SessionStaff:
    """The adult is at this meeting, and is told. Asked twice, they are there once.

    `all_the_same`: though the hour is kept for a school that has not decided yet.
    """
    session = lock_session(session)
    rules.check_may_be_staffed(session, at=at)
    _check_may_come(
        session, person, insist=Insist.ASSIGNING, all_the_same=all_the_same, by=by, at=at
    )
    lines = list(session.staff.select_related("person"))
    there = next((line for line in lines if line.person_id == person.pk), None)
    if there and not there.is_away and (there.role, there.replaces_id) == (role, _key(replaces)):
        return there
    rules.check_nobody_does_it(lines, person=person, role=role, replaces=replaces)
    line = _written(session, there, person=person, role=role, replaces=replaces)
    assure(sessions=[session], person_id=person.pk, by=by, at=at)
    if role == SessionStaff.Role.COVER:
        staff_letters.cover_arranged(line, by=by, at=at)
    else:
        staff_letters.teaching_given(person, [session], role, by=by, at=at)
    return line


@action
def unassign_staff(*, session: Session, person: Person, by: User | None, at: dt.datetime) -> None:
    """The adult is not at this meeting any more, and is told; their time is free."""
    session = lock_session(session)
    rules.check_may_be_staffed(session, at=at)
    line = session.staff.select_related("person").filter(person=person).first()
    if line is None:
        return
    # Nobody relied on it yet: a meeting to come, which the audit remembers.
    mail.withdraw(staff_letters.reason_of_line(line))
    line.delete()
    if not line.is_away:
        staff_letters.teaching_taken(person, [session], by=by, at=at)


@action
def change_lead(
    *,
    activity: Activity,
    person: Person,
    from_on: dt.date,
    all_the_same: bool = False,
    by: User | None,
    at: dt.datetime,
) -> LeadChanged:
    """From this day on the group has this teacher; where that cannot be, its meeting stays.

    `all_the_same`: though hours are kept for a school that has not decided yet.
    """
    activity = lock_activity(activity.pk)
    sessions = _meetings_from(activity, from_on, at=at)
    done: list[Session] = []
    kept: list[NotChanged] = []
    before: dict[Person, list[Session]] = {}
    _lock_staff(person)
    for session in sessions:
        try:
            with transaction.atomic():
                _check_may_come(
                    session, person, insist=Insist.GIVING, all_the_same=all_the_same, by=by, at=at
                )
                former = _give_lead(session, person)
        except RuleBroken as broken:
            kept.append(NotChanged(session, str(broken)))
            continue
        done.append(session)
        for each in former:
            before.setdefault(each, []).append(session)
    if done:
        activity.teacher = person
        activity.save(update_fields=["teacher"])
        assure(sessions=done, person_id=person.pk, by=by, at=at)
    _tell_of_change(person, done, before, by=by, at=at)
    return LeadChanged(done, kept)


@action
def assign_room(
    *, session: Session, room: Room | None, by: User | None, at: dt.datetime
) -> Session:
    """The meeting is in this room of its centre; what is in it already stays, and is named."""
    session = lock_session(session)
    rules.check_may_be_staffed(session, at=at)
    if session.room_id == _key(room):
        return session
    if room and room.centre_id != session.activity.centre_id:
        raise rules.RoomBusy(f"{room} is at {room.centre}, not where this is.")
    session.room, session.changed_at = room, at
    try:
        with transaction.atomic():
            session.save(update_fields=["room", "changed_at"])
    except IntegrityError as error:
        if room is None or _constraint(error) != ROOM_BUSY:
            raise in_words(error) from error
        others = staffing.in_room(room, session.during).exclude(pk=session.pk)
        raise rules.room_busy(room, others.first()) from error
    return session


def lock_session(session: Session) -> Session:
    """The meeting as it stands, its activity locked before it."""
    lock_activity(session.activity_id)
    rows = Session.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(*WITH_PLACE).get(pk=session.pk)


def lock_sessions(sessions: Collection[int]) -> None:
    """Meetings, whose activities are locked already, in order of key."""
    rows = Session.objects.select_for_update(no_key=True, of=("self",))
    list(rows.filter(pk__in=sessions).order_by("pk").values_list("pk"))


def expect_again(line: SessionStaff) -> None:
    """Whoever was away is expected, where the database lets them; or a refusal in words."""
    line.is_away = False
    try:
        with transaction.atomic():
            line.save(update_fields=["is_away"])
    except IntegrityError as error:
        line.is_away = True
        raise _refusal(error, line.session, line.person) from error


def _meetings_from(activity: Activity, from_on: dt.date, *, at: dt.datetime) -> list[Session]:
    """Those to come from that day on, locked in order of key; the soonest first."""
    found = (
        activity.sessions.filter(status=Session.Status.PLANNED, occurs_on__gte=from_on)
        .filter(during__endswith__gt=at)
        .select_related(*WITH_PLACE)
        .prefetch_related("staff__person")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    )
    return sorted(found, key=lambda each: each.during.lower)


def _check_may_come(
    session: Session,
    person: Person,
    *,
    insist: Insist,
    all_the_same: bool,
    by: User | None,
    at: dt.datetime,
) -> None:
    rules.check_works_here(_lock_staff(person), person, session)
    if staffing.is_away_then(person, session.during):
        raise rules.away_then(person)
    times = {person.pk: [session.during]}
    clear_hours(times, insist=insist, all_the_same=all_the_same, by=by, at=at)


def _lock_staff(person: Person) -> Staff | None:
    """Theirs alone until the transaction ends: an absence told meanwhile waits for it."""
    rows = Staff.objects.select_for_update(no_key=True, of=("self",))
    return rows.filter(person=person).first()


def _give_lead(session: Session, person: Person) -> list[Person]:
    """The person leads this meeting instead of whoever did. Return whom they follow."""
    lines = list(session.staff.all())
    covered = next((each for each in lines if each.role == "cover" and not each.is_away), None)
    if covered and covered.person_id != person.pk:
        raise rules.AlreadyStaffed(f"{covered.person} covers it, and was told so.")
    there = next((line for line in lines if line.person_id == person.pk), None)
    leads = [each for each in lines if each.role == "lead" and each.person_id != person.pk]
    for line in leads:
        line.delete()
    if there is None or there.role != SessionStaff.Role.LEAD or there.is_away:
        _written(session, there, person=person, role=SessionStaff.Role.LEAD, replaces=None)
    return [line.person for line in leads]


def _written(
    session: Session,
    there: SessionStaff | None,
    *,
    person: Person,
    role: str,
    replaces: Person | None,
) -> SessionStaff:
    """Their line, new or with another part in it, where the database lets them be."""
    line = there or SessionStaff(session=session, person=person, claimed=session.claimed)
    line.session, line.person = session, person
    line.role, line.replaces, line.is_away = role, replaces, False
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise _refusal(error, session, person) from error
    return line


def _refusal(error: IntegrityError, session: Session, person: Person) -> Exception:
    """What stands against it, in a sentence that says what they teach then."""
    constraint = _constraint(error)
    if constraint == UNCLEARED:
        return rules.not_cleared(person, session)
    if constraint == BUSY:
        elsewhere = staffing.at_work(person, session.during).exclude(session=session)
        return rules.staff_busy(person, elsewhere.first())
    return in_words(error)


def _tell_of_change(
    person: Person,
    done: list[Session],
    before: dict[Person, list[Session]],
    *,
    by: User | None,
    at: dt.datetime,
) -> None:
    changed = [one for one in done if any(one in theirs for theirs in before.values())]
    if changed or (done and not before):
        staff_letters.teaching_given(person, changed or done, SessionStaff.Role.LEAD, by=by, at=at)
    for former, theirs in before.items():
        staff_letters.teaching_taken(former, theirs, by=by, at=at)


def _constraint(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")


def _key(row: Person | Room | None) -> int | None:
    return row.pk if row else None
