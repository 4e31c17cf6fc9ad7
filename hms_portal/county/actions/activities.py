"""Moves in what can be joined: weekly groups and lesson slots, each year its own."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from billing.models import Rate
from bookings.models import Activity
from centres.models import Centre, OpeningHours, Room, Term, Year
from core.actions import action
from hms_portal.county import sources
from hms_portal.county.copying import copy_each, reserve_keys
from hms_portal.county.plan.groups import Group, Groups
from hms_portal.county.plan.names import Names
from hms_portal.county.plan.seasons import Season, rates_of
from hms_portal.county.plan.slots import Slot, Slots
from hms_portal.county.plan.teachers import specialisms
from hms_portal.county.plan.timetable import Diary, Teachers
from hms_portal.county.sizes import Size
from lessons.models import Course, CourseRun, Subject, Tuition
from people.models import RoleHeld, School, User

SPRING_STARTERS = 8  # about one group or slot in so many begins in January
LESSONS_A_YEAR = 30  # what we promise; the plan is up to 33
SUMMARY = "{minutes} minutes a week with {teacher}, {who}. {words}"
FOR_WHOM = {
    "individual": "one to one",
    "pair": "shared with one other player",
    "group": "with a few others",
}


@action
def load_activities(
    *, size: Size, today: dt.date, by: User | None, at: dt.datetime
) -> tuple[int, list[str]]:
    """Every group and slot of every year is open; return how many rows, and what did not fit."""
    if Activity.objects.exists():
        return 0, []
    draw = random.Random(f"{size.seed}:activities")  # noqa: S311 - invents, guards nothing
    groups, slots, left_out = _timetable(size, draw)
    seasons = _seasons(size)
    count = (len(groups) + len(slots)) * len(seasons)
    writing = Writing(iter(reserve_keys(Activity, count)), draw, today)
    for season in seasons:
        writing.add_year(season, groups, slots)
    return writing.move_in(), left_out


def _timetable(size: Size, draw: random.Random) -> tuple[list[Group], list[Slot], list[str]]:
    centres = list(Centre.objects.order_by("pk"))
    rooms = list(Room.objects.order_by("pk"))
    hours = list(OpeningHours.objects.order_by("pk"))
    schools = list(School.objects.filter(is_invented=True).order_by("urn"))
    teachers, diary = invited_teachers(), Diary()
    groups = Groups(centres, rooms, hours, teachers, diary, draw)
    placed = groups.place_all()
    by_key = {centre.pk: centre for centre in centres}
    slots = Slots(size, by_key, rooms, hours, schools, teachers, diary, draw)
    return placed, slots.place_all(), groups.left_out


def invited_teachers() -> Teachers:
    """Everybody who teaches, with what they teach and where they belong; free all week."""
    roles = RoleHeld.objects.filter(role=RoleHeld.Role.TEACHER, person__staff__isnull=False)
    held = roles.select_related("person__staff").order_by("person_id")
    people = [role.person for role in held]
    families = {person.pk: specialisms(number) for number, person in enumerate(people)}
    bases = {person.pk: person.staff.base_centre_id or 0 for person in people}
    return Teachers(people, families, bases)


def _seasons(size: Size) -> list[Season]:
    years = Year.objects.filter(name__in=size.years).order_by("starts_on")
    return [season_of(year) for year in years]


def season_of(year: Year) -> Season:
    """The year with its terms in order, and its prices."""
    terms = list(Term.objects.filter(year=year).order_by("starts_on"))
    return Season(year, terms, rates_of(year, list(Rate.objects.all())))


class Writing:
    """Gathers the rows of every year before they are written."""

    def __init__(self, keys: Iterator[int], draw: random.Random, today: dt.date) -> None:
        self.keys, self.today, self.names = keys, today, Names(draw)
        self.courses = {course.slug: course for course in Course.objects.all()}
        self.subjects = {subject.slug: subject for subject in Subject.objects.all()}
        self.activities: list[Activity] = []
        self.runs: list[CourseRun] = []
        self.tuition: list[Tuition] = []

    def add_year(self, season: Season, groups: Sequence[Group], slots: Sequence[Slot]) -> None:
        for number, group in enumerate(groups):
            self._add_group(season, group, in_spring=number % SPRING_STARTERS == 5)
        for number, slot in enumerate(slots):
            in_spring = number % SPRING_STARTERS == 5
            self.add_slot(season, slot, season.lesson_days(starts_in_spring=in_spring))

    def _add_group(self, season: Season, group: Group, *, in_spring: bool) -> None:
        row = group.course
        rate = season.rates.get((row["price_key"], row["price_audience"]))
        first, last = season.group_days(
            starts_in_spring=in_spring, weeks=int(row["weeks_per_term"])
        )
        activity = self._activity(
            season,
            group,
            (first, last),
            kind=Activity.Kind.COURSE,
            title=row["title"],
            summary=row["summary"],
            tile=row["tile"],
            audience=row["audience"],
            centre_id=group.room.centre_id,
            min_age=sources.number_or_none(row["min_age"]),
            max_age=sources.number_or_none(row["max_age"]),
            min_year=sources.number_or_none(row["min_year"]),
            max_year=sources.number_or_none(row["max_year"]),
            rate=rate,
            price=rate.amount if rate else 0,
            price_basis=row["price_basis"],
        )
        self.runs.append(CourseRun(activity=activity, course=self.courses[row["slug"]]))

    def add_slot(self, season: Season, slot: Slot, days: tuple[dt.date, dt.date]) -> Activity:
        audience = Activity.Audience.ADULT if slot.is_for_adults else Activity.Audience.PUPIL
        rate = season.rates[slot.rate_key, audience]
        activity = self._activity(
            season,
            slot,
            days,
            kind=Activity.Kind.TUITION,
            title=slot.title,
            summary=SUMMARY.format(
                minutes=slot.minutes,
                teacher=slot.teacher,
                who=FOR_WHOM[slot.lesson_format],
                words=slot.subject["summary"],
            )[:300],
            tile=slot.subject["tile"],
            audience=audience,
            centre_id=slot.room.centre_id if slot.room else None,
            school=slot.school,
            rate=rate,
            price=rate.amount,
            price_basis=Activity.PriceBasis.LESSON,
            **_ages(slot),
        )
        self.tuition.append(
            Tuition(
                activity=activity,
                subject=self.subjects[slot.subject["slug"]],
                lesson_format=slot.lesson_format,
                lessons_per_year=LESSONS_A_YEAR,
                rate=rate,
            )
        )
        return activity

    def _activity(
        self, season: Season, what: Group | Slot, days: tuple[dt.date, dt.date], **more: object
    ) -> Activity:
        first, last = days
        activity = Activity(
            pk=next(self.keys),
            ref=self.names.ref(),
            year=season.year,
            room=what.room,
            teacher=what.teacher,
            weekday=what.when.weekday,
            local_start=dt.time(*divmod(what.when.start, 60)),
            minutes=what.when.end - what.when.start,
            first_on=first,
            last_on=last,
            capacity=what.capacity,
            status=season.status(first, last, self.today),
            booking_opens_at=season.booking_opens_at,
            **more,
        )
        self.activities.append(activity)
        return activity

    def move_in(self) -> int:
        return copy_each(self.activities, self.runs, self.tuition)


def _ages(slot: Slot) -> dict[str, int | None]:
    """From the age the instrument allows to the age the school keeps; adults are of any age."""
    if slot.is_for_adults:
        return {"min_age": 18}
    youngest, oldest = int(slot.subject["youngest_age"]), 18
    if slot.school and slot.school.low_age is not None and slot.school.high_age is not None:
        youngest, oldest = max(youngest, slot.school.low_age), slot.school.high_age
    return {
        "min_age": youngest,
        "max_age": oldest,
        "min_year": youngest - 4,
        "max_year": min(oldest - 5, 13),
    }
