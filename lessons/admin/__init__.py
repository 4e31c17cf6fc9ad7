"""Staff's door to what we teach: the prospectus, what schools can order, and what they ordered."""

from lessons.admin.catalogue import (
    CourseAdmin,
    GenreAdmin,
    SubjectAdmin,
    TeachesAdmin,
    TuitionAdmin,
)
from lessons.admin.classes import ProgrammeClassAdmin
from lessons.admin.orders import SchoolOrderAdmin
from lessons.admin.plans import PlanFeatureAdmin
from lessons.admin.programmes import OrderPolicyAdmin, ProgrammeAdmin
from lessons.admin.runs import ScheduleRunAdmin
from lessons.admin.take_home import TakeHomeWordingAdmin
from lessons.admin.training import CourseRunAdmin

__all__ = [
    "CourseAdmin",
    "CourseRunAdmin",
    "GenreAdmin",
    "OrderPolicyAdmin",
    "PlanFeatureAdmin",
    "ProgrammeAdmin",
    "ProgrammeClassAdmin",
    "ScheduleRunAdmin",
    "SchoolOrderAdmin",
    "SubjectAdmin",
    "TakeHomeWordingAdmin",
    "TeachesAdmin",
    "TuitionAdmin",
]
