"""Registers: when one may be taken and corrected, and what becomes of a mark that comes late."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bookings.models import Session
from bookings.rules.calendar import LONDON
from core import words
from core.refusals import RuleBroken


class RegisterClosed(RuleBroken):
    """Not yet, or not any more."""


class NoteDiffers(RuleBroken):
    """Somebody else wrote another note meanwhile."""


class MarkedMeanwhile(RuleBroken):
    """What the page showed is not what stands."""


@dataclass(frozen=True)
class Window:
    """How long before its start, and how long after its day, a register may be marked."""

    opens_minutes: int
    teacher_days: int
    head_days: int
    care_days: int


class Landing(StrEnum):
    """What becomes of a mark."""

    SAME = "same"
    KEPT = "kept"
    DIFFERS = "differs"


def landing(
    *, said: str, note: str | None, stands: str | None, stands_note: str, version: int, seen: int
) -> Landing:
    """A mark changes what its sender saw, and never what they did not: then both are kept."""
    same_note = note is None or note == stands_note
    if said == (stands or "") and same_note:
        return Landing.SAME
    if version == seen or (not stands and same_note):
        return Landing.KEPT
    return Landing.DIFFERS


def check_register_open(
    session: Session, *, runs_centre: bool, window: Window, at: dt.datetime
) -> None:
    """From shortly before it starts; then for some days, and longer for who runs the centre."""
    if session.status == Session.Status.CANCELLED:
        raise RegisterClosed("This meeting is not on, so nobody is marked in it.")
    opens = session.during.lower - dt.timedelta(minutes=window.opens_minutes)
    if at < opens:
        raise RegisterClosed(f"This register opens at {words.moment(opens)}.")
    days = window.head_days if runs_centre else window.teacher_days
    if at.astimezone(LONDON).date() > day_of(session) + dt.timedelta(days=days):
        who = "anybody" if runs_centre else "you"
        ask = "" if runs_centre else " Ask the head of the centre."
        raise RegisterClosed(
            f"This register can be changed by {who} for {words.count(days, 'day')}"
            f" after it, and they have passed.{ask}"
        )


def check_not_taken(session: Session) -> None:
    if session.status == Session.Status.TAUGHT:
        raise RegisterClosed("Everybody in this register is marked. Correct the marks instead.")


def care_is_open(session: Session, *, window: Window, at: dt.datetime) -> bool:
    """What a family told us in confidence is for the day, and the days next to it."""
    away = abs((at.astimezone(LONDON).date() - day_of(session)).days)
    return away <= window.care_days


def day_of(session: Session) -> dt.date:
    """The local day on which it meets, wherever it was moved to."""
    start: dt.datetime = session.during.lower
    return start.astimezone(LONDON).date()
