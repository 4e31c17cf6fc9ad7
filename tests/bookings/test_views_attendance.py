"""Came to nine of eleven: words, chart and table are the same numbers."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Attendance
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    CancellationCauseFactory,
    CreditFactory,
    EnrolmentFactory,
    SessionFactory,
    spell,
)
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 9, 12)
WEEK = dt.timedelta(days=7)
HERE, LATE, AWAY, TOLD = "present", "late", "absent", "absent_told"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory())


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anaya")


def page(child):
    return reverse("bookings:attendance", args=[child.ref])


def term_of(child, *marks, title="Choir", first=SATURDAY, cancelled=0, start="09:30"):
    """A group with a line each week; a mark, or None for none."""
    activity = ActivityFactory(title=title)
    place = EnrolmentFactory(activity=activity, person=child, active=True)
    for week, mark in enumerate([*marks, *["off"] * cancelled]):
        day = first + week * WEEK
        session = SessionFactory(
            activity=activity, occurs_on=day, during=spell(day, start), cancelled=mark == "off"
        )
        session.refresh_from_db()
        kept = mark if mark not in {None, "off"} else None
        AttendanceFactory(
            session=session,
            person=child,
            enrolment=place,
            mark=kept,
            marked_at=NOON if kept else None,
        )
    return activity


def words_of(response):
    return " ".join(response.content.decode().split())


def test_the_finding_counts_who_came_whatever_else_they_did(client, child):
    term_of(child, HERE, LATE, "left_early", AWAY, TOLD, None)

    response = client.get(page(child))

    (term,) = response.context["terms"]
    assert term["finding"] == "Anaya came to 3 of 5 in the autumn term"
    assert term["tallies"][0]["words"] == "Came to 3 of 5. You told us of 1. Not marked yet: 1."


@pytest.mark.parametrize(
    ("marks", "finding"),
    [
        ([HERE, LATE], "Anaya came every time in the autumn term"),
        ([None], "Nothing is marked yet in the autumn term"),
        ([AWAY], "Anaya came to 0 of 1 in the autumn term"),
    ],
)
def test_the_finding_is_a_sentence(client, child, marks, finding):
    term_of(child, *marks)

    assert client.get(page(child)).context["terms"][0]["finding"] == finding


def test_the_chart_and_the_table_say_the_same(client, child):
    term_of(child, HERE, HERE, HERE, AWAY, title="Choir")
    term_of(child, HERE, AWAY, TOLD, title="Guitar club", cancelled=2, start="14:00")

    words = words_of(client.get(page(child)))

    (svg,) = re.findall(r"<svg class=\"chart.*?</svg>", words)
    titles = re.findall(r"<text x=\"0\"[^>]*>([^<]+)</text>", svg)
    labels = re.findall(r"<text class=\"ax\"[^>]*>(\d+) of (\d+)</text>", svg)
    of = [int(width) for width in re.findall(r"chart__of\"[^>]* width=\"(\d+)\"", svg)]
    came = [int(width) for width in re.findall(r"chart__came\"[^>]* width=\"(\d+)\"", svg)]
    rows = re.findall(r"<tr><th scope=\"row\">([^<]+)</th>(.*?)</tr>", words)
    cells = {title: dict(re.findall(r"data-label=\"([^\"]+)\">(\d+)<", row)) for title, row in rows}
    drawn = {
        title: (int(here), int(marked))
        for title, (here, marked) in zip(titles, labels, strict=True)
    }
    tabled = {
        title: (int(row["Came"]), int(row["Came"]) + int(row["Away"]) + int(row["Told us"]))
        for title, row in cells.items()
    }
    assert drawn == tabled == {"Choir": (3, 4), "Guitar club": (1, 3)}
    assert cells["Guitar club"]["Not on"] == "2"
    shares = [round(part / whole, 1) for part, whole in zip(came, of, strict=True)]
    assert shares == [round(here / marked, 1) for here, marked in drawn.values()]
    assert of[0] > of[1]


def test_each_term_that_has_begun_has_its_own_finding_latest_first(
    client, guardian, child, time_machine
):
    time_machine.move_to(dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC))
    sign_in(client, guardian)
    term_of(child, HERE, AWAY)
    term_of(child, HERE, title="Guitar club", first=dt.date(2027, 1, 9))
    term_of(child, None, title="Summer band", first=dt.date(2027, 5, 8))

    findings = [term["finding"] for term in client.get(page(child)).context["terms"]]

    assert findings == [
        "Anaya came every time in the spring term",
        "Anaya came to 1 of 2 in the autumn term",
    ]


def test_what_was_not_on_and_what_is_owed_is_said(client, child):
    cause = CancellationCauseFactory(
        name="Teacher at training",
        words_for_family="We will make it up.",
        make_up_by="end of the next term",
    )
    term_of(child, HERE, cancelled=1)
    line = Attendance.objects.get(session__status="cancelled")
    line.session.cause = cause
    line.session.save()
    CreditFactory(attendance=line, minutes=45)
    CreditFactory(attendance__person=child, made_up_in=SessionFactory())

    response = client.get(page(child))

    words = words_of(response)
    assert "19 September 2026</strong>, Choir. Teacher at training. We will make it up." in words
    assert len(response.context["owed"]) == 1
    assert "45 minutes, worth £8.20, to be made up by the end of the next term." in words


def test_what_it_is_worth_is_for_who_may_pay(client, child):
    other = GuardianFactory()
    GuardianshipFactory(adult=other.person, child=child, may_pay=False)
    CreditFactory(attendance__person=child)
    sign_in(client, other)

    words = words_of(client.get(page(child)))

    assert "45 minutes" in words
    assert "8.20" not in words


@pytest.mark.parametrize("rights", ["stranger", "barred", "may only pay"])
def test_nobody_else_reads_it(client, guardian, rights):
    theirs = ChildFactory(guardian=GuardianFactory())
    term_of(theirs, HERE)
    if rights == "barred":
        GuardianshipFactory(adult=guardian.person, child=theirs, barred=True)
    if rights == "may only pay":
        GuardianshipFactory(adult=guardian.person, child=theirs, may_see=False, may_book=False)

    assert client.get(page(theirs)).status_code == 404


def test_nothing_yet_is_said(client, child):
    assert "There is no place in anything yet" in words_of(client.get(page(child)))


def test_many_activities_take_as_many_statements_as_one(client, child):
    def statements():
        with CaptureQueriesContext(connection) as caught:
            client.get(page(child))
        return len(caught)

    term_of(child, HERE)
    for_one = statements()
    for hour in range(8):
        term_of(child, HERE, AWAY, start=f"{hour + 11}:00", title=f"Group {hour}")

    assert statements() == for_one
