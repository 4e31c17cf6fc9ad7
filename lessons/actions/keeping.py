"""Hours and class sets kept for a school's order: until it answers, for good, or no longer."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.actions import action
from core.refusals import BUSY, RuleBroken, TryAgain
from lessons.models import HourKept, OrderLine, SchoolOrder, SetKept
from lessons.queries import feasibility
from lessons.queries import kept as shelf
from lessons.queries import orders as queries
from lessons.queries.prices import late_until, policy_on
from lessons.rules import feasibility as rules
from lessons.rules.orders import WHAT_IT_IS
from loans import actions as loans
from loans.models import Asset, Custody
from people.models import School, Staff, User

S = SchoolOrder.Status
TRIES = 5  # as others take what was about to be kept
_SLOT = (
    "ordinal",
    "tutor",
    "teacher_id",
    "weekday",
    "from_minute",
    "until_minute",
    "first_on",
    "last_on",
)


@dataclass(frozen=True)
class Scarce:
    """The teachers and sets that answers would take: locked before they are promised."""

    teachers: frozenset[int] = frozenset()
    sets: frozenset[int] = frozenset()

    def __or__(self, other: "Scarce") -> "Scarce":
        return Scarce(self.teachers | other.teachers, self.sets | other.sets)

    def holds(self, other: "Scarce") -> bool:
        return other.teachers <= self.teachers and other.sets <= self.sets


@dataclass(frozen=True)
class _Keeping:
    """For whom and until when something is kept; without an end, for good."""

    school: School
    until: dt.datetime | None
    by: User | None
    at: dt.datetime


class _NotLocked(Exception):
    """The answer, worked out under locks, takes somebody who is not locked yet."""

    def __init__(self, wanted: Scarce) -> None:
        self.wanted = wanted
        super().__init__()


@action
def keep_for(order: SchoolOrder, *, by: User | None, at: dt.datetime) -> list[rules.Answered]:
    """What is yes is kept for this order until the policy's days are over; answers are stored."""
    until = at + dt.timedelta(days=policy_on(timezone.localdate(at)).hold_days)
    return _keep_under_locks(order, until=until, by=by, at=at)


@action
def confirm_kept(order: SchoolOrder, *, by: User | None, at: dt.datetime) -> list[rules.Answered]:
    """What is kept is promised for good, worked out anew; refused where it is no yes any more."""
    answers = _keep_under_locks(order, until=None, by=by, at=at)
    if not all(answer.is_yes for answer in answers):
        raise rules.NotFeasible(answers)
    return answers


@action
def release_kept(order: SchoolOrder, *, by: User | None, at: dt.datetime, sets: bool = True) -> int:
    """Nothing is kept for this order any more; `sets=False`: only its hours are let go."""
    _lock_order(order)
    hours = HourKept.objects.filter(line__order=order, released_at=None)
    released: int = hours.update(released_at=at)
    if sets:
        released += _let_sets_go(SetKept.objects.filter(line__order=order), by=by, at=at)
    return released


@action
def lapse_kept(*, by: User | None, at: dt.datetime) -> int:
    """What was kept for an answer that did not come is free again; a row in use waits its turn."""
    hours = HourKept.objects.filter(released_at=None, kept_until__lte=at)
    sets = _sets_run_out(at)
    mine = hours.select_for_update(skip_locked=True).values_list("pk", flat=True)
    released: int = HourKept.objects.filter(pk__in=list(mine)).update(released_at=at)
    return released + _let_sets_go(
        sets.select_for_update(skip_locked=True, of=("self",)), by=by, at=at
    )


@action
def keep_one_hand(*, order: SchoolOrder, by: User, at: dt.datetime) -> int:
    """An instrument for one hand that is free by now is promised to each line that lacks one."""
    order = _lock_order(order)
    if order.status not in {S.AGREED, S.SCHEDULED, S.RUNNING}:
        raise RuleBroken(
            f"Order {order.number} {WHAT_IT_IS[order.status]}: what is free is kept when the"
            " school sends it and when it agrees."
        )
    lacking = queries.lines_without_one_hand(on=timezone.localdate(at)).filter(order=order)
    lines = list(lacking.select_related("subject"))
    if not lines:
        raise RuleBroken(f"No part of order {order.number} lacks an instrument for one hand.")
    kinds = {kind for line in lines for kind in queries.one_hand_kinds(line)}
    adaptive = Asset.objects.filter(kind__in=kinds, is_adaptive=True).values_list("pk", flat=True)
    _lock(Scarce(sets=frozenset(adaptive)))  # of all lines at once, in order of key
    found = sum(_promise_one_hand(line, _Keeping(order.school, None, by, at)) for line in lines)
    if not found:
        named = " or ".join(sorted({str(line.subject) for line in lines}))
        raise RuleBroken(f"No instrument for one hand for {named} is free for all of its weeks.")
    return found


def _promise_one_hand(line: OrderLine, keeping: _Keeping) -> bool:
    starts, last = queries.days_of(line.order, line)
    first = max(starts, timezone.localdate(keeping.at))
    kinds = queries.one_hand_kinds(line)
    away = late_until(timezone.localdate(keeping.at))
    found = shelf.sets_of(kinds, first, last, own_lines=(), late_until=away, at=keeping.at)
    free = [each for each in found if each.is_adaptive and each.is_free(first, last)]
    if not free or first > last:
        return False
    _lapse_in_the_way(Scarce(sets=frozenset({free[0].id})), keeping)
    late = SetKept.objects.filter(line=line, ordinal=SetKept.FOR_ALL)
    _let_sets_go(late, by=keeping.by, at=keeping.at)
    [custody] = loans.promise_sets(
        promises=[loans.Promise(free[0].id, first, last)],
        school=keeping.school,
        until=None,
        by=keeping.by,
        at=keeping.at,
    )
    SetKept.objects.create(line=line, ordinal=SetKept.FOR_ALL, custody=custody)
    return True


def _keep_under_locks(
    order: SchoolOrder, *, until: dt.datetime | None, by: User | None, at: dt.datetime
) -> list[rules.Answered]:
    """Lock the order, then whom and what it would take, in order of key; work it out anew; keep.

    What it takes is only known once it is worked out, and may change while it waits for a lock:
    then all of these are let go and taken again together, so that no two orders deadlock.
    """
    locked = _lock_order(order)
    keeping = _Keeping(locked.school, until, by, at)
    wanted = _taken_by(_answers(locked, at=at))
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _keep_what_is_yes(locked, wanted, keeping)
        except _NotLocked as more:
            wanted |= more.wanted
    raise TryAgain(BUSY)


def _keep_what_is_yes(
    order: SchoolOrder, wanted: Scarce, keeping: _Keeping
) -> list[rules.Answered]:
    _lock(wanted)
    answers = _answers(order, at=keeping.at)
    needed = _taken_by(answers)
    if not wanted.holds(needed):
        raise _NotLocked(needed)
    _lapse_in_the_way(needed, keeping)
    for answer in answers:
        _keep_hours(answer, keeping)
        _keep_sets(answer, keeping)
        line_id = answer.asked.line_id
        assert line_id is not None
        OrderLine.objects.filter(pk=line_id).update(
            answer=answer.answer, answer_reasons=answer.as_rows, answered_at=keeping.at
        )
    return answers


def _answers(order: SchoolOrder, *, at: dt.datetime) -> list[rules.Answered]:
    return feasibility.answers_for(
        feasibility.asked_by(order), school=order.school, year=order.year, at=at
    )


def _taken_by(answers: Iterable[rules.Answered]) -> Scarce:
    slots = [slot for answer in answers for slot in answer.kept_slots]
    return Scarce(
        frozenset(slot.teacher_id for slot in slots if slot.teacher_id is not None),
        frozenset(slot.asset_id for slot in slots if slot.asset_id is not None),
    )


def _lock_order(order: SchoolOrder) -> SchoolOrder:
    """The school's row, then the order's: one order of a school at a time."""
    School.objects.select_for_update(no_key=True).get(pk=order.school_id)
    rows = SchoolOrder.objects.select_for_update(no_key=True, of=("self",))
    locked: SchoolOrder = rows.select_related("school", "year").get(pk=order.pk)
    return locked


def _lock(wanted: Scarce) -> None:
    """Teachers, then sets, each in order of key."""
    staff = Staff.objects.select_for_update(no_key=True).order_by("pk")
    list(staff.filter(pk__in=wanted.teachers).values_list("pk"))
    assets = Asset.objects.select_for_update(no_key=True).order_by("pk")
    list(assets.filter(pk__in=wanted.sets).values_list("pk"))


def _lapse_in_the_way(needed: Scarce, keeping: _Keeping) -> None:
    """What ran out with these teachers and sets is let go before it is promised again."""
    hours = HourKept.objects.filter(teacher__in=needed.teachers, released_at=None)
    hours.filter(kept_until__lte=keeping.at).update(released_at=keeping.at)
    sets = _sets_run_out(keeping.at).filter(custody__asset__in=needed.sets)
    _let_sets_go(sets, by=keeping.by, at=keeping.at)


def _keep_hours(answer: rules.Answered, keeping: _Keeping) -> None:
    """The same as before is kept on; anything else is let go, and the new is kept."""
    line_id = answer.asked.line_id
    assert line_id is not None
    kept = HourKept.objects.filter(line=line_id, released_at=None)
    slots = [slot for slot in answer.kept_slots if slot.teacher_id is not None]
    wanted = {tuple(getattr(slot, name) for name in _SLOT) for slot in slots}
    if wanted and wanted == set(kept.values_list(*_SLOT)):
        kept.update(kept_until=keeping.until)
        return
    kept.update(released_at=keeping.at)
    HourKept.objects.bulk_create(
        HourKept(
            line_id=line_id,
            kept_until=keeping.until,
            **{name: getattr(slot, name) for name in _SLOT},
        )
        for slot in sorted(slots, key=lambda slot: (slot.teacher_id or 0, slot.ordinal))
    )


def _keep_sets(answer: rules.Answered, keeping: _Keeping) -> None:
    line_id, by, at = answer.asked.line_id, keeping.by, keeping.at
    assert line_id is not None
    kept = SetKept.objects.filter(line=line_id, released_at=None)
    wanted = {
        slot.ordinal: loans.Promise(slot.asset_id, slot.asset_from, slot.asset_until)
        for slot in answer.kept_slots
        if slot.asset_id and slot.asset_from and slot.asset_until
    }
    before = {
        one.ordinal: loans.Promise(one.custody.asset_id, one.custody.first_on, one.custody.last_on)
        for one in kept.select_related("custody")
    }
    if wanted and wanted == before:
        custody = list(kept.values_list("custody", flat=True))
        loans.keep_on(custody=custody, until=keeping.until, by=by, at=at)
        return
    _let_sets_go(kept, by=by, at=at)
    made = loans.promise_sets(
        promises=list(wanted.values()), school=keeping.school, until=keeping.until, by=by, at=at
    )
    SetKept.objects.bulk_create(
        SetKept(line_id=line_id, ordinal=ordinal, custody=custody)
        for ordinal, custody in zip(wanted, made, strict=True)
    )


def _sets_run_out(at: dt.datetime) -> QuerySet[SetKept]:
    return SetKept.objects.filter(
        custody__status=Custody.Status.OFFERED, custody__offer_expires_at__lte=at
    )


def _let_sets_go(rows: QuerySet[SetKept], *, by: User | None, at: dt.datetime) -> int:
    kept: Collection[tuple[int, int]] = list(
        rows.filter(released_at=None).values_list("pk", "custody_id")
    )
    if not kept:
        return 0
    loans.let_go(custody=[custody for _, custody in kept], by=by, at=at)
    released: int = SetKept.objects.filter(pk__in=[pk for pk, _ in kept]).update(released_at=at)
    return released
