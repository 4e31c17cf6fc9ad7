"""A letter from school becomes a place, in a browser; and its school reads what came of it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Enrolment
from lessons.actions import take_home
from lessons.queries import claims as queries
from lessons.rules.claims import Groups, printed
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_staff_home import is_too_wide, sign_in
from tests.factories.bookings import SessionFactory, spell
from tests.factories.centres import TermFactory, YearFactory
from tests.factories.people import (
    PASSWORD,
    ChildFactory,
    GuardianFactory,
    administrator,
    contact_of,
)
from tests.factories.schools import TakeHomeWordingFactory
from tests.lessons.claiming import open_run, taught_class

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


@pytest.fixture
def year():
    """A year around today, wherever in time the test runs."""
    today = timezone.localdate()
    year = YearFactory(name="now", starts_on=today - 60 * DAY, ends_on=today + 120 * DAY)
    TermFactory(
        year=year,
        starts_on=today - 50 * DAY,
        half_term_starts_on=today - 30 * DAY,
        half_term_ends_on=today - 26 * DAY,
        ends_on=today + 100 * DAY,
        booking_opens_at=timezone.now() - 90 * DAY,
    )
    TakeHomeWordingFactory()
    return year


@pytest.fixture
def row(year):
    """4A, whose 29 letters are made, with a meeting next week."""
    row = taught_class(29, activity__year=year)
    week = timezone.localdate() + 7 * DAY
    school = row.activity.school
    SessionFactory(activity=row.activity, school=school, occurs_on=week, during=spell(week))
    take_home.make_letters(
        programme_class=row, groups=Groups(pp=7, send=4, both=2), by=None, at=timezone.now()
    )
    return row


@pytest.fixture
def group(year):
    return open_run(
        year=year,
        title="Ukulele Beginners",
        first_on=year.starts_on,
        last_on=timezone.localdate() + 90 * DAY,
        weekday=(timezone.localdate() + 3 * DAY).isoweekday(),
        booking_opens_at=timezone.now() - 30 * DAY,
        at=timezone.now(),
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_letter_becomes_a_place_in_three_steps(
    make_page, violations, row, group, viewport, javascript
):
    guardian = GuardianFactory(email="priya@family.example")
    ChildFactory(guardian=guardian, given_name="Anaya", born_on=_in_year_four())
    page = make_page(viewport, javascript=javascript)
    code = printed(queries.code_of(queries.codes_of(row)[0]))

    page.goto(reverse("lessons:claim"))
    page.get_by_label("The code on your letter").fill(code.lower())
    page.get_by_role("button", name="See what comes next").click()
    expect(page.get_by_role("heading", level=1, name="Carry on: ukulele")).to_be_visible()
    if javascript:
        assert violations(page) == []
    assert not (javascript and is_too_wide(page))

    page.get_by_role("link", name="Ukulele Beginners").click()
    page.get_by_label("Email").fill("priya@family.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("who is it for?")
    if javascript:
        assert violations(page) == []
    page.get_by_label("Anaya").check()
    page.get_by_role("button", name="Hold this place").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("What Anaya needs")
    assert Enrolment.objects.get().status == Enrolment.Status.HELD


def test_a_wrong_code_is_told_and_marked(make_page, violations, year):
    page = make_page(PHONE)

    page.goto(reverse("lessons:claim"))
    page.get_by_label("The code on your letter").fill("BCD FGH JKM")
    page.get_by_role("button", name="See what comes next").click()

    expect(page.get_by_role("alert")).to_contain_text("This code does not open anything")
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["schools:take_home", "schools:class_letters", "funnel", "county"])
def test_the_pages_of_letters_and_what_came_of_them_are_open_to_everyone(
    make_page, client, violations, row, group, viewport, name
):
    school, page = row.activity.school, make_page(viewport)
    sign_in(page, client, administrator() if name == "county" else contact_of(school))
    address = {
        "schools:take_home": reverse("schools:take_home", args=[school.urn]),
        "schools:class_letters": reverse(
            "schools:class_letters", args=[school.urn, row.activity.ref]
        ),
        "funnel": reverse("school_reports:funnel", args=[school.urn]),
        "county": reverse("reports:funnel"),
    }[name]

    page.goto(address)

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert violations(page) == []
    assert not is_too_wide(page)


def _in_year_four():
    today = timezone.localdate()
    september = dt.date(today.year if today.month >= 9 else today.year - 1, 9, 1)
    return september.replace(year=september.year - 8) - 90 * DAY
