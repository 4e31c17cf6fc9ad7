"""A music lead reviews the school's plan and sends a colleague to training, with a hand or none."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bookings.models import Enrolment
from lessons.models import PlanAnswer
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_family_books import is_too_wide, sign_in
from tests.factories.people import SchoolFactory, contact_of
from tests.factories.schools import OrderPolicyFactory, PlanFeatureFactory, ProgrammeFactory
from tests.lessons.training_stage import course_to_come, steps, this_year

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead():
    steps()
    OrderPolicyFactory()
    choir = ProgrammeFactory(slug="choir-leadership", name="Choir leadership", kind="choir")
    PlanFeatureFactory(slug="choir", position=1, next_programme=choir)
    PlanFeatureFactory(slug="room", position=2, title="A room to rehearse", evidence="said")
    return contact_of(SchoolFactory())


def look(page, violations, heading):
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert violations(page) == []
    assert not is_too_wide(page)


def plan_of(lead):
    urn = lead.person.school_contacts.get().school.urn
    return reverse("schools:plan", kwargs={"urn": urn})


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_plan_is_reviewed_and_its_gap_leads_to_an_order(make_page, violations, lead, viewport):
    this_year()
    page = make_page(viewport)
    sign_in(page, lead, plan_of(lead))
    look(page, violations, "None of two patches in place")

    page.get_by_role("link", name="Edit the plan").click()
    look(page, violations, page.get_by_role("heading", level=1).inner_text())
    room = page.get_by_role("group", name="A room to rehearse")
    room.locator("label", has_text="In place").click()
    choir = page.get_by_role("group", name="A choir")
    choir.locator("label", has_text="Missing").click()
    page.get_by_label("In your words: a choir").fill("It stopped in July.")
    page.get_by_role("button", name="Save the plan").click()

    look(page, violations, "One of two patches in place")
    expect(page.get_by_text("It stopped in July.")).to_be_visible()
    page.get_by_role("link", name="Summary for your website").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Music at {lead_school(lead)}")
    assert violations(page) == []
    page.go_back()
    order = page.get_by_role("link", name="Order choir leadership")
    expect(order).to_have_attribute("href", re.compile(r"programme=choir-leadership$"))
    order.click()
    expect(page).to_have_url(re.compile("/orders/start/"))


def lead_school(lead):
    return str(lead.person.school_contacts.get().school)


def test_a_plan_needs_no_script(make_page, lead):
    this_year()
    page = make_page(PHONE, javascript=False)
    sign_in(page, lead, plan_of(lead))

    page.get_by_role("link", name="Edit the plan").click()
    page.get_by_label("In your words: a choir").fill("It stopped in July.")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose how you stand: A choir")
    page.get_by_role("group", name="A choir").locator("label", has_text="Partly").click()
    page.get_by_role("button", name="Save the plan").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("None of two patches in place")
    assert PlanAnswer.objects.get().standing == "partly"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_colleague_is_sent_to_training_and_cannot_come(make_page, violations, lead, javascript):
    course = course_to_come(days=20)
    page = make_page(PHONE, javascript=javascript)
    check = violations if javascript else (lambda _: [])
    sign_in(page, lead, reverse("lessons:training"))
    look(page, check, "Training for school staff")

    page.get_by_role("link", name=course.title).click()
    look(page, check, course.title)
    page.get_by_role("link", name="Book a place").first.click()
    look(page, check, f"Book {course.title}")
    page.locator("label", has_text="A colleague who is not here yet").click()
    page.get_by_label("A new colleague’s first name").fill("Dele")
    page.get_by_label("A new colleague’s email address").fill("dele@school.example")
    page.get_by_role("button", name="Book for £36.20").click()

    expect(page.get_by_role("alert")).to_have_count(0)
    look(page, check, "Dele has a place")
    page.get_by_role("link", name="Cancel", exact=True).click()
    look(page, check, "Cancel Dele’s place")
    page.get_by_role("button", name="Cancel, and owe £18.10").click()
    look(page, check, "Dele is not booked")
    expect(page.get_by_text("£18.10")).to_be_visible()
    assert Enrolment.objects.get().status == Enrolment.Status.CANCELLED
