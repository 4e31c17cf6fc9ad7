"""What may stand in a draft order, and what of last year's order goes into this year's."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from centres.models import Term, Weekday, Year
from core import words
from core.refusals import RuleBroken
from lessons.models import Programme, SchoolOrder, Subject
from lessons.rules import half_days
from people.models import School
from people.rules import OLDEST, YOUNGEST, year_in_words

# A child of Year 1 is five, and has its sixth birthday in it.
AGE_BEFORE_YEAR_1, AGE_IN_YEAR_1 = 4, 5
# Pressing twice makes one order.
SAME_PRESS = dt.timedelta(minutes=1)


class NotADraft(RuleBroken):
    pass


class SchoolShut(RuleBroken):
    pass


class WrongLine(RuleBroken):
    """What is wrong with a line, a sentence for each answer that has to change."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(f"{sentence}." for sentence in problems.values()))


@dataclass(frozen=True)
class LineAsked:
    """What is to be taught to whom: the second page of an order."""

    programme: Programme
    subject: Subject
    term: Term | None
    year_groups: tuple[int, ...]
    classes: int
    pupils: int


@dataclass(frozen=True)
class NeedsAsked:
    """When, where and what the children need: the third page."""

    half_days: tuple[str, ...]
    needs: tuple[str, ...] = ()
    send_pupils: int | None = None
    pp_pupils: int | None = None
    room: str = ""
    room_notes: str = ""
    goes_home: bool | None = None
    wants_performance: bool = False


@dataclass(frozen=True)
class Calendar:
    """The year an order is for, and its terms."""

    year: Year
    terms: tuple[Term, ...]

    @property
    def first_on(self) -> dt.date:
        return self.terms[0].starts_on if self.terms else self.year.starts_on

    def has_begun(self, on: dt.date) -> bool:
        """A whole year of it is not left."""
        return self.first_on <= on

    def ahead(self, on: dt.date) -> tuple[Term, ...]:
        """The terms that have not begun."""
        return tuple(term for term in self.terms if term.starts_on > on)


def check_draft(order: SchoolOrder) -> None:
    if order.status != SchoolOrder.Status.DRAFT:
        raise NotADraft(
            f"Order {order.number} is {order.get_status_display()}, so it stays as it is. "
            "Nothing was changed."
        )


def check_may_order(school: School) -> None:
    """The national register says which schools are open."""
    if school.status == School.Status.CLOSED:
        when = f" on {words.day(school.closed_on)}" if school.closed_on else ""
        raise SchoolShut(f"{school} closed{when}, so nothing can be ordered for it.")
    if school.status == School.Status.PROPOSED:
        raise SchoolShut(f"{school} has not opened yet, so nothing can be ordered for it.")


def check_year_ahead(calendar: Calendar, *, on: dt.date) -> None:
    if not calendar.ahead(on):
        raise RuleBroken(f"No term of {calendar.year} is left to order for. Choose a later year.")


def is_for_a_year(programme: Programme) -> bool:
    """Whether it can be ordered for a whole year."""
    return programme.terms > 1 or programme.unit == Programme.Unit.TERM


def is_for_a_term(programme: Programme) -> bool:
    """What is priced by the hour can be had for a term's share of its weeks."""
    return programme.terms <= 1 or programme.unit == Programme.Unit.HOUR


def check_line(
    asked: LineAsked,
    *,
    subjects: Collection[int],
    calendar: Calendar,
    most_classes: int,
    on: dt.date,
) -> None:
    """Every answer of the second page at once, so that all is put right in one go."""
    programme = asked.programme
    problems = {
        "programme": "" if asked.subject.pk in subjects else _other_instrument(programme),
        "term": _term_problem(asked, calendar, on=on),
        "year_groups": _year_problem(asked),
        "classes": _classes_problem(asked.classes, most=most_classes),
        "pupils": _pupils_problem(asked) if asked.classes > 0 else "",
    }
    wrong = {field: sentence for field, sentence in problems.items() if sentence}
    if wrong:
        raise WrongLine(wrong)


def _other_instrument(programme: Programme) -> str:
    return f"Choose an instrument that we teach in {programme}"


def _term_problem(asked: LineAsked, calendar: Calendar, *, on: dt.date) -> str:
    programme, year = asked.programme, calendar.year
    if asked.term is None:
        if not is_for_a_year(programme):
            return "This is for one term. Choose which"
        if calendar.has_begun(on):
            other = "a term" if is_for_a_term(programme) else "something for one term"
            return f"{year} has begun, so a whole year is not left. Choose {other}"
        return ""
    if not is_for_a_term(programme):
        return "This is for a whole year. Choose the whole year"
    if asked.term not in calendar.ahead(on):
        return f"The {asked.term} has begun. Choose a later one"
    return ""


def _year_problem(asked: LineAsked) -> str:
    programme = asked.programme
    if not asked.year_groups:
        return "Select at least one year group"
    if all(programme.min_year <= year <= programme.max_year for year in asked.year_groups):
        return ""
    return f"{programme} is for {years_in_words(programme)}. Select only those"


def years_in_words(programme: Programme) -> str:
    """Year 3 to Year 6"""
    first, last = year_in_words(programme.min_year), year_in_words(programme.max_year)
    return first if first == last else f"{first} to {last}"


def _classes_problem(classes: int, *, most: int) -> str:
    if classes < 1:
        return "Enter how many classes, for example 2"
    if classes > most:
        return f"At most {most} classes fit here. Enter {most}, and add the others after this"
    return ""


def _pupils_problem(asked: LineAsked) -> str:
    programme, pupils, classes = asked.programme, asked.pupils, asked.classes
    if pupils < 1:
        return "Enter about how many pupils, for example 60"
    if pupils > programme.largest_class * classes:
        need = ceil(pupils / programme.largest_class)
        return (
            f"{pupils:,} pupils are too many for {words.count(classes, 'class', 'classes')}: at"
            f" most {programme.largest_class} can be in one. Order {need:,} classes, or enter"
            " fewer pupils"
        )
    if pupils < programme.smallest_class * classes:
        return (
            f"{words.count(pupils, 'pupil')} are too few for"
            f" {words.count(classes, 'class', 'classes')}: at least {programme.smallest_class}"
            " have to be in one"
        )
    return ""


def check_needs(asked: NeedsAsked, *, pupils: int, is_taught: bool) -> None:
    """Every answer of the third page at once."""
    too_many = f"There are {words.count(pupils, 'pupil')} in all. Enter {pupils} or fewer"
    problems = {
        "half_days": _half_days_problem(asked.half_days) if is_taught else "",
        "send_pupils": too_many if (asked.send_pupils or 0) > pupils else "",
        "pp_pupils": too_many if (asked.pp_pupils or 0) > pupils else "",
    }
    wrong = {field: sentence for field, sentence in problems.items() if sentence}
    if wrong:
        raise WrongLine(wrong)


def _half_days_problem(codes: Sequence[str]) -> str:
    shut = [code for code in codes if code not in half_days.CODES]
    if shut:
        day = shut[0].partition("-")[0]
        named = Weekday(int(day)).label if day in {str(one) for one in Weekday.values} else ""
        on = f"on {named}s" if named else "then"
        return f"The school is shut {on}. Choose half days from Monday to Friday"
    return "" if codes else "Select at least one half day"


def school_years(school: School) -> tuple[int, int]:
    """The first and last school year of a school, by the ages it takes."""
    low = YOUNGEST if school.low_age is None else school.low_age - AGE_BEFORE_YEAR_1
    high = OLDEST if school.high_age is None else school.high_age - AGE_IN_YEAR_1
    first, last = max(low, YOUNGEST), min(high, OLDEST)
    return (first, last) if first <= last else (YOUNGEST, OLDEST)
