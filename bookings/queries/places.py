"""Places: what joining costs, what it would clash with, where somebody waits."""

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from bookings import rules
from bookings.models import Activity, Attendance, Enrolment, Session
from bookings.queries.sessions import from_now_on
from centres.models import Term
from people.models import Guardianship, Person, User


def cost_of_joining(activity: Activity, *, at: dt.datetime) -> rules.Cost | None:
    """What somebody joining now pays for the term in hand; None when nothing is left to join."""
    meetings = Session.objects.happening().filter(activity_id=activity.pk).order_by("during", "pk")
    terms = list(
        Term.objects.filter(year_id=activity.year_id)
        .annotate(starts=ArraySubquery(meetings.values("during__startswith")))
        .order_by("starts_on")
    )
    starts = terms[0].starts if terms else []
    return rules.cost(activity, terms=terms, starts=starts, at=at)


def clash_of(person: Person, activity: Activity, *, at: dt.datetime) -> QuerySet[Attendance]:
    """The person's register lines that overlap the activity's meetings still to come.

    The key is cast: a GiST index on a bigint is not used for a bare literal.
    """
    meeting = Session.objects.filter(
        activity_id=activity.pk, occurs_on__gte=at.date(), claimed__overlap=OuterRef("claimed")
    )
    return Attendance.objects.filter(
        Exists(meeting),
        person_id=Cast(Value(person.pk), BigIntegerField()),
        claimed__overlap=from_now_on(at),
        is_released=False,
    )


def first_clash(
    person: Person, activity: Activity, *, at: dt.datetime, known_to: User | None = None
) -> tuple[str, dt.date] | None:
    """The title and date of the first clash, or None.

    `known_to`: staff, to whom what their centre does not run is "something else".
    """
    lines = clash_of(person, activity, at=at).exclude(session__activity_id=activity.pk)
    clash = (
        lines.order_by("claimed")
        .values_list("session__activity", "session__activity__title", "session__occurs_on")
        .first()
    )
    if clash is None:
        return None
    key, title, day = clash
    if known_to and not Activity.objects.run_by(known_to).filter(pk=key).exists():
        title = "something else"
    return title, day


def leaving_of(enrolment: Enrolment, *, at: dt.datetime) -> rules.Leaving | None:
    """When they would leave if they told us now; None when no term is known that far."""
    today = timezone.localdate(at)
    terms = Term.objects.filter(ends_on__gte=today).order_by("starts_on")
    return rules.leaving(terms=list(terms), told_on=today)


def waiting_standing(enrolment: Enrolment, *, at: dt.datetime) -> rules.Standing:
    """Where this waiting enrolment stands, and what its place waits for."""
    waiting = Enrolment.objects.filter(
        activity_id=enrolment.activity_id, status=Enrolment.Status.WAITING
    )
    first = Q(priority__gt=enrolment.priority) | Q(priority=enrolment.priority) & (
        Q(queued_at__lt=enrolment.queued_at) | Q(queued_at=enrolment.queued_at, pk__lt=enrolment.pk)
    )
    clash = first_clash(enrolment.person, enrolment.activity, at=at)
    return rules.standing(
        enrolment,
        ahead=waiting.filter(first).count(),
        waiting=waiting.count(),
        clash=clash[0] if clash else None,
    )


def who_books_for(person: Person) -> Person | None:
    """Whoever booked for this person last and still may; else their first adult who may book."""
    links = Guardianship.objects.filter(child=person, may_book=True, is_barred=False)
    links = links.select_related("adult").order_by("contact_order", "pk")
    adults: list[Person] = [link.adult for link in links]
    if not adults:
        has_adults = Guardianship.objects.filter(child=person).exists()
        return None if has_adults else person
    last = Enrolment.objects.filter(person=person, booked_by__in=adults).order_by("-pk").first()
    return next((each for each in adults if last and each.pk == last.booked_by_id), adults[0])
