"""Everyone the service knows: the tables."""

from people.models.consents import Consent, ConsentWording
from people.models.families import Guardianship, Learner, LearnerCare
from people.models.persons import Person, User, sort_name_of
from people.models.schools import School, SchoolContact
from people.models.staff import RoleHeld, Staff

__all__ = [
    "Consent",
    "ConsentWording",
    "Guardianship",
    "Learner",
    "LearnerCare",
    "Person",
    "RoleHeld",
    "School",
    "SchoolContact",
    "Staff",
    "User",
    "sort_name_of",
]
