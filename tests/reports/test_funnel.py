"""From whole class to first lesson: what is counted, what is left out, who reads it."""

import csv
import datetime as dt
import html
import io
import itertools
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions as bookings
from lessons.actions import claims, take_home
from lessons.queries import claims as letters
from lessons.rules.claims import Groups
from people.models import SchoolContact
from reports.queries import funnel as queries
from reports.rules import funnel as rules
from reports.rules.funnel import Counted, Place, Steps
from reports.rules.funnel_charts import funnel_chart
from tests.bookings.stage import family
from tests.factories.centres import YearFactory
from tests.factories.core import NOON
from tests.factories.lessons import SubjectFactory
from tests.factories.people import SchoolFactory, administrator, contact_of, head_of
from tests.lessons.claiming import HERTFORD, made_letters, open_run, taught_class
from tests.signing_in import sign_in

PLAYED = Counted(Steps(62, 62, 19, 12, 9), Steps(18, 18, 4, 4, 4), Steps(11, 11, 3, 0, 0))
DAY = dt.date(2026, 11, 22)
SEPTEMBER = dt.date(2025, 9, 1)
TERM_LATER = dt.date(2027, 2, 20)


def words(table, column="everybody"):
    return [getattr(row, column).words for row in table]


# What is shown


def test_rows_show_each_step_for_everybody_and_each_group():
    table = rules.rows(PLAYED, hide_below=3)

    assert words(table) == ["62", "62", "19", "12", "9"]
    assert words(table, "pp") == ["18", "18", "4", "4", "4"]
    assert words(table, "send") == ["11", "11", "3", "Under 3", "Under 3"]
    assert rules.heading(table) == "62 learned. 9 still play a term later."
    assert rules.where_lost(table) == "claimed"


@pytest.mark.parametrize(
    ("everybody", "group", "expected"),
    [
        pytest.param(
            Steps(30, 30, 12, 11, 9),
            Steps(9, 9, 5, 5, 5),
            ["30", "30", "12", "Not shown", "9"],
            id="one who stopped is not to be counted",
        ),
        pytest.param(
            Steps(30, 30, 12, 12, 12),
            Steps(9, 9, 5, 5, 5),
            ["30", "30", "12", "12", "12"],
            id="nobody stopped",
        ),
        pytest.param(
            Steps(30, 29, 2, 1, 0),
            Steps(9, 9, 1, 0, 0),
            ["30", "29", "Under 3", "Under 3", "Under 3"],
            id="letters are not children",
        ),
    ],
)
def test_rows_leave_out_what_would_count_very_few(everybody, group, expected):
    table = rules.rows(Counted(everybody, group, group), hide_below=3)

    assert words(table) == expected


def test_rows_leave_out_a_group_whose_rest_would_be_very_few():
    table = rules.rows(
        Counted(Steps(30, 30, 12, 6, 6), Steps(12, 12, 10, 3, 3), Steps(28, 28, 4, 3, 3)),
        hide_below=3,
    )

    assert words(table, "pp") == ["12", "12", "Not shown", "3", "3"]
    assert words(table, "send")[:2] == ["Not shown", "Not shown"]


def test_no_hidden_number_can_be_worked_out_from_a_table():
    """Every difference that a reader can take of what is shown is nought or large enough."""
    draw = random.Random(7)  # noqa: S311 - draws examples
    for _ in range(3000):
        group, others = (
            Steps(*sorted((draw.randint(0, 20) for _ in range(5)), reverse=True)) for _ in "ab"
        )
        if not (group + others).letters:
            continue
        table = rules.rows(Counted(group + others, group, Steps()), hide_below=3)
        everybody, pp = (
            [getattr(row, name).number for row in table] for name in ("everybody", "pp")
        )
        rest = [
            whole - part if whole is not None and part is not None else None
            for whole, part in zip(everybody, pp, strict=True)
        ]
        for column in (everybody, pp, rest):
            shown = [number for number in column if number is not None]
            chosen = [number for number in column[1:] if number is not None]
            lost = [before - after for before, after in itertools.pairwise(chosen)]
            assert all(number >= 3 for number in shown)
            assert all(number == 0 or abs(number) >= 3 for number in lost)


@pytest.mark.parametrize(
    ("counted", "went_on"),
    [
        (Counted(Steps(taught=62)), "No letter has gone home yet"),
        (Counted(Steps(62, 62, 19, 12, 0), early=12), "12 took a place"),
        (
            Counted(Steps(62, 62, 19, 2, 0), early=2),
            "Fewer than 3 still play a term later",
        ),
        (Counted(Steps(62, 62, 19, 12, 1)), "Fewer than 3 still play a term later"),
        (
            Counted(Steps(62, 62, 19, 12, 11)),
            "Some still play a term later",
        ),
    ],
)
def test_heading_says_what_is_known(counted, went_on):
    heading = rules.heading(rules.rows(counted, hide_below=3))

    assert heading == f"62 learned. {went_on}."


def test_where_some_took_their_place_too_lately_nobody_is_said_to_be_lost_in_the_first_term():
    table = rules.rows(Counted(Steps(30, 30, 29, 29, 9), early=15), hide_below=1)

    assert rules.where_lost(table) == "plays"
    assert rules.where_lost(table, early=15) == "claimed"


def test_the_chart_draws_to_one_scale_and_marks_where_the_most_were_lost():
    table = rules.rows(PLAYED, hide_below=3)

    chart = funnel_chart(table, worst="claimed", note=("43 codes", "never used"))

    assert [bar.height for bar in chart.bars] == [242, 242, 74, 47, 35]
    assert [bar.length for bar in chart.bars] == [254, 254, 78, 49, 37]
    assert [bar.colour for bar in chart.bars] == ["first", "first", "second", "third", "third"]
    assert chart.bars[2].note == ("43 codes", "never used")
    assert chart.described.startswith("Learned in class 62, letter went home 62")


# Who still plays


def place(key, starts, ends=None, is_active=True, queued=NOON):
    return Place(key, queued, starts, ends, is_active)


@pytest.mark.parametrize(
    ("places", "today", "expected"),
    [
        pytest.param([], TERM_LATER, (1, 0, 0, False), id="no place"),
        pytest.param([place(1, DAY)], DAY, (1, 1, 0, True), id="too early"),
        pytest.param([place(1, DAY)], TERM_LATER, (1, 1, 1, False), id="still there"),
        pytest.param(
            [place(1, DAY, DAY + dt.timedelta(weeks=5), False)],
            TERM_LATER,
            (1, 1, 0, False),
            id="left within the term",
        ),
        pytest.param(
            [place(1, DAY, DAY + dt.timedelta(weeks=5), False), place(2, dt.date(2027, 1, 9))],
            TERM_LATER,
            (1, 1, 1, False),
            id="moved to another group",
        ),
        pytest.param(
            [place(2, dt.date(2026, 9, 5), queued=NOON - dt.timedelta(days=90))],
            TERM_LATER,
            (1, 0, 0, False),
            id="a place from before the letter",
        ),
    ],
)
def test_followed_asks_a_term_after_the_first_place(places, today, expected):
    way = rules.followed(places, first_id=1, since=NOON, weeks=12, today=today)

    assert (way.steps.claimed, way.steps.took, way.steps.plays, way.is_early) == expected


# What is counted


def claimed(letter, activity, *, confirms=True):
    guardian, child = family()
    held = claims.claim_place(
        code=letter, activity=activity, person=child, waits=False, by=guardian, at=NOON
    )
    if confirms:
        bookings.confirm_place(enrolment=held, by=guardian, at=NOON)
    return held


@pytest.mark.django_db
def test_funnels_follow_the_children_of_each_school_and_instrument():
    row, [first, second, third, *_] = made_letters(6, Groups(pp=6))
    group = open_run(capacity=20)
    claimed(first, group)
    claimed(second, group, confirms=False)
    left = claimed(third, group)
    left.refresh_from_db()
    left.ends_on = dt.date(2026, 12, 5)
    left.save()
    taught_class(30, school=row.activity.school, line__subject=SubjectFactory(slug="violin"))

    [ukulele, violin] = queries.funnels(row.activity.year, today=TERM_LATER, weeks=12)

    assert (ukulele.subject, violin.subject) == ("Ukulele", "Violin")
    assert ukulele.counted == Counted(Steps(6, 6, 3, 2, 1), Steps(6, 6, 3, 2, 1), Steps())
    assert violin.counted.everybody == Steps(taught=30)


@pytest.mark.django_db
def test_funnels_leave_out_letters_that_were_made_again():
    row, _ = made_letters(5)
    teacher = contact_of(row.activity.school)
    take_home.remake_letters(programme_class=row, groups=Groups(), by=teacher, at=NOON)

    [found] = queries.funnels(row.activity.year, today=DAY, weeks=12)

    assert found.counted.everybody.letters == 5


@pytest.mark.django_db
def test_funnels_take_as_many_statements_for_ten_schools_as_for_one():
    def statements(row):
        with CaptureQueriesContext(connection) as caught:
            queries.funnels(row.activity.year, today=DAY, weeks=12)
        return len(caught)

    row, [letter, *_] = made_letters(3)
    claimed(letter, open_run())
    alone = statements(row)
    for _ in range(9):
        made_letters(3)

    assert (alone, statements(row)) == (5, 5)


@pytest.mark.django_db
def test_compared_says_what_others_did_only_where_enough_of_them_did():
    group = open_run(capacity=100)
    year = None
    for number in range(6):
        row, codes = made_letters(10)
        year = row.activity.year
        if number < 3:
            for letter in codes[:4]:
                claimed(letter, group, confirms=False)
            take_home.send_second_letters(
                programme_class=row, by=contact_of(row.activity.school), at=NOON
            )

    assert queries.compared(year) == [queries.Compared("twice", there=4, elsewhere=0)]


@pytest.mark.django_db
def test_year_to_show_is_the_newest_of_which_something_can_be_said():
    old = YearFactory(name="2025-26", starts_on=SEPTEMBER, ends_on=dt.date(2026, 8, 31))
    row, _ = made_letters(3)
    this = row.activity.year

    def shown(today=DAY):
        return queries.year_to_show(row.activity.school, today=today, weeks=10)

    alone = shown()
    made_letters(
        3, school=row.activity.school, activity__year=old, at=NOON - dt.timedelta(weeks=50)
    )

    assert (alone, shown(), shown(TERM_LATER)) == (this, old, this)


# Its pages


@pytest.fixture
def now(time_machine):
    time_machine.move_to(NOON)


def page(school, name="funnel"):
    return reverse(f"school_reports:{name}", args=[school.urn])


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
def test_a_school_reads_its_own_funnel_and_no_small_number(client):
    row, [letter, *_] = made_letters(29, Groups(pp=7, send=2))
    claimed(letter, open_run())
    lead = contact_of(row.activity.school)
    sign_in(client, lead)

    response = client.get(page(row.activity.school))
    said = html.unescape(response.content.decode())

    assert "29 learned. Fewer than 3 still play a term later." in said
    assert "Ukulele in Year 4, 2026-27" in said
    assert words(response.context["table"]) == ["29", "29", *["Under 3"] * 3]
    assert words(response.context["table"], "send") == ["Under 3"] * 5
    assert said.count('<svg class="chart') == 2
    assert "Send a second letter" not in said  # how many were not used would say how many were


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
def test_the_sheet_of_a_school_says_what_its_page_says(client):
    row, _ = made_letters(29, Groups(pp=7))
    sign_in(client, contact_of(row.activity.school, SchoolContact.Role.FINANCE))

    response = client.get(page(row.activity.school, "funnel_csv"))

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert lines[1] == ["Ukulele", "2026-27", "Learned in class", "29", "7", "Under 3"]
    assert lines[3] == ["Ukulele", "2026-27", "Code was used", *["Under 3"] * 3]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["funnel", "funnel_csv"])
def test_another_school_and_strangers_see_nothing(client, name):
    row, _ = made_letters(3)
    sign_in(client, contact_of(SchoolFactory(**HERTFORD)))

    assert client.get(page(row.activity.school, name)).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
def test_the_county_reads_every_school_and_no_number_that_leaves_one_to_be_worked_out(client):
    for headcount in (29, 2, 25):
        made_letters(headcount)
    sign_in(client, administrator())

    response = client.get(reverse("reports:funnel"))

    assert "56 learned." in response.context["heading"]
    [line] = response.context["by_subject"]
    assert line.cells[:2] == ["56", "56"]
    shown = sorted(line.cells[0] for line in response.context["by_school"])
    assert shown == ["29", "Not shown", "Under 3"]


@pytest.mark.django_db
@pytest.mark.usefixtures("now")
def test_the_sheet_of_the_county_has_a_line_for_each_school_and_instrument(client):
    row, _ = made_letters(29, Groups(pp=7))
    sign_in(client, administrator())

    response = client.get(reverse("reports:funnel_csv"))

    [heading, line] = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert heading[4:6] == ["Learned in class", "Letter went home"]
    assert line[:5] == [
        str(row.activity.school.urn),
        row.activity.school.name,
        "Ukulele",
        "2026-27",
        "29",
    ]
    assert line[heading.index("Learned in class, Pupil Premium")] == "7"


@pytest.mark.django_db
def test_a_head_of_centre_has_no_funnel_of_schools(client):
    sign_in(client, head_of())

    assert client.get(reverse("reports:funnel")).status_code == 404


@pytest.mark.django_db
def test_a_school_that_taught_nothing_reads_that(client):
    school = SchoolFactory(**HERTFORD)
    sign_in(client, contact_of(school))

    assert "Once a whole class has learned" in client.get(page(school)).content.decode()
    assert letters.letters_of(school) == []
