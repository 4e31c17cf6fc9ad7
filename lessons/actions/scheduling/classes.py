"""An agreed order becomes classes with lessons, teachers and sets: all of it, or none."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from billing import actions as billing
from bookings.actions.assurance import assure
from bookings.actions.away import keep_away
from bookings.actions.staff_letters import teaching_given
from bookings.models import Activity, Session, SessionStaff
from bookings.rules import Meeting
from core.actions import action
from lessons.actions.keeping import release_kept
from lessons.actions.orders import letters
from lessons.actions.orders.locks import lock_order
from lessons.models import HourKept, OrderLine, ProgrammeClass, SchoolOrder
from lessons.queries import orders as order_queries
from lessons.queries import scheduling as queries
from lessons.queries.prices import policy_on, title_of
from lessons.rules import half_days
from lessons.rules import orders as order_rules
from lessons.rules import scheduling as rules
from lessons.rules.scheduling import Wanted
from people.models import Person, Staff, User

ROLE = SessionStaff.Role


@dataclass(frozen=True)
class _Made:
    """One class as it was made: what it was made of, and its lessons."""

    wanted: Wanted
    programme_class: ProgrammeClass
    lessons: list[Session]


@action
def schedule_order(*, order: SchoolOrder, by: User | None, at: dt.datetime) -> list[ProgrammeClass]:
    """Every class of the order has its lessons, its teachers and its set, and is owed for.

    NotScheduled says which class could not be, and why; then there is none of any of them. An
    order that is scheduled already is left as it is.
    """
    order = lock_order(order)
    if order.status == SchoolOrder.Status.SCHEDULED:
        return list(queries.classes_of(order))
    order_rules.check_order_may_become(SchoolOrder.Status.SCHEDULED, order)
    order_rules.check_school_open(order.school)
    lines = order_queries.lines_of(order)
    wanted = queries.wanted(order, lines, on=timezone.localdate(at))
    _lock_teachers(wanted)
    made = _make(order, wanted, at=at)
    release_kept(order, by=by, at=at, sets=False)
    _raise_charges(order, lines, by=by, at=at)
    order.status, order.scheduled_at = SchoolOrder.Status.SCHEDULED, at
    order.save(update_fields=["status", "scheduled_at"])
    _tell(order, made, by=by, at=at)
    return [each.programme_class for each in made]


def _lock_teachers(wanted: Iterable[Wanted]) -> None:
    """Theirs alone until the transaction ends: an absence told meanwhile waits for it."""
    people = {hour.teacher_id for each in wanted for hour in each.hours}
    rows = Staff.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(rows.filter(person__in=people).values_list("pk"))


def _make(order: SchoolOrder, wanted: Sequence[Wanted], *, at: dt.datetime) -> list[_Made]:
    """All at once, in as many statements for eight classes as for one.

    Where the database refuses, one by one: the first that fails says which it is, and why.
    """
    calendar = queries.calendar_of(order)
    try:
        with transaction.atomic():
            return _write(order, wanted, calendar, at=at)
    except IntegrityError:
        return [made for each in wanted for made in _one(order, each, calendar, at=at)]


def _one(
    order: SchoolOrder, wanted: Wanted, calendar: queries.SchoolCalendar, *, at: dt.datetime
) -> list[_Made]:
    try:
        with transaction.atomic():
            return _write(order, [wanted], calendar, at=at)
    except IntegrityError as error:
        activity = _activity(order, wanted, at=at)
        dates = _dates(wanted, activity, calendar, at=at)
        raise rules.failed(wanted, queries.why_not(wanted, dates, error)) from error


def _write(
    order: SchoolOrder,
    wanted: Sequence[Wanted],
    calendar: queries.SchoolCalendar,
    *,
    at: dt.datetime,
) -> list[_Made]:
    activities = Activity.objects.bulk_create([_activity(order, each, at=at) for each in wanted])
    dates = [
        _dates(each, activity, calendar, at=at)
        for each, activity in zip(wanted, activities, strict=True)
    ]
    lessons = [
        _lessons(order, activity, days) for activity, days in zip(activities, dates, strict=True)
    ]
    sessions = Session.objects.bulk_create([lesson for some in lessons for lesson in some])
    SessionStaff.objects.bulk_create(
        line for each, some in zip(wanted, lessons, strict=True) for line in _staff(each, some)
    )
    keep_away(sessions)
    week = policy_on(timezone.localdate(at)).letters_week
    years = queries.learning_years([each.line for each in wanted])
    classes = ProgrammeClass.objects.bulk_create(
        _class(each, activity, days, week=week, learning_year=years[each.line.pk])
        for each, activity, days in zip(wanted, activities, dates, strict=True)
    )
    return [_Made(*each) for each in zip(wanted, classes, lessons, strict=True)]


def _activity(order: SchoolOrder, wanted: Wanted, *, at: dt.datetime) -> Activity:
    lead = wanted.lead
    return Activity(
        kind=Activity.Kind.PROGRAMME,
        title=wanted.title,
        tile=wanted.line.programme.tile,
        year=order.year,
        school=order.school,
        teacher=lead.teacher,
        weekday=lead.weekday,
        local_start=half_days.clock_of(lead.from_minute),
        minutes=lead.until_minute - lead.from_minute,
        first_on=lead.first_on,
        last_on=lead.last_on,
        headcount=wanted.pupils,
        status=Activity.Status.CLOSED,
        booking_opens_at=at,
        min_year=wanted.year_group,
        max_year=wanted.year_group,
        price_basis=Activity.PriceBasis.FREE,
    )


def _dates(
    wanted: Wanted, activity: Activity, calendar: queries.SchoolCalendar, *, at: dt.datetime
) -> list[Meeting]:
    return rules.dates_of(
        wanted, activity, terms=calendar.terms, closures=calendar.closures, after=at
    )


def _lessons(order: SchoolOrder, activity: Activity, dates: Iterable[Meeting]) -> list[Session]:
    return [
        Session(
            activity=activity,
            occurs_on=meeting.occurs_on,
            during=DateTimeTZRange(meeting.starts_at, meeting.ends_at),
            school=order.school,
        )
        for meeting in dates
    ]


def _staff(wanted: Wanted, lessons: Iterable[Session]) -> list[SessionStaff]:
    return [
        SessionStaff(
            session=lesson,
            person=hour.teacher,
            role=_role(hour, wanted),
            claimed=lesson.during,
        )
        for lesson in lessons
        for hour in wanted.hours
    ]


def _role(hour: HourKept, wanted: Wanted) -> str:
    return ROLE.LEAD if hour is wanted.lead else ROLE.ASSISTANT


def _class(
    wanted: Wanted,
    activity: Activity,
    dates: Sequence[Meeting],
    *,
    week: int,
    learning_year: int,
) -> ProgrammeClass:
    return ProgrammeClass(
        activity=activity,
        line=wanted.line,
        ordinal=wanted.ordinal,
        class_name=wanted.name,
        year_group=wanted.year_group,
        pp_pupils=wanted.pp_pupils,
        send_pupils=wanted.send_pupils,
        learning_year=learning_year,
        custody=wanted.set_kept.custody if wanted.set_kept else None,
        letters_on=rules.letters_on(wanted, dates, week=week),
    )


def _raise_charges(
    order: SchoolOrder, lines: Iterable[OrderLine], *, by: User | None, at: dt.datetime
) -> None:
    """What each line was agreed to cost is owed once, by the school, for no child."""
    account = billing.account_for_school(school=order.school, by=by, at=at)
    for line in lines:
        if not line.total:
            continue
        billing.raise_charge(
            account=account,
            person=None,
            term=order_queries.term_of(order, line),
            description=f"{title_of(line)}, {order.year}",
            explanation={
                "basis": "order",
                "order": order.number,
                "price": str(line.price),
                "subsidy": str(line.subsidy),
                "adjustment": str(line.adjustment),
                "adjust_reason": line.adjust_reason or None,
                "agreed_by": order.agreed_name,
                "po_number": order.po_number or None,
            },
            amount=line.total,
            source=f"order:{order.pk}:line:{line.pk}",
            by=by,
            at=at,
        )


def _tell(order: SchoolOrder, made: Sequence[_Made], *, by: User | None, at: dt.datetime) -> None:
    """The school hears of every class once, each teacher of all of theirs once."""
    theirs: dict[tuple[Person, str], list[Session]] = {}
    for each in made:
        for hour in each.wanted.hours:
            part = (hour.teacher, _role(hour, each.wanted))
            theirs.setdefault(part, []).extend(each.lessons)
    for (person, role), sessions in theirs.items():
        sessions.sort(key=lambda session: session.during.lower)
        assure(sessions=sessions, person_id=person.pk, by=by, at=at)
        teaching_given(person, sessions, role, by=by, at=at)
    said = [
        rules.in_words(
            each.programme_class.activity,
            each.lessons,
            [hour.teacher for hour in each.wanted.hours],
        )
        for each in made
    ]
    letters.scheduled(order, said, at=at)
