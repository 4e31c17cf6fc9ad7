"""Which status may follow which."""

import datetime as dt

from bookings.models import Activity, Enrolment
from core import words
from core.refusals import RuleBroken

S, A = Enrolment.Status, Activity.Status

_ENROLMENT_NEXT: dict[str, set[str]] = {
    S.WAITING: {S.OFFERED, S.CANCELLED},
    S.OFFERED: {S.ACTIVE, S.DECLINED, S.LAPSED, S.CANCELLED},
    S.HELD: {S.ACTIVE, S.LAPSED, S.CANCELLED},
    S.ACTIVE: {S.ENDED, S.CANCELLED},
    S.ENDED: set(),
    S.DECLINED: set(),
    S.LAPSED: set(),
    S.CANCELLED: set(),
}
_ACTIVITY_NEXT: dict[str, set[str]] = {
    A.DRAFT: {A.OPEN, A.CANCELLED},
    A.OPEN: {A.CLOSED, A.RUNNING, A.CANCELLED},
    A.CLOSED: {A.OPEN, A.RUNNING, A.FINISHED, A.CANCELLED},
    A.RUNNING: {A.CLOSED, A.FINISHED, A.CANCELLED},
    A.FINISHED: set(),
    A.CANCELLED: set(),
}
WHAT_IT_IS: dict[str, str] = {
    S.WAITING: "is on the waiting list",
    S.OFFERED: "has an offer that waits for an answer",
    S.HELD: "is holding a place that is not booked yet",
    S.ACTIVE: "has a place",
    S.ENDED: "has left",
    S.DECLINED: "said no to this place",
    S.LAPSED: "had a place that was kept, and the time ran out",
    S.CANCELLED: "had a booking that was cancelled",
}


class WrongStatus(RuleBroken):
    """This cannot follow from where it stands."""


class OfferOver(WrongStatus):
    """The place was kept until a time that has passed."""


def check_enrolment_may_become(status: str, enrolment: Enrolment) -> None:
    if status not in _ENROLMENT_NEXT[enrolment.status]:
        name = enrolment.person.first_name
        error = OfferOver if enrolment.status == S.LAPSED else WrongStatus
        raise error(f"{name} {WHAT_IT_IS[enrolment.status]}, so nothing was changed.")


def check_activity_may_become(status: str, activity: Activity) -> None:
    if status not in _ACTIVITY_NEXT[activity.status]:
        raise WrongStatus(f"{activity} is {activity.get_status_display()}.")


def check_still_kept(enrolment: Enrolment, *, at: dt.datetime) -> None:
    """The hold or the offer has not run out."""
    if enrolment.offer_expires_at and at >= enrolment.offer_expires_at:
        until = words.moment(enrolment.offer_expires_at)
        raise OfferOver(
            f"The place was kept until {until}, and that has passed. Nothing was booked."
            " Please choose a place again."
        )


def check_extendable(enrolment: Enrolment, *, at: dt.datetime) -> None:
    """A hold that still runs may be extended once."""
    if enrolment.status != S.HELD:
        name = enrolment.person.first_name
        raise WrongStatus(f"{name} {WHAT_IT_IS[enrolment.status]}. There is no hold to extend.")
    check_still_kept(enrolment, at=at)
    if enrolment.is_extended:
        raise WrongStatus("You have had more time once already. Please finish, or start again.")


def check_has_terms(activity: Activity) -> None:
    """Notice by the term is for what runs by terms; training is cancelled on its own page."""
    if activity.kind == Activity.Kind.TRAINING:
        raise WrongStatus(f"{activity} has no terms. Cancel the place on its page instead.")


def check_last_day(enrolment: Enrolment, last_day: dt.date) -> None:
    """Nobody leaves before they start."""
    if enrolment.starts_on and last_day < enrolment.starts_on:
        raise WrongStatus(
            f"{enrolment.person.first_name} starts on {words.day(enrolment.starts_on)}. Choose a"
            " last day from then on, or cancel the booking."
        )
