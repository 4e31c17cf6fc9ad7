"""Where children of a whole class go on: a small group at their school, the same in two years."""

import datetime as dt
from collections.abc import Iterator, Sequence

from centres.models import Term
from hms_portal.county import sources
from hms_portal.county.plan.seasons import LESSONS_END, Season
from hms_portal.county.plan.slots import AT_SCHOOL, LONGEST, WAYS, Slot
from hms_portal.county.plan.timetable import Teachers, When
from lessons.models import ProgrammeClass
from people.models import Person

FORMAT = "group"
BEGINS = dt.timedelta(days=4)  # of a term: they know each other already
WEEK = 5


def group_of(taught: ProgrammeClass, years: Sequence[Teachers]) -> Slot | None:
    """With the teacher they know if that can be, at an hour that is free in each of these years."""
    activity, slug = taught.activity, taught.line.subject.slug
    school = activity.school
    assert school is not None
    subject = next(row for row in sources.rows("subjects") if row["slug"] == slug)
    place = ("school", school.pk)
    known = [one for one in years[0].teachers if one.pk == activity.teacher_id]
    for teacher in [*known, *_others(years[0], subject["family"])]:
        for when in _hours(activity.weekday or 1):
            if all(year.can_be(teacher, when, place) for year in years):
                for year in years:
                    year.take(teacher, when, place)
                return Slot(subject, FORMAT, when, teacher, WAYS[FORMAT][1], school=school)
    return None


def term_after(letters_on: dt.date, season: Season) -> Term | None:
    """The term in which those begin who have a letter of this day, if the year has one more."""
    return next((term for term in season.terms if term.starts_on > letters_on), None)


def days_from(term: Term, season: Season) -> tuple[dt.date, dt.date]:
    return term.starts_on + BEGINS, season.terms[-1].ends_on - LESSONS_END


def _others(teachers: Teachers, family: str) -> list[Person]:
    """Whoever teaches it, those with the fewest groups first."""
    able = [one for one in teachers.teachers if family in teachers.families[one.pk]]
    return sorted(able, key=lambda one: (teachers.load[one.pk], one.pk))


def _hours(weekday: int) -> Iterator[When]:
    """On the day of the class first."""
    for later in range(WEEK):
        for start in AT_SCHOOL:
            yield When((weekday - 1 + later) % WEEK + 1, start, start + LONGEST)
