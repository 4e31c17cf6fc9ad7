"""Training for school staff: what is coming, whom a school has sent, and who was there."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from billing.models import Charge, LateCancellation
from bookings import queries as bookings
from bookings.models import Activity, Attendance, Credit, Enrolment, Session
from bookings.queries.sessions import begins_at
from lessons import rules as phrases
from lessons.queries.open import number_waiting
from lessons.rules import training as rules
from people.models import Person, School, SchoolContact, User

WITH_ALL = (
    "person",
    "booked_by",
    "account__school",
    "activity__centre",
    "activity__school",
    "activity__room",
    "activity__teacher",
    "activity__rate",
    "activity__course_run__course",
)
MOST_OF_MINE = 30
MOST_COLLEAGUES = 40


@dataclass(frozen=True)
class Coming:
    """One course on the list."""

    activity: Activity
    starts_at: dt.datetime
    ends_at: dt.datetime
    price: phrases.Price
    places: phrases.Places

    @property
    def day(self) -> dt.date:
        return timezone.localdate(self.starts_at)


@dataclass(frozen=True)
class Certificate:
    """Who was there, at what, for how long."""

    enrolment: Enrolment
    sessions: tuple[Session, ...]

    @property
    def minutes(self) -> int:
        spans = (each.during.upper - each.during.lower for each in self.sessions)
        return int(sum(spans, dt.timedelta()).total_seconds() // 60)

    @property
    def days(self) -> list[dt.date]:
        return [timezone.localdate(each.during.lower) for each in self.sessions]


def courses_to_come(*, few: int, at: dt.datetime) -> list[Coming]:
    """Every course that has not begun, the soonest first."""
    rows = (
        Activity.objects.published()
        .filter(kind=Activity.Kind.TRAINING, sessions__during__startswith__gt=at)
        .exclude(status__in=[Activity.Status.CANCELLED, Activity.Status.FINISHED])
        .annotate(waiting=number_waiting())
        .select_related("centre", "school", "room", "rate", "course_run__course")
        .distinct()
    )
    found = {activity.pk: activity for activity in rows}
    first: dict[int, Session] = {}
    meetings = Session.objects.happening().filter(activity_id__in=found, during__startswith__gt=at)
    for session in meetings.order_by("during", "pk"):
        first.setdefault(session.activity_id, session)
    coming = [_coming(found[key], session, few=few, at=at) for key, session in first.items()]
    return sorted(coming, key=lambda each: (each.starts_at, each.activity.pk))


def _coming(activity: Activity, session: Session, *, few: int, at: dt.datetime) -> Coming:
    return Coming(
        activity,
        session.during.lower,
        session.during.upper,
        phrases.price(activity),
        phrases.places(activity, waiting=activity.waiting, few=few, at=at),  # type: ignore[attr-defined]  # annotated
    )


def places() -> QuerySet[Enrolment]:
    """Places on training, with what their page says."""
    kind = Activity.Kind.TRAINING
    return Enrolment.objects.filter(activity__kind=kind).select_related(*WITH_ALL)


def places_of(user: User) -> list[Enrolment]:
    """Their own, and those of whom their schools send, the latest first; `came`: was there."""
    theirs = Q(person_id=user.person_id) | Q(account__school_id__in=user.schools_served())
    shown = Q(status__in=[*Enrolment.LIVE, Enrolment.Status.ENDED])
    came = Attendance.objects.filter(enrolment=OuterRef("pk"), mark__in=rules.CAME)
    rows = places().filter(theirs, shown).annotate(came=Exists(came))
    return list(rows.order_by("-activity__first_on", "-pk")[:MOST_OF_MINE])


def schools_of(user: User) -> list[School]:
    """The schools they speak for, by name."""
    return list(School.objects.filter(pk__in=user.schools_served()).order_by("sort_name", "pk"))


def colleagues(schools: Collection[School]) -> list[Person]:
    """Who has a part at these schools now; whoever left is no colleague any more."""
    return _few(Person.objects.filter(_has_a_part(schools)))


def to_send(schools: Collection[School]) -> list[Person]:
    """Their colleagues, and whom they sent before; not whoever had a part there and left."""
    left = SchoolContact.objects.filter(school__in=schools, ended_at__isnull=False)
    sent = _was_sent(schools) & ~Q(pk__in=left.values("person_id"))
    return _few(Person.objects.filter(sent | _has_a_part(schools)))


def is_colleague(person: Person, school: School) -> bool:
    return Person.objects.filter(_has_a_part([school]), pk=person.pk).exists()


def known_at(school: School, email: str) -> Person | None:
    """The colleague of this address, among those the school named or sent; never a stranger."""
    known = Person.objects.filter(_has_a_part([school]) | _was_sent([school]))
    return known.filter(email__iexact=email).order_by("sort_name", "pk").first()


def _has_a_part(schools: Collection[School]) -> Q:
    rows = SchoolContact.objects.filter(school__in=schools, ended_at=None)
    return Q(pk__in=rows.values("person_id"))


def _was_sent(schools: Collection[School]) -> Q:
    kind = Activity.Kind.TRAINING
    rows = Enrolment.objects.filter(account__school__in=schools, activity__kind=kind)
    return Q(pk__in=rows.values("person_id"))


def _few(people: QuerySet[Person]) -> list[Person]:
    return list(people.order_by("sort_name", "pk")[:MOST_COLLEAGUES])


def steps_on(day: dt.date) -> list[LateCancellation]:
    """What cancelling a place costs, by the rules in force on a day."""
    in_force = Q(to_on=None) | Q(to_on__gte=day)
    rows = LateCancellation.objects.filter(
        in_force, applies_to=LateCancellation.AppliesTo.TRAINING, from_on__lte=day
    )
    return list(rows.order_by("-days_before"))


def first_day_of(activity: Activity) -> dt.date | None:
    begins = begins_at(activity)
    return timezone.localdate(begins) if begins else None


def leaving_of(enrolment: Enrolment, *, at: dt.datetime) -> rules.Leaving:
    """What cancelling costs now, by the rules that were in force when the place was asked for.

    Of the price without what we called off: that is not paid for in any case.
    """
    return rules.leaving(
        max((enrolment.price_agreed or Decimal(0)) - credited_of(enrolment), Decimal(0)),
        steps=steps_on(timezone.localdate(enrolment.queued_at)),
        first_on=first_day_of(enrolment.activity),
        on=timezone.localdate(at),
    )


def charges_of(enrolment: Enrolment) -> list[Charge]:
    """What the school owes for the place, or for having cancelled it."""
    sources = Q(source__startswith=f"enrolment:{enrolment.pk}:") | Q(source=late_source(enrolment))
    rows = Charge.objects.filter(sources).exclude(status=Charge.Status.WAIVED)
    return list(rows.select_related("term__year").order_by("pk"))


def credited_of(enrolment: Enrolment) -> Decimal:
    """What comes off the school's bill for what we called off and never made up."""
    owed = Credit.objects.owed().filter(attendance__enrolment=enrolment)
    return sum(owed.values_list("value", flat=True), start=Decimal(0))


def is_called_off(activity: Activity) -> bool:
    """All of it at once, or every meeting of it."""
    if activity.status == Activity.Status.CANCELLED:
        return True
    return begins_at(activity) is None and activity.sessions.exists()


def late_source(enrolment: Enrolment) -> str:
    """The natural key of what a late cancellation costs: it is charged once, ever."""
    return f"cancelled:{enrolment.pk}:training"


def certificate_of(enrolment: Enrolment) -> Certificate | None:
    """For who was there, of a course that gives one; else None."""
    run = getattr(enrolment.activity, "course_run", None)
    if run is None or not run.course.gives_certificate:
        return None
    lines = Attendance.objects.filter(enrolment=enrolment, mark__in=rules.CAME)
    sessions = [line.session for line in lines.select_related("session").order_by("claimed")]
    return Certificate(enrolment, tuple(sessions)) if sessions else None


def dates_of(activity: Activity) -> list[Session]:
    return list(
        Session.objects.happening().filter(activity_id=activity.pk).order_by("during", "pk")
    )


def price_now(activity: Activity, *, at: dt.datetime) -> Decimal | None:
    """What a place booked now costs; None where it cannot be joined any more."""
    cost = bookings.cost_of_joining(activity, at=at)
    return cost.amount if cost else None
