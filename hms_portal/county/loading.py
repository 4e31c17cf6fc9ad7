"""The stages of moving the county in: which action each is, in what order, and what it says."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from bookings import actions as bookings
from bookings.models import Activity
from hms_portal.county import actions
from hms_portal.county.sizes import Size
from people.models import Guardianship, School, Staff

Outcome = int | tuple[int, list[str]]
Step = tuple[str, Callable[[], Outcome]]


class CannotMoveIn(Exception):
    """This database is no place for an invented county; the message says why."""


@dataclass(frozen=True)
class Stage:
    """What one stage did."""

    name: str
    rows: int
    seconds: float
    notes: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        done = f"{self.rows:>11,} rows" if self.rows else "there already"
        return f"{self.name:<28}{done:>16}{self.seconds:>8.1f} s"


def stages(size: Size, *, today: dt.date | None, now: dt.datetime) -> Iterator[Stage]:
    """Do one stage after another, each in a transaction of its own, and tell of each when done."""
    check_may_move_in(size)
    today, at = _day_and_moment(today, now)
    for name, load in _plan(size, today, at):
        began = time.monotonic()
        outcome = load()
        rows, notes = outcome if isinstance(outcome, tuple) else (outcome, [])
        yield Stage(name, rows, time.monotonic() - began, notes)


def check_may_move_in(size: Size) -> None:
    """Only where it is said to be a demonstration, and only among invented people."""
    if not settings.DEMONSTRATION:
        raise CannotMoveIn(
            "The county brings people whose password is published."
            " Set DEMONSTRATION=1 if this portal is there to be shown."
        )
    schools = School.objects.filter(is_invented=True).count()
    people = any(model.objects.exists() for model in (Staff, Guardianship, Activity))
    if people and not schools:
        raise CannotMoveIn(
            "There are people in this portal who are not of the invented county."
            " It moves only into an empty one."
        )
    if schools and schools != size.schools:
        raise CannotMoveIn(
            f"The county of {schools} schools is here, and one of {size.schools} was asked for."
            " Begin afresh with `make reset`."
        )


def _day_and_moment(today: dt.date | None, now: dt.datetime) -> tuple[dt.date, dt.datetime]:
    """Offers run from this moment; on another day than today, from its noon."""
    local = timezone.localtime(now)
    if today is None or today == local.date():
        return local.date(), now
    return today, timezone.make_aware(dt.datetime.combine(today, dt.time(12)))


def _plan(size: Size, today: dt.date, at: dt.datetime) -> list[Step]:
    return [*_places(size, today, at), *_timetable(size, today, at), *_what_became(size, today, at)]


def _places(size: Size, today: dt.date, at: dt.datetime) -> list[Step]:
    """The calendar, the places, the words and the people."""
    return [
        ("Years and terms", lambda: actions.load_calendar(size=size, by=None, at=at)),
        ("Centres and rooms", lambda: actions.load_centres(by=None, at=at)),
        ("Postcodes", lambda: actions.load_postcodes(by=None, at=at)),
        ("Letters and policies", lambda: actions.load_words(by=None, at=at)),
        ("Prices", lambda: actions.load_rates(by=None, at=at)),
        ("Subjects and courses", lambda: actions.load_catalogue(by=None, at=at)),
        ("What schools order", lambda: actions.load_programmes(size=size, by=None, at=at)),
        ("What their plans are asked", lambda: actions.load_plan_features(by=None, at=at)),
        ("Causes of cancellation", lambda: actions.load_causes(by=None, at=at)),
        ("Schools", lambda: actions.load_schools(size=size, by=None, at=at)),
        ("Closures", lambda: actions.load_closures(today=today, by=None, at=at)),
        ("Required checks", lambda: actions.load_required_checks(by=None, at=at)),
        (
            "Staff and their checks",
            lambda: actions.load_staff(size=size, today=today, by=None, at=at),
        ),
        ("Families", lambda: actions.load_families(size=size, by=None, at=at)),
    ]


def _timetable(size: Size, today: dt.date, at: dt.datetime) -> list[Step]:
    """What can be joined or was ordered, when it meets, and who has a place."""
    return [
        (
            "Groups and lesson slots",
            lambda: actions.load_activities(size=size, today=today, by=None, at=at),
        ),
        (
            "Classes in schools",
            lambda: actions.load_classes(size=size, today=today, by=None, at=at),
        ),
        (
            "What they teach, and when",
            lambda: actions.load_asking(size=size, today=today, by=None, at=at),
        ),
        ("Meetings", lambda: actions.load_sessions(size=size, today=today, by=None, at=at)),
        ("Who leads them", lambda: actions.load_leaders(by=None, at=at)),
        (
            "Letters home and codes",
            lambda: actions.load_claims(size=size, today=today, by=None, at=at),
        ),
        (
            "Places and waiting lists",
            lambda: actions.load_enrolments(size=size, today=today, by=None, at=at),
        ),
    ]


def _what_became(size: Size, today: dt.date, at: dt.datetime) -> list[Step]:
    """What has happened until today, and what is in hand."""
    return [
        ("Sign-ins", lambda: actions.load_sign_ins(by=None, at=at)),
        ("Who said yes to what", lambda: actions.load_answers(today=today, by=None, at=at)),
        ("Registers not taken", lambda: actions.load_forgotten(today=today, by=None, at=at)),
        ("Registers", lambda: actions.load_registers(by=None, at=at)),
        ("Headcounts of classes", lambda: actions.load_class_returns(by=None, at=at)),
        ("Training for school staff", lambda: actions.load_training(today=today, by=None, at=at)),
        ("The last days", lambda: actions.load_days(today=today, at=at)),
        ("Orders in hand", lambda: actions.load_orders(size=size, today=today, at=at)),
        ("Who cannot come", lambda: actions.load_cover(today=today, by=None, at=at)),
        ("Letters of assurance", lambda: bookings.assure_schools(by=None, at=at)),
    ]
