"""Letters about places and meetings: what each says, once for each thing that happens."""

from bookings.actions.letters.changes import (
    cancelled,
    closing,
    made_up,
    moved,
    not_needed,
    reopening,
    restored,
    time_and_place,
)
from bookings.actions.letters.places import (
    notice_received,
    offer_ending,
    offer_lapsed,
    place_booked,
    place_ended,
    place_offered,
    price,
    reason_of,
    waiting_joined,
    where_and_when,
    write,
)
from bookings.actions.letters.rosters import group_changed, line_changed, room_changed

__all__ = [
    "cancelled",
    "closing",
    "group_changed",
    "line_changed",
    "made_up",
    "moved",
    "not_needed",
    "notice_received",
    "offer_ending",
    "offer_lapsed",
    "place_booked",
    "place_ended",
    "place_offered",
    "price",
    "reason_of",
    "reopening",
    "restored",
    "room_changed",
    "time_and_place",
    "waiting_joined",
    "where_and_when",
    "write",
]
