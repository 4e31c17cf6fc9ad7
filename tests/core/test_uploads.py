"""Tables somebody sends: whatever is in the file, it is rows or one sentence."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from core import sheets
from core.uploads import MOST_BYTES, Unreadable, read_table
from tests.attacks.nasty import NASTY

NEEDS = ("Pupil", "Status")


def read(content, most_rows=10):
    return read_table(content, needs=NEEDS, most_rows=most_rows)


def workbook(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Pupil,Status\nZoë,place\n".encode(), id="utf-8"),
        pytest.param(
            "Pupil,Status\r\nZoë,place".encode("utf-8-sig"), id="utf-8 as Excel writes it"
        ),
        pytest.param("Pupil,Status\nZoë,place\n".encode("cp1252"), id="as Windows writes it"),
        pytest.param("Pupil\tStatus\nZoë\tplace\n".encode("utf-16"), id="Excel's Unicode text"),
        pytest.param("pupil;STATUS\nZoë;place\n;\n".encode(), id="semicolons, and an empty end"),
        pytest.param(workbook(["Pupil", "Status"], ["Zoë", "place"]), id="a workbook"),
    ],
)
def test_a_table_is_read_however_it_was_saved(content):
    table = read(content)

    assert [heading.casefold() for heading in table.headings] == ["pupil", "status"]
    assert table.rows == (("Zoë", "place"),)


def test_numbers_and_days_of_a_workbook_are_as_typed():
    content = workbook(["Pupil", "Status", "n"], ["a", 12.0, None], [3, 1.5, True])

    assert read(content).rows == (("a", "12", ""), ("3", "1.5", "True"))


def test_what_we_wrote_we_read_again():
    names = ["=SUM(A1)", "+44 20", "-1", "@you", "O’Neill", "'quoted"]
    csv = sheets.csv_of(NEEDS, [[name, "place"] for name in names])
    xlsx = sheets.xlsx_of(NEEDS, [[name, "place"] for name in names])

    assert [row[0] for row in read(csv).rows] == names
    assert [row[0] for row in read(xlsx).rows] == names


def test_a_workbook_of_ours_holds_no_formula():
    content = sheets.xlsx_of(["Pupil"], [["=cmd|' /C calc'!A0"], ["bad\x01sign"]])

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def bomb():
    """A small workbook that would unpack into a large one."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 25_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\n\n  \n", "This file is empty."),
        (b"Pupil,Status\n", "This file has a heading and no rows."),
        (b"Pupil\nAmy\n", "The first row names no column Status."),
        (b"Pupil,Status\nAmy,place,x\n", "Row 2 has more cells than the heading has columns."),
        (b"Pupil,Status,pupil\nAmy,place,x\n", "Two columns are called Pupil."),
        (b"Pupil,Status\n" + b"Amy,place\n" * 11, "This file has more than 10 rows."),
        (b"x" * (MOST_BYTES + 1), "This file is too big."),
        (b"PK\x03\x04 and then nothing", "This workbook cannot be opened."),
        (bomb(), "This workbook is too big."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This file is no table."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This file is no table."),
        (b'Pupil,Status\n"' + b"x" * 200_000, "This file is no table."),
        (b"\xff\xfea", "The first row names no column Pupil and no column Status."),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(Unreadable) as refused:
        read(content)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("word", [word for word in NASTY if word != "nul"])
def test_any_word_in_a_cell_is_a_word(word):
    table = read(sheets.csv_of(NEEDS, [[NASTY[word], "place"]]))

    assert len(table.rows) == 1
    assert len(table.rows[0][0]) <= 1000
    assert "\0" not in table.rows[0][0]
