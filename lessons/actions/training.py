"""Sending somebody to training, and cancelling their place: the school pays."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from billing import actions as billing
from bookings import actions as bookings
from bookings.actions.locks import lock_activity, lock_enrolment
from bookings.models import Activity, Enrolment
from bookings.queries.sessions import begins_at
from centres.queries import term_on
from core import mail, words
from core.access import Permission
from core.actions import action
from lessons.queries import training as queries
from lessons.rules import training as rules
from lessons.rules.prices import check_total
from people.models import Person, School, User


@dataclass(frozen=True)
class Colleague:
    """Somebody a school sends: found among those it named or sent before, else new to us."""

    name: str
    family_name: str
    email: str


@action
def book_training(
    *,
    activity: Activity,
    school: School,
    person: Person | Colleague,
    shown: Decimal,
    by: User,
    at: dt.datetime,
) -> Enrolment:
    """They have a place, or wait for one where every place is taken; the school pays."""
    activity = lock_activity(activity.pk)
    price = queries.price_now(activity, at=at) or Decimal(0)
    rules.check_may_send(school, price=price, may_spend=may_spend(by, school))
    check_total(shown=shown, now=price)
    sent = _person_of(person, school, by=by) if isinstance(person, Colleague) else person
    payer = billing.account_for_school(school=school, by=by, at=at)
    asked = {"activity": activity, "person": sent, "payer": payer, "by": by, "at": at}
    bookings.sweep_activity(activity=activity, by=by, at=at)
    activity.refresh_from_db(fields=["places_taken"])
    if activity.is_full:
        return bookings.join_waiting_list(**asked)  # type: ignore[arg-type]  # as it names them
    held = bookings.hold_place(**asked)  # type: ignore[arg-type]  # as it names them
    place = bookings.confirm_place(enrolment=held, by=by, at=at)
    _tell_colleague("training-colleague", place, by=by, at=at)
    return place


def may_spend(user: User, school: School) -> bool:
    """Whether they order for the school, or agree what it orders."""
    return any(
        user.has_perm(permission, school)
        for permission in (Permission.ORDER_PROGRAMME, Permission.AGREE_ORDER)
    )


@action
def accept_training_offer(*, enrolment: Enrolment, by: User, at: dt.datetime) -> Enrolment:
    """The offered place is theirs, and the school pays."""
    place = bookings.accept_offer(enrolment=enrolment, by=by, at=at)
    _tell_colleague("training-colleague", place, by=by, at=at)
    return place


@action
def cancel_training(
    *, enrolment: Enrolment, shown: Decimal, by: User, at: dt.datetime
) -> Enrolment:
    """The place is free for the next in line; what that costs by its date is owed, once."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.status == Enrolment.Status.CANCELLED:
        return enrolment
    had_place = enrolment.status == Enrolment.Status.ACTIVE
    rules.check_may_cancel(enrolment, begins_at=begins_at(enrolment.activity), at=at)
    leaving = queries.leaving_of(enrolment, at=at)
    cost = leaving.cost if had_place else Decimal(0)
    check_total(shown=shown, now=cost)
    cancelled = bookings.cancel_enrolment(
        enrolment=enrolment,
        reason="Cancelled by the school",
        is_told=False,
        by=by,
        at=at,
    )
    if cost:
        _charge_late(enrolment, leaving, by=by, at=at)
    if had_place:
        _tell_all("training-cancelled", enrolment, {"cost": _in_words(cost)}, at=at)
    return cancelled


@action
def hand_over_training(
    *, enrolment: Enrolment, to: Person | Colleague, by: User, at: dt.datetime
) -> Enrolment:
    """A colleague of the same school comes instead: same place, price and rule. Both are told."""
    shown, enrolment = enrolment.person_id, lock_enrolment(enrolment)
    school = enrolment.account.school if enrolment.account else None
    if school is None:
        raise rules.NotForThem("No school pays for this place, so it cannot be handed on.")
    may = may_spend(by, school)
    rules.check_may_hand_over(school, price=enrolment.price_agreed or Decimal(0), may_spend=may)
    former = enrolment.person
    colleague = _colleague_of(to, school, by=by)
    if colleague.pk == former.pk:
        return enrolment
    rules.check_still_theirs(former, shown=shown)
    place = bookings.hand_over_place(enrolment=enrolment, to=colleague, by=by, at=at)
    said = {"former": str(former), "person": str(colleague), "by": str(by.person)}
    for copy, reader in (("training-handed-to", colleague), ("training-handed-on", former)):
        if reader.pk != by.person_id:
            _tell(copy, place, reader, said, at=at, once=False)
    return place


def _charge_late(
    enrolment: Enrolment, leaving: rules.Leaving, *, by: User, at: dt.datetime
) -> None:
    """Unless the place itself is billed already: then that bill stands, and we put it right."""
    account = enrolment.account
    term = term_on(queries.first_day_of(enrolment.activity) or timezone.localdate(at))
    billed = [each for each in queries.charges_of(enrolment) if each.status == each.Status.BILLED]
    if account is None or term is None or billed:
        return
    billing.raise_charge(
        account=account,
        person=enrolment.person,
        term=term,
        description=f"Late cancellation: {enrolment.activity.title}"[:200],
        explanation={
            "rule": rules.LATE,
            "price": str(leaving.price),
            "percent": leaving.percent,
            "days_before": leaving.days,
            "amount": str(leaving.cost),
        },
        amount=leaving.cost,
        source=queries.late_source(enrolment),
        by=by,
        at=at,
    )


def _person_of(colleague: Colleague, school: School, *, by: User) -> Person:
    """Nobody is found by an address but whom this school named or sent before, and by itself.

    Anybody may say that a school sends them: they learn no name that belongs to an address.
    """
    known = queries.known_at(school, colleague.email)
    if known and school.pk in by.schools_served():
        return known
    return Person.objects.create(
        given_name=colleague.name, family_name=colleague.family_name, email=colleague.email
    )


def _colleague_of(to: Person | Colleague, school: School, *, by: User) -> Person:
    """Whoever is chosen from a list has a part at the school, or is the one who chooses."""
    if isinstance(to, Colleague):
        return _person_of(to, school, by=by)
    is_one = to.pk == by.person_id or queries.is_colleague(to, school)
    rules.check_is_colleague(to, school, is_one=is_one)
    return to


def _tell_colleague(copy: str, place: Enrolment, *, by: User, at: dt.datetime) -> None:
    """Whoever was booked by somebody else hears of it."""
    if place.person_id == by.person_id or place.status != Enrolment.Status.ACTIVE:
        return
    _tell(copy, place, place.person, {"booker": str(by.person)}, at=at)


def _tell_all(copy: str, place: Enrolment, said: dict[str, str], *, at: dt.datetime) -> None:
    for reader in {place.booked_by, place.person}:
        _tell(copy, place, reader, said, at=at)


def _tell(
    copy: str,
    place: Enrolment,
    reader: Person,
    said: dict[str, str],
    *,
    at: dt.datetime,
    once: bool = True,
) -> None:
    """`once`: ever. A place may go from hand to hand, and each time somebody is told."""
    if not reader.email:
        return
    activity = place.activity
    first = queries.first_day_of(activity)
    mail.queue(
        copy,
        to_address=reader.email,
        to_person_id=reader.pk,
        context={
            "first_name": reader.first_name,
            "person": str(place.person),
            "activity": activity.title,
            "day": words.weekday_and_day(first) if first else "a day to be arranged",
            "time": words.clock(activity.local_start) if activity.local_start else "",
            "place": str(activity.place or "online"),
            **said,
        },
        link=reverse("lessons:activity", kwargs={"ref": activity.ref}),
        key=f"{copy}:enrolment:{place.pk}:{reader.pk}" + ("" if once else f":{at.isoformat()}"),
        at=at,
    )


def _in_words(cost: Decimal) -> str:
    return words.money(cost) if cost else "nothing"
