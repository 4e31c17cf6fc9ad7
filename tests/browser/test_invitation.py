"""A parent invites another, who accepts: on a phone, by keyboard, and without script."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.models import Email
from people.models import Guardianship
from tests.browser.conftest import DESK, PHONE
from tests.factories.people import (
    PASSWORD,
    ChildFactory,
    ConsentFactory,
    ConsentWordingFactory,
    GuardianFactory,
    GuardianshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def ann():
    return GuardianFactory(
        email="ann@home.example", person__given_name="Ann", person__family_name="Able"
    )


@pytest.fixture
def child(ann):
    """With a sister, another parent, and one answer that is asked again."""
    child = ChildFactory(guardian=ann, given_name="Odette")
    ChildFactory(guardian=ann, given_name="Zora")
    GuardianshipFactory(
        adult=GuardianFactory(person__given_name="Robin").person, child=child, may_collect=False
    )
    ConsentFactory(
        person=child, wording=ConsentWordingFactory(), by_person=ann.person, at=timezone.now()
    )
    ConsentWordingFactory(version=2, wording="We may film {child} too.", why="Others see it.")
    ConsentWordingFactory(kind="marketing", audience="everyone", title="News", wording="Send it.")
    return child


def sign_in(page, user, onward="/people/my-details/"):
    page.goto(f"{reverse('account_login')}?next={onward}")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def invite(page, child):
    """All of it by keyboard: from the list of adults to the letter."""
    page.goto(reverse("people:adults", args=[child.ref]))
    page.get_by_role("link", name="Invite another adult").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Their email address").focus()
    page.keyboard.type("ben@home.example")
    page.get_by_label("Grandparent").focus()
    page.keyboard.press("Space")
    page.get_by_label("Zora").focus()
    page.keyboard.press("Space")
    for word in ("See", "Collect"):
        page.get_by_role("checkbox", name=re.compile(f"^{word}")).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the invitation")
    page.get_by_role("button", name="Send the invitation").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Invitations you sent")).to_be_visible()


def link_sent():
    letter = Email.objects.filter(copy="carer-invitation").latest("pk")
    return re.search(r"/people/invitation/[\w-]+/", letter.body_text)[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_parent_invites_another_who_accepts(make_page, ann, child, javascript):
    page = make_page(PHONE, javascript=javascript)
    sign_in(page, ann)
    invite(page, child)
    ben = UserFactory(email="ben@home.example", person__given_name="Ben")

    theirs = make_page(PHONE, javascript=javascript)
    theirs.goto(link_sent())
    expect(theirs.get_by_role("heading", level=1)).to_have_text("There is an invitation for you")
    theirs.get_by_role("main").get_by_role("link", name="Sign in").click()
    theirs.get_by_label("Email address").fill(ben.email)
    theirs.get_by_label("Password").fill(PASSWORD)
    theirs.get_by_role("button", name="Sign in").click()
    theirs.get_by_role("button", name="Accept").focus()
    theirs.keyboard.press("Enter")

    expect(theirs.get_by_text("You now share the care of Odette and Zora here.")).to_be_visible()
    links = Guardianship.objects.filter(adult=ben.person)
    assert [(link.may_see, link.may_collect, link.may_book) for link in links] == [
        (True, True, False)
    ] * 2


def pages_of(child):
    """Every page of this story, as whoever is signed in as the inviter has it."""
    own = child.guardians.get(adult__given_name="Ann")
    return {
        "child": reverse("people:child", args=[child.ref]),
        "adults": reverse("people:adults", args=[child.ref]),
        "invite": reverse("people:invite_adult", args=[child.ref]),
        "step_back": reverse("people:step_back", args=[own.ref]),
        "history": reverse("people:consent_history", args=[child.ref]),
        "my_details": reverse("people:my_details"),
    }


def slides_sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_it_is_fit_for_all(make_page, violations, ann, child, viewport):
    page = make_page(viewport)
    sign_in(page, ann)
    invite(page, child)
    found = {}

    for name, address in pages_of(child).items():
        page.goto(address)
        found[name] = violations(page), slides_sideways(page)
    page.goto(pages_of(child)["invite"])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_focused()
    found["invite-error"] = violations(page), slides_sideways(page)
    page.get_by_label("Their email address").fill("cat@home.example")
    page.get_by_label("Another carer").check()
    page.get_by_role("checkbox", name=re.compile("^Pay")).check()
    page.get_by_role("button", name="Go on").click()
    found["check"] = violations(page), slides_sideways(page)

    assert {name: wrong for name, wrong in found.items() if wrong != ([], False)} == {}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_behind_the_link_is_fit_for_all(make_page, violations, ann, child, viewport):
    page = make_page(viewport)
    sign_in(page, ann)
    invite(page, child)
    link, found = link_sent(), {}

    def look(page, name):
        page.goto(link)
        found[name] = violations(page), slides_sideways(page)

    look(make_page(viewport), "waits")
    look(page, "waits-wrong-account")
    theirs = make_page(viewport)
    sign_in(theirs, UserFactory(email="ben@home.example"), link)
    look(theirs, "accept")
    theirs.get_by_role("button", name="Accept").click()
    look(theirs, "done")
    look(make_page(viewport), "used")

    assert {name: wrong for name, wrong in found.items() if wrong != ([], False)} == {}


def test_nothing_slides_sideways_on_the_narrowest_phone(make_page, ann, child):
    page = make_page(NARROW)
    sign_in(page, ann)

    wide = []
    for name, address in pages_of(child).items():
        page.goto(address)
        wide += [name] if slides_sideways(page) else []

    assert wide == []
