"""Everything that changes a booking. Nothing else writes to these tables.

Locks are taken Activity before Session before people, in id order, in every action.
"""

from bookings.actions.activities import close_activity, open_activity, plan_sessions, set_capacity
from bookings.actions.closures import cancel_session, close_place
from bookings.actions.endings import (
    cancel_enrolment,
    end_enrolment,
    give_notice,
    move_enrolment,
)
from bookings.actions.holds import confirm_place, extend_hold, hold_place, release_hold
from bookings.actions.offers import (
    accept_offer,
    decline_offer,
    join_waiting_list,
    offer_next,
    sweep_activity,
    sweep_places,
)
from bookings.actions.reminders import remind_first_meetings, remind_offers

__all__ = [
    "accept_offer",
    "cancel_enrolment",
    "cancel_session",
    "close_activity",
    "close_place",
    "confirm_place",
    "decline_offer",
    "end_enrolment",
    "extend_hold",
    "give_notice",
    "hold_place",
    "join_waiting_list",
    "move_enrolment",
    "offer_next",
    "open_activity",
    "plan_sessions",
    "release_hold",
    "remind_first_meetings",
    "remind_offers",
    "set_capacity",
    "sweep_activity",
    "sweep_places",
]
