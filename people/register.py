"""The national register of schools as it is downloaded, one line at a time: GIAS, cp1252, quoted.

Columns are found by name, in whatever order. A line that cannot be read is a `Spoilt`, with its
number; the file as a whole is refused only when it is not the register at all.
"""

import codecs
import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from centres.grid import to_latitude_longitude
from core.refusals import RuleBroken
from people.models import School
from people.models.persons import sort_name_of

NEEDED = (
    "URN",
    "EstablishmentName",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)",
    "CloseDate",
    "PhaseOfEducation (name)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "Street",
    "Locality",
    "Address3",
    "Town",
    "Postcode",
    "SchoolWebsite",
    "TelephoneNum",
    "Easting",
    "Northing",
)
STATUSES = {
    "open": School.Status.OPEN,
    "open, but proposed to close": School.Status.CLOSING,
    "closed": School.Status.CLOSED,
    "proposed to open": School.Status.PROPOSED,
}
EASTINGS, NORTHINGS = range(1, 700_000), range(1, 1_300_000)
CHUNK = 1 << 20
LARGEST_CELL = 10_000


class NotTheRegister(RuleBroken):
    """The file is not a download of the register; nothing was read from it."""


@dataclass(frozen=True)
class Spoilt:
    """A line that was left out, and why."""

    line: int
    why: str


@dataclass(frozen=True)
class Told:
    """A school as one line tells of it."""

    line: int
    school: School


def lines_of(path: Path) -> Iterator[Told | Spoilt]:
    """Every school of the file, in its order; each line is read, told and forgotten."""
    encoding = "utf-8-sig" if _is_utf8(path) else "cp1252"
    usual = csv.field_size_limit(LARGEST_CELL)
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            reader = csv.DictReader(file)
            _check_columns(reader)
            yield from _read(reader)
    finally:
        csv.field_size_limit(usual)  # it is everybody's


def _is_utf8(path: Path) -> bool:
    """The register is cp1252; a spreadsheet may have saved it again as UTF-8, marked or not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while part := file.read(CHUNK):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _check_columns(reader: "csv.DictReader[str]") -> None:
    try:
        found = set(reader.fieldnames or ())
    except csv.Error:
        found = set()
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise NotTheRegister(
            "This is not the register of schools: it lacks the "
            f"{'column' if len(missing) == 1 else 'columns'} {', '.join(missing)}."
        )


def _read(reader: "csv.DictReader[str]") -> Iterator[Told | Spoilt]:
    while True:
        try:
            row = next(reader, None)
            if row is None:
                return
            yield Told(reader.line_num, _school(row))
        except (csv.Error, _Unreadable) as error:
            yield Spoilt(reader.line_num, str(error))


class _Unreadable(Exception):
    pass


def _school(row: Mapping[str, str | None]) -> School:
    cell = {name: (row.get(name) or "").strip() for name in NEEDED}
    more = {name: (row.get(name) or "").strip() for name in ("NumberOfPupils", "PercentageFSM")}
    if any("\ufffd" in words for words in cell.values()):
        raise _Unreadable("it holds letters that are not of this encoding (cp1252)")
    if not cell["EstablishmentName"]:
        raise _Unreadable("the school has no name")
    easting, northing = _place(cell["Easting"], cell["Northing"])
    latitude, longitude = (
        to_latitude_longitude(easting, northing) if easting and northing else (None, None)
    )
    name = _short("EstablishmentName", cell["EstablishmentName"], 200)
    street = ", ".join(cell[part] for part in ("Street", "Locality", "Address3") if cell[part])
    status = _status(cell["EstablishmentStatus (name)"])
    return School(
        urn=_number("URN", cell["URN"], least=1, most=2_147_483_647),
        name=name,
        sort_name=sort_name_of("", name),
        phase=_short("PhaseOfEducation (name)", cell["PhaseOfEducation (name)"], 40),
        kind=_short("TypeOfEstablishment (name)", cell["TypeOfEstablishment (name)"], 80),
        low_age=_number_or_none("StatutoryLowAge", cell["StatutoryLowAge"], most=99),
        high_age=_number_or_none("StatutoryHighAge", cell["StatutoryHighAge"], most=99),
        address_line=_short("Street", street, 200),
        town=_short("Town", cell["Town"], 80),
        postcode=_short("Postcode", cell["Postcode"].upper(), 8),
        easting=easting,
        northing=northing,
        latitude=latitude,
        longitude=longitude,
        pupils=_number_or_none("NumberOfPupils", more["NumberOfPupils"], most=100_000),
        percentage_fsm=_percentage(more["PercentageFSM"]),
        website=_short("SchoolWebsite", cell["SchoolWebsite"], 200),
        phone=_short("TelephoneNum", cell["TelephoneNum"], 30),
        status=status,
        closed_on=_day(cell["CloseDate"]) if status == School.Status.CLOSED else None,
    )


def _place(easting: str, northing: str) -> tuple[int | None, int | None]:
    """Both or neither, and inside Great Britain. The register writes 0 for "not known"."""
    if easting in ("", "0") and northing in ("", "0"):
        return None, None
    east = _number("Easting", easting, least=EASTINGS.start, most=EASTINGS.stop)
    return east, _number("Northing", northing, least=NORTHINGS.start, most=NORTHINGS.stop)


def _number(name: str, words: str, *, least: int, most: int) -> int:
    if not (words.isascii() and words.isdigit()) or not least <= int(words) <= most:
        raise _Unreadable(f"{name} is “{words[:20]}”")
    return int(words)


def _number_or_none(name: str, words: str, *, most: int) -> int | None:
    return _number(name, words, least=0, most=most) if words else None


def _percentage(words: str) -> Decimal | None:
    if not words:
        return None
    try:
        share = Decimal(words)
    except InvalidOperation:
        raise _Unreadable(f"PercentageFSM is “{words[:20]}”") from None
    if not 0 <= share <= 100:
        raise _Unreadable(f"PercentageFSM is “{words[:20]}”")
    return round(share, 1)


def _status(words: str) -> School.Status:
    status = STATUSES.get(words.lower())
    if status is None:
        raise _Unreadable(f"EstablishmentStatus (name) is “{words[:40]}”")
    return status


def _day(words: str) -> dt.date | None:
    """Days are written 31-08-2016, and in some extracts 2016-08-31."""
    if not words:
        return None
    for form in ("%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(words, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise _Unreadable(f"CloseDate is “{words[:20]}”")


def _short(name: str, words: str, longest: int) -> str:
    if len(words) > longest:
        raise _Unreadable(f"{name} has {len(words)} letters; at most {longest} are kept")
    return words
