"""Letters about places and meetings: what each says, once for each thing that happens."""

from bookings.actions.letters.places import (
    cancelled_by_us,
    first_meeting,
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

__all__ = [
    "cancelled_by_us",
    "first_meeting",
    "notice_received",
    "offer_ending",
    "offer_lapsed",
    "place_booked",
    "place_ended",
    "place_offered",
    "price",
    "reason_of",
    "waiting_joined",
    "where_and_when",
    "write",
]
