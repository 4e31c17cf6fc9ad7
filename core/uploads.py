"""Tables that somebody sends us: read within bounds, or refused in a sentence."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook

from core.refusals import RuleBroken
from core.sheets import FORMULA

MOST_BYTES = 1_000_000
MOST_UNPACKED = 20_000_000  # a workbook is packed: a small one may hold a very large one
MOST_COLUMNS, LONGEST_CELL = 60, 1000
_PACKED = b"PK\x03\x04"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unreadable(RuleBroken):
    """The file is no table we can read; the message says what to do."""


@dataclass(frozen=True)
class Table:
    """Headings, and rows of as many cells, all of them text. Row 1 of the file is the heading."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_table(content: bytes, *, needs: Sequence[str], most_rows: int) -> Table:
    """The table in a CSV or XLSX file, whatever it is called."""
    if len(content) > MOST_BYTES:
        raise Unreadable("This file is too big. Send one of at most 1 MB.")
    lines = _from_workbook(content, most_rows) if content[:4] == _PACKED else _from_text(content)
    return _table(lines, needs=needs, most_rows=most_rows)


def _from_workbook(content: bytes, most_rows: int) -> Iterable[list[str]]:
    broken = "This workbook cannot be opened. Save it once more as XLSX or CSV, and send that."
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable("This workbook is too big. Send the one sheet, as CSV.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found = sheet.iter_rows(max_row=most_rows + 2, max_col=MOST_COLUMNS + 1, values_only=True)
        return [[_words(value) for value in row] for row in found]
    except Unreadable:
        raise
    except Exception as error:  # a damaged workbook breaks its reader in any way there is
        raise Unreadable(broken) from error


def _words(value: object) -> str:
    """As a person would have typed it: 12 and not 12.0, a day and not its midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text.removesuffix(" 00:00:00")


def _from_text(content: bytes) -> Iterable[list[str]]:
    text = _decoded(content)
    first, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable("This file is no table. Save your sheet as CSV or XLSX.") from error


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, or what Windows writes."""
    try:
        if content[:2] in _UTF_16:
            return content.decode("utf-16")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Unreadable("This file is no table. Save your sheet as CSV or XLSX.")
    return text


def _table(lines: Iterable[list[str]], *, needs: Sequence[str], most_rows: int) -> Table:
    rows = [[_cell(cell) for cell in line] for line in lines]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise Unreadable("This file is empty.")
    headings, *rest = rows
    while headings and not headings[-1]:
        headings.pop()
    _check_headings(headings, needs)
    if len(rest) > most_rows:
        raise Unreadable(f"This file has more than {most_rows} rows. Send it in parts.")
    if not rest:
        raise Unreadable("This file has a heading and no rows.")
    width = len(headings)
    for number, row in enumerate(rest, 2):
        if any(row[width:]):
            raise Unreadable(f"Row {number} has more cells than the heading has columns.")
    padded = (tuple((row + [""] * width)[:width]) for row in rest)
    return Table(headings=tuple(headings), rows=tuple(padded))


def _check_headings(headings: Sequence[str], needs: Sequence[str]) -> None:
    known = [each.casefold() for each in headings]
    if len(headings) > MOST_COLUMNS or max(map(len, headings), default=0) > LONGEST_CELL:
        raise Unreadable("The first row is no heading of a table we know.")
    missing = [each for each in needs if each.casefold() not in known]
    if missing:
        raise Unreadable(
            f"The first row names no column {' and no column '.join(missing)}."
            " Download a sheet here first, change it, and send it back."
        )
    twice = next((each for each in headings if each and known.count(each.casefold()) > 1), None)
    if twice:
        raise Unreadable(f"Two columns are called {twice}.")


def _cell(value: str) -> str:
    """Without what cannot be printed, and without the apostrophe of our own sheets."""
    text = _UNPRINTABLE.sub("", value)[: LONGEST_CELL + 1].strip()
    if text.startswith("'") and FORMULA.match(text[1:]):
        text = text[1:]
    return text[:LONGEST_CELL]
