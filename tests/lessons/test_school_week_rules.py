"""Which week a school looks at, what it is called, and which numbers it is shown."""

import datetime as dt

import pytest

from lessons.rules import school_week as rules
from tests.factories.centres import TermFactory

MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("asked", "today", "monday"),
    [
        pytest.param(None, dt.date(2026, 11, 26), MONDAY, id="this week"),
        pytest.param(None, dt.date(2026, 11, 22), MONDAY, id="the week to come, on a Sunday"),
        pytest.param(None, dt.date(2026, 11, 21), MONDAY, id="the week to come, on a Saturday"),
        pytest.param(dt.date(2026, 11, 29), dt.date(2026, 9, 1), MONDAY, id="the week of a day"),
        pytest.param(dt.date(9999, 12, 31), dt.date(2026, 11, 23), MONDAY, id="no such year"),
    ],
)
def test_week_shown(asked, today, monday):
    assert rules.week_shown(asked, today=today) == monday


@pytest.mark.parametrize(
    ("today", "heading"),
    [
        (dt.date(2026, 11, 27), "Who comes this week"),
        (dt.date(2026, 11, 22), "Who comes next week"),
        (dt.date(2026, 11, 9), "Who comes in the week of 23 November"),
        (dt.date(2026, 12, 1), "Who came in the week of 23 November"),
    ],
)
def test_heading(today, heading):
    assert rules.heading(MONDAY, today=today) == heading


@pytest.mark.parametrize(
    ("monday", "words"),
    [
        (dt.date(2026, 8, 24), "Autumn term starts on Thursday 3 September"),
        (dt.date(2026, 8, 31), "Autumn term, week 1"),
        (dt.date(2026, 10, 19), "Autumn term, week 8"),
        (dt.date(2026, 10, 26), "Autumn half term"),
        (dt.date(2026, 11, 2), "Autumn term, week 9"),
        (dt.date(2026, 12, 21), "Holidays"),
    ],
)
def test_place_in_term(monday, words):
    assert rules.place_in_term(monday, TermFactory.build(year=None)) == words


@pytest.mark.parametrize(
    ("came", "missed", "shown"),
    [
        pytest.param(6, 0, 6, id="all came"),
        pytest.param(6, 4, 6, id="neither is a few"),
        pytest.param(3, 3, 3, id="just enough"),
        pytest.param(2, 0, None, id="few came"),
        pytest.param(6, 1, None, id="it would say that one was away"),
        pytest.param(0, 6, None, id="nobody came, or nobody was marked"),
    ],
)
def test_came_shown_gives_nobody_away(came, missed, shown):
    assert rules.came_shown(came, missed, hide_below=3) == shown
