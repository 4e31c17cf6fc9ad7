"""May this person join this activity now?"""

import datetime as dt

from bookings.models import Activity
from core import words
from core.refusals import RuleBroken
from people.models import Learner, Person
from people.rules import ADULT_AGE, academic_year_of, age_on, year_group_of, year_in_words


class NotBookable(RuleBroken):
    """The activity cannot be joined now, or not by this person."""


class ActivityFull(NotBookable):
    """Every place is taken; the waiting list is open."""


class PlaceFree(NotBookable):
    """There is a free place, so there is nothing to wait for."""


class AlreadyJoined(NotBookable):
    """The person has a place, an offer or a waiting-list entry here already."""


class NotEverybodyFits(RuleBroken):
    """Groups were to be merged whole, and somebody would have to stay behind."""


class Clash(NotBookable):
    """The person is somewhere else at one of its times."""


def check_open(activity: Activity, *, meets_again: bool, at: dt.datetime) -> None:
    """Booking is open: the right status, inside its window, with a meeting still to come."""
    if not activity.is_joinable:
        raise NotBookable(f"{activity} is {activity.get_status_display()}, so it cannot be booked.")
    if at < activity.booking_opens_at:
        opens = words.moment(activity.booking_opens_at)
        raise NotBookable(f"Booking for {activity} opens at {opens}. Please come back then.")
    if activity.booking_closes_at and at >= activity.booking_closes_at:
        closed = words.moment(activity.booking_closes_at)
        raise NotBookable(f"Booking for {activity} closed at {closed}.")
    if not meets_again:
        raise NotBookable(f"{activity} has no more dates this year. Please look for another.")


def check_suits(
    activity: Activity,
    person: Person,
    learner: Learner | None,
    *,
    on: dt.date,
    school_pays: bool = False,
) -> None:
    """The person is of the age, or in the school year, that the activity is for.

    Training is for grown-ups whom a school sends, and it is the school that pays.
    """
    name = person.first_name
    if activity.audience == Activity.Audience.ADULT:
        if person.born_on and age_on(person.born_on, on) < ADULT_AGE:
            raise NotBookable(f"{activity} is for adults. {name} can look for a children’s group.")
        return
    if activity.audience == Activity.Audience.SCHOOL_STAFF:
        if not school_pays:
            raise NotBookable(f"{activity} is for school staff and is booked through the school.")
        if person.born_on and age_on(person.born_on, on) < ADULT_AGE:
            raise NotBookable(f"{activity} is for grown-ups who work at a school.")
        return
    if person.born_on is None:
        raise NotBookable(f"{activity} is for children. Add the child’s date of birth to book.")
    if activity.min_year is not None or activity.max_year is not None:
        corrected = learner.set_year_group if learner else None
        _check_school_year(
            activity, name, year_group_of(person.born_on, on=on, corrected=corrected)
        )
    else:
        _check_age(activity, name, age_on(person.born_on, dt.date(academic_year_of(on), 9, 1)))


def _check_school_year(activity: Activity, name: str, year: int | None) -> None:
    low, high = activity.min_year, activity.max_year
    if year is not None and (low is None or low <= year) and (high is None or year <= high):
        return
    stage = "no school year" if year is None else year_in_words(year)
    raise NotBookable(f"{activity} is for {_span(low, high)}. {name} is in {stage}.")


def _span(low: int | None, high: int | None) -> str:
    if high is None:
        return f"{year_in_words(low or 0)} and older"
    if low is None:
        return f"up to {year_in_words(high)}"
    return year_in_words(low) if low == high else f"{year_in_words(low)} to {year_in_words(high)}"


def _check_age(activity: Activity, name: str, age: int) -> None:
    low, high = activity.min_age, activity.max_age
    if low is not None and age < low:
        raise NotBookable(
            f"{name} is a little young for {activity}: it is for children who were at least"
            f" {low} on 1 September."
        )
    if high is not None and age > high:
        raise NotBookable(
            f"{activity} is for children who were no older than {high} on 1 September."
            f" {name} was {age}."
        )


def check_place_free(activity: Activity) -> None:
    if activity.is_full:
        raise ActivityFull(
            f"{activity} is full. Nothing was booked. You can join the waiting list: it is free,"
            " and we write to you when there is a place."
        )


def check_no_clash(person: Person, clash: tuple[str, dt.date] | None) -> None:
    """`clash`: the title and a date of what the person does at one of these times, if anything."""
    if clash:
        title, day = clash
        raise Clash(
            f"{person.first_name} has {title} at that time, for example on"
            f" {words.weekday_and_day(day)}. Choose another time, or end that place first."
        )
