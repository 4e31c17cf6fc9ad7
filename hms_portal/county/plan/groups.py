"""The courses as weekly groups: a centre, a room that has what it needs, an hour, a teacher."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from centres.models import Centre, OpeningHours, Room
from hms_portal.county import sources
from hms_portal.county.plan.timetable import Diary, Teachers, When
from people.models import Person

QUARTER = 15
MIDDAY, HALF_PAST_ELEVEN = 12 * 60, 11 * 60 + 30
# The earliest and latest start after school that suits each stage, in minutes after midnight.
AFTER_SCHOOL = {
    "ks1": (16 * 60, 17 * 60 + 15),
    "ks2": (16 * 60, 18 * 60),
    "secondary": (16 * 60 + 30, 19 * 60 + 30),
    "adult": (18 * 60, 20 * 60),
    "all_ages": (17 * 60, 19 * 60),
}
IN_THE_DAY = {"early_years", "adult"}


@dataclass(frozen=True)
class Group:
    """One weekly group of a course, with its place in the week."""

    course: sources.Row
    when: When
    room: Room
    teacher: Person
    capacity: int


@dataclass
class Groups:
    """Places every run of every course; `left_out` says, in words, what would not fit."""

    centres: Sequence[Centre]
    rooms: Sequence[Room]
    hours: Sequence[OpeningHours]
    teachers: Teachers
    room_diary: Diary
    draw: random.Random
    left_out: list[str] = field(default_factory=list)

    def place_all(self) -> list[Group]:
        """Whoever needs rare equipment or the largest room chooses first."""
        weekly = [row for row in sources.rows("courses") if row["format"] != "holiday"]
        for row in sources.rows("courses"):
            if row["format"] == "holiday":
                self.left_out.append(f"{row['title']}: days in the holidays, not a week's pattern")
        runs = [row for row in weekly for _ in range(int(row["runs_suggested"]))]
        runs.sort(key=lambda row: (not row["room_tag"], -int(row["minutes"])))
        placed: list[Group] = []
        for row in runs:
            group = self._place(row, {it.room.centre_id for it in placed if it.course is row})
            if group:
                placed.append(group)
            else:
                self.left_out.append(f"{row['title']}: no room, hour and teacher together")
        return placed

    def _place(self, row: sources.Row, used: set[int]) -> Group | None:
        """At a centre that has no run of it yet, if any can; with all its places, if any can."""
        centres = self.draw.sample(self.centres, len(self.centres))
        centres.sort(key=lambda centre: centre.pk in used)
        for is_whole in (True, False):
            for centre in centres:
                for group in self._options(row, centre, is_whole=is_whole):
                    self.teachers.take(group.teacher, group.when, ("centre", centre.pk))
                    self.room_diary.take(group.room.pk, group.when)
                    return group
        return None

    def _options(self, row: sources.Row, centre: Centre, *, is_whole: bool) -> Iterator[Group]:
        rooms = [
            room
            for room in self.rooms
            if room.centre_id == centre.pk
            and (not row["room_tag"] or row["room_tag"] in room.equipment)
            and _capacity(row, room) >= int(row["capacity_max" if is_whole else "capacity_min"])
        ]
        rooms.sort(key=lambda room: (room.capacity, room.pk))
        if not rooms:
            return
        for when in self._times(row, centre):
            room = next((it for it in rooms if self.room_diary.is_free(it.pk, when)), None)
            teacher = room and self._teacher(row, when, centre)
            if room and teacher:
                yield Group(row, when, room, teacher, _capacity(row, room))

    def _teacher(self, row: sources.Row, when: When, centre: Centre) -> Person | None:
        families = {it["slug"]: it["family"] for it in sources.rows("subjects")}
        for slug in sources.listed(row["subjects"]):
            teacher = self.teachers.find(families[slug], when, ("centre", centre.pk))
            if teacher:
                return teacher
        return None

    def _times(self, row: sources.Row, centre: Centre) -> list[When]:
        """Every quarter of an hour at which it would suit, in a drawn order."""
        minutes = int(row["minutes"])
        times = [
            When(hours.weekday, start, start + minutes)
            for hours in self.hours
            if hours.centre_id == centre.pk
            for start in range(
                minutes_of(hours.opens), minutes_of(hours.closes) - minutes + 1, QUARTER
            )
            if _suits(row["stage"], When(hours.weekday, start, start + minutes))
        ]
        self.draw.shuffle(times)
        return times


def _capacity(row: sources.Row, room: Room) -> int:
    """Where a grown-up stays, each place takes room for two."""
    heads = 2 if sources.is_yes(row["adult_stays"]) else 1
    return min(int(row["capacity_max"]), room.capacity // heads)


def _suits(stage: str, when: When) -> bool:
    if when.is_weekend:
        return stage != "adult" and (stage != "early_years" or when.start <= HALF_PAST_ELEVEN)
    if when.start < MIDDAY:
        return stage in IN_THE_DAY
    earliest, latest = AFTER_SCHOOL.get(stage, (0, 0))
    return earliest <= when.start <= latest


def minutes_of(time: object) -> int:
    hours, minutes, *_ = str(time).split(":")
    return int(hours) * 60 + int(minutes)
