"""When a reminder is due: by the local clock, across its changes, and a while late."""

import datetime as dt

import pytest

from bookings.rules import evenings as rules

EVENINGS = rules.Evenings(
    first_meeting_hour=17, register_hour=18, digest_weekday=7, digest_hour=18, digest_late_hours=18
)
SUNDAY = dt.date(2026, 11, 22)


def utc(words):
    return dt.datetime.fromisoformat(words).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("at", "days"),
    [
        pytest.param("2026-11-27 16:59", ["2026-11-27"], id="before the evening"),
        pytest.param("2026-11-27 17:00", ["2026-11-27", "2026-11-28"], id="winter"),
        pytest.param("2026-09-04 16:00", ["2026-09-04", "2026-09-05"], id="summer"),
        pytest.param("2026-09-04 15:59", ["2026-09-04"], id="summer, before the evening"),
        pytest.param(
            "2026-10-24 16:00", ["2026-10-24", "2026-10-25"], id="clocks go back that night"
        ),
        pytest.param("2026-10-25 16:30", ["2026-10-25"], id="clocks went back that morning"),
        pytest.param("2026-10-25 17:00", ["2026-10-25", "2026-10-26"], id="the hour after"),
        pytest.param("2027-03-28 16:00", ["2027-03-28", "2027-03-29"], id="clocks went forward"),
        pytest.param("2026-09-04 23:30", ["2026-09-05"], id="already tomorrow here"),
    ],
)
def test_days_of_first_meetings(at, days):
    found = rules.days_of_first_meetings(utc(at), hour=17)

    assert [str(day) for day in found] == days


@pytest.mark.parametrize(
    ("at", "week"),
    [
        pytest.param("2026-11-22 17:59", None, id="not yet"),
        pytest.param("2026-11-22 18:00", "2026-W48", id="Sunday evening"),
        pytest.param("2026-11-23 11:59", "2026-W48", id="made good on Monday morning"),
        pytest.param("2026-11-23 12:00", None, id="too late"),
        pytest.param("2026-06-14 17:00", "2026-W25", id="in summer an hour before by UTC"),
        pytest.param("2026-06-14 16:59", None, id="in summer not yet"),
        pytest.param("2026-10-25 18:00", "2026-W44", id="clocks went back"),
        pytest.param("2027-03-28 17:00", "2027-W13", id="clocks went forward"),
        pytest.param("2027-01-03 18:00", "2027-W01", id="a week of the next year"),
    ],
)
def test_week_to_tell(at, week):
    found = rules.week_to_tell(utc(at), EVENINGS)

    assert (found and found.name) == week


def test_week_to_tell_is_the_monday_to_sunday_ahead():
    week = rules.week_to_tell(utc("2026-11-22 18:00"), EVENINGS)

    assert (week.first, week.last) == (dt.date(2026, 11, 23), dt.date(2026, 11, 29))
    assert rules.Week.named(week.name) == week


@pytest.mark.parametrize(
    ("at", "day"),
    [
        pytest.param("2026-11-28 17:59", "2026-11-27", id="still last evening's"),
        pytest.param("2026-11-28 18:00", "2026-11-28", id="this evening's"),
        pytest.param("2026-11-29 03:00", "2026-11-28", id="a clock that stood still"),
    ],
)
def test_days_of_registers(at, day):
    assert [str(each) for each in rules.days_of_registers(utc(at), hour=18)] == [day]
