"""What families may see in a list: open, with a meeting to come, and not for school staff."""

import datetime as dt

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bookings.models import Activity, Enrolment, Session

# A meeting moved to a later day keeps its first day. Looking no further back than this keeps the
# search for each activity's next meeting to a few rows of an index, however long it has met.
MOVED_AT_MOST = dt.timedelta(weeks=8)


def open_to_families(*, at: dt.datetime) -> QuerySet[Activity]:
    """What may be joined, now or once its booking opens or a place is freed."""
    to_come = Session.objects.happening().filter(
        activity_id=OuterRef("pk"),
        occurs_on__gte=at.date() - MOVED_AT_MOST,
        during__startswith__gt=at,
    )
    return _joinable_by_families(at=at).filter(Exists(to_come))


def offered_to_families(*, at: dt.datetime) -> QuerySet[Activity]:
    """The same by its pattern alone, for lists of subjects: no look at each meeting."""
    return _joinable_by_families(at=at).filter(Q(last_on=None) | Q(last_on__gte=at.date()))


def _joinable_by_families(*, at: dt.datetime) -> QuerySet[Activity]:
    return (
        Activity.objects.joinable()
        .exclude(audience=Activity.Audience.SCHOOL_STAFF)
        .filter(Q(booking_closes_at=None) | Q(booking_closes_at__gt=at))
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
