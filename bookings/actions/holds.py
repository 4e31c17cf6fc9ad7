"""Holding a place for a few minutes, and booking it."""

import datetime as dt

from billing.models import Account
from bookings import queries, rules
from bookings.actions.locks import lock_activity, lock_enrolment
from bookings.actions.places import (
    check_may_join,
    give_place,
    look_at_line,
    offer_freed_places,
    standing_of,
)
from bookings.models import Activity, Enrolment
from core.actions import action
from people.models import Person, User


@action
def hold_place(
    *,
    activity: Activity,
    person: Person,
    payer: Account | None = None,
    by: User,
    at: dt.datetime,
) -> Enrolment:
    """Keep a place for the person until they have checked and confirmed.

    A place freed by somebody else goes to the waiting list first. A second click finds the
    hold of the first.
    """
    activity = lock_activity(activity.pk)
    line = look_at_line(activity, at=at, person=person)
    offer_freed_places(activity, at=at, line=line)
    standing = standing_of(person, line)
    if standing and standing.status == Enrolment.Status.HELD:
        return standing
    check_may_join(activity, person, standing=standing, at=at, payer=payer)
    rules.check_place_free(activity)
    is_colleague = payer is not None and payer.school_id and person.pk != by.person_id
    known_to = by if is_colleague else None  # what a colleague does is their own
    rules.check_no_clash(person, queries.first_clash(person, activity, at=at, known_to=known_to))
    return Enrolment.objects.create(
        activity=activity,
        person=person,
        account=payer,
        booked_by=by.person,
        status=Enrolment.Status.HELD,
        queued_at=at,
        offer_expires_at=at + dt.timedelta(minutes=activity.hold_minutes),
    )


@action
def extend_hold(*, enrolment: Enrolment, by: User, at: dt.datetime) -> Enrolment:
    """The hold lasts its minutes once more, counted from now. Only once."""
    enrolment = lock_enrolment(enrolment)
    rules.check_extendable(enrolment, at=at)
    enrolment.is_extended = True
    enrolment.offer_expires_at = at + dt.timedelta(minutes=enrolment.activity.hold_minutes)
    enrolment.save(update_fields=["is_extended", "offer_expires_at"])
    return enrolment


@action
def release_hold(*, enrolment: Enrolment, by: User, at: dt.datetime) -> Enrolment:
    """The place is free again, for the first in line."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.status != Enrolment.Status.HELD:
        return enrolment
    enrolment.status, enrolment.offer_expires_at = Enrolment.Status.CANCELLED, None
    enrolment.save(update_fields=["status", "offer_expires_at"])
    offer_freed_places(lock_activity(enrolment.activity_id), at=at)
    return enrolment


@action
def confirm_place(*, enrolment: Enrolment, by: User, at: dt.datetime) -> Enrolment:
    """The held place is theirs: in every register to come, charged for the term, and told."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.status == Enrolment.Status.ACTIVE:
        return enrolment
    return give_place(enrolment, by=by, at=at)
