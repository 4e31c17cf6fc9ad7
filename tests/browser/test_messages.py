"""A head of centre writes to a group in a browser, and a family reads it again."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bookings.actions.messages import send_message
from bookings.models import Message
from bookings.rules.messages import fingerprint
from core.models import Email
from people import news
from tests.bookings.correspondence import draft, placed, says_yes_to_news
from tests.browser.conftest import DESK, PHONE
from tests.factories.bookings import ActivityFactory
from tests.factories.centres import CentreFactory
from tests.factories.core import NOON
from tests.factories.people import PASSWORD, ChildFactory, PersonFactory, head_of

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def group():
    return ActivityFactory(
        title="Junior Voices", capacity=None, centre=CentreFactory(name="Hazelmoor", code="HAZ")
    )


@pytest.fixture
def head(group):
    head = head_of(group.centre, person__given_name="Jo", person__family_name="Harding")
    guardian, _ = placed(group, given_name="Anya")
    says_yes_to_news(guardian.person)
    placed(group)
    child = ChildFactory(guardian=PersonFactory(given_name="Pat", family_name="Marsh"))
    placed(group)[1].enrolments.update(person=child)
    return head


def sign_in(page, user, to):
    page.goto(f"/account/login/?next={to}")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").last.click()


def write_to(group):
    return reverse("bookings:write_message", query={"group": group.ref})


def look(page, violations, heading):
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert violations(page) == []
    assert not page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def _unasked(page):
    """Axe is a script: a page without script is the same page, and was asked with it."""
    return []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_head_writes_to_a_group(make_page, violations, group, head, viewport, javascript):
    page = make_page(viewport, javascript=javascript)
    checked = violations if javascript else _unasked

    sign_in(page, head, write_to(group))
    look(page, checked, "Send a message")
    expect(page.get_by_role("main")).to_contain_text("Pat Marsh")
    page.get_by_role("button", name="Check and send").click()
    if not javascript:
        expect(page.get_by_role("alert")).to_contain_text("Enter a subject")
        assert page.title().startswith("Error: ")
    else:
        look(page, checked, "Send a message")
    page.get_by_label("Subject").fill("{child} on Saturday")
    page.get_by_label("Message", exact=True).fill("Send {child} in red.\n\nWe are back by 11.")
    page.get_by_role("button", name="Send it to me first").click()
    look(page, checked, "Send a message")
    expect(page.get_by_role("main")).to_contain_text(f"on its way to {head.email}")
    page.get_by_role("button", name="Check and send").click()
    look(page, checked, "Check and send")
    page.get_by_role("button", name="Send 2 messages now").click()
    look(page, checked, "{child} on Saturday")
    expect(page.get_by_role("main")).to_contain_text("It is on its way.")
    assert Email.objects.filter(copy="message-change").count() == 2 + 1  # and the one to herself


def test_the_telephone_follows_what_is_typed(desk, group, head):
    sign_in(desk, head, write_to(group))
    phone = desk.locator("[data-preview]")
    expect(phone).to_be_attached()
    desk.wait_for_load_state()  # and its script has run

    desk.get_by_label("Subject").fill("Red <b>")
    desk.get_by_label("Message", exact=True).fill("Send {child}.\n\nAnd <script>.")

    expect(phone).to_contain_text("Red <b>")
    expect(phone.locator("[data-preview-body] p")).to_have_count(2)
    expect(phone).to_contain_text("And <script>.")
    expect(phone).not_to_contain_text("{child}")


def test_a_message_is_written_by_keyboard_alone(desk, group, head):
    sign_in(desk, head, write_to(group))

    def go_to(name):
        """Tab until the control of this name has the focus."""
        for _ in range(60):
            desk.keyboard.press("Tab")
            if desk.evaluate(
                "name => { const one = document.activeElement;"
                " const label = one.labels?.[0]?.innerText || one.innerText || '';"
                " return label.trim().startsWith(name) }",
                name,
            ):
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    go_to("Change who it is for")
    desk.keyboard.press("Enter")
    go_to("Day")
    go_to("Show who that is")
    go_to("Subject")
    desk.keyboard.type("Red")
    go_to("Message")
    desk.keyboard.type("Send her in red.")
    go_to("Check and send")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Check and send")
    go_to("Send 2 messages now")
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("heading", level=1)).to_have_text("Red")
    assert Message.objects.get().sent_at


def test_whom_it_is_for_is_chosen_and_kept(page, violations, group, head):
    sign_in(page, head, reverse("bookings:write_message"))
    page.get_by_text("Change who it is for").click()
    page.get_by_label("From school year").select_option("12")
    page.get_by_role("button", name="Show who that is").click()

    look(page, violations, "Send a message")
    expect(page.get_by_role("main")).to_contain_text("Nobody would get this")
    assert "min_year=12" in page.url


@pytest.mark.parametrize("viewport", [NARROW, PHONE, DESK], ids=["narrow", "phone", "desk"])
def test_a_family_reads_its_messages_again(make_page, violations, group, head, viewport):
    guardian, _ = placed(group, given_name="Zara")
    word = "https://long.example/" + "a" * 90
    message = draft(head, activity=group, body=f"For {{child}}.\n\n{word}")
    send_message(message=message, seen=fingerprint(message), by=head, at=NOON)
    page = make_page(viewport)

    sign_in(page, guardian, reverse("bookings:my_messages"))

    look(page, violations, "Messages from us")
    expect(page.get_by_role("article")).to_contain_text("For Zara.")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_news_is_stopped_without_signing_in(make_page, violations, javascript):
    reader = PersonFactory()
    says_yes_to_news(reader)
    page = make_page(PHONE, javascript=javascript)
    checked = violations if javascript else _unasked

    page.goto(news.stop_path(reader))
    look(page, checked, "Stop our news?")
    page.get_by_role("button", name="Stop the news").click()

    look(page, checked, "No more news")
