"""What waits for somebody at a school: for all that they speak for, in eight statements."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from bookings import rules as bookings
from bookings.models import Activity, Closure, Session
from centres.models import Year
from core.access import Permission
from lessons.models import ClaimCode, OrderPolicy, ProgrammeClass, SchoolOrder, SchoolPlan
from lessons.queries.orders import sets_out
from lessons.queries.school_home import policy_of, year_of
from loans.models import Custody
from people.models import School, User

HANDED_OUT = dt.timedelta(days=28)
S = SchoolOrder.Status


class Kind(StrEnum):
    """In the order in which they are shown."""

    AGREE = "agree"
    CLOSURE = "closure"
    NEW_DATE = "new date"
    GIVE_BACK = "give back"
    NEEDS = "needs"
    PURCHASE_ORDER = "purchase order"
    LETTERS = "letters"
    DRAFT = "draft"
    PLAN = "plan"


@dataclass(frozen=True)
class Todo:
    """One thing to do, and what it is about; the page says it in words."""

    kind: Kind
    school: School
    order: SchoolOrder | None = None
    classes: tuple[ProgrammeClass, ...] = ()
    session: Session | None = None
    closure: Closure | None = None
    day: dt.date | None = None
    amount: Decimal | None = None
    year: Year | None = field(default=None)
    sets: tuple[Custody, ...] = ()


def todos_of(user: User, schools: Collection[School], *, at: dt.datetime) -> dict[int, list[Todo]]:
    """By school, what this user may do there and has not, the most pressing first."""
    today = timezone.localdate(at)
    year, policy = year_of(today), policy_of(today)
    orders_in = _where(user, schools, Permission.ORDER_PROGRAMME)
    speaks_in = _where(user, schools, Permission.SPEAK_FOR_SCHOOL)
    found = [
        *_of_orders(user, schools, may_order=set(orders_in), today=today),
        *_untold(speaks_in, policy, today=today),
        *_on_closed_days(speaks_in, today=today),
        *_without_new_date(speaks_in, year),
        *_to_give_back(speaks_in, today=today),
        *_to_hand_out(speaks_in, at=at),
        *_plans(speaks_in, year),
    ]
    order = list(Kind)
    found.sort(key=lambda todo: (order.index(todo.kind), todo.day or today))
    return {school.pk: [one for one in found if one.school == school] for school in schools}


def _where(user: User, schools: Iterable[School], permission: Permission) -> dict[int, School]:
    return {school.pk: school for school in schools if user.has_perm(permission, school)}


def _of_orders(
    user: User, schools: Collection[School], *, may_order: set[int], today: dt.date
) -> list[Todo]:
    by_key = {school.pk: school for school in schools}
    orders = SchoolOrder.objects.filter(school__in=by_key, year__ends_on__gte=today)
    waiting = Q(status=S.QUOTED) | Q(status=S.DRAFT)
    unnumbered = Q(status__in=[S.AGREED, S.SCHEDULED, S.RUNNING], po_number="")
    rows = (
        orders.filter(waiting | unnumbered).select_related("year").annotate(owed=total_of_lines())
    )
    found = []
    for order in rows.order_by("made_at", "pk"):
        school = by_key[order.school_id]
        agrees = user.has_perm(Permission.AGREE_ORDER, school)
        orders_here = school.pk in may_order
        agrees = agrees or (orders_here and not school.wants_approval)
        kind = _kind_of(order, agrees=agrees, orders=orders_here)
        if kind:
            day = order.quote_ends_on if kind == Kind.AGREE else None
            found.append(Todo(kind, school, order=order, day=day, amount=order.owed))
    return found


def _kind_of(order: SchoolOrder, *, agrees: bool, orders: bool) -> Kind | None:
    if order.status == S.QUOTED:
        return Kind.AGREE if agrees else None
    if order.status == S.DRAFT:
        return Kind.DRAFT if orders else None
    return Kind.PURCHASE_ORDER if agrees or orders else None


def total_of_lines() -> Coalesce:
    """Of a query of orders: what each comes to, as quoted."""
    money = DecimalField(max_digits=9, decimal_places=2)
    line = F("lines__price") + F("lines__subsidy") + F("lines__adjustment")
    return Coalesce(Sum(line, output_field=money), Decimal(0), output_field=money)


def _untold(
    schools: dict[int, School], policy: OrderPolicy | None, *, today: dt.date
) -> list[Todo]:
    """Classes still taught, whose order names a need, or does not say, and nobody told of it."""
    may_need = ~Q(line__needs=[]) | Q(line__send_pupils=None) | Q(line__send_pupils__gt=0)
    rows = _classes(schools).filter(may_need, care=None, activity__last_on__gte=today)
    by_order: dict[int, list[ProgrammeClass]] = {}
    for row in rows.order_by("activity__first_on", "class_name", "pk"):
        by_order.setdefault(row.line.order_id, []).append(row)
    ahead = dt.timedelta(days=policy.needs_days if policy else 0)
    return [
        Todo(
            Kind.NEEDS,
            schools[classes[0].line.order.school_id],
            order=classes[0].line.order,
            classes=tuple(classes),
            day=first - ahead if (first := classes[0].activity.first_on) else None,
        )
        for classes in by_order.values()
    ]


def _classes(schools: dict[int, School]) -> QuerySet[ProgrammeClass]:
    rows = ProgrammeClass.objects.filter(activity__school__in=schools)
    rows = rows.filter(activity__status=Activity.Status.CLOSED)
    return rows.select_related("activity", "line__order")


def _on_closed_days(schools: dict[int, School], *, today: dt.date) -> list[Todo]:
    """Lessons still planned on a day the school wrote down as shut, and gave no notice of."""
    closures = list(
        Closure.objects.filter(
            school__in=schools, ends_on__gte=today, undone_at=None, closed_at=None
        )
    )
    if not closures:
        return []
    last = max(closure.ends_on for closure in closures)
    rows = Session.objects.filter(
        school__in=schools,
        status=Session.Status.PLANNED,
        during__startswith__gte=bookings.midnight_after(today - dt.timedelta(days=1)),
        during__startswith__lt=bookings.midnight_after(last),
    )
    rows = rows.select_related("activity").order_by("during", "pk")
    return [
        Todo(Kind.CLOSURE, schools[row.school_id], session=row, closure=closure, day=day)
        for row in rows
        if row.school_id
        for closure in closures
        if closure.covers(day := bookings.day_of(row), of=row.activity)
    ]


def _without_new_date(schools: dict[int, School], year: Year | None) -> list[Todo]:
    """Lessons of classes that the school called off in time, and that have no new date yet."""
    if year is None:
        return []
    made_up = Session.objects.happening().filter(makes_up_id=OuterRef("pk"))
    rows = Session.objects.filter(
        ~Exists(made_up),
        activity__school__in=schools,
        activity__year=year,
        activity__kind=Activity.Kind.PROGRAMME,
        status=Session.Status.CANCELLED,
        cause__is_made_up=True,
        cause__caused_by="school",
    )
    rows = rows.select_related("activity__programme_class").order_by("during", "pk")
    return [
        Todo(
            Kind.NEW_DATE,
            schools[row.activity.school_id],
            session=row,
            classes=(row.activity.programme_class,),
            day=bookings.day_of(row),
        )
        for row in rows
        if row.activity.school_id
    ]


def _to_give_back(schools: dict[int, School], *, today: dt.date) -> list[Todo]:
    """Class sets that are still there though their last day is over, or the order was cancelled."""
    rows = sets_out(SchoolOrder.objects.filter(school__in=schools), on=today)
    by_order: dict[int, list[Custody]] = {}
    for one in rows.select_related("asset__kind").order_by("asset__tag"):
        by_order.setdefault(one.of_order, []).append(one)  # type: ignore[attr-defined]  # annotated
    return [
        Todo(Kind.GIVE_BACK, schools[order.school_id], order=order, sets=tuple(by_order[order.pk]))
        for order in SchoolOrder.objects.filter(pk__in=by_order).order_by("pk")
    ]


def _to_hand_out(schools: dict[int, School], *, at: dt.datetime) -> list[Todo]:
    """Classes whose letters were made lately, and of which no family has opened one."""
    opened = ClaimCode.objects.filter(programme_class_id=OuterRef("pk")).exclude(
        opened_at=None, claimed_at=None
    )
    rows = _classes(schools).filter(~Exists(opened), letters_made_at__gt=at - HANDED_OUT)
    by_school: dict[int, list[ProgrammeClass]] = {}
    for row in rows.order_by("class_name", "pk"):
        by_school.setdefault(row.line.order.school_id, []).append(row)
    return [
        Todo(Kind.LETTERS, schools[key], classes=tuple(classes))
        for key, classes in by_school.items()
    ]


def _plans(schools: dict[int, School], year: Year | None) -> list[Todo]:
    """Where this year's music plan is not reviewed."""
    if year is None:
        return []
    reviewed = set(
        SchoolPlan.objects.filter(year=year, school__in=schools).values_list("school_id", flat=True)
    )
    return [
        Todo(Kind.PLAN, school, year=year) for key, school in schools.items() if key not in reviewed
    ]
