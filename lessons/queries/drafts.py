"""What the pages of an order read: what can be ordered, from what, by and for whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet

from centres.models import Year
from centres.queries import terms_of
from core.access import Permission
from lessons.models import OrderLine, Programme, ProgrammeInstrument, SchoolOrder
from lessons.queries.prices import cost_of, policy_on
from lessons.rules import copying
from lessons.rules.drafts import Calendar, LineAsked, WrongLine, check_line, school_years
from lessons.rules.prices import Cost
from people.access import SCHOOL
from people.models import School, SchoolContact

_ENDED = (SchoolOrder.Status.DECLINED, SchoolOrder.Status.CANCELLED)
_LINES = Prefetch(
    "lines", OrderLine.objects.select_related("programme", "subject", "term").order_by("position")
)
_MAY_AGREE = [role for role, may in SCHOOL.items() if Permission.AGREE_ORDER in may]


@dataclass(frozen=True)
class People:
    """Who speaks for a school, each once with their first part, and who of them may agree."""

    contacts: tuple[SchoolContact, ...]

    @property
    def approvers(self) -> tuple[SchoolContact, ...]:
        return tuple(one for one in self.contacts if one.role in _MAY_AGREE)

    @property
    def everybody(self) -> tuple[SchoolContact, ...]:
        """Each person once, in the part that comes first."""
        once: dict[int, SchoolContact] = {}
        for one in self.contacts:
            once.setdefault(one.person_id, one)
        return tuple(once.values())


def people_at(school: School) -> People:
    """The head first, then finance, the music lead and the others."""
    order = {role: place for place, role in enumerate(["head", "finance", "music_lead", "dsl"])}
    held = SchoolContact.objects.filter(school=school, ended_at=None).select_related("person")
    return People(tuple(sorted(held, key=lambda one: (order.get(one.role, 9), one.pk))))


def calendar_of(year: Year) -> Calendar:
    return Calendar(year, tuple(terms_of(year.pk)))


def years_ahead(on: dt.date) -> list[Calendar]:
    """The years with a term that has not begun, the next whole one first."""
    rows = Year.objects.filter(terms__starts_on__gt=on).distinct().order_by("starts_on")
    calendars = [calendar_of(year) for year in rows]
    return sorted(calendars, key=lambda one: (one.first_on <= on, one.first_on))


def last_orders(school: School, year: Year) -> list[SchoolOrder]:
    """What the school ordered for the year before: what was agreed first, the latest of each."""
    found = (
        SchoolOrder.objects.filter(school=school, year__ends_on__lt=year.starts_on)
        .filter(year__ends_on__gte=year.starts_on - dt.timedelta(days=60))
        .exclude(status__in=[SchoolOrder.Status.DRAFT, *_ENDED])
        .select_related("year", "school")
        .prefetch_related(_LINES)
        .order_by(F("agreed_at").desc(nulls_last=True), "-submitted_at", "-pk")
    )
    return list(found)


def last_invoice_email(school: School) -> str:
    """Where the invoice of the school's latest order goes."""
    told = SchoolOrder.objects.filter(school=school).exclude(invoice_email="")
    return told.order_by("-made_at").values_list("invoice_email", flat=True).first() or ""


def lines_of(order: SchoolOrder) -> list[OrderLine]:
    rows = order.lines.select_related("programme", "subject", "term").order_by("position")
    return list(rows)


def cost_with(order: SchoolOrder, line: OrderLine, *, on: dt.date) -> Cost:
    """What the order would cost with this line as it is said now, saved or not."""
    others = [one for one in lines_of(order) if one.position != line.position]
    lines = sorted([*others, line], key=lambda one: one.position)
    return cost_of(order, on=on, lines=lines)


def next_position(order: SchoolOrder) -> int:
    return (order.lines.aggregate(last=Max("position"))["last"] or 0) + 1


def on_offer(school: School, on: dt.date) -> QuerySet[Programme]:
    """What this school's year groups can have, with the instruments it is taught on."""
    first, last = school_years(school)
    instruments = ProgrammeInstrument.objects.select_related("subject").order_by("position", "pk")
    return (
        Programme.objects.on_offer(on)
        .filter(min_year__lte=last, max_year__gte=first)
        .prefetch_related(Prefetch("instruments", instruments))
        .order_by("kind", "pk")
    )


def subjects_of(programme: Programme) -> set[int]:
    return {one.subject_id for one in programme.instruments.all()}


def orders_of(school: School) -> list[SchoolOrder]:
    """Every order of a school, the latest year and the newest first; drafts before all."""
    rows = SchoolOrder.objects.filter(school=school)
    rows = rows.select_related("school", "year", "made_by", "approver").prefetch_related(_LINES)
    ordered = rows.order_by("-year__starts_on", "-made_at", "-pk")
    return sorted(ordered, key=lambda order: order.status != SchoolOrder.Status.DRAFT)


def unsaved(
    sources: Sequence[SchoolOrder],
    programmes: Sequence[Programme],
    calendar: Calendar,
    *,
    on: dt.date,
) -> tuple[list[OrderLine], list[OrderLine]]:
    """Last year's lines for other children, and for the same children a year on: not saved."""
    old = [line for source in sources for line in lines_of(source)]
    taught = {programme.pk: subjects_of(programme) for programme in programmes}
    return (
        copying.copies(old, programmes, calendar, on=on),
        copying.a_year_on(old, programmes, taught, calendar, on=on),
    )


def draft_since(
    like: SchoolOrder, *, lines: Sequence[OrderLine], since: dt.datetime
) -> SchoolOrder | None:
    """The same draft, begun a moment ago by the same press; if copied, with as many such lines."""
    rows = SchoolOrder.objects.filter(
        Q(copied_from=like.copied_from),
        school=like.school,
        year=like.year,
        status=SchoolOrder.Status.DRAFT,
        made_by_id=like.made_by_id,
        made_at__gte=since,
    )
    drafts = rows.annotate(of_lines=Count("lines"), go_on=Count("lines__continues"))
    asked = len(lines), sum(line.continues_id is not None for line in lines)
    is_fresh = like.copied_from_id is None
    found = (one for one in drafts.order_by("pk") if is_fresh or (one.of_lines, one.go_on) == asked)
    return next(found, None)


def line_problems(
    order: SchoolOrder, lines: Sequence[OrderLine], *, on: dt.date
) -> dict[int, dict[str, str]]:
    """What has to be put right before the order can be sent: for each position, by field."""
    calendar, most = calendar_of(order.year), policy_on(on).most_classes
    return {
        line.position: problems
        for line in lines
        if (problems := _problems(line, calendar, most=most, on=on))
    }


def _problems(line: OrderLine, calendar: Calendar, *, most: int, on: dt.date) -> dict[str, str]:
    problems: dict[str, str] = {}
    try:
        check_line(
            LineAsked(
                line.programme,
                line.subject,
                line.term,
                tuple(line.year_groups),
                line.classes,
                line.pupils,
            ),
            subjects={line.subject_id},
            calendar=calendar,
            most_classes=most,
            on=on,
        )
    except WrongLine as wrong:
        problems |= wrong.problems
    if line.programme.is_taught and not line.half_days:
        problems["half_days"] = "Choose at least one half day"
    return problems
