"""What the finder and an activity's page say."""

import datetime as dt
from decimal import Decimal

import pytest

from bookings.models import Activity
from bookings.rules import Cost
from centres.models import Term
from lessons import rules
from lessons.models import Tuition

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
AUTUMN = Term(name="Autumn")


def activity(**differs):
    plain = {
        "kind": Activity.Kind.COURSE,
        "status": Activity.Status.OPEN,
        "booking_opens_at": dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC),
        "capacity": 6,
    }
    return Activity(**plain | differs)


def cost(**differs):
    plain = {
        "term": AUTUMN,
        "noun": "lesson",
        "meetings": 3,
        "of_meetings": 12,
        "first_on": dt.date(2026, 11, 28),
        "last_on": dt.date(2026, 12, 12),
        "basis": Activity.PriceBasis.TERM,
        "each": Decimal("7.25"),
        "amount": Decimal("21.75"),
        "whole_term": Decimal("87.00"),
        "rate_key": "course",
        "rate_description": "A course",
        "rate_from": None,
    }
    return Cost(**plain | differs)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        pytest.param({"min_year": 3, "max_year": 6}, "Years 3 to 6", id="school years"),
        pytest.param({"min_year": 4, "max_year": 4}, "Year 4", id="one year"),
        pytest.param({"min_year": 0, "max_year": 2}, "Reception to Year 2", id="from reception"),
        pytest.param({"min_year": -1, "max_year": 0}, "Nursery to Reception", id="from nursery"),
        pytest.param({"min_year": 7, "max_year": 13}, "Year 7 and older", id="to the end"),
        pytest.param({"min_year": 7}, "Year 7 and older", id="no last year"),
        pytest.param({"min_age": 8, "max_age": 11}, "Ages 8 to 11", id="ages"),
        pytest.param({"min_age": 6, "max_age": 99}, "Ages 6 and older", id="for ever"),
        pytest.param({"min_age": 5, "max_age": 5}, "Age 5", id="one age"),
        pytest.param({}, "All ages", id="no limits"),
        pytest.param(
            {"audience": "family", "min_age": 0, "max_age": 2}, "Families, ages 0 to 2", id="family"
        ),
        pytest.param({"audience": "adult", "min_age": 18, "max_age": 99}, "Adults", id="adults"),
        pytest.param(
            {"min_year": 3, "max_year": 6, "min_age": 7, "max_age": 12}, "Years 3 to 6", id="both"
        ),
    ],
)
def test_for_whom(limits, words):
    assert rules.for_whom(activity(**limits)) == words


@pytest.mark.parametrize(
    ("who", "inside"),
    [
        ("Ages 8 to 11", "ages 8 to 11"),
        ("All ages", "all ages"),
        ("Year 4", "Year 4"),
        ("Reception to Year 2", "Reception to Year 2"),
        ("Adults", "adults"),
    ],
)
def test_within_a_sentence(who, inside):
    assert rules.within(who) == inside


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 minute"),
        (20, "20 minutes"),
        (60, "1 hour"),
        (75, "1 hour 15 minutes"),
        (120, "2 hours"),
    ],
)
def test_duration(minutes, words):
    assert rules.duration(minutes) == words


def test_when_says_the_day_the_time_and_the_length():
    weekly = activity(weekday=6, local_start=dt.time(9, 30), minutes=45)

    assert rules.when(weekly) == "Saturdays, 9.30am, 45 minutes"


def test_when_without_a_pattern_points_to_the_page():
    assert rules.when(activity()) == "Dates on its page"


@pytest.mark.parametrize(
    ("amount", "basis", "words"),
    [
        ("98.00", "term", "£98 a term"),
        ("16.50", "lesson", "£16.50 a lesson"),
        ("4.70", "session", "£4.70 a session"),
        ("0.00", "free", "Free"),
        ("0.00", "term", "Free"),
    ],
)
def test_price(amount, basis, words):
    priced = activity(price=Decimal(amount), price_basis=basis)

    assert str(rules.price(priced)) == words


@pytest.mark.parametrize(
    ("differs", "waiting", "room", "words"),
    [
        pytest.param({"places_taken": 2}, 0, "plenty", "Places available", id="plenty"),
        pytest.param({"places_taken": 3}, 0, "few", "3 places left", id="at the threshold"),
        pytest.param({"places_taken": 5}, 0, "few", "1 place left", id="the last one"),
        pytest.param({"places_taken": 6}, 4, "full", "Waiting list, 4 waiting", id="full"),
        pytest.param({"places_taken": 6}, 0, "full", "Waiting list, nobody waiting", id="first"),
        pytest.param({"capacity": 1}, 0, "plenty", "Place available", id="one to one"),
        pytest.param({"capacity": None}, 0, "plenty", "Places available", id="no limit"),
        pytest.param(
            {"booking_opens_at": dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)},
            0,
            "later",
            "Booking opens 8am on Tuesday 1 December",
            id="not open yet",
        ),
        pytest.param(
            {"booking_opens_at": NOON, "places_taken": 2},
            0,
            "plenty",
            "Places available",
            id="opens now",
        ),
        pytest.param({"booking_closes_at": NOON}, 0, "over", "Booking has closed", id="closed"),
        pytest.param({"status": "cancelled"}, 0, "over", "Cancelled", id="cancelled"),
        pytest.param({"status": "closed"}, 0, "over", "Closed to new bookings", id="closed by us"),
    ],
)
def test_places(differs, waiting, room, words):
    places = rules.places(activity(**differs), waiting=waiting, few=3, at=NOON)

    assert (places.room, places.words) == (room, words)


@pytest.mark.parametrize(
    ("room", "is_bookable"),
    [("plenty", True), ("few", True), ("full", False), ("later", False), ("over", False)],
)
def test_places_are_bookable_only_when_one_is_free_now(room, is_bookable):
    assert rules.Places(rules.Room(room), "").is_bookable is is_bookable


@pytest.mark.parametrize(
    ("differs", "words"),
    [
        pytest.param(
            {}, "£21.75 for the 3 lessons left in the autumn term, then £87 a term.", id="part"
        ),
        pytest.param(
            {"meetings": 1, "amount": Decimal("7.25")},
            "£7.25 for the 1 lesson left in the autumn term, then £87 a term.",
            id="the last one",
        ),
        pytest.param(
            {"meetings": 12, "amount": Decimal("87")},
            "12 lessons in the autumn term, £7.25 each.",
            id="a whole term",
        ),
        pytest.param(
            {"basis": "lesson", "each": Decimal("21.75"), "amount": Decimal("65.25")},
            "£65.25 for the 3 lessons left in the autumn term, £21.75 each.",
            id="by the lesson",
        ),
        pytest.param(
            {"basis": "free", "each": Decimal(0), "amount": Decimal(0), "whole_term": Decimal(0)},
            "Nothing to pay for the 3 lessons left in the autumn term.",
            id="free",
        ),
    ],
)
def test_joining_now(differs, words):
    assert rules.joining(cost(**differs)) == words


def test_includes_counts_the_meetings_of_a_whole_term():
    weekly = activity(price_basis="term", minutes=45)

    assert rules.includes(cost(), weekly) == "12 sessions of 45 minutes in the autumn term"


def test_includes_one_meeting_when_each_is_paid():
    lesson = activity(kind="tuition", price_basis="lesson", minutes=30)

    assert rules.includes(cost(), lesson) == "One lesson, 30 minutes"


@pytest.mark.parametrize(
    ("lesson_format", "capacity", "lines"),
    [
        ("", 12, ["A group of no more than 12"]),
        ("", None, []),
        (Tuition.Format.INDIVIDUAL, 1, ["A lesson alone with the teacher"]),
        (
            Tuition.Format.PAIR,
            2,
            ["In a pair: 1 of 2 places taken", "Shared with others: Years 3 to 6"],
        ),
        (
            Tuition.Format.GROUP,
            4,
            ["Small group of up to 4: 1 of 4 places taken", "Shared with others: Years 3 to 6"],
        ),
    ],
)
def test_expectations(lesson_format, capacity, lines):
    shared = activity(capacity=capacity, places_taken=1, min_year=3, max_year=6)

    assert rules.expectations(shared, lesson_format=lesson_format, adult_stays=False) == lines


def test_opening_of_a_policy_leaves_out_headings_notes_and_tables():
    policy = (
        "## Leaving {#leaving}\n*Sample, to be confirmed.*\n\n*Version 1.*\n\n"
        "A place goes on.\r\n\r\nTo stop, tell us **by Friday**.\n\n| a | b |\n|---|---|\n\nMore."
    )

    assert rules.opening(policy) == "A place goes on.\n\nTo stop, tell us **by Friday**."


def test_stopping_is_the_paragraph_that_says_by_when():
    policy = "## Leaving\n*Sample.*\n\nIt goes on.\n\nTo stop, tell us **soon**.\n\nWe tell us."

    assert rules.stopping(policy) == "To stop, tell us **soon**."
    assert rules.stopping("It goes on.") == "It goes on."
    assert rules.stopping("") == ""


def test_without_heading():
    assert rules.without_heading("## Leaving {#leaving}\n*Sample.*\n\nA.") == "*Sample.*\n\nA."


def test_opening_keeps_a_paragraph_that_begins_in_bold():
    assert rules.opening("**To stop**, tell us.") == "**To stop**, tell us."


def test_every_school_year_can_be_chosen():
    values = [value for value, _ in rules.year_choices()]

    assert values == ["", "younger", *(str(year) for year in range(-1, 14)), "adult"]


def test_a_quilt_has_eight_tiles_and_begins_with_its_own():
    assert rules.quilt_of("stave")[0] == "stave"
    assert [len(set(rules.quilt_of(tile))) for tile in ("violin", "stave", "")] == [8, 8, 8]


@pytest.mark.parametrize(
    ("value", "slug"), [("all-guitar", "guitar"), ("strings", "strings"), ("", "")]
)
def test_family_slug(value, slug):
    assert rules.family_slug(value) == slug
