"""What families and teachers see of places."""

from bookings.views.absences import tell_absence, withdraw_absence
from bookings.views.attendance import attendance
from bookings.views.booking import (
    book_place,
    booked,
    check_booking,
    confirm_place,
    extend_hold,
    join_waiting_list,
    release_hold,
)
from bookings.views.calendar import calendar
from bookings.views.changes import move_session, plan_makeup, restore_session
from bookings.views.closures import close_place, closure, undo_closure
from bookings.views.family import enrolment, my_family
from bookings.views.feeds import calendar_feed, renew_calendar_feed, revoke_calendar_feed
from bookings.views.headcounts import settle_count
from bookings.views.leaving import give_notice
from bookings.views.messages import message, send_message, write_message
from bookings.views.my_cover import my_cover, report_my_absence, withdraw_my_absence
from bookings.views.my_messages import my_messages
from bookings.views.needs import needs
from bookings.views.offers import (
    accept_offer,
    decline_offer,
    leave_waiting_list,
    offer,
    waiting,
)
from bookings.views.registers import not_taught, register, register_care, settle_mark
from bookings.views.sending import send_marks
from bookings.views.teaching import my_teaching

__all__ = [
    "accept_offer",
    "attendance",
    "book_place",
    "booked",
    "calendar",
    "calendar_feed",
    "check_booking",
    "close_place",
    "closure",
    "confirm_place",
    "decline_offer",
    "enrolment",
    "extend_hold",
    "give_notice",
    "join_waiting_list",
    "leave_waiting_list",
    "message",
    "move_session",
    "my_cover",
    "my_family",
    "my_messages",
    "my_teaching",
    "needs",
    "not_taught",
    "offer",
    "plan_makeup",
    "register",
    "register_care",
    "release_hold",
    "renew_calendar_feed",
    "report_my_absence",
    "restore_session",
    "revoke_calendar_feed",
    "send_marks",
    "send_message",
    "settle_count",
    "settle_mark",
    "tell_absence",
    "undo_closure",
    "waiting",
    "withdraw_absence",
    "withdraw_my_absence",
    "write_message",
]
