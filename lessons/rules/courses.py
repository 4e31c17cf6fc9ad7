"""Whether a course for school staff can be planned as it was written down, in sentences."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bookings.models import Activity
from centres.models import Centre, Room, Term
from core import words
from core.refusals import RuleBroken
from lessons.models import Course
from people.models import Person


class NotPlanned(RuleBroken):
    """The course cannot be held as it was written down."""


@dataclass(frozen=True)
class Planned:
    """A course as the office writes it down; without a centre, online; without places, no limit."""

    course: Course
    title: str
    trainer: Person
    centre: Centre | None
    room: Room | None
    first_on: dt.date
    last_on: dt.date
    starts: dt.time
    minutes: int
    places: int | None
    price: Decimal
    opens_at: dt.datetime
    closes_at: dt.datetime | None

    @property
    def basis(self) -> str:
        """The price is for all of it, however many dates it has."""
        if not self.price:
            return Activity.PriceBasis.FREE
        one = self.first_on == self.last_on
        return Activity.PriceBasis.SESSION if one else Activity.PriceBasis.TERM

    @property
    def when(self) -> tuple[object, ...]:
        """What whoever books it relies on."""
        return self.first_on, self.last_on, self.starts, self.minutes, self.centre

    @property
    def pattern(self) -> dict[str, object]:
        """The fields of the activity that say when and where."""
        return {
            "centre": self.centre,
            "weekday": self.first_on.isoweekday(),
            "local_start": self.starts,
            "minutes": self.minutes,
            "first_on": self.first_on,
            "last_on": self.last_on,
        }

    @property
    def said(self) -> dict[str, object]:
        """The fields that may change while it is open: whoever has booked keeps their price."""
        return {
            "title": self.title or self.course.title,
            "summary": self.course.summary,
            "tile": self.course.tile,
            "price": self.price,
            "price_basis": self.basis,
            "booking_opens_at": self.opens_at,
            "booking_closes_at": self.closes_at,
        }


def check_can_be_planned(planned: Planned, *, terms: Iterable[Term], today: dt.date) -> Term:
    """Return the term it is in."""
    if planned.course.audience != Activity.Audience.SCHOOL_STAFF:
        raise NotPlanned(
            f"{planned.course} is for {planned.course.get_audience_display()}. Choose a course for"
            " school staff, or write one first."
        )
    if planned.first_on <= today:
        raise NotPlanned(f"{words.day(planned.first_on)} is over. Choose a day to come.")
    if planned.last_on < planned.first_on:
        raise NotPlanned("The last day comes before the first.")
    if planned.room and (planned.centre is None or planned.room.centre_id != planned.centre.pk):
        raise NotPlanned(f"{planned.room} is at {planned.room.centre}: choose that centre too.")
    if planned.closes_at and planned.closes_at <= planned.opens_at:
        raise NotPlanned("Booking closes after it opens.")
    first = next((term for term in terms if term.holds(planned.first_on)), None)
    if first is None:
        raise NotPlanned(
            f"{words.day(planned.first_on)} is in no term that we know, or in half term. Choose a"
            " day in term, or add the year’s terms first."
        )
    if planned.last_on > first.ends_on:
        raise NotPlanned(
            f"{first} ends on {words.day(first.ends_on)}. Plan a course of its own for what comes"
            " after it."
        )
    return first


def check_meets(number: int, title: str) -> None:
    if not number:
        raise NotPlanned(f"Everything is closed on every day of {title}. Choose another day.")


def check_dates_stay(planned: Planned, activity: Activity) -> None:
    """Whoever booked relies on when and where: that changes one session at a time."""
    was = (
        activity.first_on, activity.last_on, activity.local_start, activity.minutes,
        activity.centre,
    )  # fmt: skip
    if planned.when != was:
        raise NotPlanned(
            f"{activity} is {activity.get_status_display()}, so its days, times and place stay."
            " Move its session among the sessions, or call it off and plan another."
        )
