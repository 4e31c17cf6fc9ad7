"""Subjects by family, for the finder's list and the home page."""

import datetime as dt
import re
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, F, Q, QuerySet, Sum

from centres.models import Centre
from lessons import rules
from lessons.models import Course, CourseRun, Subject, Tuition
from lessons.queries.open import has_a_free_place, offered_to_families, open_to_families

_SLUG = re.compile(r"[a-z0-9-]{1,60}")


@dataclass(frozen=True)
class SubjectFamily:
    """Strings, with violin, viola and cello in it: those that can be found today."""

    slug: str
    name: str
    subjects: tuple[Subject, ...]

    @property
    def value(self) -> str:
        """How an address asks for all of it."""
        return rules.family_value(self.slug)

    @property
    def tile(self) -> str:
        return self.subjects[0].tile


@dataclass(frozen=True)
class HomeFacts:
    """The numbers and the families of instruments that the home page shows."""

    places: int
    activities: int
    centres: int
    schools: int
    subjects: int
    families: tuple[SubjectFamily, ...]


def of_subjects(subject_ids: frozenset[int]) -> Q:
    """Activities that teach one of these: as a lesson, or as a course's main or other subject."""
    also = Course.also_subjects.through.objects.filter(subject_id__in=subject_ids)
    return (
        Q(tuition__subject_id__in=subject_ids)
        | Q(course_run__course__subject_id__in=subject_ids)
        | Q(course_run__course_id__in=also.values("course_id"))
    )


def subject_families(*, at: dt.datetime, keep: str = "") -> tuple[SubjectFamily, ...]:
    """What is taught now, in families; `keep` stays even if nobody teaches it now."""
    kept = Q(slug=keep) | Q(family=rules.family_slug(keep)) if _SLUG.fullmatch(keep) else Q()
    return _in_families(_taught(at=at, keep=kept))


def home_facts(*, at: dt.datetime) -> HomeFacts:
    """Three statements, however large the county."""
    found = open_to_families(at=at)
    free = has_a_free_place() & Q(booking_opens_at__lte=at)
    numbers = found.aggregate(
        places=Sum(F("capacity") - F("places_taken"), filter=free),
        activities=Count("pk", filter=free),
        schools=Count("school_id", distinct=True),
    )
    families = _in_families(_taught(at=at, keep=Q()))
    return HomeFacts(
        places=numbers["places"] or 0,
        activities=numbers["activities"],
        centres=Centre.objects.filter(is_active=True).count(),
        schools=numbers["schools"],
        subjects=sum(len(family.subjects) for family in families),
        families=families,
    )


def _taught(*, at: dt.datetime, keep: Q) -> QuerySet[Subject]:
    found = offered_to_families(at=at).order_by().values("pk")
    runs = CourseRun.objects.filter(activity_id__in=found)
    also = Course.also_subjects.through.objects.filter(course_id__in=runs.values("course_id"))
    taught = (
        Q(pk__in=Tuition.objects.filter(activity_id__in=found).values("subject_id"))
        | Q(pk__in=runs.values("course__subject_id"))
        | Q(pk__in=also.values("subject_id"))
    )
    return Subject.objects.filter(taught | keep).order_by("family", "name", "pk")


def _in_families(subjects: QuerySet[Subject]) -> tuple[SubjectFamily, ...]:
    families = [
        SubjectFamily(slug, rules.family_name(slug), tuple(members))
        for slug, members in groupby(subjects, key=lambda subject: subject.family)
    ]
    return tuple(sorted(families, key=lambda family: rules.family_order(family.slug)))
