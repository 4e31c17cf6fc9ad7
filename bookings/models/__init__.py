"""The kernel's tables: each hangs off Activity."""

from bookings.models.absences import AbsenceNotice
from bookings.models.activities import Activity
from bookings.models.closures import CancellationCause, ClosedSession, Closure
from bookings.models.credits import Credit
from bookings.models.enrolments import Enrolment
from bookings.models.feeds import CalendarFeed
from bookings.models.messages import Message, MessageReader
from bookings.models.registers import Attendance, ClassReturn, CountReceived, MarkReceived
from bookings.models.sessions import Session, SessionStaff

__all__ = [
    "AbsenceNotice",
    "Activity",
    "Attendance",
    "CalendarFeed",
    "CancellationCause",
    "ClassReturn",
    "ClosedSession",
    "Closure",
    "CountReceived",
    "Credit",
    "Enrolment",
    "MarkReceived",
    "Message",
    "MessageReader",
    "Session",
    "SessionStaff",
]
