"""What a chart is headed by and where it is drawn: worked out from the numbers alone."""

import datetime as dt

import pytest

from reports.rules import (
    Standing,
    Week,
    bar_chart,
    finding_of_waits,
    finding_of_weeks,
    line_chart,
)

MONDAY = dt.date(2026, 9, 28)


def weeks(*shares):
    return [
        Week(MONDAY + dt.timedelta(weeks=place), share, 100) for place, share in enumerate(shares)
    ]


def standings(*waiting):
    names = ["Alder", "Birch", "Cedar", "Damson"]
    return [Standing(name, 10, number) for name, number in zip(names, waiting, strict=False)]


@pytest.mark.parametrize(
    ("waiting", "says"),
    [
        pytest.param((), "Nobody is waiting for a place", id="nothing at all"),
        pytest.param((0, 0), "Nobody is waiting for a place", id="nobody"),
        pytest.param((3, 9, 1), "Birch has the most waiting: 9 of 13", id="one stands out"),
        pytest.param(
            (4, 9, 9), "Birch and Cedar have the most waiting: 9 each of 22", id="two alike"
        ),
        pytest.param((2, 2, 2), "3 lines of 2 are the longest", id="more than can be named"),
        pytest.param((0, 1200), "Birch has the most waiting: 1,200 of 1,200", id="thousands"),
    ],
)
def test_finding_of_waits_says(waiting, says):
    assert finding_of_waits(standings(*waiting), waiting=sum(waiting)) == says


def test_finding_of_waits_counts_those_who_wait_for_what_is_not_drawn():
    assert finding_of_waits(standings(2, 9), waiting=39).endswith("9 of 39")


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        pytest.param((), "No register of this term has been marked yet", id="none"),
        pytest.param((93,), "Attendance is 93%", id="one week"),
        pytest.param(
            (93, 90), "Attendance has been 90% or more in every week of the term", id="all good"
        ),
        pytest.param((80, 91, 92), "Attendance has held at 90% or more for 2 weeks", id="held"),
        pytest.param((80, 80, 84), "Attendance rose to 84%, from 80% before", id="rose"),
        pytest.param((95, 95, 88), "Attendance fell to 88%, from 95% before", id="fell"),
        pytest.param((86, 87, 88), "Attendance is steady at 88%", id="steady"),
    ],
)
def test_finding_of_weeks_says(shares, says):
    assert finding_of_weeks(weeks(*shares), goal=90) == says


def test_bars_are_drawn_to_one_scale_with_their_numbers_beside_them():
    chart = bar_chart([Standing("Alder", 100, 100), Standing("Birch", 50, 0), Standing("C", 0, 50)])

    first, second, third = chart.bars
    assert second.booked_width == pytest.approx(first.booked_width / 2, abs=1)
    assert third.waiting_width == second.booked_width
    assert [bar.numbers for bar in chart.bars] == ["100 + 100", "50 + 0", "0 + 50"]
    assert chart.described == (
        "Alder: 100 booked, 100 waiting; Birch: 50 booked, 0 waiting; C: 0 booked, 50 waiting"
    )
    assert (second.waiting_width, third.booked_width, third.waiting_x) == (0, 0, 0)


@pytest.mark.parametrize("number", [9, 1_234_567])
def test_no_bar_or_number_leaves_the_drawing(number):
    chart = bar_chart([Standing("Alder", number, number), Standing("Birch", 1, 0)])

    for bar in chart.bars:
        assert bar.waiting_x + bar.waiting_width <= bar.numbers_x < chart.width
        assert bar.numbers_y <= chart.height


def test_a_chart_of_nothing_draws_nothing_and_does_not_divide_by_it():
    assert bar_chart([]).bars == []
    assert bar_chart([Standing("Alder", 0, 0)]).bars[0].booked_width == 0
    assert line_chart([]).points == []


def test_a_line_rises_with_the_share_and_names_both_its_ends():
    chart = line_chart(weeks(86, 89, 88, 91, 90, 92, 93, 92, 94, 94))

    heights = [point.y for point in chart.points]
    assert heights.index(max(heights)) == 0  # the lowest share stands lowest: y counts down
    assert min(heights) == chart.points[-1].y
    assert [point.share for point in chart.points if point.is_named] == ["86%", "94%"]
    assert [tick.words for tick in chart.ticks] == ["80%", "90%", "100%"]
    assert all(chart.left <= point.x <= chart.right for point in chart.points)


@pytest.mark.parametrize("shares", [(100,), (0, 100), (100, 100), (3,)])
def test_a_line_stays_within_its_scale(shares):
    chart = line_chart(weeks(*shares))

    lowest, highest = chart.ticks[0].y, chart.ticks[-1].y
    assert all(highest <= point.y <= lowest for point in chart.points)
