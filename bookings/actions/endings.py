"""Leaving: ending a place, cancelling a booking, moving to another group."""

import datetime as dt

from django.utils import timezone

from billing import actions as billing
from bookings import queries, rules
from bookings.actions import letters
from bookings.actions.credits import void_credits_of_waived
from bookings.actions.locks import ITS_PARTS, lock_activities, lock_enrolment
from bookings.actions.places import (
    charge_term,
    check_may_join,
    free_place,
    offer_freed_places,
    write_into_registers,
)
from bookings.models import Activity, Enrolment
from core import mail
from core.actions import action
from people.models import User


@action
def cancel_enrolment(
    *,
    enrolment: Enrolment,
    reason: str,
    is_told: bool = True,
    by: User | None,
    at: dt.datetime,
) -> Enrolment:
    """The booking is undone: out of the line or the place, out of registers to come, not charged.

    For a place that has begun and is to be paid for, `end_enrolment` is what happens. `is_told`:
    the family has our letter; without it the caller writes its own.
    """
    enrolment = lock_enrolment(enrolment)
    if enrolment.status == Enrolment.Status.CANCELLED:
        return enrolment
    rules.check_enrolment_may_become(Enrolment.Status.CANCELLED, enrolment)
    mail.withdraw(letters.reason_of(enrolment))
    billing.waive_charges(source_prefix=f"enrolment:{enrolment.pk}:", by=by, at=at)
    void_credits_of_waived(enrolment, at=at)
    if is_told and enrolment.status == Enrolment.Status.ACTIVE:
        letters.place_ended(enrolment, timezone.localdate(at), at=at)
    leave(enrolment, Enrolment.Status.CANCELLED, reason=reason, after=at)
    offer_freed_places(enrolment.activity, at=at)
    return enrolment


@action
def end_enrolment(
    *, enrolment: Enrolment, last_day: dt.date, reason: str, by: User | None, at: dt.datetime
) -> Enrolment:
    """They stay until the last day and are in no register after it. What was charged stays owed.

    A last day to come keeps the place theirs until it has passed; the sweep then frees it.
    """
    enrolment = lock_enrolment(enrolment)
    if enrolment.status == Enrolment.Status.ENDED:
        return enrolment
    rules.check_enrolment_may_become(Enrolment.Status.ENDED, enrolment)
    rules.check_last_day(enrolment, last_day)
    _set_last_day(enrolment, last_day, reason=reason, at=at)
    letters.place_ended(enrolment, last_day, at=at)
    if last_day < timezone.localdate(at):
        free_place(enrolment, at=at)
    return enrolment


@action
def give_notice(*, enrolment: Enrolment, reason: str, by: User, at: dt.datetime) -> Enrolment:
    """The family has told us they leave; the notice rule in force says which day is the last."""
    leaving = queries.leaving_of(enrolment, at=at)
    if leaving is None:
        raise rules.NotBookable("We cannot say the last day yet. Please call us, and we will.")
    enrolment = lock_enrolment(enrolment)
    if enrolment.ends_on:
        return enrolment
    rules.check_enrolment_may_become(Enrolment.Status.ENDED, enrolment)
    rules.check_has_terms(enrolment.activity)
    _set_last_day(enrolment, leaving.last_day, reason=reason, at=at)
    enrolment.notice_given_at = at
    enrolment.save(update_fields=["notice_given_at"])
    letters.notice_received(enrolment, at=at)
    return enrolment


@action
def move_enrolment(*, enrolment: Enrolment, to: Activity, by: User, at: dt.datetime) -> Enrolment:
    """The person has a place in the other activity instead of this one, from its next meeting.

    What is not yet billed for the old place is waived, and the new place is charged.
    """
    activities = lock_activities({enrolment.activity_id, to.pk}, *ITS_PARTS)
    enrolment, to = lock_enrolment(enrolment), activities[to.pk]
    offer_freed_places(to, at=at)
    moved = move_place(enrolment, to, by=by, at=at)
    offer_freed_places(enrolment.activity, at=at)
    return moved


def move_place(enrolment: Enrolment, to: Activity, *, by: User, at: dt.datetime) -> Enrolment:
    """A step of actions that have locked both activities and the enrolment, and freed what ran out.

    Whoever has given notice leaves the new group on the same last day.
    """
    rules.check_enrolment_may_become(Enrolment.Status.ENDED, enrolment)
    standing = to.enrolments.live().filter(person_id=enrolment.person_id).first()
    waits = standing is not None and standing.status == Enrolment.Status.WAITING
    payer = enrolment.account
    check_may_join(to, enrolment.person, standing=None if waits else standing, at=at, payer=payer)
    rules.check_place_free(to)
    cost = queries.cost_of_joining(to, at=at)
    assert cost is not None  # check_may_join found a meeting to come
    last_day, why_leaving = enrolment.ends_on, enrolment.leave_reason
    if last_day and last_day < cost.first_on:
        raise rules.NotBookable(
            f"{enrolment.person.first_name} leaves before {to} next meets, so nothing was changed."
        )

    billing.waive_charges(source_prefix=f"enrolment:{enrolment.pk}:", by=by, at=at)
    if standing:
        leave(standing, Enrolment.Status.CANCELLED, reason=f"Has a place in {to}", after=at)
    enrolment.ends_on = timezone.localdate(at)
    leave(enrolment, Enrolment.Status.ENDED, reason=f"Moved to {to}", after=at)
    rules.check_no_clash(
        enrolment.person, queries.first_clash(enrolment.person, to, at=at, known_to=by)
    )
    moved = _begin_elsewhere(enrolment, to, cost, at=at)
    if last_day:
        _set_last_day(moved, last_day, reason=why_leaving, at=at)
    charge_term(moved, cost, by=by, at=at)
    letters.group_changed(moved, cost, former=enrolment.activity, at=at)
    return moved


def _begin_elsewhere(
    enrolment: Enrolment, to: Activity, cost: rules.Cost, *, at: dt.datetime
) -> Enrolment:
    moved = Enrolment.objects.create(
        activity=to,
        person=enrolment.person,
        account=enrolment.account,
        booked_by=enrolment.booked_by,
        status=Enrolment.Status.ACTIVE,
        queued_at=enrolment.queued_at,
        price_agreed=to.price,
        starts_on=cost.first_on,
    )
    to.places_taken += 1
    write_into_registers(moved, at=at)
    return moved


def _set_last_day(enrolment: Enrolment, last_day: dt.date, *, reason: str, at: dt.datetime) -> None:
    """They are in every register to the last day, and in none after it."""
    enrolment.ends_on, enrolment.leave_reason = last_day, reason
    enrolment.save(update_fields=["ends_on", "leave_reason"])
    clear_registers(enrolment, after=max(at, rules.midnight_after(last_day)))


def leave(enrolment: Enrolment, status: str, *, reason: str, after: dt.datetime) -> None:
    """A step of actions: the place is free, and they are in no unmarked register after a moment."""
    if enrolment.status in Enrolment.TAKING:
        enrolment.activity.places_taken -= 1
    enrolment.status, enrolment.offer_expires_at = status, None
    enrolment.leave_reason = reason
    enrolment.save(update_fields=["status", "offer_expires_at", "leave_reason", "ends_on"])
    clear_registers(enrolment, after=after)


def clear_registers(enrolment: Enrolment, *, after: dt.datetime) -> None:
    """Out of every unmarked register after a moment."""
    # The one exception to "nothing is deleted": a line nobody marked, for a time no longer claimed.
    ahead = enrolment.attendance.filter(mark=None, claimed__startswith__gte=after)
    ahead.delete()
