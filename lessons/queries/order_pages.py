"""What the page of one order shows: its state in words, its lines, what may be done, by whom."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from billing.models import Charge
from core import words
from core.access import Permission
from core.models import Wording
from lessons.models import HourKept, OrderLine, SchoolOrder
from lessons.queries import orders as queries
from lessons.queries import scheduling
from lessons.queries.order_history import Step, history_of
from lessons.queries.prices import cost_of, period_of, quoted_cost, title_of
from lessons.rules import half_days
from lessons.rules import orders as rules
from lessons.rules.prices import Cost, NoPrice
from people.models import User
from people.rules import year_in_words

S = SchoolOrder.Status
_HEADINGS: dict[str, str] = {
    S.DRAFT: "A draft, not sent yet",
    S.SUBMITTED: "We are looking at it",
    S.AGREED: "It is agreed",
    S.SCHEDULED: "Every lesson has its date",
    S.RUNNING: "The lessons are running",
    S.COMPLETED: "Taught to the end",
    S.DECLINED: "We cannot do this one",
    S.CANCELLED: "It is cancelled",
}
_LEDES: dict[str, str] = {
    S.DRAFT: "Nobody has been asked anything, and nothing is kept or owed.",
    S.SUBMITTED: "Not every answer was a plain yes. We write to you with a price, or say why not.",
    S.AGREED: "Next, every lesson gets its date and its teacher, and we write to you.",
    S.SCHEDULED: "Who comes when stands below, and in your timetable.",
    S.RUNNING: "Who comes each week, and how many children came, is on the page of your school.",
    S.COMPLETED: "Thank you for having us. You can copy this order for another year.",
}
_KEPT = "with an instrument for one hand"
_LOOKED_FOR = "and we look for an instrument for one hand, and write to you before the first day"


@dataclass(frozen=True)
class LineFacts:
    """One line as it is read: what, for whom, when, and what we answered."""

    title: str
    period: str
    about: tuple[str, ...]
    answer: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class OrderFacts:
    """Everything the page of an order says; `cost` is None where a price is missing."""

    heading: str
    lede: str
    cost: Cost | None
    lines: tuple[LineFacts, ...]
    history: tuple[Step, ...]
    text: Wording | None
    charges: tuple[Charge, ...]
    kept_until: dt.datetime | None
    may_agree: bool
    may_take_back: bool
    may_add_po: bool
    may_cancel: bool
    may_write: bool


def facts_of(order: SchoolOrder, *, user: User, at: dt.datetime) -> OrderFacts:
    lines = queries.lines_of(order)
    kept = _hours_kept(order)
    classes = _classes(order) or _kept(kept)
    agrees = order.status == S.QUOTED and queries.may_agree(user, order)
    changes = may_change(user, order)
    cost, one_hand = _cost(order, at=at), _one_hand(order, lines, on=timezone.localdate(at))
    return OrderFacts(
        heading=_heading(order, agrees=agrees),
        lede=_lede(order, cost, agrees=agrees),
        cost=cost,
        lines=tuple(_line(line, classes.get(line.pk, ()), one_hand.get(line.pk)) for line in lines),
        history=tuple(history_of(order)),
        text=order.agreement or (queries.agreement_on(timezone.localdate(at)) if agrees else None),
        charges=tuple(queries.charges_of(order)),
        kept_until=min((hour.kept_until for hour in kept if hour.kept_until), default=None),
        may_agree=agrees,
        may_take_back=changes and order.status in {S.SUBMITTED, S.QUOTED},
        may_add_po=changes and order.status in SchoolOrder.BINDING,
        may_cancel=may_cancel(user, order) and rules.may_become(S.CANCELLED, order),
        may_write=order.status == S.DRAFT and user.has_perm(Permission.ORDER_PROGRAMME, order),
    )


def when_of(order: SchoolOrder, lines: Sequence[OrderLine]) -> Mapping[int, list[str]]:
    """By line: its classes as they are taught, or the hours kept, or the half days asked for."""
    said = _classes(order) or _kept(_hours_kept(order))
    asked = {line.pk: [half_days.listed(line.half_days)] for line in lines if line.half_days}
    return {line.pk: said.get(line.pk) or asked.get(line.pk, []) for line in lines}


def may_change(user: User, order: SchoolOrder) -> bool:
    """Whoever orders for the school, or agrees for it."""
    asked = (Permission.ORDER_PROGRAMME, Permission.AGREE_ORDER)
    return any(user.has_perm(permission, order) for permission in asked)


def may_cancel(user: User, order: SchoolOrder) -> bool:
    """What costs nothing, whoever orders; what was agreed, whoever may agree."""
    return may_change(user, order) if order.is_open else queries.may_agree(user, order)


def leaving_steps(order: SchoolOrder, *, on: dt.date) -> list[tuple[str, str]]:
    """What cancelling costs from which day on: a line for each rule still ahead, soonest first."""
    left = queries.leaving_of(order, on=on)
    if order.is_open or left.first_on is None:
        return []
    said = []
    for rule in sorted(queries.leaving_rules(on), key=lambda rule: -rule.days_before):
        last = left.first_on - dt.timedelta(days=rule.days_before)
        if last < on and rule.days_before:
            continue
        until = f"until {words.day(last)}" if rule.days_before else "after that"
        said.append((until, f"{rule.percent} % of {words.money(left.total)}"))
    return said


def _heading(order: SchoolOrder, *, agrees: bool) -> str:
    if order.status != S.QUOTED:
        return _HEADINGS[order.status]
    return "Please look, and agree" if agrees else "It waits for your school’s yes"


def _lede(order: SchoolOrder, cost: Cost | None, *, agrees: bool) -> str:
    if order.status in {S.DECLINED, S.CANCELLED}:
        return order.end_reason
    if order.status != S.QUOTED:
        return _LEDES[order.status]
    until = words.day(order.quote_ends_on) if order.quote_ends_on else ""
    who = "you agree" if agrees else _asked(order)
    total = f"{words.money(cost.total)} in all. " if cost else ""
    return f"{total}Nothing is owed until {who}. The price stands until {until}."


def _asked(order: SchoolOrder) -> str:
    names = " or ".join(str(person) for person in queries.who_agrees(order))
    return f"{names} agrees" if names else "somebody at the school who may agrees"


def _cost(order: SchoolOrder, *, at: dt.datetime) -> Cost | None:
    """As quoted; before that, as our prices stand today."""
    if order.quoted_at is not None:
        return quoted_cost(order)
    try:
        return cost_of(order, on=timezone.localdate(at))
    except NoPrice:
        return None


def _one_hand(order: SchoolOrder, lines: Sequence[OrderLine], *, on: dt.date) -> Mapping[int, str]:
    """By line that needs an instrument for one hand: that it is kept, or that we look for one."""
    asked = [line.pk for line in lines if OrderLine.Need.ONE_HAND in line.needs]
    if not asked or order.status not in queries.IN_HAND:
        return {}
    lacking = queries.lines_without_one_hand(on=on).filter(order=order)
    looked_for = set(lacking.values_list("pk", flat=True))
    return {pk: _LOOKED_FOR if pk in looked_for else _KEPT for pk in asked}


def _line(line: OrderLine, classes: Sequence[str], one_hand: str | None) -> LineFacts:
    years = " and ".join(year_in_words(year) for year in sorted(line.year_groups))
    about = [f"{words.count(line.pupils, 'pupil')} in {years}"]
    if line.half_days and not classes:
        about.append(half_days.listed(line.half_days))
    if line.room:
        about.append(f"in {line.get_room_display()}")
    if one_hand:
        about.append(one_hand)
    return LineFacts(
        title=title_of(line),
        period=period_of(line),
        about=tuple(about),
        answer=line.get_answer_display(),
        classes=tuple(classes),
    )


def _classes(order: SchoolOrder) -> Mapping[int, list[str]]:
    """By line, its classes as they are taught."""
    found: dict[int, list[str]] = {}
    for each in scheduling.classes_of(order):
        activity = each.activity
        times = _times(activity.local_start, activity.local_end)
        found.setdefault(each.line_id, []).append(
            f"{each.class_name}: {activity.get_weekday_display()}s {times}"
            f" with {activity.teacher}, from {words.day(activity.first_on)}"
            if activity.first_on
            else each.class_name
        )
    return found


def _hours_kept(order: SchoolOrder) -> list[HourKept]:
    kept = HourKept.objects.filter(line__order=order, released_at=None)
    return list(kept.select_related("teacher"))


def _kept(hours: Sequence[HourKept]) -> Mapping[int, list[str]]:
    """By line, the hours that are kept or promised, one of them for each class."""
    found: dict[int, list[str]] = {}
    for hour in sorted(hours, key=lambda hour: (hour.line_id, hour.ordinal, hour.tutor)):
        times = half_days.spell(hour.from_minute, hour.until_minute)
        said = f"{hour.get_weekday_display()}s {times} with {hour.teacher}"
        found.setdefault(hour.line_id, []).append(said)
    return found


def _times(starts: dt.time | None, ends: dt.time | None) -> str:
    return f"{words.clock(starts)} to {words.clock(ends)}" if starts and ends else ""
