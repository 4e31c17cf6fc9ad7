"""Everything that changes a booking. Nothing else writes to these tables.

Locks are taken Activity before Session before people, in id order, in every action.
"""

from bookings.actions.absences import take_back_absence, tell_absence
from bookings.actions.activities import close_activity, open_activity, plan_sessions, set_capacity
from bookings.actions.assurance import assure, assure_school, assure_schools
from bookings.actions.changes import cancel_session, move_session, restore_session
from bookings.actions.class_sizes import expect_heads
from bookings.actions.closures import close_place, tell_of_closure, tell_of_closures, undo_closure
from bookings.actions.desk import open_contacts
from bookings.actions.endings import (
    cancel_enrolment,
    end_enrolment,
    give_notice,
    move_enrolment,
)
from bookings.actions.feeds import (
    note_reading,
    renew_calendar_feed,
    revoke_calendar_feed,
    revoke_feed,
)
from bookings.actions.handing_over import hand_over_place
from bookings.actions.headcounts import (
    CountAnswer,
    SaidHeads,
    heads_of,
    keep_count,
    keep_counts,
    refused_count,
    settle_count,
)
from bookings.actions.holds import confirm_place, extend_hold, hold_place, release_hold
from bookings.actions.makeups import plan_makeup
from bookings.actions.marks import REFUSED, Answer, Said, refusal
from bookings.actions.offers import (
    accept_offer,
    decline_offer,
    join_waiting_list,
    offer_next,
    sweep_activity,
    sweep_places,
)
from bookings.actions.registers import (
    keep_batches,
    keep_marks,
    mark_not_taught,
    prune_marks,
    settle_mark,
)
from bookings.actions.reminders import remind_first_meetings, remind_offers
from bookings.actions.rosters import Merged, merge_groups, offer_to
from bookings.actions.staff_absences import Withdrawn, report_absence, withdraw_absence
from bookings.actions.staffing import (
    LeadChanged,
    NotChanged,
    assign_room,
    assign_staff,
    change_lead,
    unassign_staff,
)
from bookings.actions.writing_in import change_activity, set_room, set_teacher, write_in

__all__ = [
    "REFUSED",
    "Answer",
    "CountAnswer",
    "LeadChanged",
    "Merged",
    "NotChanged",
    "Said",
    "SaidHeads",
    "Withdrawn",
    "accept_offer",
    "assign_room",
    "assign_staff",
    "assure",
    "assure_school",
    "assure_schools",
    "cancel_enrolment",
    "cancel_session",
    "change_activity",
    "change_lead",
    "close_activity",
    "close_place",
    "confirm_place",
    "decline_offer",
    "end_enrolment",
    "expect_heads",
    "extend_hold",
    "give_notice",
    "hand_over_place",
    "heads_of",
    "hold_place",
    "join_waiting_list",
    "keep_batches",
    "keep_count",
    "keep_counts",
    "keep_marks",
    "mark_not_taught",
    "merge_groups",
    "move_enrolment",
    "move_session",
    "note_reading",
    "offer_next",
    "offer_to",
    "open_activity",
    "open_contacts",
    "plan_makeup",
    "plan_sessions",
    "prune_marks",
    "refusal",
    "refused_count",
    "release_hold",
    "remind_first_meetings",
    "remind_offers",
    "renew_calendar_feed",
    "report_absence",
    "restore_session",
    "revoke_calendar_feed",
    "revoke_feed",
    "set_capacity",
    "set_room",
    "set_teacher",
    "settle_count",
    "settle_mark",
    "sweep_activity",
    "sweep_places",
    "take_back_absence",
    "tell_absence",
    "tell_of_closure",
    "tell_of_closures",
    "unassign_staff",
    "undo_closure",
    "withdraw_absence",
    "write_in",
]
