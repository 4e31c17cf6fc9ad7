"""What a school has of us: its classes and lessons of the year, orders, instruments, what it owes.

Each is a statement or two, however much the school has.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.db.models import (
    Avg,
    Case,
    Count,
    IntegerField,
    Max,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    When,
)

from billing.models import Charge
from bookings.models import Activity, Enrolment
from centres.models import Year
from lessons.models import OrderLine, OrderPolicy, ProgrammeClass, SchoolOrder
from lessons.queries.orders import sets_out
from loans.models import Asset, Custody
from people.models import School, User

MOST_GROUPS = 40
_ON = (Activity.Status.OPEN, Activity.Status.CLOSED, Activity.Status.RUNNING)


@dataclass(frozen=True)
class Taught:
    """A class of the school's, and what its register says by headcount."""

    programme_class: ProgrammeClass
    lessons: int  # with a register
    average: int  # came to them
    expected: int  # at the same lessons, on average too

    @property
    def activity(self) -> Activity:
        return self.programme_class.activity


@dataclass(frozen=True)
class Group:
    """Lessons or a group of ours in the school, which families book."""

    activity: Activity
    learners: int | None  # None where so few would give somebody away


@dataclass(frozen=True)
class OnSite:
    """Things of ours the school has, of one kind."""

    name: str
    pieces: int
    sets: int
    back_on: dt.date | None  # None where all of them are to be given back at once


@dataclass(frozen=True)
class Owed:
    """What will be on the school's next bill."""

    number: int
    amount: Decimal


def served_by(user: User) -> list[School]:
    """The schools somebody speaks for, by name."""
    return list(School.objects.filter(pk__in=user.schools_served()).order_by("sort_name", "pk"))


def policy_of(day: dt.date) -> OrderPolicy | None:
    in_force = Q(to_on=None) | Q(to_on__gte=day)
    return OrderPolicy.objects.filter(in_force, from_on__lte=day).first()


def year_of(day: dt.date) -> Year | None:
    """The school year of a day, or the next there is."""
    return Year.objects.filter(ends_on__gte=day).order_by("starts_on").first()


def classes_of(school: School, year: Year) -> list[Taught]:
    """This year's classes, each with how many came on average, by name."""
    rows = (
        ProgrammeClass.objects.filter(activity__school=school, activity__year=year)
        .exclude(activity__status=Activity.Status.CANCELLED)
        .select_related("activity__teacher", "activity__school", "line__programme")
        .annotate(
            lessons=Count("activity__sessions__class_return"),
            average=Avg("activity__sessions__class_return__present"),
            expected=Avg("activity__sessions__class_return__expected"),
        )
    )
    return [
        Taught(row, counted, round(came or 0), round(expected or 0))
        for row in rows.order_by("year_group", "class_name", "activity__weekday", "pk")
        for counted, came, expected in [attrgetter("lessons", "average", "expected")(row)]
    ]


def groups_of(school: School, year: Year, *, hide_below: int) -> list[Group]:
    """This year's lessons and groups that families book there, by day."""
    learners = Count("enrolments", filter=Q(enrolments__status=Enrolment.Status.ACTIVE))
    rows = (
        Activity.objects.filter(school=school, year=year, status__in=_ON)
        .exclude(kind=Activity.Kind.PROGRAMME)
        .select_related("teacher", "school", "room")
        .annotate(learners=learners)
    )
    return [
        Group(row, number if number >= max(hide_below, 1) else None)
        for row in rows.order_by("weekday", "local_start", "title", "pk")[:MOST_GROUPS]
        for number in [getattr(row, "learners")]  # noqa: B009 - annotated above
    ]


def pupils_in_class(classes: Collection[Taught]) -> int:
    """How many children we teach in class: a class with two programmes counts once."""
    sizes: dict[str, int] = {}
    for taught in classes:
        name = taught.programme_class.class_name
        sizes[name] = max(sizes.get(name, 0), taught.activity.headcount or 0)
    return sum(sizes.values())


def orders_of(school: School, year: Year | None) -> list[SchoolOrder]:
    """The orders of this year and later, newest first, without what came to nothing."""
    orders: QuerySet[SchoolOrder] = SchoolOrder.objects.filter(school=school)
    if year:
        orders = orders.filter(year__starts_on__gte=year.starts_on)
    orders = orders.exclude(status__in=[SchoolOrder.Status.DECLINED, SchoolOrder.Status.CANCELLED])
    lines = OrderLine.objects.select_related("programme", "subject").order_by("position", "pk")
    rows = orders.select_related("school", "year", "approver")
    rows = rows.prefetch_related(Prefetch("lines", lines))
    return list(rows.order_by("-year__starts_on", "-made_at", "-pk")[:10])


def on_site(school: School, *, on: dt.date) -> list[OnSite]:
    """What is there on the day, by kind; promised for later is not there yet."""
    to_be_there = Q(status=Custody.Status.ALLOCATED, first_on__lte=on, last_on__gte=on)
    # What a cancelled order left there, or what is late, has no day to come on which it goes.
    left_there = sets_out(SchoolOrder.objects.filter(school=school), on=on).values("pk")
    pieces = Case(
        When(asset__is_adaptive=True, then=1),
        default="asset__kind__pieces",
        output_field=IntegerField(),
    )
    rows = (
        Custody.objects.filter(Q(status=Custody.Status.OUT) | to_be_there, school=school)
        .values("asset__kind__name", "asset__is_adaptive")
        .annotate(
            pieces=Sum(pieces),
            sets=Count("pk"),
            back_on=Max("last_on", filter=~Q(pk__in=left_there)),
        )
    )
    return [
        OnSite(
            Asset.FOR_ONE_HAND if row["asset__is_adaptive"] else row["asset__kind__name"],
            row["pieces"],
            0 if row["asset__is_adaptive"] else row["sets"],
            row["back_on"],
        )
        for row in rows.order_by("asset__kind__name", "asset__is_adaptive")
    ]


def owed_by(school: School) -> Owed:
    """What is charged and not yet billed."""
    pending = Charge.objects.filter(account__school=school, status=Charge.Status.PENDING)
    found = pending.aggregate(number=Count("pk"), amount=Sum("amount"))
    return Owed(found["number"], found["amount"] or Decimal(0))


def charges_of(school: School) -> list[Charge]:
    pending = Charge.objects.filter(account__school=school, status=Charge.Status.PENDING)
    return list(pending.select_related("term").order_by("term__starts_on", "pk")[:MOST_GROUPS])


def codes_used(school: School, *, hide_below: int) -> int | None:
    """How many families used a letter of its classes; None where few did, or nearly all.

    None too where there were letters of several instruments or years, each counted by itself on
    the page that this leads to: beside their sum a small one could be worked out.
    """
    by_group = (
        ProgrammeClass.objects.filter(activity__school=school, claim_codes__withdrawn_at=None)
        .order_by()
        .values("activity__year", "line__subject")
        .annotate(made=Count("claim_codes"), used=Count("claim_codes__claimed_at"))
    )
    groups = [row for row in by_group if row["made"]]
    if len(groups) != 1:
        return None
    [group] = groups
    used, left = int(group["used"]), group["made"] - group["used"]
    return None if used < max(hide_below, 1) or 0 < left < hide_below else used
