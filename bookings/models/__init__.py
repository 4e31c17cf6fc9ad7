"""The kernel's tables: each hangs off Activity."""

from bookings.models.activities import Activity
from bookings.models.closures import CancellationCause, Closure
from bookings.models.enrolments import Enrolment
from bookings.models.sessions import Attendance, Session, SessionStaff

__all__ = [
    "Activity",
    "Attendance",
    "CancellationCause",
    "Closure",
    "Enrolment",
    "Session",
    "SessionStaff",
]
