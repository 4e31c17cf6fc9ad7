"""What staff write in, one by one or from a sheet: a pupil, a room, a teacher."""

import datetime as dt

from billing import actions as billing
from bookings import queries, rules
from bookings.actions import letters
from bookings.actions.activities import set_capacity
from bookings.actions.assurance import assure
from bookings.actions.locks import ITS_PARTS, lock_activity
from bookings.actions.places import (
    charge_term,
    check_may_join,
    look_at_line,
    offer_freed_places,
    standing_of,
    write_into_registers,
)
from bookings.actions.promises import clear_hours
from bookings.models import Activity, Enrolment, Session, SessionStaff
from bookings.rules.promises import Insist
from centres.models import Room
from core.actions import action, note_reason
from people.models import Person, User

_STATUS = Enrolment.Status


@action
def write_in(
    *, activity: Activity, person: Person, waits: bool, by: User, at: dt.datetime
) -> Enrolment:
    """Staff write a pupil in: into a place that nobody waits for, or at the end of the line.

    Whoever booked for them before is charged and told; else the first adult who may book.
    """
    activity = lock_activity(activity.pk, *ITS_PARTS)
    line = look_at_line(activity, at=at, person=person)
    offer_freed_places(activity, at=at, line=line)
    standing = standing_of(person, line)
    check_may_join(activity, person, standing=standing, at=at)
    adult = queries.who_books_for(person)
    if adult is None:
        raise rules.NotBookable(
            f"We know of no adult who may book for {person.first_name}. Ask the family to sign up."
        )
    if waits:
        return _into_line(activity, person, adult, at=at, by=by)
    rules.check_place_free(activity)
    rules.check_no_clash(person, queries.first_clash(person, activity, at=at, known_to=by))
    return _into_place(activity, person, adult, by=by, at=at)


def _into_line(
    activity: Activity, person: Person, adult: Person, *, by: User, at: dt.datetime
) -> Enrolment:
    if not activity.is_full:
        raise rules.PlaceFree(f"{activity} has a free place, so there is nothing to wait for.")
    enrolment = Enrolment.objects.create(
        activity=activity, person=person, booked_by=adult, status=_STATUS.WAITING, queued_at=at
    )
    position = queries.waiting_standing(enrolment, at=at).position
    letters.waiting_joined(enrolment, position=position, at=at, by=by)
    return enrolment


def _into_place(
    activity: Activity, person: Person, adult: Person, *, by: User, at: dt.datetime
) -> Enrolment:
    cost = queries.cost_of_joining(activity, at=at)
    assert cost is not None  # check_may_join found a meeting to come
    enrolment = Enrolment.objects.create(
        activity=activity,
        person=person,
        account=billing.account_for(person=adult, by=by, at=at),
        booked_by=adult,
        status=_STATUS.ACTIVE,
        queued_at=at,
        price_agreed=activity.price,
        starts_on=cost.first_on,
    )
    write_into_registers(enrolment, at=at)
    charge_term(enrolment, cost, by=by, at=at)
    letters.place_booked(enrolment, cost, at=at)
    return enrolment


@action
def set_room(*, activity: Activity, room: Room, reason: str, by: User, at: dt.datetime) -> Activity:
    """It meets in this room from now on, and those with a place are told.

    A meeting that was moved elsewhere by itself stays there. The database refuses a busy room.
    """
    activity = lock_activity(activity.pk, *ITS_PARTS)
    if activity.room_id == room.pk:
        return activity
    if activity.centre_id != room.centre_id:
        raise rules.NotBookable(f"{room} is not at {activity.place}. Choose one of its rooms.")
    coming = activity.sessions.filter(
        status=Session.Status.PLANNED, during__startswith__gt=at, room=activity.room_id
    )
    coming.update(room=room, changed_at=at)
    activity.room = room
    activity.save(update_fields=["room"])
    note_reason(activity, reason, by=by, at=at)
    with_a_place = activity.enrolments.filter(status=_STATUS.ACTIVE).select_related("person")
    told = list(with_a_place.order_by("pk"))
    for enrolment in told:
        enrolment.activity = activity
    letters.room_changed(told, at=at)
    return activity


@action
def set_teacher(
    *, activity: Activity, teacher: Person, reason: str, by: User, at: dt.datetime
) -> Activity:
    """They teach it from now on. The database refuses a busy teacher, or one not cleared."""
    activity = lock_activity(activity.pk, *ITS_PARTS)
    if activity.teacher_id == teacher.pk:
        return activity
    coming = activity.sessions.filter(status=Session.Status.PLANNED, during__startswith__gt=at)
    times = {teacher.pk: list(coming.values_list("during", flat=True))}
    clear_hours(times, insist=Insist.GIVING, by=by, at=at)
    lines = SessionStaff.objects.filter(session__in=coming, role=SessionStaff.Role.LEAD)
    if activity.teacher_id:
        lines.filter(person=activity.teacher_id).update(person=teacher, is_away=False)
    led = lines.values("session")
    SessionStaff.objects.bulk_create(
        SessionStaff(session=session, person=teacher, claimed=session.during)
        for session in coming.exclude(pk__in=led).exclude(staff__person=teacher)
    )
    activity.teacher = teacher
    activity.save(update_fields=["teacher"])
    assure(sessions=coming.exclude(school=None), person_id=teacher.pk, by=by, at=at)
    note_reason(activity, reason, by=by, at=at)
    return activity


@action
def change_activity(
    *,
    activity: Activity,
    capacity: int | None,
    room: Room | None,
    teacher: Person | None,
    reason: str,
    by: User,
    at: dt.datetime,
) -> Activity:
    """Its capacity, its room and its teacher are these, all or none; what is None stays."""
    activity = lock_activity(activity.pk, *ITS_PARTS)
    if room:
        activity = set_room(activity=activity, room=room, reason=reason, by=by, at=at)
    if teacher:
        activity = set_teacher(activity=activity, teacher=teacher, reason=reason, by=by, at=at)
    if capacity:
        activity = set_capacity(activity=activity, capacity=capacity, reason=reason, by=by, at=at)
    return activity
