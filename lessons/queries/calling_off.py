"""What hangs on a course for school staff when the whole of it is called off."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When

from billing.models import Charge
from bookings.models import Activity, CancellationCause, Enrolment
from lessons.queries.training import late_source
from lessons.rules.calling_off import Ending
from people.models import Person, SchoolContact

S = Charge.Status
OURS = ("service", "everyone")
USUAL = "training-called-off"


def causes_on(day: dt.date) -> QuerySet[CancellationCause]:
    """The causes in force for which nobody who booked pays."""
    rows = CancellationCause.objects.filter(from_on__lte=day).exclude(to_on__lt=day)
    return rows.filter(caused_by__in=OURS, pupil_pays=False).order_by("name", "pk")


def usual_cause(day: dt.date) -> CancellationCause | None:
    return causes_on(day).filter(slug=USUAL).first()


def places_on(activity: Activity) -> list[Enrolment]:
    """Whoever waits first, so that no place that ends is offered to them meanwhile."""
    waits = When(status=Enrolment.Status.WAITING, then=Value(0))
    order = Case(waits, default=Value(1), output_field=IntegerField())
    rows = activity.enrolments.live().select_related("person", "booked_by", "account")
    return list(rows.order_by(order, "pk"))


def cancelled_late(activity: Activity) -> list[Enrolment]:
    """Whose place was cancelled at a cost that is not billed yet."""
    rows = activity.enrolments.filter(status=Enrolment.Status.CANCELLED)
    gone = list(rows.select_related("person", "booked_by", "account").order_by("pk"))
    owed = _charges(late_source(each) for each in gone).filter(status=S.PENDING)
    known = set(owed.values_list("source", flat=True))
    return [each for each in gone if late_source(each) in known]


def is_billed(enrolment: Enrolment) -> bool:
    prices = Charge.objects.filter(source__startswith=f"enrolment:{enrolment.pk}:")
    return prices.filter(status=S.BILLED).exists()


def readers_of(places: Collection[Enrolment]) -> dict[Person, list[Enrolment]]:
    """Each once, with the places they hear of: who comes, and who booked and serves the school."""
    named = SchoolContact.objects.filter(ended_at=None).filter(
        person__in={each.booked_by_id for each in places}
    )
    serves = set(named.values_list("person_id", "school_id"))
    found: dict[Person, list[Enrolment]] = defaultdict(list)
    for place in places:
        school_id = place.account.school_id if place.account else None
        found[place.person].append(place)
        if place.booked_by_id != place.person_id and (place.booked_by_id, school_id) in serves:
            found[place.booked_by].append(place)
    return {person: theirs for person, theirs in found.items() if person.email}


def ending_of(activity: Activity) -> Ending:
    """As it stands, for whoever is asked to confirm it."""
    places, late = places_on(activity), cancelled_late(activity)
    active = [each for each in places if each.status == Enrolment.Status.ACTIVE]
    prices = Q(pk__in=[])
    for each in active:
        prices |= Q(source__startswith=f"enrolment:{each.pk}:")
    owed = Charge.objects.filter(prices)
    gone = activity.enrolments.filter(status=Enrolment.Status.CANCELLED)
    for_late = _charges(late_source(each) for each in gone)
    return Ending(
        places=len(active),
        waiting=len(places) - len(active),
        dropped=_sum(owed.filter(status=S.PENDING)),
        late=_sum(for_late.filter(status=S.PENDING)),
        billed=_sum(owed.filter(status=S.BILLED)),
        late_billed=_sum(for_late.filter(status=S.BILLED)),
        readers=len(readers_of([*places, *late])),
    )


def _charges(sources: Iterable[str]) -> QuerySet[Charge]:
    return Charge.objects.filter(source__in=list(sources))


def _sum(charges: QuerySet[Charge]) -> Decimal:
    return charges.aggregate(owed=Sum("amount"))["owed"] or Decimal(0)
