"""Which weekly hours become which classes and lessons: decided from values."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookings.models import Activity, Closure, Session
from bookings.rules import Meeting, meetings
from centres.models import Term, Weekday
from core import words
from core.refusals import RuleBroken
from lessons.models import HourKept, OrderLine, Programme, SetKept
from lessons.rules import half_days
from lessons.rules.orders import NotScheduled, class_names, shares

LETTERS_FOR = {
    Programme.Kind.WHOLE_CLASS,
    Programme.Kind.CONTINUATION,
    Programme.Kind.SEND,
    Programme.Kind.TASTER,
}


@dataclass(frozen=True)
class Wanted:
    """One class of an order, as it is to be taught: whom, when, by whom, on what."""

    line: OrderLine
    ordinal: int
    year_group: int
    name: str
    pupils: int
    pp_pupils: int
    send_pupils: int
    hours: tuple[HourKept, ...]  # one for each tutor, the lead first
    set_kept: SetKept | None

    @property
    def lead(self) -> HourKept:
        return self.hours[0]

    @property
    def title(self) -> str:
        """Ukulele, 4A"""
        return f"{self.line.subject}, {self.name}"


def wanted_of(line: OrderLine, hours: Iterable[HourKept], sets: Iterable[SetKept]) -> list[Wanted]:
    """Every class of a line with its hours and its set; NotScheduled names one that has none."""
    named = class_names(line.year_groups, line.classes)
    pupils = shares(line.pupils, line.classes)
    pp, send = _split(line.pp_pupils, line.classes), _split(line.send_pupils, line.classes)
    by_class: dict[int, list[HourKept]] = {}
    for hour in hours:
        by_class.setdefault(hour.ordinal, []).append(hour)
    kept = {each.ordinal: each for each in sets}
    found = []
    for place, (year_group, name) in enumerate(named):
        ordinal = place + 1
        theirs = sorted(by_class.get(ordinal, []), key=lambda hour: hour.tutor)
        its_set = _set_for(ordinal, kept)
        _check_kept(line, name, theirs, its_set)
        found.append(
            Wanted(
                line, ordinal, year_group, name, pupils[place], pp[place], send[place],
                tuple(theirs), its_set,
            )
        )  # fmt: skip
    return found


def weeks_of(line: OrderLine) -> int:
    """How many lessons a class of the line has: a term's share, where a year's is ordered so."""
    programme = line.programme
    if line.term_id is None or programme.terms <= 1:
        return programme.weeks
    return -(-programme.weeks // programme.terms)


def dates_of(
    wanted: Wanted,
    activity: Activity,
    *,
    terms: Sequence[Term],
    closures: Sequence[Closure],
    after: dt.datetime,
) -> list[Meeting]:
    """When the class meets: every week of its pattern still to come, as many as were ordered."""
    dates = meetings(activity, terms=terms, closures=closures)
    coming = [meeting for meeting in dates if meeting.starts_at > after][: weeks_of(wanted.line)]
    if not coming:
        raise failed(wanted, "no week of its pattern is taught")
    return coming


def letters_on(wanted: Wanted, dates: Sequence[Meeting], *, week: int) -> dt.date | None:
    """The day of the taught week in which the class takes letters home; none where nobody does."""
    if wanted.line.programme.kind not in LETTERS_FOR:
        return None
    return dates[min(week, len(dates)) - 1].occurs_on


def failed(wanted: Wanted, why: str) -> NotScheduled:
    """Ukulele, 4B on Tuesdays at 9.45am: Ngozi Eze is not cleared… Nothing was scheduled."""
    when = ""
    if wanted.hours:
        clock = words.clock(half_days.clock_of(wanted.lead.from_minute))
        when = f" on {Weekday(wanted.lead.weekday).label}s at {clock}"
    return NotScheduled(
        f"{wanted.title}{when}: {why.rstrip('.')}. No class of this order was scheduled."
    )


def why_not(refusal: Exception) -> str:
    """The refusal as the end of a sentence."""
    return str(refusal) if isinstance(refusal, RuleBroken) else "something unexpected happened"


def in_words(activity: Activity, lessons: Sequence[Session], teachers: Sequence[object]) -> str:
    """Ukulele, 4A: Tuesdays 9am to 9.45am from 8 September 2026, 33 lessons, with Ngozi Eze"""
    assert activity.local_start is not None
    assert activity.local_end is not None
    times = f"{words.clock(activity.local_start)} to {words.clock(activity.local_end)}"
    who = " and ".join(str(teacher) for teacher in teachers)
    return (
        f"{activity.title}: {activity.get_weekday_display()}s {times}"
        f" from {words.day(lessons[0].occurs_on)}, {words.count(len(lessons), 'lesson')},"
        f" with {who}"
    )


def _check_kept(
    line: OrderLine, name: str, hours: Sequence[HourKept], set_kept: SetKept | None
) -> None:
    programme = line.programme
    title = f"{line.subject}, {name}"
    if programme.is_taught and len(hours) < programme.tutors:
        who = "no teacher" if not hours else f"only {words.count(len(hours), 'teacher')}"
        raise NotScheduled(f"{title}: {who} is kept for it. No class of this order was scheduled.")
    if needs_set(line) and set_kept is None:
        raise NotScheduled(f"{title}: no class set is kept. No class of this order was scheduled.")
    late_at = getattr(set_kept, "late_at", None)  # annotated by whoever reads it
    if set_kept and late_at:
        raise NotScheduled(
            f"{title}: its class set, {set_kept.custody.asset.tag}, has not come back from"
            f" {late_at}. No class of this order was scheduled."
        )


def _set_for(ordinal: int, kept: Mapping[int, SetKept]) -> SetKept | None:
    """Its own set, or that of the classes before it: small groups share one."""
    before = [each for each in kept if each <= ordinal]
    return kept[max(before)] if before else None


def needs_set(line: OrderLine) -> bool:
    """Where we bring the instruments; a programme sung or clapped has none to bring."""
    return line.programme.brings_class_set and any(
        each.kind_id
        for each in line.programme.instruments.all()
        if each.subject_id == line.subject_id
    )


def _split(number: int | None, classes: int) -> list[int]:
    each, more = divmod(number or 0, classes)
    return [each + (place < more) for place in range(classes)]
