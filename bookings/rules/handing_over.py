"""Whether a place may go to another person."""

import datetime as dt

from bookings.models import Activity, Enrolment
from bookings.rules.joining import AlreadyJoined, NotBookable
from bookings.rules.statuses import WHAT_IT_IS
from core import words
from people.models import Person


def check_may_be_handed_over(
    enrolment: Enrolment, *, begins_at: dt.datetime | None, at: dt.datetime
) -> None:
    """A place that a school pays for, before its first meeting. A family's is the child's own."""
    if enrolment.account is None or enrolment.account.school_id is None:
        raise NotBookable("Only a place that a school pays for can go to somebody else.")
    if enrolment.status != Enrolment.Status.ACTIVE:
        name = enrolment.person.first_name
        raise NotBookable(f"{name} {WHAT_IT_IS[enrolment.status]}, so there is nothing to hand on.")
    if begins_at is not None and begins_at <= at:
        raise NotBookable(
            f"{enrolment.activity} began at {words.moment(begins_at)}, so the place stays with"
            f" {enrolment.person}."
        )


def check_has_no_place(person: Person, standing: Enrolment | None, activity: Activity) -> None:
    """Whoever waits may be handed a place; whoever has one, or is asked, may not have two."""
    if standing and standing.status in Enrolment.TAKING:
        raise AlreadyJoined(
            f"{person.first_name} {WHAT_IT_IS[standing.status]} on {activity} already. Nothing was"
            " changed."
        )
