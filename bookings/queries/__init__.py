"""What pages and actions read of the kernel."""

from bookings.queries.places import (
    clash_of,
    cost_of_joining,
    first_clash,
    leaving_of,
    waiting_standing,
    who_books_for,
)
from bookings.queries.registers import register_window
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
    "register_window",
    "waiting_standing",
    "who_books_for",
]
