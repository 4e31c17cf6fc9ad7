"""What families may see in a list: open, with a meeting to come, and not for school staff."""

import datetime as dt

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bookings.models import Activity, Enrolment, Session


def open_to_families(*, at: dt.datetime) -> QuerySet[Activity]:
    """What may be joined, now or once its booking opens or a place is freed."""
    to_come = Session.objects.happening().filter(
        activity_id=OuterRef("pk"), during__startswith__gt=at
    )
    return (
        Activity.objects.joinable()
        .exclude(audience=Activity.Audience.SCHOOL_STAFF)
        .filter(Q(booking_closes_at=None) | Q(booking_closes_at__gt=at))
        .filter(Exists(to_come))
    )


def has_a_free_place() -> Q:
    return Q(capacity=None) | Q(places_taken__lt=F("capacity"))


def number_waiting() -> Coalesce:
    """How many wait for each activity."""
    waiting = (
        Enrolment.objects.filter(activity_id=OuterRef("pk"), status=Enrolment.Status.WAITING)
        .order_by()
        .values("activity_id")
        .annotate(number=Count("pk"))
    )
    return Coalesce(Subquery(waiting.values("number"), output_field=IntegerField()), 0)
