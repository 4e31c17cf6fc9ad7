"""How values are said in templates."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import Context, Template

from core.markup import rendered

EVENING = dt.datetime(2026, 10, 16, 17, tzinfo=dt.UTC)
CASES = [
    pytest.param("day", dt.date(2026, 9, 7), "7 September 2026", id="day"),
    pytest.param("day", dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC), "1 July 2026", id="local"),
    pytest.param("day", None, "", id="no day"),
    pytest.param("weekday", dt.date(2026, 9, 7), "Monday 7 September", id="weekday"),
    pytest.param("clock", dt.time(16, 30), "4.30pm", id="half past"),
    pytest.param("clock", dt.time(11), "11am", id="the hour"),
    pytest.param("clock", dt.time(12), "noon", id="noon"),
    pytest.param("clock", EVENING, "6pm", id="summer time"),
    pytest.param("clock", None, "", id="no time"),
    pytest.param("moment", EVENING, "6pm on Friday 16 October", id="moment"),
    pytest.param("iso", EVENING, "2026-10-16T17:00:00+00:00", id="for a machine"),
    pytest.param("money", Decimal("98.00"), "£98", id="pounds"),
    pytest.param("money", Decimal("9.80"), "£9.80", id="pence"),
    pytest.param("money", Decimal("-161.7"), "−£161.70", id="less"),
    pytest.param("money", Decimal(0), "£0", id="nothing"),
    pytest.param("money", None, "", id="no money"),
    pytest.param("miles", 0.04, "less than 0.1 miles", id="next door"),
    pytest.param("miles", 0.44, "0.4 miles", id="near"),
    pytest.param("miles", 1.02, "1 mile", id="a mile"),
    pytest.param("miles", 9.97, "10 miles", id="far"),
    pytest.param("miles", None, "", id="no distance"),
    pytest.param("in_words", 2, "two", id="small number"),
    pytest.param("in_words", 12, "12", id="large number"),
    pytest.param("initials", "Ngozi Adaeze Eze", "NE", id="initials"),
    pytest.param("initials", "Cher", "C", id="one name"),
    pytest.param("initials", "", "", id="no name"),
]


@pytest.mark.parametrize(("name", "value", "said"), CASES)
def test_filter_says(name, value, said):
    assert Template(f"{{{{ value|{name} }}}}").render(Context({"value": value})) == said


def test_prose_becomes_headings_paragraphs_lists_and_tables():
    text = (
        "## Leaving {#leaving}\nTell us **early**,\nor *late*.\n\n- one\n- two\n\n"
        "1. first\n\n| By | Last |\n|---|---|\n| May | July |\n\n### More\n[Read](/privacy/)"
    )

    assert rendered(text).split("\n") == [
        "<h2>Leaving</h2>",
        "<p>Tell us <strong>early</strong>, or <em>late</em>.</p>",
        "<ul><li>one</li><li>two</li></ul>",
        "<ol><li>first</li></ol>",
        '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table class="table">'
        '<thead><tr><th scope="col">By</th><th scope="col">Last</th></tr></thead>'
        "<tbody><tr><td>May</td><td>July</td></tr></tbody></table></div>",
        "<h3>More</h3>",
        '<p><a href="/privacy/">Read</a></p>',
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '[x](/a"onclick="y)',
        "| <b> | &lt; |",
        "## <img src=x>",
    ],
)
def test_prose_lets_no_markup_through(hostile):
    made = rendered(hostile)

    assert not any(tag in made for tag in ("<script", "<img", "<b>", 'onclick="', 'javascript:"'))
    assert 'href="javascript' not in made
