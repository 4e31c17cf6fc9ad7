"""When a teacher is free, of hours and weeks as values."""

import datetime as dt

import pytest

from lessons.rules.free_hours import (
    Busy,
    Dates,
    Offered,
    Teacher,
    bits_between,
    free_gaps,
    weekdays_of,
)

MORNING = (9 * 60, 12 * 60)
TUESDAYS = Dates("2-am", (dt.date(2026, 9, 8), dt.date(2026, 9, 15)), weeks=0b110)
MORNINGS = {"2-am": MORNING, "4-am": MORNING}
ALWAYS = dt.date(2020, 9, 1)


def teacher(**fields):
    return Teacher(1, "Ngozi Eze", frozenset({1}), **fields)


def test_a_week_of_the_same_hour_is_taken_for_all_of_them():
    once = Busy(2, 10 * 60, 11 * 60, weeks=0b100)
    before = Busy(2, 9 * 60, 12 * 60, weeks=0b001)

    gaps = free_gaps(teacher(busy={2: [once, before]}), TUESDAYS, MORNING, 45)

    assert gaps == [(540, 600), (660, 720)]


def test_a_weekday_that_was_not_read_is_never_taken_for_free():
    with pytest.raises(KeyError):
        free_gaps(teacher(busy={4: []}), TUESDAYS, MORNING, 45)


def test_nobody_is_looked_up_on_a_weekday_without_hours_of_theirs():
    afternoons = Offered(13 * 60, 15 * 60, ALWAYS)
    thursdays = Offered(11 * 60, 15 * 60, ALWAYS)

    assert weekdays_of(MORNINGS, {2: [afternoons], 4: [thursdays]}) == {4}
    assert free_gaps(teacher(offered={4: [thursdays]}), TUESDAYS, MORNING, 45) == []


def test_whoever_told_us_of_no_hours_is_looked_up_on_all_that_are_asked_about():
    assert weekdays_of(MORNINGS, None) == {2, 4}


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        ((9, 8), (9, 22), 0b1110),  # a Tuesday to a Tuesday
        ((9, 9), (9, 21), 0b100),
        ((9, 9), (9, 14), 0),
        ((8, 1), (9, 1), 0b1),  # begun before the year
    ],
)
def test_the_weeks_of_every_tuesday_between_two_days(first, last, weeks):
    begins, ends = dt.date(2026, *first), dt.date(2026, *last)

    assert bits_between(2, begins, ends, dt.date(2026, 8, 31)) == weeks


def test_weeks_are_counted_no_further_than_a_year_asked_about_can_have():
    weeks = bits_between(2, dt.date(2026, 9, 1), dt.date(2030, 9, 1), dt.date(2026, 8, 31))

    assert weeks == (1 << 60) - 1


def test_hours_that_change_in_the_term_are_hours_only_where_both_hold():
    till = Offered(9 * 60, 11 * 60, ALWAYS, dt.date(2026, 9, 8))
    then = Offered(10 * 60, 12 * 60, dt.date(2026, 9, 9))

    assert free_gaps(teacher(offered={2: [till, then]}, busy={2: []}), TUESDAYS, MORNING, 45) == [
        (600, 660)
    ]
