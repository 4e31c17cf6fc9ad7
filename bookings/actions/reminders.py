"""Reminders: told once, by data, however often the clock asks."""

import datetime as dt

from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.db.models.expressions import Combinable

from bookings import queries
from bookings.actions import letters
from bookings.actions.locks import lock_enrolment
from bookings.models import Enrolment, Session
from core.actions import action
from people.models import User

HOUR = Value(dt.timedelta(hours=1), output_field=DurationField())


def remind_first_meetings(*, at: dt.datetime) -> int:
    """Whoever starts within their activity's notice has been reminded. Return how many now were."""
    soon = (
        Session.objects.happening()
        .filter(during__startswith__gt=at)
        .filter(during__startswith__lte=Value(at) + _hours("activity__start_reminder_hours"))
    )
    starting = Enrolment.objects.filter(
        status=Enrolment.Status.ACTIVE,
        start_reminded_at=None,
        activity__sessions__in=soon,
        starts_on=F("activity__sessions__occurs_on"),
    )
    due = list(starting.order_by("pk"))
    for enrolment in due:
        remind_first_meeting(enrolment=enrolment, by=None, at=at)
    return len(due)


@action
def remind_first_meeting(*, enrolment: Enrolment, by: User | None, at: dt.datetime) -> None:
    """Whoever booked has been told of the first meeting, once."""
    enrolment = lock_enrolment(enrolment)
    coming = queries.next_meetings(enrolment.activity, at=at, limit=1)
    if enrolment.start_reminded_at or enrolment.status != Enrolment.Status.ACTIVE or not coming:
        return
    enrolment.start_reminded_at = at
    enrolment.save(update_fields=["start_reminded_at"])
    letters.first_meeting(enrolment, coming[0], at=at)


def remind_offers(*, at: dt.datetime) -> int:
    """Whose offer ends within its activity's notice has been reminded. Return how many now were."""
    ending = Enrolment.objects.filter(
        status=Enrolment.Status.OFFERED,
        offer_reminded_at=None,
        offer_expires_at__gt=at,
        offer_expires_at__lte=Value(at) + _hours("activity__offer_reminder_hours"),
        activity__offer_hours__gt=F("activity__offer_reminder_hours"),
    )
    due = list(ending.order_by("pk"))
    for enrolment in due:
        remind_offer(enrolment=enrolment, by=None, at=at)
    return len(due)


@action
def remind_offer(*, enrolment: Enrolment, by: User | None, at: dt.datetime) -> None:
    """Whoever was offered a place has been told when the offer ends, once."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.offer_reminded_at or enrolment.status != Enrolment.Status.OFFERED:
        return
    enrolment.offer_reminded_at = at
    enrolment.save(update_fields=["offer_reminded_at"])
    letters.offer_ending(enrolment, at=at)


def _hours(field: str) -> Combinable:
    return ExpressionWrapper(F(field) * HOUR, output_field=DurationField())
