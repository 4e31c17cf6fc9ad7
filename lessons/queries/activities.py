"""Everything the page of one activity says, read once."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from bookings import queries as bookings
from bookings import rules as booking_rules
from bookings.models import Activity, Closure, Session
from bookings.rules import Cost
from centres.models import Term
from core import queries as core
from core.models import Wording
from lessons import rules
from lessons.models import Course, CourseRun, Tuition
from lessons.queries import training
from lessons.queries.open import number_waiting
from lessons.rules import training as training_rules
from people.models import Person, User


@dataclass(frozen=True)
class Gap:
    """A day of the pattern on which nothing happens, and why."""

    day: dt.date
    why: str


@dataclass(frozen=True)
class TermDates:
    """When it meets in what is left of a term."""

    term: Term
    meetings: int
    first_on: dt.date
    last_on: dt.date
    half_term_to_come: bool
    is_part: bool
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class ActivityPage:
    """One activity, as a family reads it before they sign in."""

    activity: Activity
    course: Course | None
    tuition: Tuition | None
    places: rules.Places
    price: rules.Price
    who: str
    shared: str
    noun: str
    cost: Cost | None
    includes: str
    joining: str
    expect: tuple[str, ...]
    quilt: tuple[str, ...]
    first_on: dt.date | None
    terms: tuple[TermDates, ...]
    teacher: Person | None
    about_teacher: str
    address: str
    leaving: Wording | None
    late: tuple[str, ...] = ()

    @property
    def is_training(self) -> bool:
        return self.activity.kind == Activity.Kind.TRAINING

    @property
    def is_one_day(self) -> bool:
        """It meets once: said by its day, without a pattern."""
        first = self.activity.first_on
        return first is not None and first == self.activity.last_on and bool(self.terms)

    @property
    def way_in(self) -> str:
        """What the button says; nothing when there is no way in."""
        if self.places.is_bookable:
            return "Book a place"
        return "Join the waiting list" if self.places.room is rules.Room.FULL else ""

    @property
    def leaving_in_brief(self) -> str:
        return rules.stopping(self.leaving.body) if self.leaving else ""

    @property
    def leaving_in_short(self) -> str:
        return rules.opening(self.leaving.body) if self.leaving else ""

    @property
    def leaving_in_full(self) -> str:
        return rules.without_heading(self.leaving.body) if self.leaving else ""


def published(user: User | AnonymousUser) -> QuerySet[Activity]:
    """Activities this user may open, with what their page needs."""
    return (
        Activity.objects.visible_to(user)
        .annotate(waiting=number_waiting())
        .select_related(
            "centre",
            "school",
            "room",
            "rate",
            "teacher__staff",
            "course_run__course__subject",
            "tuition__subject",
        )
    )


def activity_page(activity: Activity, *, few: int, at: dt.datetime) -> ActivityPage:
    """`activity` comes from `published`."""
    today = timezone.localdate(at)
    run, tuition = getattr(activity, "course_run", None), getattr(activity, "tuition", None)
    meetings = list(activity.sessions.select_related("cause", "closure").order_by("during"))
    to_come = [
        meeting
        for meeting in meetings
        if meeting.status != Session.Status.CANCELLED and meeting.during.lower > at
    ]
    cost = bookings.cost_of_joining(activity, at=at)
    is_training = activity.kind == Activity.Kind.TRAINING
    return ActivityPage(
        activity=activity,
        course=run.course if run else None,
        tuition=tuition,
        places=_places(activity, meets_again=bool(to_come), few=few, at=at),
        price=rules.price(activity),
        who=rules.for_whom(activity),
        shared=rules.shared_with(tuition.lesson_format, activity.capacity) if tuition else "",
        noun=activity.noun,
        cost=cost,
        includes=rules.includes(cost, activity) if activity.minutes else "",
        joining=rules.joining(cost) if cost else "",
        expect=_expect(activity, run, tuition),
        quilt=rules.quilt_of(activity.tile),
        first_on=timezone.localdate(to_come[0].during.lower) if to_come else None,
        terms=_term_dates(activity, meetings, to_come, today=today),
        teacher=activity.teacher,
        about_teacher=_about(activity.teacher),
        address=_address(activity),
        leaving=None if is_training else core.wording("leaving", on=today),
        late=_late(activity, on=today) if is_training else (),
    )


def _late(activity: Activity, *, on: dt.date) -> tuple[str, ...]:
    """What leaving late costs; nothing is said of what costs nothing."""
    is_free = activity.price_basis == Activity.PriceBasis.FREE or not activity.price
    return () if is_free else tuple(training_rules.in_sentences(training.steps_on(on)))


def _places(activity: Activity, *, meets_again: bool, few: int, at: dt.datetime) -> rules.Places:
    places = rules.places(activity, waiting=activity.waiting, few=few, at=at)  # type: ignore[attr-defined]  # annotated by published
    if places.room is not rules.Room.OVER and not meets_again:
        return rules.Places(rules.Room.OVER, "No more dates this year")
    return places


def _expect(activity: Activity, run: CourseRun | None, tuition: Tuition | None) -> tuple[str, ...]:
    return tuple(
        rules.expectations(
            activity,
            lesson_format=tuition.lesson_format if tuition else "",
            adult_stays=bool(run and run.course.adult_stays),
        )
    )


def _address(activity: Activity) -> str:
    """The place, and the room in it."""
    place = activity.place
    if place is None:
        return ""
    parts = [str(place), place.address_line, place.town, place.postcode, str(activity.room or "")]
    return ", ".join(part for part in parts if part)


def _about(teacher: Person | None) -> str:
    staff = getattr(teacher, "staff", None)
    return staff.about if staff else ""


def _term_dates(
    activity: Activity, meetings: list[Session], to_come: list[Session], *, today: dt.date
) -> tuple[TermDates, ...]:
    terms, closures = bookings.calendar_of(activity)
    pattern = booking_rules.meetings(activity, terms=terms, closures=[])
    by_day = {meeting.occurs_on: meeting for meeting in meetings}
    days = [timezone.localdate(meeting.during.lower) for meeting in to_come]
    gaps = [
        Gap(meeting.occurs_on, _why(activity, by_day.get(meeting.occurs_on), meeting, closures))
        for meeting in pattern
        if days and today <= meeting.occurs_on <= days[-1] and _is_off(by_day, meeting)
    ]
    found = []
    for term in terms:
        left = [day for day in days if term.starts_on <= day <= term.ends_on]
        if left:
            off = tuple(gap for gap in gaps if term.starts_on <= gap.day <= term.ends_on)
            half = left[0] < term.half_term_starts_on and left[-1] > term.half_term_ends_on
            begun = any(term.starts_on <= day <= today for day in by_day)
            found.append(TermDates(term, len(left), left[0], left[-1], half, begun, off))
    return tuple(found)


def _is_off(by_day: dict[dt.date, Session], meeting: booking_rules.Meeting) -> bool:
    planned = by_day.get(meeting.occurs_on)
    return planned is None or planned.status == Session.Status.CANCELLED


def _why(
    activity: Activity,
    planned: Session | None,
    meeting: booking_rules.Meeting,
    closures: list[Closure],
) -> str:
    """The reason a family may read: the comment, the closure, the cause."""
    if planned and planned.public_comment:
        return planned.public_comment
    for closure in closures:
        if closure.covers(meeting.occurs_on, of=activity):
            return closure.reason
    return planned.cause.name if planned and planned.cause else ""
