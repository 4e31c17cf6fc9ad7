"""What the page of one activity says."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from lessons import queries
from lessons.models import Tuition
from tests.factories.bookings import ActivityFactory, SessionFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.lessons import CourseRunFactory, TuitionFactory

pytestmark = pytest.mark.django_db

SATURDAY = dt.date(2026, 11, 28)


def meets(activity):
    """The activity, with one meeting to come."""
    SessionFactory(activity=activity, occurs_on=SATURDAY)
    return activity


def page_of(activity):
    [one] = queries.published(AnonymousUser()).filter(pk=activity.pk)
    return queries.activity_page(one, few=3, at=NOON)


def test_activity_page_sums_up_what_joining_costs_and_when_it_meets():
    course = ActivityFactory(price=Decimal("87.00"), capacity=12)
    CourseRunFactory(activity=course)
    for day in ("2026-11-14", "2026-11-21", "2026-11-28", "2026-12-12", "2027-01-09"):
        SessionFactory(activity=course, occurs_on=dt.date.fromisoformat(day))
    SessionFactory(
        activity=course,
        occurs_on=dt.date(2026, 12, 5),
        cancelled=True,
        public_comment="Hall in use",
    )

    page = page_of(course)

    assert page.joining == "£43.50 for the 2 sessions left in the autumn term, then £87 a term."
    assert page.first_on == SATURDAY
    autumn, spring = page.terms
    assert (autumn.meetings, autumn.is_part, spring.meetings, spring.is_part) == (2, True, 1, False)
    assert [(gap.day, gap.why) for gap in autumn.gaps] == [(dt.date(2026, 12, 5), "Hall in use")]


def test_activity_page_shows_the_pair_who_may_join():
    pair = TuitionFactory(
        activity=meets(
            ActivityFactory(kind="tuition", capacity=2, minutes=30, min_year=3, max_year=6)
        ),
        lesson_format=Tuition.Format.PAIR,
    )

    page = page_of(pair.activity)

    assert page.shared == "In a pair"
    assert page.expect == ("In a pair: 0 of 2 places taken", "Shared with others: Years 3 to 6")


def test_activity_page_has_the_leaving_rule_in_force():
    activity = meets(ActivityFactory())
    WordingFactory(slug="leaving", body="Old.", to_on=dt.date(2026, 8, 31))
    WordingFactory(slug="leaving", version=2, body="## Leaving\n\nTell us by Friday.\n\nB\n\nC")

    assert page_of(activity).leaving_in_short == "Tell us by Friday.\n\nB"


def test_activity_page_without_meetings_left_cannot_be_booked():
    page = page_of(ActivityFactory())

    assert (page.places.words, page.cost, page.joining) == ("No more dates this year", None, "")


@pytest.mark.parametrize(
    ("came_from", "way_back"),
    [
        pytest.param(
            "http://testserver/lessons/?near=AL1+3JQ&year=4",
            '<a href="/lessons/?near=AL1+3JQ&amp;year=4">Lessons near AL1 3JQ</a>',
            id="a search near a place",
        ),
        pytest.param(
            "http://testserver/lessons/?year=4",
            '<a href="/lessons/?year=4">Lessons you looked for</a>',
            id="a search anywhere",
        ),
        pytest.param("", '<a href="/lessons/">Find lessons</a>', id="nowhere"),
        pytest.param(
            "http://elsewhere.example/lessons/?near=AL1",
            '<a href="/lessons/">Find lessons</a>',
            id="elsewhere",
        ),
        pytest.param(
            'http://testserver/lessons/?near="><b>x',
            '">Lessons near &quot;&gt;&lt;b&gt;x</a>',
            id="words that are no place",
        ),
    ],
)
def test_activity_leads_back_to_the_search_that_led_to_it(client, came_from, way_back):
    course = meets(ActivityFactory())

    page = client.get(f"/lessons/{course.ref}/", headers={"referer": came_from})

    trail = page.content.decode().partition('aria-label="Breadcrumb"')[2].partition("</nav>")[0]
    assert way_back in trail
