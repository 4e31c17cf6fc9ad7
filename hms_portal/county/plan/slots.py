"""Open lesson slots: a named teacher, a subject, twenty or thirty minutes, alone or with others."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from centres.models import Centre, OpeningHours, Room
from hms_portal.county import sources
from hms_portal.county.plan.groups import minutes_of
from hms_portal.county.plan.homes import metres2
from hms_portal.county.plan.teachers import taught_alone
from hms_portal.county.plan.timetable import Diary, Teachers, When
from hms_portal.county.sizes import Size
from people.models import Person, School

# Nine, half past, ten, a break, three before dinner and four after it.
AT_SCHOOL = (540, 570, 600, 645, 675, 705, 795, 825, 855, 885)
EVENING = 17 * 60 + 30
LONGEST = 30
FOR_ADULTS = 0.36  # of the slots at a centre in the evening
WAYS = {
    "individual": ("one to one", 1),
    "pair": ("for two", 2),
    "group": ("in a small group", 6),
}


@dataclass(frozen=True)
class Slot:
    """One weekly lesson that somebody, or a few, may take."""

    subject: sources.Row
    lesson_format: str
    when: When
    teacher: Person
    capacity: int
    room: Room | None = None
    school: School | None = None
    is_for_adults: bool = False

    @property
    def minutes(self) -> int:
        return self.when.end - self.when.start

    @property
    def rate_key(self) -> str:
        return f"lesson-{self.lesson_format}-{self.minutes}"

    @property
    def title(self) -> str:
        words = WAYS[self.lesson_format][0]
        lesson = f"{self.subject['name']} lesson"
        if self.is_for_adults:
            return f"{lesson} for adults, {words}"
        return f"{lesson}, {words}" if self.lesson_format == "individual" else f"{lesson} {words}"


@dataclass
class Slots:
    """Gives every teacher some lessons at a school and some at the centre they belong to."""

    size: Size
    centres: dict[int, Centre]
    rooms: Sequence[Room]
    hours: Sequence[OpeningHours]
    schools: Sequence[School]
    teachers: Teachers
    room_diary: Diary
    draw: random.Random

    def place_all(self) -> list[Slot]:
        free_schools = list(self.schools)
        slots: list[Slot] = []
        total = len(self.teachers.teachers)
        for number, teacher in enumerate(self.teachers.teachers):
            share = self.size.slots * (number + 1) // total - self.size.slots * number // total
            at_school = round(share * self.size.slots_at_schools)
            slots += self._at_a_school(number, teacher, at_school, free_schools)
            slots += self._at_the_centre(number, teacher, share - at_school)
        for number, teacher in enumerate(self.teachers.teachers):
            if len(slots) >= self.size.slots:
                break
            slots += self._at_the_centre(number, teacher, 1)
        return slots

    def _at_a_school(
        self, number: int, teacher: Person, count: int, free: list[School]
    ) -> Iterator[Slot]:
        """One morning a week at the nearest school that nobody visits yet."""
        if not count:
            return
        centre = self.centres[self.teachers.bases[teacher.pk]]
        here = (centre.easting, centre.northing)
        school = min(free, key=lambda it: metres2((it.easting or 0, it.northing or 0), here))
        free.remove(school)
        for weekday in self.draw.sample(range(1, 6), 5):
            times = [When(weekday, start, start + LONGEST) for start in AT_SCHOOL]
            place = ("school", school.pk)
            times = [it for it in times if self.teachers.can_be(teacher, it, place)]
            if len(times) < count:
                continue
            for when in times[:count]:
                subject = self._subject(number, youngest_from=school.high_age or 18)
                yield self._slot(subject, when, teacher, school=school)
                self.teachers.take(teacher, when, place)
            return

    def _at_the_centre(self, number: int, teacher: Person, count: int) -> Iterator[Slot]:
        """In rooms with a panel in the door, when the centre is open and school is out."""
        base = self.teachers.bases[teacher.pk]
        others = [pk for pk in self.centres if pk != base]
        for centre_id in [base, *others]:
            for when, room in self._free_rooms(centre_id):
                if not count:
                    return
                place = ("centre", centre_id)
                free = self.room_diary.is_free(room.pk, when)
                if not free or not self.teachers.can_be(teacher, when, place):
                    continue
                is_evening = when.start >= EVENING and not when.is_weekend
                for_adults = is_evening and self.draw.random() < FOR_ADULTS
                subject = self._subject(number, youngest_from=18)
                slot = self._slot(subject, when, teacher, room=room, for_adults=for_adults)
                self.room_diary.take(room.pk, when)
                self.teachers.take(teacher, when, place)
                count -= 1
                yield slot

    def _free_rooms(self, centre_id: int) -> Iterator[tuple[When, Room]]:
        rooms = [it for it in self.rooms if it.centre_id == centre_id and it.suits_one_to_one]
        times = [
            When(hours.weekday, start, start + LONGEST)
            for hours in self.hours
            if hours.centre_id == centre_id and (hours.weekday >= 6 or hours.opens.hour >= 15)
            for start in range(
                minutes_of(hours.opens), minutes_of(hours.closes) - LONGEST + 1, LONGEST
            )
        ]
        self.draw.shuffle(times)
        for when in times:
            for room in rooms:
                yield when, room

    def _subject(self, number: int, *, youngest_from: int) -> sources.Row:
        taught = taught_alone(number)
        young = [row for row in taught if int(row["youngest_age"]) <= youngest_from - 2]
        return self.draw.choice(young or taught)

    def _slot(
        self,
        subject: sources.Row,
        when: When,
        teacher: Person,
        *,
        room: Room | None = None,
        school: School | None = None,
        for_adults: bool = False,
    ) -> Slot:
        lesson_format, minutes = self._shape(for_adults=for_adults)
        capacity = WAYS[lesson_format][1]
        if lesson_format == "group":
            capacity = self.draw.choice((4, 5, 6)) if self.size.group_share < 0.5 else capacity
            capacity = min(capacity, room.capacity - 1) if room else capacity
        return Slot(
            subject=subject,
            lesson_format=lesson_format,
            when=when._replace(end=when.start + minutes),
            teacher=teacher,
            capacity=capacity,
            room=room,
            school=school,
            is_for_adults=for_adults,
        )

    def _shape(self, *, for_adults: bool) -> tuple[str, int]:
        if self.draw.random() < self.size.group_share:
            return "group", 30
        if self.draw.random() < 0.25:
            return "pair", 30 if for_adults else self.draw.choice((20, 30))
        return "individual", self.draw.choice((20, 30, 30))
