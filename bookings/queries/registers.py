"""What a register shows: who is in it, what one must know, and what two people said differently."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate
from django.utils import timezone

from bookings import rules
from bookings.models import (
    AbsenceNotice,
    Activity,
    Attendance,
    CancellationCause,
    ClassReturn,
    CountReceived,
    MarkReceived,
    Session,
    SessionStaff,
)
from core.access import Permission
from people.models import Consent, ConsentWording, LearnerCare, User

WITH_PLACE = ("activity__centre", "activity__school", "school", "room", "cause")


@dataclass(frozen=True)
class Line:
    """One person of a register. That there is a care note is said here; never what is in it."""

    attendance: Attendance
    has_care_note: bool
    has_access_need: bool
    may_be_photographed: bool
    is_new: bool
    told_ahead: bool
    differing: list[MarkReceived] = field(default_factory=list)


def register_window() -> rules.Window:
    """How long registers may be marked, as the service has set it."""
    return rules.Window(
        opens_minutes=settings.REGISTER_OPENS_MINUTES,
        teacher_days=settings.REGISTER_TEACHER_DAYS,
        head_days=settings.REGISTER_HEAD_DAYS,
        care_days=settings.REGISTER_CARE_DAYS,
    )


def sessions_with_place() -> QuerySet[Session]:
    """Sessions ready for a register's door: place and staff joined."""
    return Session.objects.select_related(*WITH_PLACE).prefetch_related("staff__person")


def sessions_to_mark(user: User, refs: Collection[uuid.UUID]) -> dict[uuid.UUID, Session]:
    """Those of these whose register this user takes, in two statements."""
    sessions = (
        Session.objects.filter(ref__in=refs)
        .select_related("activity")
        .prefetch_related("staff")
        .order_by("pk")
    )
    return {one.ref: one for one in sessions if user.has_perm(Permission.TAKE_REGISTER, one)}


def lines_of(session: Session) -> list[Line]:
    """The register by name, in two statements however long it is."""
    lines = list(_with_what_to_know(session.register.all()))
    differing: dict[int, list[MarkReceived]] = {line.pk: [] for line in lines}
    received = MarkReceived.objects.filter(
        attendance__in=lines, outcome=MarkReceived.Outcome.DIFFERED, settled_at=None
    )
    for one in received.select_related("by").order_by("at", "pk"):
        differing[one.attendance_id].append(one)
    return [
        Line(
            attendance=line,
            has_care_note=line.has_care_note,  # type: ignore[attr-defined]  # annotated
            has_access_need=line.has_access_need,  # type: ignore[attr-defined]  # annotated
            may_be_photographed=bool(line.may_be_photographed),  # type: ignore[attr-defined]  # annotated
            is_new=line.is_new,  # type: ignore[attr-defined]  # annotated
            told_ahead=line.told_ahead,  # type: ignore[attr-defined]  # annotated
            differing=differing[line.pk],
        )
        for line in lines
    ]


def _with_what_to_know(lines: QuerySet[Attendance]) -> QuerySet[Attendance]:
    # An empty text is sealed as nothing, so that there is a note is known without opening it.
    care = LearnerCare.objects.filter(learner=OuterRef("person"))
    photo = Consent.objects.filter(
        person=OuterRef("person"), kind=ConsentWording.Kind.PHOTO
    ).order_by("-pk")
    return (
        with_day(lines)
        .select_related("person", "marked_by")
        .annotate(
            has_care_note=Exists(care.exclude(medical=b"")),
            has_access_need=Exists(care.exclude(what_helps=b"")),
            may_be_photographed=Subquery(photo.values("is_given")[:1]),
            is_new=is_new(),
            told_ahead=told_ahead(),
        )
        .order_by("person__sort_name", "pk")
    )


def is_new() -> Combinable:
    """No meeting that was on had them in its register before this one."""
    return ~Exists(
        Attendance.objects.filter(
            enrolment=OuterRef("enrolment"), claimed__startswith__lt=OuterRef("claimed__startswith")
        ).exclude(session__status=Session.Status.CANCELLED)
    )


def with_day(lines: QuerySet[Attendance]) -> QuerySet[Attendance]:
    """Each with the local day on which it meets."""
    return lines.annotate(day=TruncDate("session__during__startswith", tzinfo=rules.LONDON))


def told_ahead() -> Exists:
    """Somebody of the family told us that they do not come on the line's `day`."""
    return Exists(
        AbsenceNotice.objects.standing().filter(
            Q(enrolment=None) | Q(enrolment=OuterRef("enrolment")),
            person=OuterRef("person"),
            starts_on__lte=OuterRef("day"),
            ends_on__gte=OuterRef("day"),
        )
    )


def line_of(session: Session, person_ref: uuid.UUID) -> QuerySet[Attendance]:
    """The line of this person in this register, with the learner they are."""
    return session.register.filter(person__ref=person_ref).select_related("person__learner")


def differing_in(session: Session) -> QuerySet[MarkReceived]:
    """Marks that say otherwise than this register does, and wait for somebody to settle them."""
    return MarkReceived.objects.filter(
        attendance__session=session, outcome=MarkReceived.Outcome.DIFFERED
    ).select_related("attendance__session")


def count_of(session: Session) -> ClassReturn | None:
    """How many of a class came, if anybody counted them."""
    counted = ClassReturn.objects.filter(session=session).select_related("returned_by")
    return counted.first()


def differing_counts(session: Session) -> QuerySet[CountReceived]:
    """Counts that say otherwise than this register does, and wait for somebody to settle them."""
    return (
        CountReceived.objects.filter(
            class_return=session.pk, outcome=MarkReceived.Outcome.DIFFERED, settled_at=None
        )
        .select_related("by", "class_return__session__activity")
        .order_by("at", "pk")
    )


def not_whole(session: str) -> Q:
    """Somebody's line has no mark, or nobody counted the class. `session`: where its key is."""
    lines = Attendance.objects.filter(session=OuterRef(session), mark=None, is_released=False)
    uncounted = Session.objects.filter(
        pk=OuterRef(session), activity__kind=Activity.Kind.PROGRAMME, class_return=None
    )
    return Q(Exists(lines)) | Q(Exists(uncounted))


def causes_on(day: dt.date) -> QuerySet[CancellationCause]:
    """The causes a meeting of this day may be off for."""
    in_force = Q(to_on=None) | Q(to_on__gte=day)
    causes = CancellationCause.objects.filter(in_force, from_on__lte=day)
    # That a pupil was away is for the register to say.
    return causes.exclude(caused_by="pupil").order_by("name", "pk")


def kept_on_phone(user: User, *, at: dt.datetime) -> list[Session]:
    """Today's and tomorrow's meetings that this user teaches: what a phone keeps for no signal."""
    midnight = dt.datetime.combine(timezone.localdate(at), dt.time.min, rules.LONDON)
    mine = SessionStaff.objects.here().filter(
        person_id=user.person_id,
        claimed__startswith__gte=midnight,
        claimed__startswith__lt=midnight + dt.timedelta(days=2),
    )
    return list(
        Session.objects.happening()
        .filter(pk__in=mine.values("session"))
        .only("ref", "during")
        .order_by(F("during"), "pk")
    )
