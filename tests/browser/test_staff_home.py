"""The staff home in a browser: on a phone and a desk, by keyboard, without a script."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.factories.bookings import EnrolmentFactory
from tests.factories.centres import CentreFactory, TermFactory
from tests.factories.people import ChildFactory, RoleHeldFactory, administrator, head_of
from tests.reports.scene import group, marked, meeting, uncovered

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}
DAY = dt.timedelta(days=1)


@pytest.fixture
def centre():
    """A centre whose yesterday, today and tomorrow have something to tell."""
    TermFactory(
        starts_on=timezone.localdate() - 60 * DAY,
        half_term_starts_on=timezone.localdate() - 20 * DAY,
        half_term_ends_on=timezone.localdate() - 14 * DAY,
        ends_on=timezone.localdate() + 30 * DAY,
    )
    centre, today = CentreFactory(name="Alder Music Centre"), timezone.localdate()
    choir = group(centre, title="Junior choir", capacity=9)
    meeting(choir, day=today - DAY, lines=2)
    meeting(choir, day=today + DAY, lines=2)
    for weeks in (1, 2):
        marked(meeting(group(centre), day=today - weeks * 7 * DAY, lines=3), at=timezone.now())
    uncovered(group(centre, title="Tin whistles"), day=today + DAY)
    EnrolmentFactory(activity=choir, waiting=True)
    return centre


def sign_in(page, client, user):
    client.force_login(user, backend="people.access.SignedIn")
    name, morsel = next((name, one) for name, one in client.cookies.items() if "session" in name)
    page.goto("/account/login/")
    url = "/".join(page.url.split("/")[:3])  # asked of no script: there may be none
    page.context.add_cookies([{"name": name, "value": morsel.value, "url": url}])


def is_too_wide(page):
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("who", ["head", "county"])
def test_the_staff_home_is_open_to_everyone(make_page, client, violations, centre, viewport, who):
    page = make_page(viewport)
    sign_in(page, client, head_of(centre) if who == "head" else administrator())
    page.goto(reverse("reports:staff_home"))
    for more in page.locator("details.more").all():
        more.evaluate("more => more.open = true")

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("heading", name="register not taken")).to_be_visible()
    assert violations(page) == []
    assert not is_too_wide(page)


def test_the_staff_home_never_scrolls_sideways(make_page, client, centre):
    page = make_page(NARROW)
    sign_in(page, client, head_of(centre))
    page.goto(reverse("reports:staff_home"))

    assert not is_too_wide(page)


def test_a_day_that_is_none_is_said_to_everyone(page, client, violations, centre):
    sign_in(page, client, head_of(centre))
    page.goto(reverse("reports:staff_home") + "?day=2026-13-01")

    expect(page.get_by_role("alert")).to_contain_text("Choose a real day")
    assert violations(page) == []


def test_an_administrator_chooses_a_centre_and_its_next_day_without_a_script(
    make_page, client, centre
):
    page = make_page(PHONE, javascript=False)
    sign_in(page, client, administrator())
    page.goto(reverse("reports:staff_home"))

    page.get_by_label("Where").select_option("Alder Music Centre")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="room by room")).to_be_visible()
    expect(page.get_by_role("link", name="Junior choir", exact=True)).to_be_visible()
    page.get_by_text("See the numbers of who waits").click()
    table = page.get_by_role("table", name="Places taken and people waiting, by group")
    expect(table.get_by_role("row", name="Junior choir 4 1")).to_be_visible()


def test_the_way_to_a_register_is_a_few_keys_away(desk, client, centre):
    sign_in(desk, client, head_of(centre))
    desk.goto(reverse("reports:staff_home"))
    reached = []
    for _ in range(40):
        desk.keyboard.press("Tab")
        reached.append(desk.evaluate("document.activeElement.textContent.trim()"))
        if reached[-1].startswith("Junior choir"):
            break
    desk.keyboard.press("Enter")

    desk.wait_for_url("**/places/registers/*/")
    assert reached[0] == "Skip to main content"
    assert "Close a day or a room" in reached


def test_who_is_everything_has_five_tabs_on_a_phone_and_the_rest_in_the_menu(page, client, centre):
    user = head_of(centre)
    ChildFactory(guardian=user)
    RoleHeldFactory(person=user.person, role="teacher")
    sign_in(page, client, user)
    page.goto(reverse("accessibility"))

    tabs = page.get_by_role("navigation", name="Your day").get_by_role("link")
    assert [tab.inner_text().strip() for tab in tabs.all()] == [
        "Overview", "Today", "Home", "Close", "Cover",
    ]  # fmt: skip
    page.get_by_text("Menu", exact=True).click()
    menu = page.get_by_role("navigation", name="Main menu")
    for door in ("Staff home", "My teaching", "My family", "Rosters", "My details", "Find lessons"):
        expect(menu.get_by_role("link", name=door, exact=True)).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK, {"width": 1024, "height": 800}])
def test_the_frame_of_who_is_everything_fits(make_page, client, violations, centre, viewport):
    user = head_of(centre)
    ChildFactory(guardian=user)
    RoleHeldFactory(person=user.person, role="teacher")
    page = make_page(viewport)
    sign_in(page, client, user)
    page.goto(reverse("accessibility"))
    page.get_by_text("Menu", exact=True).click()

    assert not is_too_wide(page)
    assert violations(page) == []
