"""Staff's door to people and schools."""

from people.admin.persons import NameSearchAdmin
from people.admin.schools import SchoolAdmin, SchoolClaimAdmin, SchoolContactAdmin
from people.admin.staff import AvailabilityAdmin, StaffAdmin

__all__ = [
    "AvailabilityAdmin",
    "NameSearchAdmin",
    "SchoolAdmin",
    "SchoolClaimAdmin",
    "SchoolContactAdmin",
    "StaffAdmin",
]
