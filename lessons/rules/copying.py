"""This year's lines from last year's: the same again, or the same children one year on."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from math import ceil

from centres.models import Term
from lessons.models import OrderLine, Programme
from lessons.rules.drafts import Calendar, is_for_a_term, is_for_a_year


def copies(
    lines: Sequence[OrderLine],
    programmes: Collection[Programme],
    calendar: Calendar,
    *,
    on: dt.date,
) -> list[OrderLine]:
    """The same again for other children: what these need is asked anew. Nothing is saved.

    What is not on offer any more, or not in a term that is still to come, is left out. Of a year
    that has begun, what was for all of it is for its next term where it can be.
    """
    terms = {term.name: term for term in calendar.ahead(on)}
    made: list[OrderLine] = []
    for old in lines:
        if old.programme not in programmes or not _in_time(old, calendar, on=on):
            continue
        line = _like(old, old.programme, position=len(made) + 1)
        line.term = terms[old.term.name] if old.term else _next_term(calendar, on=on)
        line.year_groups, line.classes = list(old.year_groups), old.classes
        made.append(line)
    return made


def left_out(
    lines: Sequence[OrderLine],
    programmes: Collection[Programme],
    calendar: Calendar,
    *,
    on: dt.date,
) -> tuple[list[OrderLine], list[OrderLine]]:
    """What no copy has: what is not on offer any more, and what cannot be had in time."""
    gone = [old for old in lines if old.programme not in programmes]
    late = [old for old in lines if old not in gone and not _in_time(old, calendar, on=on)]
    return gone, late


def a_year_on(
    lines: Sequence[OrderLine],
    programmes: Sequence[Programme],
    taught: Mapping[int, Collection[int]],
    calendar: Calendar,
    *,
    on: dt.date,
) -> list[OrderLine]:
    """The same children in the year above, where their instrument goes on. Nothing is saved.

    `taught`: the subjects of each programme. What the children need goes with them.
    """
    made: list[OrderLine] = []
    for old in lines:
        programme = _goes_on_as(old, programmes, taught)
        if programme is None or not _fits(programme, calendar, on=on):
            continue
        line = _like(old, programme, position=len(made) + 1)
        line.term = _next_term(calendar, on=on)
        line.continues, line.year_groups = old, [year + 1 for year in old.year_groups]
        line.classes = max(ceil(old.pupils / programme.largest_class), 1)
        line.needs = list(old.needs)
        line.send_pupils, line.pp_pupils = old.send_pupils, old.pp_pupils
        made.append(line)
    return made


def _in_time(old: OrderLine, calendar: Calendar, *, on: dt.date) -> bool:
    """In a term of the same name that is still to come; else in what is left of the year."""
    if old.term:
        return any(term.name == old.term.name for term in calendar.ahead(on))
    return _fits(old.programme, calendar, on=on)


def _fits(programme: Programme, calendar: Calendar, *, on: dt.date) -> bool:
    """Whether it can be had in what is left of the year."""
    if not calendar.has_begun(on):
        return is_for_a_year(programme)
    return is_for_a_term(programme) and bool(calendar.ahead(on))


def _next_term(calendar: Calendar, *, on: dt.date) -> Term | None:
    """None for the whole year, where it is still to come."""
    return calendar.ahead(on)[0] if calendar.has_begun(on) else None


def _goes_on_as(
    old: OrderLine, programmes: Sequence[Programme], taught: Mapping[int, Collection[int]]
) -> Programme | None:
    if old.programme.kind not in {Programme.Kind.WHOLE_CLASS, Programme.Kind.CONTINUATION}:
        return None
    years = [year + 1 for year in old.year_groups]
    for programme in programmes:
        fits = programme.min_year <= min(years) and max(years) <= programme.max_year
        goes_on = programme.kind == Programme.Kind.CONTINUATION
        if goes_on and fits and old.subject_id in taught[programme.pk]:
            return programme
    return None


def _like(old: OrderLine, programme: Programme, *, position: int) -> OrderLine:
    return OrderLine(
        position=position,
        programme=programme,
        subject=old.subject,
        pupils=old.pupils,
        half_days=list(old.half_days) if programme.is_taught else [],
        room=old.room,
        room_notes=old.room_notes,
        goes_home=old.goes_home,
        wants_performance=old.wants_performance,
    )
