"""A school is claimed, the office says yes, a colleague is let in: on a phone, with and without
script, and nothing that axe finds wrong."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import Email
from people import actions
from people.models import School, SchoolClaim, SchoolContact
from people.queries import school_accounts
from tests.browser.conftest import DESK, PHONE
from tests.factories.people import (
    PASSWORD,
    SchoolFactory,
    SchoolInvitationFactory,
    UserFactory,
    administrator,
    contact_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

Role = SchoolContact.Role


@pytest.fixture
def school():
    SchoolFactory(name="Old Oakfield", status=School.Status.CLOSED)
    return SchoolFactory(name="Oakfield Primary", postcode="SG14 2EP")


def sign_in(page, user, onward):
    page.goto(f"{reverse('account_login')}?next={onward}")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def claim(page, user):
    """From the foot of any page: a search, a choice, what one is there."""
    sign_in(page, user, "/accessibility/")
    page.get_by_role("link", name="Get started as a school").click()
    page.get_by_label("Name of the school, its URN or its postcode").fill("oakfield")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status").first).to_contain_text("2 schools to choose from")
    page.get_by_label("Oakfield Primary").check()
    page.get_by_label("Headteacher").check()
    page.get_by_label("Your job title").fill("Head")
    page.get_by_role("button", name="Ask to speak for this school").click()
    expect(page.get_by_role("main")).to_contain_text("We check it with the school")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_head_claims_a_school_and_lets_a_colleague_in(make_page, school, javascript):
    head, page = UserFactory(), make_page(PHONE, javascript=javascript)
    claim(page, head)
    actions.approve_claim(claim=SchoolClaim.objects.get(), by=administrator(), at=timezone.now())

    page.goto(reverse("people:my_schools"))
    page.get_by_role("link", name="Your people").click()
    page.get_by_role("link", name="Invite a colleague").click()
    page.get_by_label("Their email address").fill("ida@oakfield.example")
    page.get_by_label("Finance").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("heading", name="Invitations sent")).to_be_visible()

    letter = Email.objects.get(copy="school-invitation")
    link = re.search(r"/people/schools/invitation/[\w-]+/", letter.body_text)[0]
    ida, theirs = UserFactory(email="ida@oakfield.example"), make_page(javascript=javascript)
    sign_in(theirs, ida, link)
    theirs.get_by_role("button", name="Accept").click()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("My schools")

    assert school_accounts.parts_held(ida.person_id, school) == {Role.FINANCE}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_pages_of_a_schools_people(make_page, violations, school, size):
    head = contact_of(school, Role.HEAD)
    bursar = contact_of(school, Role.FINANCE)
    SchoolInvitationFactory(
        school=school,
        invited_by=head.person,
        made_at=timezone.now(),
        expires_at=timezone.now() + dt.timedelta(days=7),
    )
    page = make_page(size)
    sign_in(page, head, reverse("people:my_schools"))

    found = {}
    for address in (
        reverse("people:my_schools"),
        f"{reverse('people:claim_school')}?q=oakfield",
        reverse("people:school_contacts", args=[school.urn]),
        reverse("people:invite_colleague", args=[school.urn]),
        reverse("people:leave_school", args=[school.urn]),
        reverse("people:end_contact", args=[school.urn, bursar.person.ref]),
    ):
        page.goto(address)
        found[address] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(reverse("people:invite_colleague", args=[school.urn]))
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["refused"] = violations(page)

    assert {address: each for address, each in found.items() if each} == {}
