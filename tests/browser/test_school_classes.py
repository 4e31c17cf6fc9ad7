"""A school's classes in a browser: read, told about, listed, and one day off; no fault for axe."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Session
from lessons.models import ClassCare, ClassPupil
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_cover import fits, sign_in
from tests.factories.bookings import ClassReturnFactory
from tests.factories.schools import ClassPupilFactory
from tests.lessons.classes.stage import Larkhay, notice_rules

pytestmark = pytest.mark.django_db(transaction=True)
A_WEEK = dt.timedelta(days=7)


@pytest.fixture
def larkhay():
    """4A a week ago, which was counted, tomorrow, and in eight days."""
    notice_rules()
    today = timezone.localdate()
    tomorrow = today + dt.timedelta(days=1)
    school = Larkhay(days=[today - A_WEEK, tomorrow, tomorrow + A_WEEK])
    ClassReturnFactory(session=school.sessions[0], present=28, note="Loud and proud")
    ClassPupilFactory(programme_class=school.klass, given_name="Amy", has_send=True)
    return school


def address(larkhay, name):
    where = {"urn": larkhay.school.urn}
    if name.startswith("class_"):
        where["ref"] = larkhay.activity.ref
    return reverse(f"schools:{name}", kwargs=where)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    "name", ["classes", "class_page", "class_needs", "class_list", "give_notice"]
)
def test_pages_of_a_class_fit_and_have_no_fault(make_page, larkhay, violations, viewport, name):
    page = make_page(viewport)
    sign_in(page, larkhay.lead)

    page.goto(address(larkhay, name))

    assert page.locator("h1").count() == 1
    assert violations(page) == []
    assert fits(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_music_lead_tells_lists_and_gives_notice(make_page, larkhay, violations, javascript):
    page = make_page(PHONE, javascript=javascript)
    look = violations if javascript else (lambda page: [])  # axe is a script
    sign_in(page, larkhay.lead)

    page.goto(address(larkhay, "class_page"))
    page.get_by_role("link", name="Tell us").click()
    page.get_by_label("What should our teacher know").fill("One hand: use the hook.")
    page.get_by_role("button", name="Tell our teacher").click()
    expect(page.get_by_text("Only whoever teaches the class can open it.").first).to_be_visible()
    assert ClassCare.objects.exists()

    page.get_by_role("link", name="Send more of the list").click()
    sheet = {"name": "4A.csv", "mimeType": "text/csv", "buffer": b"First name,SEND\nBen,no\nCy,?\n"}
    page.get_by_label("Your sheet").set_input_files(files=[sheet])
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("1 row cannot be read")).to_be_visible()
    assert look(page) == []
    page.get_by_role("button", name="Keep the rest").click()
    expect(page.get_by_text("The list is kept: 1 new")).to_be_visible()
    assert ClassPupil.objects.count() == 2

    page.get_by_role("link", name="Your school is busy one day").click()
    for box, part in zip(("Day", "Month", "Year"), _tomorrow(), strict=True):
        page.get_by_role("group", name="First day").get_by_label(box).fill(part)
    page.get_by_label("Why?").fill("Year 4 trip")
    page.get_by_role("button", name="See what follows").click()
    expect(page.get_by_role("cell", name="Counts as taught")).to_be_visible()
    assert look(page) == []
    page.get_by_role("button", name="Yes, tell everybody").click()
    expect(page.get_by_text("Your notice is given")).to_be_visible()
    assert larkhay.on(larkhay.sessions[1].occurs_on).status == Session.Status.CANCELLED
    assert look(page) == []
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Every lesson is where it was.").first).to_be_visible()


def _tomorrow():
    day = timezone.localdate() + dt.timedelta(days=1)
    return str(day.day), str(day.month), str(day.year)
