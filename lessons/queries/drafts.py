"""What the pages of an order read: what can be ordered, from what, by and for whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Prefetch, Q, QuerySet

from centres.models import Year
from centres.queries import terms_of
from core.access import Permission
from lessons.models import OrderLine, Programme, ProgrammeInstrument, SchoolOrder
from lessons.rules.drafts import Calendar, is_for_a_term, is_for_a_year, school_years
from people.access import SCHOOL
from people.models import School, SchoolContact

_ENDED = (SchoolOrder.Status.DECLINED, SchoolOrder.Status.CANCELLED)
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


def last_order(school: School, year: Year) -> SchoolOrder | None:
    """What the school ordered for the year before, the latest that came to something."""
    return (
        SchoolOrder.objects.filter(school=school, year__ends_on__lt=year.starts_on)
        .filter(year__ends_on__gte=year.starts_on - dt.timedelta(days=60))
        .exclude(status__in=[SchoolOrder.Status.DRAFT, *_ENDED])
        .select_related("year")
        .order_by("-agreed_at", "-submitted_at", "-pk")
        .first()
    )


def lines_of(order: SchoolOrder) -> list[OrderLine]:
    rows = order.lines.select_related("programme", "subject", "term").order_by("position")
    return list(rows)


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


def goes_on_as(line: OrderLine, programmes: Sequence[Programme]) -> Programme | None:
    """What the same children could have a year on: the continuation of their instrument."""
    oldest = max(line.year_groups) + 1
    for programme in programmes:
        fits = programme.min_year <= min(line.year_groups) + 1 and oldest <= programme.max_year
        goes_on = programme.kind == Programme.Kind.CONTINUATION
        if goes_on and fits and line.subject_id in subjects_of(programme):
            return programme
    return None


def orders_of(school: School) -> list[SchoolOrder]:
    """Every order of a school, the latest year and the newest first; drafts before all."""
    lines = OrderLine.objects.select_related("programme", "subject", "term").order_by("position")
    rows = SchoolOrder.objects.filter(school=school).select_related("year", "made_by")
    ordered = rows.prefetch_related(Prefetch("lines", lines)).order_by(
        "-year__starts_on", "-made_at", "-pk"
    )
    return sorted(ordered, key=lambda order: order.status != SchoolOrder.Status.DRAFT)


def periods(programme: Programme) -> tuple[bool, bool]:
    """Whether it is for a year, and whether it is for a term."""
    return is_for_a_year(programme), is_for_a_term(programme)


def draft_since(
    school: School,
    year: Year,
    *,
    made_by_id: int,
    copied_from: SchoolOrder | None,
    since: dt.datetime,
) -> SchoolOrder | None:
    """The same draft, begun a moment ago by the same press."""
    rows = SchoolOrder.objects.filter(Q(copied_from=copied_from), school=school, year=year)
    return rows.filter(
        status=SchoolOrder.Status.DRAFT, made_by_id=made_by_id, made_at__gte=since
    ).first()
