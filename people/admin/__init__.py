"""Staff's door to people and schools."""

from people.admin.persons import NameSearchAdmin
from people.admin.schools import SchoolAdmin, SchoolClaimAdmin, SchoolContactAdmin

__all__ = ["NameSearchAdmin", "SchoolAdmin", "SchoolClaimAdmin", "SchoolContactAdmin"]
