"""What an order costs as the rates, the rules and the school's other orders stand now."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q

from billing.models import Rate
from centres.models import Term
from centres.queries import terms_of
from core import words
from lessons.models import OrderLine, OrderPolicy, Programme, SchoolOrder
from lessons.rules import prices
from lessons.rules.prices import Cost, NoPrice, PricedLine
from lessons.rules.scheduling import weeks_of

_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)
_ENDED = (SchoolOrder.Status.DECLINED, SchoolOrder.Status.CANCELLED)


@dataclass(frozen=True)
class _Rates:
    """The rates of some keys, by their days."""

    rows: tuple[Rate, ...]

    def on(self, key: str, day: dt.date) -> Decimal | None:
        found = [
            rate.amount
            for rate in self.rows
            if rate.key == key and rate.from_on <= day and (rate.to_on or day) >= day
        ]
        return found[0] if found else None


def policy_on(day: dt.date) -> OrderPolicy:
    """The rules of ordering in force on a day; without any, nothing can be ordered."""
    in_force = Q(to_on=None) | Q(to_on__gte=day)
    policy = OrderPolicy.objects.filter(in_force, from_on__lte=day).first()
    if policy is None:
        raise NoPrice(f"There are no rules of ordering for {words.day(day)} yet. Please ring us.")
    return policy


def late_until(day: dt.date) -> dt.date:
    """Until when a class set that is late on a day counts as away, by the rules in force then."""
    return day + dt.timedelta(days=policy_on(day).late_days)


def cost_of(order: SchoolOrder, *, on: dt.date, lines: Sequence[OrderLine] | None = None) -> Cost:
    """What the order costs, worked out anew from dated rates; staff's adjustments are kept.

    Give `lines` to price what is not saved: they need a programme, a subject, a term or none,
    year groups, classes and pupils. NoPrice where a rate is missing. Five statements at most.
    """
    if lines is None:
        wanted = OrderLine.objects.filter(order_id=order.pk).order_by("position")
        lines = list(wanted.select_related("programme", "subject", "term"))
    if not lines:
        return Cost(())
    terms = terms_of(order.year_id)
    rates = _rates_of([line.programme for line in lines])
    counts = _subsidised(order, lines, on=on)
    return Cost(
        tuple(
            _priced(line, count, rates, terms, on=max(on, _first_day(order, line, terms)))
            for line, count in zip(lines, counts, strict=True)
        )
    )


def prices_of_each(
    order: SchoolOrder, lines: Sequence[OrderLine], *, on: dt.date
) -> list[PricedLine | None]:
    """Each line as though it were all that was ordered; None without a rate. Four statements.

    Its classes are subsidised where the year group that it names may be.
    """
    terms, rates = terms_of(order.year_id), _rates_of([line.programme for line in lines])
    before, most = taken_before(order, on=on)
    found: list[PricedLine | None] = []
    for line in lines:
        spread = prices.spread(line.classes, line.year_groups)
        [count] = prices.subsidised(before=before, lines=[spread], most=most)
        day = max(on, _first_day(order, line, terms))
        try:
            found.append(_priced(line, count, rates, terms, on=day))
        except NoPrice:
            found.append(None)
    return found


def quoted_cost(order: SchoolOrder) -> Cost:
    """What the order was quoted at, from its rows: rates and sums as they were then."""
    lines = order.lines.select_related("programme", "subject", "term").order_by("position")
    terms = terms_of(order.year_id)
    return Cost(tuple(_as_quoted(line, terms) for line in lines if line.price is not None))


def _rates_of(programmes: Iterable[Programme]) -> _Rates:
    keys = {key for one in programmes for key in (one.price_key, one.subsidy_key) if key}
    return _Rates(tuple(Rate.objects.filter(audience=Rate.Audience.SCHOOL, key__in=keys)))


def _first_day(order: SchoolOrder, line: OrderLine, terms: Sequence[Term]) -> dt.date:
    """The first day it could be taught on: its price is that day's."""
    if line.term is not None:
        return line.term.starts_on
    return terms[0].starts_on if terms else order.year.starts_on


def _priced(
    line: OrderLine, subsidised: int, rates: _Rates, terms: Sequence[Term], *, on: dt.date
) -> PricedLine:
    programme = line.programme
    rate = rates.on(programme.price_key, on)
    if rate is None:
        raise NoPrice(f"We have no price for {programme} from {words.day(on)} yet. Please ring us.")
    less = rates.on(programme.subsidy_key, on) if programme.subsidy_key else None
    return _line(
        line,
        terms,
        rate=rate,
        subsidy_rate=less or Decimal(0),
        subsidised_classes=subsidised if less else 0,
    )


def _as_quoted(line: OrderLine, terms: Sequence[Term]) -> PricedLine:
    """The sums as they were agreed on: what each unit cost then is not asked again."""
    made = _line(
        line,
        terms,
        rate=line.price or Decimal(0),
        subsidy_rate=line.subsidy,
        subsidised_classes=1 if line.subsidy else 0,
    )
    return replace(made, units=Decimal(1), is_worked_out=False)


def _units(line: OrderLine, terms: Sequence[Term]) -> Decimal:
    programme = line.programme
    return prices.units_of(
        programme.unit,
        classes=line.classes,
        minutes=programme.minutes,
        weeks=weeks_of(line),
        terms=len(terms),
        whole_year=line.term_id is None,
    )


def _line(
    line: OrderLine,
    terms: Sequence[Term],
    *,
    rate: Decimal,
    subsidy_rate: Decimal,
    subsidised_classes: int,
) -> PricedLine:
    programme = line.programme
    return PricedLine(
        line_id=line.pk,
        position=line.position,
        title=title_of(line),
        period=period_of(line),
        unit=programme.unit,
        units=_units(line, terms),
        rate=rate,
        subsidised_classes=subsidised_classes,
        subsidy_rate=subsidy_rate,
        adjustment=line.adjustment,
        adjust_reason=line.adjust_reason,
        pupils=line.pupils,
        included=_included(line),
    )


def title_of(line: OrderLine) -> str:
    """2 classes of ukulele"""
    programme = line.programme
    return prices.title_of(
        kind=programme.kind,
        unit=programme.unit,
        programme=programme.name,
        subject=line.subject.name,
        classes=line.classes,
        offers_choice=line.subject.name.casefold() not in programme.name.casefold(),
    )


def period_of(line: OrderLine) -> str:
    """the year, spring term"""
    return "the year" if line.term is None else f"{line.term.name.lower()} term"


def _included(line: OrderLine) -> tuple[str, ...]:
    programme = line.programme
    if programme.kind == Programme.Kind.CLASS_SET or not programme.brings_class_set:
        return ()
    return (f"An instrument for each of {words.count(line.pupils, 'pupil')}",)


def _subsidised(order: SchoolOrder, lines: Sequence[OrderLine], *, on: dt.date) -> list[int]:
    """For each line, how many classes are of a year group that is subsidised this year.

    Agreed orders take their share first, then those sent, in the order of their sending. A draft
    is priced as though it were sent now, so no other draft stands before it.
    """
    helped = [bool(line.programme.subsidy_key) for line in lines]
    if not any(helped):
        return [0] * len(lines)
    before, most = taken_before(order, on=on)
    return prices.subsidised(
        before=before,
        lines=[
            prices.spread(line.classes, line.year_groups) if helps else {}
            for line, helps in zip(lines, helped, strict=True)
        ],
        most=most,
    )


def taken_before(order: SchoolOrder, *, on: dt.date) -> tuple[list[dict[int, int]], int]:
    """The classes of each year group that take their subsidy before this order; how many may."""
    policy = policy_on(max(on, order.year.starts_on))
    others = (
        OrderLine.objects.filter(order__school_id=order.school_id, order__year_id=order.year_id)
        .exclude(programme__subsidy_key="")
        .exclude(order__status__in=[SchoolOrder.Status.DRAFT, *_ENDED])
        .select_related("order")
    )
    if order.pk:
        others = others.exclude(order_id=order.pk)
    before = sorted(
        (line for line in others if _rank(line.order) < _rank(order) and _has_subsidy(line)),
        key=lambda line: (*_rank(line.order), line.position),
    )
    taken = [prices.spread(line.classes, line.year_groups) for line in before]
    return taken, policy.subsidised_year_groups


def _has_subsidy(line: OrderLine) -> bool:
    """An agreed line without one has taken no year group's."""
    return line.order.status not in SchoolOrder.BINDING or line.subsidy < 0


def _rank(order: SchoolOrder) -> tuple[bool, dt.datetime, float]:
    sent = order.submitted_at if order.status != SchoolOrder.Status.DRAFT else None
    return order.status not in SchoolOrder.BINDING, sent or _LAST, order.pk or float("inf")
