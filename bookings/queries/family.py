"""What a family's pages read: their own people, places, dates and charges, in few statements."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from billing.models import Charge
from bookings import rules
from bookings.models import Activity, Attendance, Enrolment
from bookings.queries.calendar import Meeting, as_meetings
from core.refusals import RuleBroken
from people.models import ConsentWording, Guardianship, Person, User
from people.queries import yet_to_answer

NEXT_EACH = 3
_PLACE = ("activity__centre", "activity__school", "activity__room", "activity__teacher")


@dataclass
class Member:
    """One person on the family's page, with what is theirs."""

    person: Person
    may_book: bool
    is_self: bool = False
    meetings: list[Meeting] = field(default_factory=list)
    places: list[Enrolment] = field(default_factory=list)
    waiting: list[Enrolment] = field(default_factory=list)


@dataclass(frozen=True)
class Family:
    """Everything the family's page shows."""

    members: list[Member]
    offers: list[Enrolment]
    holds: list[Enrolment]
    charges: list[Charge]
    unasked: list[Person]
    unseen: list[Guardianship]  # children whom the user may pay for or collect, and not see
    sees_bills: bool


def my_family(user: User, *, at: dt.datetime) -> Family:
    """The user's own people and all that is theirs, however many they are."""
    wards = list(
        Guardianship.objects.filter(_may_anything(), adult_id=user.person_id)
        .select_related("child__learner__school")
        .order_by("child__born_on", "child_id")
    )
    members = {
        ward.child_id: Member(ward.child, may_book=ward.may_book) for ward in wards if ward.may_see
    }
    members[user.person_id] = Member(user.person, may_book=True, is_self=True)
    offers: list[Enrolment] = []
    holds: list[Enrolment] = []
    for enrolment in _live(list(members)):
        member = members[enrolment.person_id]
        if enrolment.status == Enrolment.Status.ACTIVE:
            member.places.append(enrolment)
        elif enrolment.status == Enrolment.Status.WAITING:
            member.waiting.append(enrolment)
        elif enrolment.offer_expires_at and enrolment.offer_expires_at > at and member.may_book:
            kept = offers if enrolment.status == Enrolment.Status.OFFERED else holds
            kept.append(enrolment)
    for meeting in _next_meetings(list(members), at=at):
        members[meeting.person.pk].meetings.append(meeting)
    payable = [user.person_id, *(ward.child_id for ward in wards if ward.may_pay)]
    return Family(
        members=[member for member in members.values() if _is_shown(member)],
        offers=offers,
        holds=holds,
        charges=_charges(payable),
        unasked=_unasked(members.values(), on=at.date()),
        unseen=[ward for ward in wards if not ward.may_see],
        sees_bills=not wards or any(ward.may_pay for ward in wards),
    )


def _may_anything() -> Q:
    return Q(may_see=True) | Q(may_book=True) | Q(may_pay=True) | Q(may_collect=True)


def _unasked(members: Iterable[Member], *, on: dt.date) -> list[Person]:
    """Who came off a waiting list: nobody was asked about first aid on the way."""
    placed = [member.person.pk for member in members if member.places and member.may_book]
    return yet_to_answer(placed, on, kind=ConsentWording.Kind.MEDICAL) if placed else []


def _is_shown(member: Member) -> bool:
    """A parent who learns nothing has no card; every child has one."""
    return not member.is_self or bool(member.places or member.waiting or member.meetings)


def _live(people: list[int]) -> QuerySet[Enrolment]:
    """Live enrolments of these people, the waiting ones with their position in the line."""
    first = Q(priority__gt=OuterRef("priority")) | Q(priority=OuterRef("priority")) & (
        Q(queued_at__lt=OuterRef("queued_at"))
        | Q(queued_at=OuterRef("queued_at"), pk__lt=OuterRef("pk"))
    )
    ahead = (
        Enrolment.objects.filter(
            first, activity_id=OuterRef("activity_id"), status=Enrolment.Status.WAITING
        )
        .order_by()
        .values("activity_id")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Enrolment.objects.live()
        .filter(person_id__in=people)
        .select_related("person", *_PLACE)
        .annotate(position=Coalesce(Subquery(ahead), 0) + 1)
        .order_by("queued_at", "pk")
    )


def _next_meetings(people: list[int], *, at: dt.datetime) -> list[Meeting]:
    """The next meetings of each of these people, the cancelled ones too: it is said."""
    coming = Attendance.objects.filter(
        person_id__in=people,
        session__during__endswith__gt=at,
        enrolment__status=Enrolment.Status.ACTIVE,
    ).annotate(
        turn=Window(RowNumber(), partition_by=F("person_id"), order_by=F("session__during").asc())
    )
    return as_meetings(coming.filter(turn__lte=NEXT_EACH))


def _charges(people: list[int]) -> list[Charge]:
    return list(
        Charge.objects.filter(person_id__in=people, account__school=None)
        .exclude(status=Charge.Status.WAIVED)
        .select_related("person", "term__year")
        .order_by("-raised_at", "-pk")[:10]
    )


@dataclass(frozen=True)
class Candidate:
    """Somebody this user might book for: with the reason in words if not."""

    person: Person
    refusal: str = ""
    enrolment: Enrolment | None = None


def whom_to_book(activity: Activity, user: User) -> list[tuple[Person, bool]]:
    """The user's children, and the user where adults may come: each with whether they may."""
    wards = list(
        Guardianship.objects.filter(Q(may_see=True) | Q(may_book=True), adult_id=user.person_id)
        .select_related("child__learner")
        .order_by("child__born_on", "child_id")
    )
    adults = activity.audience in {Activity.Audience.ADULT, Activity.Audience.FAMILY}
    people = [(ward.child, ward.may_book) for ward in wards]
    return [*people, (user.person, True)] if adults else people


def candidates(
    activity: Activity, people: list[tuple[Person, bool]], *, on: dt.date
) -> list[Candidate]:
    """Who of them may be booked, from a day; the rest with the reason. The action decides again."""
    live = {
        enrolment.person_id: enrolment
        for enrolment in activity.enrolments.live().filter(
            person__in=[person for person, _ in people]
        )
    }
    return [
        Candidate(
            person,
            _refusal(activity, person, may_book, live.get(person.pk), on=on),
            live.get(person.pk),
        )
        for person, may_book in people
    ]


def _refusal(
    activity: Activity,
    person: Person,
    may_book: bool,
    standing: Enrolment | None,
    *,
    on: dt.date,
) -> str:
    if not may_book:
        return f"You see {person.first_name}’s page, and somebody else books for them."
    if standing and standing.status != Enrolment.Status.HELD:
        return f"{person.first_name} {rules.WHAT_IT_IS[standing.status]}."
    try:
        rules.check_suits(activity, person, getattr(person, "learner", None), on=on)
    except RuleBroken as broken:
        return str(broken)
    return ""


def dates_of(enrolment: Enrolment, *, at: dt.datetime, limit: int = 60) -> list[Attendance]:
    """The meetings to come that this person is in the register of."""
    return list(
        enrolment.attendance.filter(session__during__endswith__gt=at)
        .select_related("session__room", "session__cause")
        .order_by("session__during", "pk")[:limit]
    )


def charges_of(enrolment: Enrolment) -> list[Charge]:
    """What was charged for this place, with the sums."""
    return list(
        Charge.objects.filter(source__startswith=f"enrolment:{enrolment.pk}:")
        .select_related("term__year")
        .order_by("pk")
    )


def sooner(enrolment: Enrolment, *, at: dt.datetime) -> list[Activity]:
    """Groups with room now that the waiting person could join instead: same sort, here first.

    At a school only where it is the child's own: its lessons are in the school's day.
    """
    activity = enrolment.activity
    learner = getattr(enrolment.person, "learner", None)
    own_school = Q(school=None) | Q(school_id=learner.school_id if learner else None)
    alike = (
        Activity.objects.joinable()
        .with_free_places()
        .filter(audience=activity.audience, kind=activity.kind, tile=activity.tile)
        .filter(own_school, booking_opens_at__lte=at)
        .exclude(pk=activity.pk)
        .exclude(enrolments__person=enrolment.person, enrolments__status__in=Enrolment.LIVE)
        .select_related("centre", "school")
        .annotate(is_here=Q(centre_id=activity.centre_id))
        .order_by("-is_here", "weekday", "local_start", "pk")[:12]
    )
    found = []
    for one in alike:
        try:
            rules.check_suits(one, enrolment.person, learner, on=at.date())
        except RuleBroken:
            continue
        found.append(one)
    return found[:3]
