"""Staff's door to the kernel: rosters first, then who joined, when it happens, when it does not."""

from bookings.admin.activities import ActivityAdmin
from bookings.admin.calendar import CancellationCauseAdmin, SessionAdmin
from bookings.admin.closures import ClosureAdmin
from bookings.admin.enrolments import EnrolmentAdmin
from bookings.admin.staffing import StaffAbsenceAdmin
from bookings.admin.told import (
    AbsenceNoticeAdmin,
    CalendarFeedAdmin,
    CreditAdmin,
    MarkReceivedAdmin,
    MessageAdmin,
    MessageReaderAdmin,
)

__all__ = [
    "AbsenceNoticeAdmin",
    "ActivityAdmin",
    "CalendarFeedAdmin",
    "CancellationCauseAdmin",
    "ClosureAdmin",
    "CreditAdmin",
    "EnrolmentAdmin",
    "MarkReceivedAdmin",
    "MessageAdmin",
    "MessageReaderAdmin",
    "SessionAdmin",
    "StaffAbsenceAdmin",
]
