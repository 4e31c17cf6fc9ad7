"""What the service teaches, what schools order, and the classes taught there: the tables."""

from lessons.models.catalogue import Course, CourseRun, Genre, Subject, Teaches, Tuition
from lessons.models.classes import (
    ClaimCode,
    ClassCare,
    ClassPupil,
    PlanAnswer,
    ProgrammeClass,
    SchoolPlan,
    TakeHomeWording,
)
from lessons.models.keeping import HourKept, ScheduleRun, ScheduleRunOrder, SetKept
from lessons.models.orders import OfSchoolQuerySet, OrderLine, SchoolOrder
from lessons.models.programmes import OrderPolicy, PlanFeature, Programme, ProgrammeInstrument

__all__ = [
    "ClaimCode",
    "ClassCare",
    "ClassPupil",
    "Course",
    "CourseRun",
    "Genre",
    "HourKept",
    "OfSchoolQuerySet",
    "OrderLine",
    "OrderPolicy",
    "PlanAnswer",
    "PlanFeature",
    "Programme",
    "ProgrammeClass",
    "ProgrammeInstrument",
    "ScheduleRun",
    "ScheduleRunOrder",
    "SchoolOrder",
    "SchoolPlan",
    "SetKept",
    "Subject",
    "TakeHomeWording",
    "Teaches",
    "Tuition",
]
