"""The pages before sign-in and the style guide, in a browser: for everyone, at every width."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.factories.core import WordingFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}
PAGES = [
    pytest.param("/", id="home"),
    pytest.param("/accessibility/", id="policy"),
    pytest.param("/account/login/", id="sign in"),
    pytest.param("/account/signup/", id="sign up"),
    pytest.param("/account/password/reset/", id="forgotten password"),
    pytest.param("/account/password/reset/done/", id="link sent"),
    pytest.param("/account/confirm-email/", id="open your email"),
    pytest.param("/account/confirm-email/spent/", id="spent link"),
    pytest.param("/account/password/reset/key/1-spent/", id="spent reset"),
]


@pytest.fixture(autouse=True)
def policies():
    body = "## What works\n\n- one\n\n| By | Last |\n|---|---|\n| May | July |"
    WordingFactory(slug="accessibility", title="Accessibility statement", body=body)


@pytest.fixture
def staff_cookie(client):
    backend = "people.access.SignedIn"
    client.force_login(UserFactory(is_staff=True), backend=backend)
    return client.cookies


def sign_in(page, cookies):
    name, morsel = next((name, one) for name, one in cookies.items() if "session" in name)
    url = page.evaluate("location.origin")
    page.context.add_cookies([{"name": name, "value": morsel.value, "url": url}])


def is_too_wide(page):
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_page_is_open_to_everyone(make_page, violations, address, viewport):
    page = make_page(viewport)
    page.goto(address)

    assert violations(page) == []


@pytest.mark.parametrize("address", PAGES)
def test_page_never_scrolls_sideways(make_page, address):
    page = make_page(NARROW)
    page.goto(address)

    assert not is_too_wide(page)


def test_page_of_a_demonstration_is_open_to_everyone(page, violations, settings):
    settings.DEMONSTRATION, settings.EMAIL_HOST = True, ""
    for address in ["/", reverse("demonstration_mail")]:
        page.goto(address)
        expect(page.get_by_role("complementary", name="Demonstration")).to_be_visible()

        assert violations(page) == []


@pytest.mark.parametrize("address", ["/", "/account/signup/", "/lessons/"])
def test_page_does_not_scroll_sideways_with_text_twice_as_large(page, address):
    page.goto(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert not is_too_wide(page)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_component_is_open_to_everyone(make_page, violations, staff_cookie, viewport):
    page = make_page(viewport)
    page.goto("/")
    sign_in(page, staff_cookie)
    page.goto(reverse("styleguide"))
    empty = violations(page)
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_title("Error: Style guide – Hertfordshire Music Service")

    assert empty == []
    assert violations(page) == []


def test_no_component_scrolls_sideways(make_page, staff_cookie):
    page = make_page(NARROW)
    page.goto("/")
    sign_in(page, staff_cookie)
    page.goto(reverse("styleguide"))

    assert not is_too_wide(page)


def test_refused_form_takes_the_focus_and_its_links_lead_to_the_control(page):
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in").last.click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#id_login")).to_be_focused()


def test_second_press_of_a_button_sends_nothing(page):
    sent = []
    page.goto("/account/login/")
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.route(
        "**/account/login/", lambda route: route.abort() if sent[1:] else route.fulfill(status=204)
    )

    with page.expect_request(lambda one: one.method == "POST"):
        page.evaluate(
            "const b = document.querySelector('form[data-guard] button'); b.click(); b.click()"
        )
    page.wait_for_timeout(200)

    assert len(sent) == 1


@pytest.mark.parametrize(("viewport", "is_open"), [(PHONE, False), (DESK, True)])
def test_filters_start_closed_on_a_telephone_only(make_page, viewport, is_open):
    page = make_page(viewport)
    page.goto(reverse("lessons:find_activities"))

    assert page.evaluate("document.querySelector('details.filters').open") is is_open


def test_filters_are_open_where_no_script_runs(make_page):
    page = make_page(PHONE, javascript=False)
    page.goto(reverse("lessons:find_activities"))

    expect(page.locator("details.filters")).to_have_attribute("open", "")


def test_clock_counts_the_minutes_and_says_the_last_ones(page, staff_cookie):
    page.goto("/")
    sign_in(page, staff_cookie)
    page.clock.install(time=timezone.now())
    page.goto(reverse("styleguide"))
    clock = page.locator("[data-ends-at]").first

    expect(clock).to_have_text("12 minutes left.")
    voice = page.locator("[data-ends-at] + [role=status]").first
    expect(voice).to_have_text("")
    page.clock.fast_forward(dt.timedelta(minutes=8) // dt.timedelta(milliseconds=1))
    expect(clock).to_have_text("4 minutes left.")
    expect(voice).to_have_text("4 minutes left.")
    page.clock.fast_forward(dt.timedelta(minutes=5) // dt.timedelta(milliseconds=1))
    expect(clock).to_have_text("The time is up.")


def test_a_name_that_is_not_latin_1_fetches_the_second_cut_and_others_do_not(make_page):
    page = make_page(PHONE)
    fetched = []
    page.on("request", lambda one: fetched.append(one.url.rpartition("/")[2]))
    page.goto("/")
    page.evaluate("document.fonts.ready")
    before = [name for name in fetched if name.endswith(".woff2")]
    with page.expect_request("**/bricolage-ext.woff2*"):
        page.evaluate("document.querySelector('h1').textContent = 'Łukasz Żółć'")

    assert sorted(before) == ["atkinson-next.woff2", "bricolage.woff2"]
    assert "bricolage-ext.woff2" in fetched


def test_menu_works_where_no_script_runs(make_page):
    page = make_page(PHONE, javascript=False)
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()

    expect(page.get_by_role("navigation", name="Main menu")).to_be_visible()
