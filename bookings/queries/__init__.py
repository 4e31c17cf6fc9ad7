"""What pages and actions read of the kernel."""

from bookings.queries.places import (
    clash_of,
    cost_of_joining,
    first_clash,
    leaving_of,
    waiting_standing,
)
from bookings.queries.sessions import (
    calendar_of,
    meetings_to_come,
    next_meetings,
    planned_meetings,
)

__all__ = [
    "calendar_of",
    "clash_of",
    "cost_of_joining",
    "first_clash",
    "leaving_of",
    "meetings_to_come",
    "next_meetings",
    "planned_meetings",
    "waiting_standing",
]
