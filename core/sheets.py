"""Tables to take away: CSV that a spreadsheet opens as text, whatever is in a name."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

# What Excel, LibreOffice or Google Sheets may take for the start of a formula, wide forms included.
_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - the wide forms are meant
_BYTE_ORDER_MARK = "\ufeff"  # tells Excel that this is UTF-8


def safe_cell(value: object) -> str:
    """The value as text; a leading apostrophe where a spreadsheet would begin to calculate."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def csv_of(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A whole CSV file, as Excel wants it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(heading)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return (_BYTE_ORDER_MARK + file.getvalue()).encode()


def file_name(words: str, suffix: str) -> str:
    """Letters, digits and hyphens only: safe in a header and on every disk."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80] or "table"
    return f"{stem}.{suffix}"
