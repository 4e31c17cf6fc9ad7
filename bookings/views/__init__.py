"""What families and teachers see of places."""

from bookings.views.booking import (
    book_place,
    booked,
    check_booking,
    confirm_place,
    extend_hold,
    join_waiting_list,
    release_hold,
)
from bookings.views.family import enrolment, my_family
from bookings.views.leaving import give_notice
from bookings.views.messages import message, send_message, write_message
from bookings.views.my_messages import my_messages
from bookings.views.needs import needs
from bookings.views.offers import (
    accept_offer,
    decline_offer,
    leave_waiting_list,
    offer,
    waiting,
)
from bookings.views.teaching import my_teaching

__all__ = [
    "accept_offer",
    "book_place",
    "booked",
    "check_booking",
    "confirm_place",
    "decline_offer",
    "enrolment",
    "extend_hold",
    "give_notice",
    "join_waiting_list",
    "leave_waiting_list",
    "message",
    "my_family",
    "my_messages",
    "my_teaching",
    "needs",
    "offer",
    "release_hold",
    "send_message",
    "waiting",
    "write_message",
]
