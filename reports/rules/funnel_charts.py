"""Where the bars of a funnel stand: once beside each other, once below, for a narrow screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.rules.funnel import Row

WIDE, NARROW = (1080, 320), (320, 400)
BAR, STEP, TALLEST, MIDDLE = 150, 216, 242, 140
LONGEST, NARROW_STEP, THICK = 254, 80, 36
LEAST = 8  # how tall a bar is whose number is not shown
ROOM_INSIDE = 60
LABEL = 296


@dataclass(frozen=True)
class FunnelBar:
    """One step in both drawings; `colour` is a class, `flow` the way to the next step."""

    name: str
    words: str
    colour: str
    x: int
    top: int
    height: int
    is_inside: bool
    words_y: int
    flow: str
    y: int
    length: int
    note: tuple[str, ...]

    @property
    def middle(self) -> int:
        return self.x + BAR // 2

    @property
    def is_number(self) -> bool:
        return self.words[:1].isdigit()


@dataclass(frozen=True)
class FunnelChart:
    bars: list[FunnelBar]
    described: str
    bar: int = BAR
    thick: int = THICK


def funnel_chart(table: Sequence[Row], *, worst: str, note: tuple[str, ...] = ()) -> FunnelChart:
    """`worst`: the step that is coloured; `note`: what stands under it, a line each."""
    most = max((row.everybody.number or 0 for row in table), default=0) or 1
    heights = [_scaled(row.everybody.number, most, TALLEST) for row in table]
    bars = [
        FunnelBar(
            name=row.name,
            words=row.everybody.words,
            colour=_colour(row.step, worst),
            x=STEP * place,
            top=MIDDLE - height // 2,
            height=height,
            is_inside=height >= ROOM_INSIDE,
            words_y=MIDDLE + 12 if height >= ROOM_INSIDE else MIDDLE - height // 2 - 14,
            flow=_flow(place, heights),
            y=NARROW_STEP * place,
            length=_scaled(row.everybody.number, most, LONGEST),
            note=note if row.step == worst else (),
        )
        for place, (row, height) in enumerate(zip(table, heights, strict=True))
    ]
    said = ", ".join(f"{row.name.lower()} {row.everybody.words.lower()}" for row in table)
    return FunnelChart(bars, said[:1].upper() + said[1:] + ".")


def _scaled(number: int | None, most: int, longest: int) -> int:
    return LEAST if number is None else max(round(longest * number / most), LEAST)


def _colour(step: str, worst: str) -> str:
    if step == worst:
        return "second"
    return "first" if step in {"taught", "letters"} else "third"


def _flow(place: int, heights: Sequence[int]) -> str:
    """The shape between this bar and the next, bent at both ends."""
    if place == len(heights) - 1:
        return ""
    left, right = STEP * place + BAR, STEP * (place + 1)
    bend = (right - left) * 3 // 5
    top, bottom = (MIDDLE - heights[place] // 2, MIDDLE + heights[place] // 2)
    next_top, next_bottom = (
        MIDDLE - heights[place + 1] // 2,
        MIDDLE + heights[place + 1] // 2,
    )
    return (
        f"M{left} {top}C{left + bend} {top} {right - bend} {next_top} {right} {next_top}"
        f"V{next_bottom}C{right - bend} {next_bottom} {left + bend} {bottom} {left} {bottom}z"
    )
