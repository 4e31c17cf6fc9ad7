"""Steps that several actions share, on an activity their caller has locked."""

import datetime as dt

from django.db.models import Q

from billing import actions as billing
from bookings import queries, rules
from bookings.actions import letters
from bookings.models import Activity, Attendance, Enrolment
from core import mail
from people.models import Learner, Person, User


def check_may_join(
    activity: Activity, person: Person, *, standing: Enrolment | None, at: dt.datetime
) -> None:
    """Booking is open, it suits the person, and they are not in it already."""
    if standing:
        raise rules.AlreadyJoined(
            f"{person.first_name} {rules.WHAT_IT_IS[standing.status]} in {activity} already."
        )
    coming = queries.next_meetings(activity, at=at, limit=1)
    rules.check_open(activity, meets_again=bool(coming), at=at)
    learner = Learner.objects.filter(person=person).first()
    rules.check_suits(activity, person, learner, on=coming[0].occurs_on)


def offer_freed_places(activity: Activity, *, at: dt.datetime) -> list[Enrolment]:
    """Let what ran out lapse, then offer every free place to the line, in order.

    One look finds both; most bookings find neither, and go on.
    """
    ran_out = Q(status__in=["held", "offered"], offer_expires_at__lte=at)
    rows = list(
        activity.enrolments.filter(ran_out | Q(status=Enrolment.Status.WAITING))
        .select_related("person", "booked_by")
        .order_by("-priority", "queued_at", "pk")
    )
    for enrolment in rows:
        if enrolment.status != Enrolment.Status.WAITING:
            _let_lapse(enrolment, activity, at=at)
    waiting = [row for row in rows if row.status == Enrolment.Status.WAITING]
    free = len(waiting) if activity.places_left is None else activity.places_left
    if not waiting or not free or not activity.is_joinable:
        return []
    cost = queries.cost_of_joining(activity, at=at)
    if cost is None:
        return []
    return [_offer(row, activity, cost, at=at) for row in waiting[:free]]


def _let_lapse(enrolment: Enrolment, activity: Activity, *, at: dt.datetime) -> None:
    was_offered, until = enrolment.status == Enrolment.Status.OFFERED, enrolment.offer_expires_at
    enrolment.activity = activity
    mail.withdraw(letters.reason_of(enrolment))
    enrolment.status, enrolment.offer_expires_at = Enrolment.Status.LAPSED, None
    enrolment.save(update_fields=["status", "offer_expires_at"])
    activity.places_taken -= 1
    if was_offered and until:
        letters.offer_lapsed(enrolment, until=until, at=at)


def _offer(
    enrolment: Enrolment, activity: Activity, cost: rules.Cost, *, at: dt.datetime
) -> Enrolment:
    enrolment.activity = activity
    enrolment.status = Enrolment.Status.OFFERED
    enrolment.offer_expires_at = at + dt.timedelta(hours=activity.offer_hours)
    enrolment.save(update_fields=["status", "offer_expires_at"])
    activity.places_taken += 1
    letters.place_offered(enrolment, cost, at=at)
    return enrolment


def give_place(enrolment: Enrolment, *, by: User, at: dt.datetime) -> Enrolment:
    """Make a locked hold or offer an active place. Clashes are for the constraint to refuse."""
    rules.check_enrolment_may_become(Enrolment.Status.ACTIVE, enrolment)
    rules.check_still_kept(enrolment, at=at)
    cost = queries.cost_of_joining(enrolment.activity, at=at)
    if cost is None:
        raise rules.NotBookable(f"{enrolment.activity} has no more dates this year.")

    enrolment.status, enrolment.offer_expires_at = Enrolment.Status.ACTIVE, None
    enrolment.account = billing.account_for(person=by.person, by=by, at=at)
    enrolment.price_agreed, enrolment.starts_on = enrolment.activity.price, cost.first_on
    enrolment.save(
        update_fields=["status", "offer_expires_at", "account", "price_agreed", "starts_on"]
    )
    write_into_registers(enrolment, at=at)
    charge_term(enrolment, cost, by=by, at=at)
    letters.place_booked(enrolment, cost, at=at)
    return enrolment


def write_into_registers(enrolment: Enrolment, *, at: dt.datetime) -> None:
    """A line in the register of every meeting still to come; each claims the person's time."""
    coming = queries.meetings_to_come(enrolment.activity, at=at).values_list("pk", "claimed")
    Attendance.objects.bulk_create(
        Attendance(
            session_id=key, claimed=claimed, person_id=enrolment.person_id, enrolment=enrolment
        )
        for key, claimed in coming
    )


def charge_term(enrolment: Enrolment, cost: rules.Cost, *, by: User, at: dt.datetime) -> None:
    """What the term costs is owed, once, however often this runs."""
    if not cost.amount:
        return
    assert enrolment.account is not None
    billing.raise_charge(
        account=enrolment.account,
        person=enrolment.person,
        term=cost.term,
        description=enrolment.activity.title,
        explanation=cost.explanation,
        amount=cost.amount,
        source=f"enrolment:{enrolment.pk}:{cost.term.slug}",
        by=by,
        at=at,
    )
