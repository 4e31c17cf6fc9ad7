"""Classes of ours in schools: as their school reads them, and as their teacher does."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from bookings.models import ClassReturn, Session, SessionStaff
from bookings.queries import makeups
from bookings.queries.class_facts import ClassFacts
from bookings.rules import day_of
from bookings.rules.headcounts import Heads
from core import words
from lessons.models import ClassCare, ClassPupil, OrderLine, ProgrammeClass
from lessons.queries.notices import Row
from lessons.rules.notices import moves
from people.models import School

WITH_ORDER = ("activity__teacher", "activity__school", "line__programme", "line__subject")


@dataclass(frozen=True)
class ClassInShort:
    """One class in the school's list of them."""

    programme_class: ProgrammeClass
    is_told: bool
    listed: int
    next_on: dt.datetime | None
    last: ClassReturn | None


@dataclass(frozen=True)
class Meeting:
    """One lesson of a class: when, with whom, and what came of it, in words."""

    session: Session
    teachers: str
    then: str
    note: str = ""
    is_over: bool = False
    is_owed: bool = False

    @property
    def counts(self) -> bool:
        """Taught, or as good as: what the school could not host counts by the rule of notice."""
        cause = self.session.cause
        return cause.pupil_pays if cause else self.is_over


def entitlement(meetings: Sequence[Meeting]) -> str:
    """8 taught, 24 to come, 1 owed: so nobody has to count what was ordered."""
    taught = sum(one.counts for one in meetings)
    to_come = sum(not one.is_over and one.session.cause is None for one in meetings)
    owed = sum(one.is_owed for one in meetings)
    said = [f"{taught} taught", f"{to_come} to come"]
    return ", ".join([*said, f"{owed} owed"] if owed else said)


def with_order(classes: QuerySet[ProgrammeClass]) -> QuerySet[ProgrammeClass]:
    """Ready for a page: what it is, who teaches it, and whether its school told us what to know."""
    care = ClassCare.objects.filter(programme_class=OuterRef("pk"))
    return classes.select_related(*WITH_ORDER).annotate(
        is_told=Exists(care), has_care=Exists(care.exclude(sealed_words=b""))
    )


def classes_of(school: School, *, at: dt.datetime) -> list[ClassInShort]:
    """The classes of this school year and of what is planned after it, in four statements."""
    today = timezone.localdate(at)
    rows = list(
        with_order(ProgrammeClass.objects.filter(activity__school=school))
        .filter(Q(activity__year__ends_on__gte=today) | Q(activity__last_on__gte=today))
        .annotate(listed=Count("pupils"))
        .order_by("activity__first_on", "activity__weekday", "activity__local_start", "pk")
    )
    keys = [one.pk for one in rows]
    to_come = Session.objects.happening().filter(activity__in=keys, during__startswith__gt=at)
    firsts = to_come.order_by("activity_id", "during").distinct("activity_id")
    next_on = {one.activity_id: one.during.lower for one in firsts}
    counted = ClassReturn.objects.filter(session__activity__in=keys).select_related("session")
    lasts = counted.order_by("session__activity_id", "-session__during")
    last = {one.session.activity_id: one for one in lasts.distinct("session__activity_id")}
    return [
        ClassInShort(
            programme_class=one,
            is_told=one.is_told,  # type: ignore[attr-defined]  # annotated
            listed=one.listed,
            next_on=next_on.get(one.pk),
            last=last.get(one.pk),
        )
        for one in rows
    ]


def meetings_of(programme_class: ProgrammeClass, *, at: dt.datetime) -> list[Meeting]:
    """Every lesson of the class in order, those called off too, in four statements."""
    there = SessionStaff.objects.here().select_related("person").order_by("-role", "pk")
    sessions = list(
        Session.objects.filter(activity=programme_class.pk)
        .select_related("activity", "cause", "makes_up", "class_return")
        .prefetch_related(Prefetch("staff", there, to_attr="teachers"))
        .order_by("during", "pk")
    )
    planned = makeups.planned_for(sessions)
    return [_meeting(one, planned.get(one.pk), at=at) for one in sessions]


def _meeting(session: Session, made_up: Session | None, *, at: dt.datetime) -> Meeting:
    counted: ClassReturn | None = getattr(session, "class_return", None)
    teachers = getattr(session, "teachers", [])
    return Meeting(
        session=session,
        teachers=" and ".join(str(line.person) for line in teachers),
        then=_then(session, counted, made_up, at=at),
        note=counted.note if counted else "",
        is_over=session.during.upper <= at,
        is_owed=session.cause is not None and moves(session.cause) and made_up is None,
    )


def _then(
    session: Session, counted: ClassReturn | None, made_up: Session | None, *, at: dt.datetime
) -> str:
    if session.cause:
        why = session.public_comment or session.cause.name
        return f"Not on: {why}. {Row(session, session.cause, made_up).then}"
    if counted:
        heads = Heads(counted.present, counted.joined_in)
        came = f"{heads.present} of {counted.expected} came"
        if heads.joined_in is None:
            return came
        joined = "all" if heads.joined_in == heads.present else heads.joined_in
        return f"{came}, {joined} joined in"
    if session.during.upper <= at:
        return "Not counted yet"
    if session.makes_up:
        return f"Instead of {words.weekday_and_day(day_of(session.makes_up))}"
    return ""


def pupils_of(programme_class: ProgrammeClass) -> list[ClassPupil]:
    """The children on the school's list, by name."""
    pupils = ClassPupil.objects.filter(programme_class=programme_class)
    return list(pupils.order_by("family_name", "given_name", "pk"))


def pupils_by_name(programme_class: ProgrammeClass) -> dict[tuple[str, str], ClassPupil]:
    """By which a child is known again, however it is written."""
    return {
        (one.given_name.casefold(), one.family_name.casefold()): one
        for one in pupils_of(programme_class)
    }


def facts_of(activity_ids: Collection[int]) -> dict[int, ClassFacts]:
    """What a teacher reads of each class on the day: nothing medical, and no child’s name."""
    rows = with_order(ProgrammeClass.objects.filter(pk__in=activity_ids))
    return {
        one.pk: ClassFacts(
            class_name=one.class_name,
            room=one.line.get_room_display(),
            room_notes=one.line.room_notes,
            needs=needs_of(one.line),
            is_told=one.is_told,  # type: ignore[attr-defined]  # annotated
            has_care=one.has_care,  # type: ignore[attr-defined]  # annotated
        )
        for one in rows
    }


def needs_of(line: OrderLine) -> tuple[str, ...]:
    """In the order's own words. That something is medical stands in no list: it is sealed words."""
    shown = [need for need in OrderLine.Need if need != OrderLine.Need.MEDICAL]
    return tuple(str(need.label) for need in shown if need in line.needs)
