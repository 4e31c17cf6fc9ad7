"""The sheets staff may send: pupils into groups; rooms, teachers and capacities of groups."""

from typing import ClassVar

from bookings import actions as bookings
from bookings.models import Activity, Enrolment
from bookings.queries import naming, rosters
from core.admin.importing import SheetResource
from core.refusals import RuleBroken
from people.models import Person

Changes = list[tuple[str, str, str]]
_NOT_IN = "not in it"
_WAITS = {"place": False, "has a place": False, "waiting list": True, "on the waiting list": True}


class BadCell(RuleBroken):
    """A cell says something we cannot do."""


class PupilSheet(SheetResource):
    """Each row writes one pupil into one group: a place, or the end of its line."""

    title = "Write pupils in from a sheet"
    explained = (
        "Each row is a pupil and an activity, by the references of a sheet downloaded here, or by"
        " name: Pupil with Date of birth, and Activity with Day and Time if several have its name."
        " Status is place or waiting list. A place goes to nobody before those who wait."
    )
    needs: ClassVar = ("Pupil", "Activity", "Status")

    def apply_row(self, row: dict[str, str]) -> tuple[str, Changes]:
        waits = _WAITS.get(row["status"].casefold())
        if waits is None:
            raise BadCell("Status is place or waiting list.")
        person = naming.pupil_named(
            self.by,
            reference=row.get("pupil reference", ""),
            name=row["pupil"],
            born_on=row.get("date of birth", ""),
        )
        activity = _activity_of(self, row)
        about = f"{person} in {activity}"
        if rosters.stands(person, activity) == _wanted(waits):
            return about, []
        done = bookings.write_in(
            activity=activity, person=person, waits=waits, by=self.by, at=self.at
        )
        return about, [("Status", _NOT_IN, str(done.get_status_display()))]

    def about_of(self, row: dict[str, str]) -> str:
        return f"{row.get('pupil', '')} in {row.get('activity', '')}"


def _wanted(waits: bool) -> str:
    return Enrolment.Status.WAITING if waits else Enrolment.Status.ACTIVE


class ActivitySheet(SheetResource):
    """Each row sets the room, the teacher or the capacity of one group; an empty cell keeps it."""

    title = "Change activities from a sheet"
    explained = (
        "Each row is an activity, by its reference or by its name (with Day and Time if several"
        " have it). Room, Teacher and Capacity are what they shall be from now on; an empty cell"
        " changes nothing. Reason is kept in the history."
    )
    needs: ClassVar = ("Activity", "Room", "Teacher", "Capacity", "Reason")

    def apply_row(self, row: dict[str, str]) -> tuple[str, Changes]:
        was = _activity_of(self, row)
        capacity = _number(row["capacity"])
        room = naming.room_named(was, row["room"]) if row["room"] else None
        teacher = naming.teacher_named(row["teacher"]) if row["teacher"] else None
        changes = _differences(was, capacity=capacity, room=room, teacher=teacher)
        if not changes:
            return str(was), []
        if not row["reason"]:
            raise BadCell("Write why, in the column Reason.")
        bookings.change_activity(
            activity=was, capacity=capacity, room=room, teacher=teacher,
            reason=row["reason"][:200], by=self.by, at=self.at,
        )  # fmt: skip
        return str(was), changes

    def about_of(self, row: dict[str, str]) -> str:
        return row.get("activity", "")


def _activity_of(resource: SheetResource, row: dict[str, str]) -> Activity:
    return naming.activity_named(
        resource.by,
        reference=row.get("activity reference", ""),
        title=row["activity"],
        day=row.get("day", ""),
        time=row.get("time", ""),
    )


def _number(said: str) -> int | None:
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and 0 < int(said[:6]) < 10_000 and len(said) < 6):
        raise BadCell("Capacity is a whole number from 1 to 9999, or empty.")
    return int(said)


def _differences(
    was: Activity, *, capacity: int | None, room: object, teacher: Person | None
) -> Changes:
    wanted = [
        ("Room", was.room, room),
        ("Teacher", was.teacher, teacher),
        ("Capacity", was.capacity, capacity),
    ]
    return [
        (name, str(before or "none"), str(now))
        for name, before, now in wanted
        if now is not None and now != before
    ]
