"""The charts of a staff home and its sheets: they say what its tables say."""

import re

import pytest
from django.urls import reverse

from tests.factories.bookings import EnrolmentFactory
from tests.factories.centres import CentreFactory, TermFactory
from tests.factories.people import administrator, head_of
from tests.reports.reading import HOME, enter, sheet, text
from tests.reports.scene import DAY, SATURDAY, group, marked, meeting, two_centres

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_saturday")]


def rows_of(page, caption):
    """The table of this caption, as text."""
    table = next(
        each
        for each in re.findall(r"<table.*?</table>", page.content.decode(), re.S)
        if caption in each
    )
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr>.*?</tr>", table, re.S)
    ][1:]


def drawn(page, chart):
    """The texts of a chart, in the order they are drawn, and what it tells who cannot see it."""
    svg = re.search(rf'<svg class="chart"[^>]*{chart}.*?</svg>', page.content.decode(), re.S)[0]
    described = re.search(r"<desc[^>]*>(.*?)</desc>", svg, re.S)[1]
    return re.findall(r"<text[^>]*>(.*?)</text>", svg), described


def test_the_chart_of_who_waits_the_table_and_the_sheet_say_the_same(client):
    alder, birch = two_centres()
    for centre, booked, waiting in [(alder, 2, 3), (birch, 1, 0)]:
        activity = group(centre, capacity=9)
        EnrolmentFactory.create_batch(booked, activity=activity, active=True)
        EnrolmentFactory.create_batch(waiting, activity=activity, waiting=True)
    enter(client, administrator())

    page = client.get(reverse(HOME))
    found = sheet(client.get(reverse("reports:staff_sheet", args=["waiting"])))

    table = rows_of(page, "Places taken and people waiting, by centre")
    assert table == [["Alder", "2", "3"], ["Birch", "1", "0"]]
    texts, described = drawn(page, "waits-chart")
    assert texts == ["Alder", "2 + 3", "Birch", "1 + 0"]
    assert described == "Alder: 2 booked, 3 waiting; Birch: 1 booked, 0 waiting"
    assert found == [["Place", "Booked", "Waiting"], *table]
    assert "Alder has the most waiting: 3 of 3" in text(page)


def test_the_chart_of_who_came_the_table_and_the_sheet_say_the_same(client):
    TermFactory()
    centre = CentreFactory()
    activity = group(centre, capacity=40)
    for weeks, came, missed in [(2, 3, 1), (1, 4, 0)]:
        day = SATURDAY - weeks * 7 * DAY
        session = marked(meeting(activity, day=day, lines=came + missed))
        late = session.register.order_by("pk")[:missed]
        session.register.filter(pk__in=[line.pk for line in late]).update(mark="absent")
    enter(client, head_of(centre))

    page = client.get(reverse(HOME))
    found = sheet(client.get(reverse("reports:staff_sheet", args=["attendance"])))

    table = rows_of(page, "Share who came, by week")
    assert table == [["9 November 2026", "3", "4", "75%"], ["16 November 2026", "4", "4", "100%"]]
    texts, described = drawn(page, "came-chart")
    assert [word for word in texts if word in {"75%", "100%"}] == ["100%", "75%", "100%"]
    assert described == "9 Nov: 75%; 16 Nov: 100%"
    assert found[1:] == [["2026-11-09", "3", "4", "75%"], ["2026-11-16", "4", "4", "100%"]]
    assert "Attendance rose to 100%, from 75% before" in text(page)


def test_the_sheet_of_the_day_is_what_the_page_shows(client):
    centre = CentreFactory()
    choir = group(centre, title="Choir")
    session = meeting(choir, lines=2)
    enter(client, head_of(centre))

    found = client.get(reverse("reports:staff_sheet", args=["day"]), {"day": "2026-11-28"})

    teacher = str(session.staff.get().person)
    assert sheet(found)[1:] == [
        [str(choir.room), "9.30am", "10.15am", "Choir", teacher, "2", "0", "Register not taken"]
    ]
    assert found["Content-Disposition"].startswith('attachment; filename="day-')


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "@sum", "-2+3"])
def test_no_cell_of_a_sheet_begins_to_calculate(client, title):
    centre = CentreFactory()
    EnrolmentFactory(activity=group(centre, title=title), waiting=True)
    meeting(group(centre, title=title), lines=0)
    enter(client, head_of(centre))

    for table in ("waiting", "day"):
        rows = sheet(client.get(reverse("reports:staff_sheet", args=[table])))
        cells = [cell for row in rows for cell in row]
        assert f"'{title}" in cells
        assert title not in cells


def test_a_table_we_do_not_keep_is_not_found(client):
    enter(client, head_of())

    assert client.get(reverse("reports:staff_sheet", args=["salaries"])).status_code == 404
