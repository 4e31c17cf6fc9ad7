"""Another date for a meeting that was called off."""

import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max
from django.utils import timezone

from bookings.actions import letters
from bookings.actions.changes import check_day_and_people, lock_session
from bookings.actions.class_sizes import take_its_size
from bookings.actions.credits import use_credits
from bookings.models import Attendance, Enrolment, Session, SessionStaff
from bookings.queries import closures as queries
from bookings.queries import makeups
from bookings.rules import closures as rules
from centres.models import Room
from core import mail
from core.actions import action
from people.models import User


@action
def plan_makeup(
    *,
    session: Session,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    room: Room | None,
    all_the_same: bool = False,
    by: User,
    at: dt.datetime,
) -> Session:
    """A meeting called off has another date, for those it is owed to and who are free; told once.

    Whoever is busy then is owed it still. The same date a second time changes nothing.
    `all_the_same`: though the hour is kept for a school that has not decided yet.
    """
    missed = lock_session(session)
    during = DateTimeTZRange(starts_at, ends_at)
    planned = makeups.made_up_in(missed)
    if planned and (planned.during, planned.room_id) == (during, room.pk if room else None):
        return planned
    rules.check_owed(missed, planned=planned, by_day=makeups.last_day_for(missed), during=during)
    rules.check_to_come(starts_at, at=at)
    check_day_and_people(missed, during, room, all_the_same=all_the_same, by=by, at=at)
    make_up = _write_down(missed, during, room)
    take_its_size(make_up)
    if not missed.activity.counts_heads:  # a class comes as a class
        rules.check_somebody_comes(_into_register(make_up, missed))
        use_credits(make_up)
    follows = queries.following([make_up]).but(by.person_id)
    mail.queue_many(letters.made_up(make_up, missed, follows), at=at)
    return make_up


def _write_down(missed: Session, during: DateTimeTZRange, room: Room | None) -> Session:
    """The new meeting, with whoever was to teach the one that is off."""
    day = timezone.localdate(during.lower)
    same_day = Session.objects.filter(activity_id=missed.activity_id, occurs_on=day)
    last = same_day.aggregate(last=Max("ordinal"))["last"] or 1  # the first is of the pattern
    make_up = Session.objects.create(
        activity=missed.activity,
        occurs_on=day,
        ordinal=last + 1,
        during=during,
        room=room,
        school=missed.school,
        makes_up=missed,
    )
    SessionStaff.objects.bulk_create(
        SessionStaff(session=make_up, person_id=line.person_id, role=line.role, claimed=during)
        for line in missed.staff.here().filter(replaces=None)
    )
    return make_up


def _into_register(make_up: Session, missed: Session) -> int:
    """Those it is owed to, who have their place still and nothing else then. Return how many."""
    owed = {credit.person_id: credit for credit in makeups.owed_for(missed)}
    busy = set(
        Attendance.objects.filter(
            person__in=owed, claimed__overlap=make_up.during, is_released=False
        ).values_list("person_id", flat=True)
    )
    places = Enrolment.objects.filter(
        activity_id=make_up.activity_id, status=Enrolment.Status.ACTIVE, person__in=owed
    )
    written = Attendance.objects.bulk_create(
        Attendance(
            session=make_up, claimed=make_up.during, person_id=place.person_id, enrolment=place
        )
        for place in places.order_by("pk")
        if place.person_id not in busy
        if place.ends_on is None or place.ends_on >= make_up.occurs_on
    )
    return len(written)
