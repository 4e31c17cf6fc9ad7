"""Who can cover a meeting, judged from values: every obstacle and every reason in words."""

import dataclasses
import datetime as dt

import pytest

from centres.rules import Point
from lessons.rules.cover import Hours, Stop, Teacher, Wanted, judge

ST_ALBANS = Point(51.7517, -0.3407)
HATFIELD = Point(51.7635, -0.2259)  # five miles off
VIOLIN, VIOLA, GUITAR = 1, 2, 3


def at(clock):
    """A moment of Saturday 28 November 2026; London is on Greenwich's time."""
    return dt.datetime.combine(dt.date(2026, 11, 28), dt.time.fromisoformat(clock), tzinfo=dt.UTC)


WANTED = Wanted(
    starts_at=at("10:00"),
    ends_at=at("10:45"),
    point=ST_ALBANS,
    centre_id=7,
    subject_ids=frozenset({VIOLIN}),
    minutes_per_mile=3,
)
NURIA = Teacher(
    name="Nuria Vidal",
    subjects={VIOLIN: "violin", VIOLA: "viola"},
    is_cleared=True,
    is_away=False,
    base="Hatfield Music Centre",
    base_point=HATFIELD,
    hours=(Hours(dt.time(9), dt.time(13)),),
    knows_hours=True,
)


def stop(starts, ends, *, place="Hatfield", point=HATFIELD):
    return Stop("teaches", "Beginner Strings", place, point, at(starts), at(ends))


def judged(**fields):
    return judge(dataclasses.replace(NURIA, **fields), WANTED)


def test_who_is_free_all_day_can_come_from_their_own_centre():
    found = judged()

    assert found.obstacles == ()
    assert found.reasons == (
        "free all day",
        "teaches violin and viola",
        "5 miles away",
        "based at Hatfield Music Centre",
    )
    assert found.teaches_it
    assert found.miles == pytest.approx(5, abs=0.1)


def test_the_way_from_the_meeting_before_is_not_free_time():
    found = judged(stops=(stop("08:15", "09:00"),))

    assert found.obstacles == ()
    assert found.reasons[0] == "free from 9.15am"
    assert "at Hatfield until 9am" in found.reasons


def test_the_way_to_the_meeting_after_is_said_too():
    found = judged(stops=(stop("11:00", "11:45"),))

    assert found.obstacles == ()
    assert found.reasons[0] == "free until 10.45am"
    assert "then at Hatfield from 11am" in found.reasons


@pytest.mark.parametrize(
    ("fields", "obstacle"),
    [
        pytest.param({"is_cleared": False}, "not cleared to teach on that day", id="uncleared"),
        pytest.param({"is_away": True}, "has told us they cannot come then", id="away"),
        pytest.param({"is_there_already": True}, "at this meeting already", id="there"),
        pytest.param(
            {"stops": (stop("10:30", "11:15"),)},
            "teaches Beginner Strings at Hatfield, 10.30am to 11.15am",
            id="busy",
        ),
        pytest.param(
            {"stops": (stop("09:00", "09:46"),)},
            "at Hatfield until 9.46am, 15 minutes away",
            id="too far from the one before",
        ),
        pytest.param(
            {"stops": (stop("11:00", "11:30"),), "subjects": {VIOLIN: "violin"}},
            None,
            id="near enough to the one after",
        ),
        pytest.param(
            {"stops": (stop("10:50", "11:30"),)},
            "due at Hatfield at 10.50am, 15 minutes away",
            id="too far from the one after",
        ),
        pytest.param({"hours": ()}, "cannot be asked on Saturdays", id="not that day"),
        pytest.param(
            {"hours": (Hours(dt.time(13), dt.time(17)),)},
            "can be asked on Saturdays from 1pm to 5pm",
            id="not that hour",
        ),
        pytest.param(
            {"hours": (Hours(dt.time(9), dt.time(13), 8, "Ware"),)},
            "can be asked on Saturdays from 9am to 1pm at Ware",
            id="only elsewhere",
        ),
    ],
)
def test_what_stands_against_somebody_is_said(fields, obstacle):
    assert judged(**fields).obstacles == ((obstacle,) if obstacle else ())


def test_back_to_back_in_the_same_place_needs_no_way():
    before = stop("09:15", "10:00", place="St Albans", point=ST_ALBANS)
    after = stop("10:45", "11:30", place="St Albans", point=ST_ALBANS)

    assert judged(stops=(before, after)).obstacles == ()


def test_a_place_we_cannot_measure_from_is_no_obstacle_and_comes_last():
    found = judged(stops=(stop("09:00", "10:00", point=None),))

    assert found.obstacles == ()
    assert found.miles is None
    assert found.rank > judged().rank


def test_who_told_us_no_hours_may_be_asked_and_it_is_said():
    found = judged(hours=(), knows_hours=False)

    assert found.obstacles == ()
    assert "has not told us their hours" in found.reasons


def test_who_teaches_it_comes_before_whoever_is_nearer():
    near = judged(subjects={GUITAR: "guitar"}, base_point=ST_ALBANS)

    assert near.miles < judged().miles
    assert judged().rank < near.rank
    assert "teaches guitar, not this" in near.reasons


def test_a_meeting_of_no_known_subject_may_be_covered_by_anybody():
    wanted = dataclasses.replace(WANTED, subject_ids=frozenset())

    assert judge(dataclasses.replace(NURIA, subjects={}), wanted).teaches_it


def test_a_teacher_of_a_dozen_is_said_in_a_few_words():
    many = {number: f"drum {number}" for number in range(10, 22)}

    found = judged(subjects={VIOLIN: "violin", **many})

    assert "teaches violin, drum 10, drum 11, drum 12 and 9 more" in found.reasons
