"""School years, from dates of birth."""

import datetime as dt

from core.refusals import RuleBroken

YOUNGEST, OLDEST = -1, 13
ADULT_AGE = 18
OLDEST_CHILD = 19


class NotAChild(RuleBroken):
    """The date of birth is not that of a child or a young person."""


def academic_year_of(day: dt.date) -> int:
    """The calendar year in which the academic year of this day began, on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Whole years; someone born on 29 February grows older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def year_group_of(born_on: dt.date, *, on: dt.date, corrected: int | None = None) -> int | None:
    """The school year of somebody born then; None before nursery and after year 13.

    A correction counts for a child taught out of their year.
    """
    year = age_on(born_on, dt.date(academic_year_of(on), 9, 1)) - 4
    year = year if corrected is None else corrected
    return year if YOUNGEST <= year <= OLDEST else None


def year_in_words(year: int) -> str:
    return {-1: "Nursery", 0: "Reception"}.get(year, f"Year {year}")


def check_child(born_on: dt.date, *, on: dt.date) -> None:
    """A child is born already, and still young enough to be somebody's ward."""
    if born_on > on:
        raise NotAChild("Date of birth must be in the past")
    if age_on(born_on, on) > OLDEST_CHILD:
        raise NotAChild(
            "This page is for children and young people. An adult makes an account of their own"
        )


class AboutOneself(RuleBroken):
    """What gives sight of a child, or power, is given by somebody else."""


def check_about_somebody_else(person_id: int, *, by_person_id: int) -> None:
    if person_id == by_person_id:
        raise AboutOneself(
            "This is about yourself. Ask another administrator: nobody gives themselves sight of a"
            " child or a role."
        )
