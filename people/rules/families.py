"""School years, from dates of birth; and who may let another adult share a child's care."""

import datetime as dt
from collections.abc import Collection
from enum import StrEnum

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


# What an adult may do for a child, in the order and the words in which they are asked about.
MAY = {
    "may_see": "see lessons, calendar and attendance",
    "may_book": "book, change and leave lessons, answer permissions, and read what helps or is"
    " medical",
    "may_pay": "see and pay bills",
    "may_collect": "collect from lessons",
}


class NotYoursToGive(RuleBroken):
    """Nobody passes on more than they hold."""


class BooksUnseen(RuleBroken):
    """Whoever books without seeing would never hear that a lesson is off."""


class TooManyInvitations(RuleBroken):
    """One adult asked many in one day."""


class InvitationOver(RuleBroken):
    """The letter was used, withdrawn, is too old, or whoever wrote it may no longer invite."""


class LastAdult(RuleBroken):
    """A child would be left with nobody who books."""


class Standing(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    CLOSED = "closed"


def check_may_give(asked: Collection[str], *, own: Collection[str], child: str) -> None:
    beyond = [words for right, words in MAY.items() if right in asked and right not in own]
    if beyond:
        raise NotYoursToGive(
            f"You may not {beyond[0]} for {child} yourself, so you cannot pass that on"
        )


def check_books_seeing(asked: Collection[str]) -> None:
    """Changes are told to whoever sees, and booking, its dates and its end are pages to see."""
    if "may_book" in asked and "may_see" not in asked:
        raise BooksUnseen(
            "Whoever books must see as well, or nobody tells them when a lesson is off."
            " Choose See too, or leave Book out"
        )


def check_not_too_many(already: int, new: int, *, most: int) -> None:
    if already + new > most:
        raise TooManyInvitations(
            f"You may send {most} invitations in a day. Please wait until tomorrow"
        )


def standing_of(
    *, is_accepted: bool, is_withdrawn: bool, expires_at: dt.datetime, holds: bool, at: dt.datetime
) -> Standing:
    """`holds`: whoever wrote it may still invite, and has something of it left to give."""
    if is_accepted:
        return Standing.USED
    if is_withdrawn:
        return Standing.CLOSED
    if expires_at <= at:
        return Standing.EXPIRED
    return Standing.OPEN if holds else Standing.CLOSED


def check_leaves_somebody(*, others_who_book: int, child: str) -> None:
    if not others_who_book:
        raise LastAdult(f"Nobody else books for {child}. Call us first, so that somebody can.")


def may_in_words(rights: Collection[str]) -> str:
    """see lessons …; see and pay bills: in the order in which they were asked."""
    return "; ".join(words for right, words in MAY.items() if right in rights)


def masked(address: str) -> str:
    """r••••@f•••••.example: enough to know one's own address by, too little to write to it."""
    name, _, domain = address.partition("@")
    host, dot, rest = domain.partition(".")
    return f"{name[:1]}••••@{host[:1]}••••{dot}{rest}"
