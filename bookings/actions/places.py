"""Steps that several actions share, on an activity their caller has locked."""

import datetime as dt

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from billing import actions as billing
from billing.models import Account
from bookings import queries, rules
from bookings.actions import letters
from bookings.models import Activity, Enrolment
from core import mail
from people.models import Person, User


def check_may_join(
    activity: Activity,
    person: Person,
    *,
    standing: Enrolment | None,
    at: dt.datetime,
    payer: Account | None = None,
) -> None:
    """Booking is open, it suits the person, and they are not in it already.

    `payer`: whose account pays, where that is known before the place is booked.
    """
    if standing:
        raise rules.AlreadyJoined(
            f"{person.first_name} {rules.WHAT_IT_IS[standing.status]} in {activity} already."
        )
    coming = queries.next_meetings(activity, at=at, limit=1)
    rules.check_open(activity, meets_again=bool(coming), at=at)
    learner = getattr(person, "learner", None)  # whoever fetched the person may have it already
    by_school = payer is not None and payer.school_id is not None
    rules.check_suits(activity, person, learner, on=coming[0].occurs_on, school_pays=by_school)


def look_at_line(
    activity: Activity, *, at: dt.datetime, person: Person | None = None
) -> list[Enrolment]:
    """What has run out, who waits, and the person's own standing, in one look and in fair order."""
    ran_out = Q(status__in=["held", "offered"], offer_expires_at__lte=at) | Q(
        status=Enrolment.Status.ACTIVE, ends_on__lt=timezone.localdate(at)
    )
    theirs = Q(person=person, status__in=Enrolment.LIVE) if person else Q(pk=None)
    rows = activity.enrolments.filter(ran_out | Q(status=Enrolment.Status.WAITING) | theirs)
    return list(rows.select_related("person", "booked_by").order_by("-priority", "queued_at", "pk"))


def standing_of(person: Person, line: list[Enrolment]) -> Enrolment | None:
    """The person's live enrolment among those looked at."""
    return next((row for row in line if row.person_id == person.pk and row.is_live), None)


def offer_freed_places(
    activity: Activity, *, at: dt.datetime, line: list[Enrolment] | None = None
) -> list[Enrolment]:
    """Let what ran out lapse, then offer every free place to the line, in order."""
    rows = look_at_line(activity, at=at) if line is None else line
    for enrolment in rows:
        if enrolment.status == Enrolment.Status.ACTIVE:
            _end(enrolment, activity, on=timezone.localdate(at))
        elif enrolment.offer_expires_at and enrolment.offer_expires_at <= at:
            _let_lapse(enrolment, activity, at=at)
    waiting = [row for row in rows if row.status == Enrolment.Status.WAITING]
    free = len(waiting) if activity.places_left is None else activity.places_left
    if not waiting or not free or not activity.is_joinable:
        return []
    cost = queries.cost_of_joining(activity, at=at)
    if cost is None:
        return []
    return [_offer(row, activity, cost, at=at) for row in waiting[:free]]


def free_place(enrolment: Enrolment, *, at: dt.datetime) -> None:
    """The last day has passed: they have left, and the line has the place."""
    _end(enrolment, enrolment.activity, on=timezone.localdate(at))
    offer_freed_places(enrolment.activity, at=at)


def _end(enrolment: Enrolment, activity: Activity, *, on: dt.date) -> None:
    if enrolment.ends_on is None or enrolment.ends_on >= on:
        return
    enrolment.status = Enrolment.Status.ENDED
    enrolment.save(update_fields=["status"])
    activity.places_taken -= 1


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
    if enrolment.account is None or enrolment.account.school_id is None:
        enrolment.account = billing.account_for(person=by.person, by=by, at=at)
    enrolment.price_agreed, enrolment.starts_on = enrolment.activity.price, cost.first_on
    enrolment.save(
        update_fields=["status", "offer_expires_at", "account", "price_agreed", "starts_on"]
    )
    write_into_registers(enrolment, at=at)
    charge_term(enrolment, cost, by=by, at=at)
    letters.place_booked(enrolment, cost, at=at, by=by)
    return enrolment


def write_into_registers(enrolment: Enrolment, *, at: dt.datetime) -> None:
    """A line in the register of every meeting still to come; each claims the person's time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookings_attendance"
            " (session_id, claimed, person_id, enrolment_id, is_released)"
            " SELECT id, claimed, %s, %s, false FROM bookings_session"
            " WHERE activity_id = %s AND status <> 'cancelled' AND lower(during) > %s",
            [enrolment.person_id, enrolment.pk, enrolment.activity_id, at],
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
