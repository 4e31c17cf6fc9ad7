"""What may be joined and when, what it costs, which status follows which."""

from bookings.rules.calendar import LONDON, Meeting, meetings, midnight_after
from bookings.rules.joining import (
    ActivityFull,
    AlreadyJoined,
    Clash,
    NotBookable,
    PlaceFree,
    check_no_clash,
    check_open,
    check_place_free,
    check_suits,
)
from bookings.rules.leaving import Leaving, leaving
from bookings.rules.money import Cost, cost
from bookings.rules.statuses import (
    WHAT_IT_IS,
    OfferOver,
    WrongStatus,
    check_activity_may_become,
    check_enrolment_may_become,
    check_extendable,
    check_last_day,
    check_still_kept,
)
from bookings.rules.waiting import Gate, Standing, standing

__all__ = [
    "LONDON",
    "WHAT_IT_IS",
    "ActivityFull",
    "AlreadyJoined",
    "Clash",
    "Cost",
    "Gate",
    "Leaving",
    "Meeting",
    "NotBookable",
    "OfferOver",
    "PlaceFree",
    "Standing",
    "WrongStatus",
    "check_activity_may_become",
    "check_enrolment_may_become",
    "check_extendable",
    "check_last_day",
    "check_no_clash",
    "check_open",
    "check_place_free",
    "check_still_kept",
    "check_suits",
    "cost",
    "leaving",
    "meetings",
    "midnight_after",
    "standing",
]
