"""How a lesson is said in words: for whom, when, how far, how much, and whether there is room."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from bookings.models import Activity
from bookings.rules import Cost
from centres.models import Weekday
from core import words
from lessons.models import Tuition
from people.rules import OLDEST, YOUNGEST, year_in_words

MINUTES_IN_AN_HOUR = 60
FOR_EVER_AGE = 99
# Whole years at 1 September of a child in Reception; each school year adds one.
RECEPTION_AGE = 4

ADULT = "adult"
NOT_YET_AT_SCHOOL = "younger"

# Families of instruments, in the order families look for them.
_FAMILIES = {
    "strings": "Strings",
    "woodwind": "Woodwind",
    "brass": "Brass",
    "percussion": "Drums and percussion",
    "keys": "Piano and keyboard",
    "guitar": "Guitar and ukulele",
    "singing": "Singing",
    "world": "Music of the world",
    "technology": "Music technology",
    "musicianship": "Theory and musicianship",
}
_ALL_OF = "all-"
_QUILT = ("mei", "waves2", "stave", "cymbal", "asha", "quarter", "notes", "piano")


def family_name(slug: str) -> str:
    return _FAMILIES.get(slug, slug.replace("-", " ").capitalize())


def family_order(slug: str) -> tuple[int, str]:
    known = list(_FAMILIES)
    return (known.index(slug) if slug in _FAMILIES else len(known), slug)


def family_value(slug: str) -> str:
    """How an address names a whole family; guitar alone is the instrument."""
    return f"{_ALL_OF}{slug}"


def family_slug(value: str) -> str:
    return value.removeprefix(_ALL_OF)


def year_choices() -> list[tuple[str, str]]:
    """For whom somebody looks: a school year, a younger child, an adult."""
    years = [(str(year), year_in_words(year)) for year in range(YOUNGEST, OLDEST + 1)]
    return [
        ("", "Any age"),
        (NOT_YET_AT_SCHOOL, "Younger than nursery"),
        *years,
        (ADULT, "Adult"),
    ]


def age_in_year(year: int) -> int:
    """How old a child of this school year was on 1 September."""
    return year + RECEPTION_AGE


def for_whom(activity: Activity) -> str:
    """Years 3 to 6, Ages 0 to 2 with a grown-up, Adults, All ages."""
    if activity.audience == Activity.Audience.ADULT:
        return "Adults"
    if activity.audience == Activity.Audience.SCHOOL_STAFF:
        return "School staff"
    if activity.min_year is not None or activity.max_year is not None:
        return _years(activity.min_year, activity.max_year)
    ages = _ages(activity.min_age, activity.max_age)
    if activity.audience == Activity.Audience.FAMILY:
        return f"Families, {within(ages)}"
    return ages


def within(who: str) -> str:
    """The same words inside a sentence: Ages becomes ages, but Year 3 and Nursery stay."""
    lower = who.startswith(("Ages", "Age ", "All", "Adults", "Families"))
    return f"{who[0].lower()}{who[1:]}" if lower else who


def _years(low: int | None, high: int | None) -> str:
    low = YOUNGEST if low is None else low
    if high is None or high >= OLDEST:
        return f"{year_in_words(low)} and older"
    if low == high:
        return year_in_words(low)
    if low > 0:
        return f"Years {low} to {high}"
    return f"{year_in_words(low)} to {year_in_words(high)}"


def _ages(low: int | None, high: int | None) -> str:
    high = None if high is not None and high >= FOR_EVER_AGE else high
    if high is None:
        return f"Ages {low} and older" if low else "All ages"
    if low == high:
        return f"Age {high}"
    return f"Ages {low or 0} to {high}"


def shared_with(lesson_format: str, capacity: int | None) -> str:
    """With whom a lesson is shared."""
    if lesson_format == Tuition.Format.INDIVIDUAL:
        return "One to one"
    if lesson_format == Tuition.Format.PAIR:
        return "In a pair"
    return f"Small group of up to {capacity}" if capacity else "Small group"


def duration(minutes: int) -> str:
    """45 minutes, 1 hour, 1 hour 15 minutes"""
    hours, rest = divmod(minutes, MINUTES_IN_AN_HOUR)
    parts = [words.count(hours, "hour")] if hours else []
    return " ".join(parts + [words.count(rest, "minute")] * bool(rest))


def when(activity: Activity) -> str:
    """Saturdays, 9.30am, 45 minutes"""
    if activity.weekday is None or activity.local_start is None or activity.minutes is None:
        return "Dates on its page"
    day = Weekday(activity.weekday).label
    return f"{day}s, {words.clock(activity.local_start)}, {duration(activity.minutes)}"


@dataclass(frozen=True)
class Price:
    """£98 and “a term”: the number large, the rest small. Free stands alone."""

    amount: str
    per: str

    def __str__(self) -> str:
        return f"{self.amount} {self.per}".strip()


def price(activity: Activity) -> Price:
    if activity.price_basis == Activity.PriceBasis.FREE or not activity.price:
        return Price("Free", "")
    if activity.kind == Activity.Kind.TRAINING:
        return Price(words.money(activity.price), "a place")
    return Price(words.money(activity.price), str(activity.get_price_basis_display()))


class Room(StrEnum):
    """Whether one can join, and so how the words are coloured and what the button does."""

    PLENTY = "plenty"
    FEW = "few"
    FULL = "full"
    LATER = "later"
    OVER = "over"


@dataclass(frozen=True)
class Places:
    room: Room
    words: str

    @property
    def is_bookable(self) -> bool:
        return self.room in {Room.PLENTY, Room.FEW}


def places(activity: Activity, *, waiting: int, few: int, at: dt.datetime) -> Places:
    """3 places left; Places available; Waiting list, 4 waiting; Booking opens Monday 1 June."""
    if activity.status not in {Activity.Status.OPEN, Activity.Status.RUNNING}:
        return Places(Room.OVER, str(activity.get_status_display()).capitalize())
    if activity.booking_closes_at and at >= activity.booking_closes_at:
        return Places(Room.OVER, "Booking has closed")
    if at < activity.booking_opens_at:
        return Places(Room.LATER, f"Booking opens {words.moment(activity.booking_opens_at)}")
    if activity.capacity == 1 and not activity.is_full:
        return Places(Room.PLENTY, "Place available")
    left = activity.places_left
    if left is None or left > few:
        return Places(Room.PLENTY, "Places available")
    if left > 0:
        return Places(Room.FEW, f"{words.count(left, 'place')} left")
    return Places(Room.FULL, f"Waiting list, {waiting or 'nobody'} waiting")


def joining(cost: Cost) -> str:
    """What one pays who joins today: £21.75 for the 3 lessons left this autumn term, then …"""
    meetings, term = words.count(cost.meetings, cost.noun), f"{cost.term.name.lower()} term"
    left = (
        f"the {meetings} left in the {term}"
        if cost.is_part_of_a_term
        else f"{meetings} in the {term}"
    )
    if not cost.amount:
        return f"Nothing to pay for {left}."
    if cost.basis != Activity.PriceBasis.TERM:
        return f"{words.money(cost.amount)} for {left}, {words.money(cost.each)} each."
    if cost.is_part_of_a_term:
        return f"{words.money(cost.amount)} for {left}, then {words.money(cost.whole_term)} a term."
    return f"{meetings[0].upper()}{meetings[1:]} in the {term}, {words.money(cost.each)} each."


def includes(cost: Cost | None, activity: Activity) -> str:
    """What the price pays for: 12 sessions of 45 minutes in the autumn term."""
    length = duration(activity.minutes or 0)
    if activity.price_basis != Activity.PriceBasis.TERM or cost is None:
        return f"One {activity.noun}, {length}"
    meetings = words.count(cost.of_meetings, activity.noun)
    return f"{meetings} of {length} in the {cost.term.name.lower()} term"


def expectations(activity: Activity, *, lesson_format: str, adult_stays: bool) -> list[str]:
    """What one may count on, in short lines."""
    lines = []
    if lesson_format == Tuition.Format.INDIVIDUAL:
        lines.append("A lesson alone with the teacher")
    elif lesson_format and activity.capacity:
        taken = f"{activity.places_taken} of {words.count(activity.capacity, 'place')} taken"
        who = for_whom(activity)
        lines.append(f"{shared_with(lesson_format, activity.capacity)}: {taken}")
        lines.append(f"Shared with others: {within(who)}")
    elif activity.capacity:
        lines.append(f"A group of no more than {activity.capacity}")
    if adult_stays:
        lines.append("A grown-up stays and joins in")
    return lines


def quilt_of(drawing: str) -> tuple[str, ...]:
    """The strip of patchwork over a page: its own drawing first, the rest from the county's."""
    first = drawing or "notes"
    return (first, *(other for other in _QUILT if other != first))[:8]


def opening(text: str, paragraphs: int = 2) -> str:
    """The first plain paragraphs of a policy: no heading, no note in italics, no table."""
    return "\n\n".join(_plain(text)[:paragraphs])


def stopping(text: str) -> str:
    """The one paragraph of a leaving rule that says by when to tell us, or its first."""
    plain = _plain(text)
    by_when = [paragraph for paragraph in plain if "tell us" in paragraph.lower()]
    return (by_when or plain or [""])[0]


def without_heading(text: str) -> str:
    """A policy under a heading of our own page."""
    return "\n\n".join(block for block in _blocks(text) if not block.startswith("#"))


def _plain(text: str) -> list[str]:
    return [block for block in _blocks(text) if not re.match(r"[#|>]|[-*] |\*[^*]", block)]


def _blocks(text: str) -> list[str]:
    """Paragraphs, a heading parted from the lines under it."""
    parted = re.sub(r"^(#.*)$", r"\1\n", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    return [block.strip() for block in re.split(r"\n\s*\n", parted) if block.strip()]
