"""A head of centre closes the day with one hand, on a phone, and opens it again."""

import pytest
from playwright.sync_api import expect

from bookings.models import Closure, Session
from core.models import Email
from tests.bookings.closing.coming import Coming
from tests.bookings.closing.test_views import CLOSE
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_family_books import choose, is_too_wide, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coming():
    return Coming()


def look(page, violations, heading):
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert violations(page) == []
    assert not is_too_wide(page)


def off():
    return Session.objects.filter(status="cancelled").count()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_centre_is_closed_in_three_taps_and_opened_in_one(
    make_page, violations, coming, viewport
):
    page = make_page(viewport)
    sign_in(page, coming.head, CLOSE)
    look(page, violations, "Close a day")

    taps = [
        lambda: page.locator("label", has_text="Snow, flood or storm").click(),
        lambda: page.get_by_role("button", name="See who is affected").click(),
        lambda: page.get_by_role("button", name="Close and tell everyone").click(),
    ]
    for number, tap in enumerate(taps):
        tap()
        if number == 1:
            look(page, violations, "2 children are told to stay home")
            assert off() == 0

    look(page, violations, "St Albans Music Centre is closed")
    assert off() == 2
    assert Email.objects.filter(copy="cancelled-by-us").count() == 1

    page.get_by_role("button", name="Undo until").click()
    look(page, violations, "St Albans Music Centre is open after all")
    assert off() == 0


def test_a_closing_needs_no_script_and_no_mouse(make_page, coming):
    page = make_page(PHONE, javascript=False)
    sign_in(page, coming.head, CLOSE)

    page.get_by_role("button", name="See who is affected").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Keep 11am Djembe").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Close and tell everyone").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("St Albans Music Centre is closed")
    assert off() == 1


def test_one_group_is_asked_for_only_when_it_is_one(page, violations, coming):
    sign_in(page, coming.head, CLOSE)
    choose(page.get_by_label("One group"))
    page.get_by_role("button", name="See who is affected").click()

    look(page, violations, "Close a day")
    page.get_by_label("Which group?").select_option(label="Djembe, 11am, St Albans Music Centre")
    page.get_by_role("button", name="See who is affected").click()
    look(page, violations, "1 child is told to stay home")


def test_a_meeting_is_moved_and_another_is_made_up(page, violations, coming):
    sign_in(page, coming.head, f"/places/meetings/{coming.voices.ref}/move/")
    look(page, violations, "Change Junior Voices")
    page.get_by_label("Starts at").fill("14:00")
    page.get_by_role("button", name="Move it and tell everyone").click()
    expect(page.get_by_text("Junior Voices is at 2pm")).to_be_visible()

    page.goto(CLOSE)
    page.get_by_role("button", name="See who is affected").click()
    page.get_by_role("button", name="Close and tell everyone").click()
    page.get_by_role("link", name="Plan another date for 11am Djembe").click()
    look(page, violations, "Another date for Djembe")
    page.get_by_role("button", name="Plan it and tell them").first.click()
    expect(page.get_by_text("is made up at").first).to_be_visible()
    assert Closure.objects.count() == 1
    assert Session.objects.filter(makes_up=coming.djembe).count() == 1
