"""Staff's door to the kernel: rosters first, then who joined, when it happens, when it does not."""

from bookings.admin.activities import ActivityAdmin
from bookings.admin.calendar import CancellationCauseAdmin, ClosureAdmin, SessionAdmin
from bookings.admin.enrolments import EnrolmentAdmin

__all__ = [
    "ActivityAdmin",
    "CancellationCauseAdmin",
    "ClosureAdmin",
    "EnrolmentAdmin",
    "SessionAdmin",
]
