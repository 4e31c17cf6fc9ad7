"""Lessons and groups near a place: the finder's one search."""

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace

from django.db.models import Case, Expression, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from bookings.models import Activity
from centres import queries as centres
from centres.models import Term
from centres.queries import Located, NotLocated
from centres.rules import Point
from core import words
from lessons import rules
from lessons.queries.open import has_a_free_place, number_waiting, open_to_families
from lessons.queries.subjects import of_subjects
from people.models import School
from people.rules import ADULT_AGE, YOUNGEST

PAGE = 20
INSTEAD = 3


@dataclass(frozen=True)
class Search:
    """What somebody looks for; what they did not say is empty."""

    near: str = ""
    miles: int | None = None
    year: str = ""
    subject_ids: frozenset[int] | None = None
    days: frozenset[int] = frozenset()
    bookable: bool = False


@dataclass(frozen=True)
class Found:
    """One result, in words."""

    ref: uuid.UUID
    title: str
    tile: str
    place: str
    miles: float | None
    when: str
    who: str
    price: rules.Price
    places: rules.Places


@dataclass(frozen=True)
class Results:
    """One page of what was found, nearest first."""

    place: Located | None = None
    not_located: NotLocated | None = None
    count: int = 0
    found: tuple[Found, ...] = ()
    page: int = 1
    pages: int = 1
    term: Term | None = None
    term_has_begun: bool = False
    instead: tuple[Found, ...] = field(default=())

    @property
    def count_in_words(self) -> str:
        return words.count(self.count, "lesson or group", "lessons and groups")

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    @property
    def previous_page(self) -> int | None:
        return self.page - 1 if self.page > 1 else None


def find(search: Search, *, few: int, page: int, at: dt.datetime) -> Results:
    """The search's page of results. The number of statements does not grow with the county."""
    place = centres.locate(search.near, buildings=[_schools()]) if search.near else None
    if isinstance(place, NotLocated):
        return Results(not_located=place)
    rows = _sought(search, place, at=at)
    count = rows.count()
    pages = max(1, -(-count // PAGE))
    page = min(max(page, 1), pages)
    in_order = _in_order(_with_words(rows), place)
    today = timezone.localdate(at)
    term = centres.term_on(today)
    return Results(
        place=place,
        count=count,
        found=_in_words(in_order[(page - 1) * PAGE : page * PAGE], few=few, at=at),
        page=page,
        pages=pages,
        term=term,
        term_has_begun=term is not None and term.starts_on <= today,
        instead=() if count else nearest_instead(search, place, few=few, at=at),
    )


def nearest_instead(
    search: Search, place: Located | None, *, few: int, at: dt.datetime
) -> tuple[Found, ...]:
    """What suits the same person when nothing was found: the same subject first, then nearest."""
    wider = replace(search, miles=None, days=frozenset(), bookable=False, subject_ids=None)
    rows = _with_words(_sought(wider, place, at=at))
    if search.subject_ids:
        same = Case(
            When(of_subjects(search.subject_ids), then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        )
        rows = rows.annotate(is_other=same)
    in_order = _in_order(rows, place, *(["is_other"] if search.subject_ids else []))
    return _in_words(in_order[:INSTEAD], few=few, at=at)


def around(
    search: Search, place: Located | None, within: Q, *, most: int, few: int, at: dt.datetime
) -> tuple[Found, ...]:
    """The first of what suits within these activities, nearest first, from a place known already.

    `within`: which activities. Two statements, however many there are.
    """
    rows = _sought(search, place, at=at).filter(within)
    return _in_words(_in_order(_with_words(rows), place)[:most], few=few, at=at)


def _schools() -> QuerySet[School]:
    return School.objects.exclude(status=School.Status.CLOSED)


def _sought(search: Search, place: Located | None, *, at: dt.datetime) -> QuerySet[Activity]:
    rows = open_to_families(at=at).filter(suits_year(search.year))
    if search.subject_ids is not None:
        rows = rows.filter(of_subjects(search.subject_ids))
    if search.days:
        rows = rows.filter(weekday__in=search.days)
    if search.bookable:
        rows = rows.filter(has_a_free_place(), booking_opens_at__lte=at)
    if place:
        rows = rows.annotate(miles=_miles_from(place.point))
        if search.miles is not None:
            rows = rows.filter(miles__lte=search.miles)
    return rows


def suits_year(year: str) -> Q:
    """Activities for this school year, by the same rule as booking: the year, or else the age."""
    if year == "":
        return Q()
    adult = Q(audience=Activity.Audience.ADULT)
    by_age = Q(min_year=None, max_year=None)
    if year == rules.ADULT:
        grown = Q(max_age=None) | Q(max_age__gte=ADULT_AGE)
        return adult | Q(audience=Activity.Audience.FAMILY) & by_age & grown
    if year == rules.NOT_YET_AT_SCHOOL:
        young = Q(min_age=None) | Q(min_age__lt=rules.age_in_year(YOUNGEST))
        return ~adult & by_age & young
    number = int(year)
    age = rules.age_in_year(number)
    in_year = (Q(min_year=None) | Q(min_year__lte=number)) & (
        Q(max_year=None) | Q(max_year__gte=number)
    )
    of_age = (Q(min_age=None) | Q(min_age__lte=age)) & (Q(max_age=None) | Q(max_age__gte=age))
    return ~adult & (~by_age & in_year | by_age & of_age)


def _miles_from(point: Point) -> Expression:
    number = FloatField()
    latitude = Coalesce("centre__latitude", "school__latitude", output_field=number)
    longitude = Coalesce("centre__longitude", "school__longitude", output_field=number)
    return centres.miles_from(point, latitude, longitude)


def _with_words(rows: QuerySet[Activity]) -> QuerySet[Activity]:
    return rows.annotate(waiting=number_waiting()).select_related("centre", "school", "tuition")


def _in_order(rows: QuerySet[Activity], place: Located | None, *first: str) -> QuerySet[Activity]:
    """Nearest first; with no place to measure from, in the order of the week."""
    nearest = [F("miles").asc(nulls_last=True)] if place else []
    return rows.order_by(
        *first, *nearest, F("weekday").asc(nulls_last=True), "local_start", "title", "pk"
    )


def _in_words(rows: QuerySet[Activity], *, few: int, at: dt.datetime) -> tuple[Found, ...]:
    return tuple(_found(activity, few=few, at=at) for activity in rows)


def _found(activity: Activity, *, few: int, at: dt.datetime) -> Found:
    who = rules.for_whom(activity)
    if activity.kind == Activity.Kind.TUITION:
        shared = rules.shared_with(activity.tuition.lesson_format, activity.capacity)
        who = f"{shared}, {rules.within(who)}"
    return Found(
        ref=activity.ref,
        title=activity.title,
        tile=activity.tile or "notes",
        place=str(activity.place or "Place to be confirmed"),
        miles=getattr(activity, "miles", None),
        when=rules.when(activity),
        who=who,
        price=rules.price(activity),
        places=rules.places(activity, waiting=activity.waiting, few=few, at=at),  # type: ignore[attr-defined]  # annotated by _with_words
    )
