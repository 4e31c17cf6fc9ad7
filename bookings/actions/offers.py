"""The waiting list: joining it, offering a place to the first in line, answering."""

import datetime as dt

from django.db.models import F, Q
from django.utils import timezone

from billing.models import Account
from bookings import queries, rules
from bookings.actions import letters
from bookings.actions.locks import lock_activity, lock_enrolment
from bookings.actions.places import (
    check_may_join,
    give_place,
    look_at_line,
    offer_freed_places,
    standing_of,
)
from bookings.models import Activity, Enrolment
from core import mail
from core.actions import action
from people.models import Person, User


@action
def join_waiting_list(
    *,
    activity: Activity,
    person: Person,
    payer: Account | None = None,
    by: User,
    at: dt.datetime,
) -> Enrolment:
    """The person waits for a place, behind everybody who came before."""
    activity = lock_activity(activity.pk)
    line = look_at_line(activity, at=at, person=person)
    offer_freed_places(activity, at=at, line=line)
    standing = standing_of(person, line)
    if standing and standing.status == Enrolment.Status.WAITING:
        return standing
    check_may_join(activity, person, standing=standing, at=at, payer=payer)
    if not activity.is_full:
        raise rules.PlaceFree(f"{activity} has a free place. You can book it now.")
    enrolment = Enrolment.objects.create(
        activity=activity,
        person=person,
        account=payer,
        booked_by=by.person,
        status=Enrolment.Status.WAITING,
        queued_at=at,
    )
    position = queries.waiting_standing(enrolment, at=at).position
    letters.waiting_joined(enrolment, position=position, at=at, by=by)
    return enrolment


@action
def offer_next(*, activity: Activity, by: User | None, at: dt.datetime) -> Enrolment | None:
    """The next in line has an offer, if a place is free; None if nobody waits or none is."""
    offered = offer_freed_places(lock_activity(activity.pk), at=at)
    return offered[0] if offered else None


@action
def accept_offer(*, enrolment: Enrolment, by: User, at: dt.datetime) -> Enrolment:
    """The offered place is theirs, as if they had held it."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.status == Enrolment.Status.ACTIVE:
        return enrolment
    mail.withdraw(letters.reason_of(enrolment))
    return give_place(enrolment, by=by, at=at)


@action
def decline_offer(*, enrolment: Enrolment, by: User, at: dt.datetime) -> Enrolment:
    """They said no; the next family has the offer at once."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.status == Enrolment.Status.DECLINED:
        return enrolment
    rules.check_enrolment_may_become(Enrolment.Status.DECLINED, enrolment)
    mail.withdraw(letters.reason_of(enrolment))
    enrolment.status, enrolment.offer_expires_at = Enrolment.Status.DECLINED, None
    enrolment.save(update_fields=["status", "offer_expires_at"])
    enrolment.activity.places_taken -= 1
    offer_freed_places(enrolment.activity, at=at)
    return enrolment


def sweep_places(*, at: dt.datetime) -> int:
    """What ran out lapses, what is over ends, and every free place with a line is offered.

    Return how many activities were looked at. Each is a transaction of its own: one that fails
    holds up no other.
    """
    ran_out = Q(
        enrolments__status__in=[Enrolment.Status.HELD, Enrolment.Status.OFFERED],
        enrolments__offer_expires_at__lte=at,
    )
    over = Q(
        enrolments__status=Enrolment.Status.ACTIVE,
        enrolments__ends_on__lt=timezone.localdate(at),
    )
    freed = Q(enrolments__status=Enrolment.Status.WAITING) & (
        Q(capacity=None) | Q(places_taken__lt=F("capacity"))
    )
    activities = list(Activity.objects.filter(ran_out | over | freed).distinct().order_by("pk"))
    for activity in activities:
        sweep_activity(activity=activity, by=None, at=at)
    return len(activities)


@action
def sweep_activity(*, activity: Activity, by: User | None, at: dt.datetime) -> None:
    """Nothing in this activity has run out, and no place is free while somebody waits."""
    offer_freed_places(lock_activity(activity.pk), at=at)
