"""Where a chart's bars, points and words stand, in the units of its own drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.rules.findings import Standing, Week

WIDTH = 400
BAR_HEIGHT, BAR_STEP, LABEL_HEIGHT = 18, 48, 16
NUMBERS_WIDTH = 96  # kept free for "1,204 + 384" after the longest bar
GAP = 3  # between the two parts of a bar
LINE_TOP, LINE_BOTTOM, LINE_LEFT, LINE_RIGHT = 26, 196, 52, 376
STEPS = 10  # the scale of shares begins at a whole ten
CROWDED = 6  # more points than that are named at both ends alone


@dataclass(frozen=True)
class Bar:
    """One line of the chart: a name above, two parts, and the numbers after them."""

    name: str
    name_y: int
    bar_y: int
    booked_width: int
    waiting_x: int
    waiting_width: int
    numbers: str
    numbers_x: int
    numbers_y: int


@dataclass(frozen=True)
class BarChart:
    width: int
    height: int
    bar_height: int
    bars: list[Bar]
    described: str


@dataclass(frozen=True)
class Point:
    """A week: where its mark stands, and its words where they are printed."""

    x: int
    y: int
    share: str
    name: str
    is_named: bool


@dataclass(frozen=True)
class Tick:
    y: int
    words: str


@dataclass(frozen=True)
class LineChart:
    width: int
    height: int
    path: str
    points: list[Point]
    ticks: list[Tick]
    left: int
    right: int
    described: str


def bar_chart(standings: Sequence[Standing]) -> BarChart:
    """Two parts a line, drawn to one scale."""
    longest = max((one.booked + one.waiting for one in standings), default=0)
    scale = (WIDTH - NUMBERS_WIDTH - GAP) / max(longest, 1)
    return BarChart(
        width=WIDTH,
        height=BAR_STEP * max(len(standings), 1),
        bar_height=BAR_HEIGHT,
        bars=[_bar(one, number, scale) for number, one in enumerate(standings)],
        described="; ".join(
            f"{one.name}: {one.booked:,} booked, {one.waiting:,} waiting" for one in standings
        ),
    )


def _bar(standing: Standing, number: int, scale: float) -> Bar:
    top = BAR_STEP * number
    booked, waiting = (round(scale * count) for count in (standing.booked, standing.waiting))
    waiting_x = booked + GAP if booked else 0
    return Bar(
        name=standing.name,
        name_y=top + LABEL_HEIGHT - 2,
        bar_y=top + LABEL_HEIGHT + 4,
        booked_width=booked,
        waiting_x=waiting_x,
        waiting_width=waiting,
        numbers=f"{standing.booked:,} + {standing.waiting:,}",
        numbers_x=waiting_x + waiting + 8,
        numbers_y=top + LABEL_HEIGHT + 4 + BAR_HEIGHT - 4,
    )


def line_chart(weeks: Sequence[Week]) -> LineChart:
    """Shares of a hundred, from the ten below the lowest."""
    lowest = min((week.share for week in weeks), default=100)
    floor = min(lowest // STEPS * STEPS, 100 - STEPS)
    points = [_point(week, place, weeks, floor) for place, week in enumerate(weeks)]
    joined = " ".join(f"{point.x} {point.y}" for point in points)
    middle = (floor + 100) // 2
    return LineChart(
        width=WIDTH,
        height=236,
        path=f"M{joined}",
        points=points,
        ticks=[Tick(_height(share, floor), f"{share}%") for share in (floor, middle, 100)],
        left=LINE_LEFT,
        right=LINE_RIGHT,
        described="; ".join(f"{point.name}: {point.share}" for point in points),
    )


def _point(week: Week, place: int, weeks: Sequence[Week], floor: int) -> Point:
    reach = LINE_RIGHT - LINE_LEFT - 24
    step = reach / max(len(weeks) - 1, 1)
    return Point(
        x=round(LINE_LEFT + 16 + step * place),
        y=_height(week.share, floor),
        share=f"{week.share}%",
        name=f"{week.starts_on.day} {week.starts_on:%b}",
        is_named=len(weeks) <= CROWDED or place in {0, len(weeks) - 1},
    )


def _height(share: int, floor: int) -> int:
    return round(LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * (share - floor) / (100 - floor))
