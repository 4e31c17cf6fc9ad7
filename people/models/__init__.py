"""Everyone the service knows: the tables."""

from people.models.consents import Consent, ConsentWording
from people.models.families import Guardianship, Learner, LearnerCare
from people.models.invitations import Invitation
from people.models.persons import AboutPersonQuerySet, Person, User, sort_name_of
from people.models.photographs import Photograph
from people.models.schools import School, SchoolClaim, SchoolContact, SchoolInvitation
from people.models.staff import Availability, RoleHeld, Staff, StaffAbsence

__all__ = [
    "AboutPersonQuerySet",
    "Availability",
    "Consent",
    "ConsentWording",
    "Guardianship",
    "Invitation",
    "Learner",
    "LearnerCare",
    "Person",
    "Photograph",
    "RoleHeld",
    "School",
    "SchoolClaim",
    "SchoolContact",
    "SchoolInvitation",
    "Staff",
    "StaffAbsence",
    "User",
    "sort_name_of",
]
