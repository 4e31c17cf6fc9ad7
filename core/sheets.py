"""Tables to take away: CSV that a spreadsheet opens as text, whatever is in a name."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from import_export.formats.base_formats import XLSX
from tablib import Dataset

# What Excel, LibreOffice or Google Sheets may take for the start of a formula, wide forms included.
FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - the wide forms are meant
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no workbook holds them
_CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX.CONTENT_TYPE}
_BYTE_ORDER_MARK = "\ufeff"  # tells Excel that this is UTF-8


def safe_cell(value: object) -> str:
    """The value as text; a leading apostrophe where a spreadsheet would begin to calculate."""
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def csv_of(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole CSV file, as Excel wants it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(heading)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return (_BYTE_ORDER_MARK + file.getvalue()).encode()


def xlsx_of(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole workbook of one sheet, every cell text."""
    table = Dataset(headers=list(heading))
    for row in rows:
        table.append([_UNPRINTABLE.sub("\ufffd", safe_cell(value)) for value in row])
    return bytes(XLSX().export_data(table))


def download(
    heading: Sequence[str], rows: Iterable[Sequence[object]], *, name: str, suffix: str
) -> HttpResponse:
    """The table as a file to keep: csv or xlsx."""
    made = {"csv": csv_of, "xlsx": xlsx_of}[suffix](heading, rows)
    return HttpResponse(
        made,
        content_type=_CONTENT_TYPES[suffix],
        headers={"Content-Disposition": f'attachment; filename="{file_name(name, suffix)}"'},
    )


def file_name(words: str, suffix: str) -> str:
    """Letters, digits and hyphens only: safe in a header and on every disk."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80] or "table"
    return f"{stem}.{suffix}"
