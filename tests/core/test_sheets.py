"""Sheets that open as text, and names that are safe on a disk."""

import csv
import io

import pytest

from core import sheets


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+44 1632",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\uff1d1",  # the wide forms of = + - @
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
    ],
)
def test_safe_cell_puts_an_apostrophe_where_a_sheet_would_calculate(typed):
    assert sheets.safe_cell(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["Zoë", "O’Neill-Smith", "5 = five", "", "'quoted"])
def test_safe_cell_leaves_words_alone(typed):
    assert sheets.safe_cell(typed) == typed


def test_csv_of_begins_with_its_mark_and_reads_back():
    made = sheets.csv_of(["Pupil", "Place"], [["Zoë, née “Élan”", 3], ["=cmd()", None]])

    assert made.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(made.decode("utf-8-sig")))) == [
        ["Pupil", "Place"],
        ["Zoë, née “Élan”", "3"],
        ["'=cmd()", ""],
    ]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Été à Hertford", "ete-a-hertford.csv"),
        ('../../etc"; rm\r\nX: y', "etc-rm-x-y.csv"),
        ("小提琴", "table.csv"),
        ("a" * 200, "a" * 80 + ".csv"),
    ],
)
def test_file_name_is_letters_digits_and_hyphens(words, named):
    assert sheets.file_name(words, "csv") == named
