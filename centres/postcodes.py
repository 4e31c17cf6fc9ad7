"""Postcodes and their grid references as files bring them, one line at a time."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from centres.grid import to_latitude_longitude
from centres.models import Postcode
from core.refusals import RuleBroken

# Our own names, those of the ONS Postcode Directory, and those of its shorter lists.
NAMES = {
    "postcode": ("postcode", "pcds", "pcd"),
    "easting": ("easting", "oseast1m", "east1m"),
    "northing": ("northing", "osnrth1m", "north1m"),
}
EASTINGS, NORTHINGS = range(1, 700_001), range(1, 1_300_001)


class NotPostcodes(RuleBroken):
    """The file is no list of postcodes; nothing was read from it."""


@dataclass(frozen=True)
class Spoilt:
    """A line that was left out, and why."""

    line: int
    why: str


@dataclass(frozen=True)
class Told:
    """A postcode as one line tells of it."""

    line: int
    postcode: Postcode


def lines_of(path: Path) -> Iterator[Told | Spoilt]:
    """Every postcode of the file, in its order."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        columns = _columns(reader)
        for row in reader:
            cells = {name: (row.get(column) or "").strip() for name, column in columns.items()}
            yield _told(reader.line_num, cells)


def _columns(reader: "csv.DictReader[str]") -> dict[str, str]:
    found = {name.strip().lower(): name for name in reader.fieldnames or ()}
    columns = {}
    for ours, theirs in NAMES.items():
        column = next((found[name] for name in theirs if name in found), None)
        if column is None:
            missing = [name for name, any_of in NAMES.items() if not found.keys() & set(any_of)]
            raise NotPostcodes(
                f"This is not a list of postcodes: it lacks the "
                f"{'column' if len(missing) == 1 else 'columns'} {', '.join(missing)}."
            )
        columns[ours] = column
    return columns


def _told(line: int, cells: dict[str, str]) -> Told | Spoilt:
    code = as_written(cells["postcode"])
    if code is None:
        return Spoilt(line, f"postcode is “{cells['postcode'][:12]}”")
    for name, span in (("easting", EASTINGS), ("northing", NORTHINGS)):
        words = cells[name]
        if not (words.isascii() and words.isdigit()) or int(words) not in span:
            return Spoilt(line, f"{name} is “{words[:12]}”")
    easting, northing = int(cells["easting"]), int(cells["northing"])
    latitude, longitude = to_latitude_longitude(easting, northing)
    return Told(
        line,
        Postcode(
            code=code,
            outward=code.split()[0],
            easting=easting,
            northing=northing,
            latitude=latitude,
            longitude=longitude,
        ),
    )


def as_written(words: str) -> str | None:
    """AL1 3JQ: in capitals, one space before the last three. None if it cannot be one."""
    letters = "".join(words.split()).upper()
    inward, outward = letters[-3:], letters[:-3]
    if not letters.isascii() or not letters.isalnum() or not 2 <= len(outward) <= 4:
        return None
    is_inward = inward[0].isdigit() and inward[1:].isalpha()
    return f"{outward} {inward}" if is_inward and outward[0].isalpha() else None
