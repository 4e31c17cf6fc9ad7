"""A family books in a browser: on a phone and at a desk, by keyboard, with and without script."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings import actions
from bookings.models import Activity, Enrolment
from people.models import Learner
from tests.browser.conftest import DESK, PHONE
from tests.factories.bookings import ActivityFactory
from tests.factories.centres import CentreFactory, TermFactory, YearFactory
from tests.factories.core import WordingFactory
from tests.factories.lessons import CourseRunFactory
from tests.factories.people import (
    PASSWORD,
    ChildFactory,
    ConsentWordingFactory,
    GuardianFactory,
    SchoolFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}
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
    ConsentWordingFactory(wording="We may take photographs of {child}.", why="Others see it.")
    ConsentWordingFactory(kind="medical", title="First aid", wording="We may give first aid.")
    WordingFactory(slug="leaving", title="Leaving", body="Tell us **by Friday**.\n\n- One")
    return year


@pytest.fixture
def group(year):
    return open_group(year, title="Ukulele Beginners", centre=CentreFactory(name="Hazelmoor"))


def open_group(year, **fields):
    activity = ActivityFactory(
        year=year,
        status=Activity.Status.DRAFT,
        first_on=year.starts_on,
        last_on=year.ends_on,
        booking_opens_at=timezone.now() - 90 * DAY,
        tile="guitar",
        **fields,
    )
    CourseRunFactory(activity=activity)
    return actions.open_activity(activity=activity, by=None, at=timezone.now())


@pytest.fixture
def guardian():
    return GuardianFactory(person__given_name="Priya", person__phone="01632 960 001")


@pytest.fixture
def child(guardian):
    born = timezone.localdate().replace(day=4) - 3300 * DAY
    child = ChildFactory(guardian=guardian, given_name="Anya", born_on=born, tile="asha")
    Learner.objects.create(person=child)
    return child


def sign_in(page, guardian, to):
    page.goto(f"/account/login/?next={to}")
    page.get_by_label("Email").fill(guardian.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").last.click()


def is_too_wide(page):
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def page_of(name, ref):
    return reverse(f"bookings:{name}", kwargs={"ref": ref})


def look(page, violations, heading):
    """The page is the one expected, and open to everyone."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert violations(page) == []


def go_on(page):
    page.get_by_role("button", name="Continue").click()


def choose(control):
    """As a hand would: press the label, once it stands still."""
    control.page.locator(f"label[for='{control.get_attribute('id')}']").click()
    expect(control).to_be_checked()


def add_child(page, violations):
    look(page, violations, "What is the child’s name?")
    page.get_by_label("First name").fill("Anya")
    page.get_by_label("Family name").fill("Sharma")
    go_on(page)
    page.get_by_label("Day").fill("4")
    page.get_by_label("Month").fill("19")
    page.get_by_label("Year").fill(str(timezone.localdate().year - 8))
    go_on(page)
    look(page, violations, "When was Anya born?")
    expect(page.get_by_role("alert")).to_contain_text("There is no month 19")
    page.get_by_label("Month").fill("5")
    go_on(page)
    look(page, violations, "Which school does Anya go to?")
    page.get_by_label("Name of the school, or a postcode near it").fill("larkhay")
    page.get_by_role("button", name="Search").click()
    look(page, violations, "Which school does Anya go to?")
    choose(page.get_by_label("Larkhay Junior School"))
    go_on(page)
    look(page, violations, "What helps Anya join in?")
    choose(page.get_by_label("A quieter room, or breaks"))
    go_on(page)
    look(page, violations, "Whom to ring, and what to know")
    choose(page.get_by_label("Parent", exact=True))
    go_on(page)
    look(page, violations, "May we take photographs of Anya?")
    choose(page.get_by_label("No photographs"))
    go_on(page)
    look(page, violations, "Check what you told us about Anya")
    page.get_by_role("button", name="Add Anya to my family").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_family_adds_a_child_and_books(
    make_page, violations, group, guardian, viewport, javascript
):
    SchoolFactory(name="Larkhay Junior School")
    page = make_page(viewport, javascript=True)
    if not javascript:
        violations = _unasked
        page = make_page(viewport, javascript=False)

    sign_in(page, guardian, page_of("book_place", group.ref))
    look(page, violations, "Book Ukulele Beginners")
    page.get_by_role("link", name="Add a child").click()
    add_child(page, violations)
    look(page, violations, "Book Ukulele Beginners")
    page.get_by_role("button", name="Hold a place").click()
    look(page, violations, "What Anya needs")
    choose(page.get_by_role("group", name="First aid").get_by_label("Yes"))
    go_on(page)
    look(page, violations, "Check your answers before you book")
    page.get_by_role("button", name="Agree and book this place").click()
    look(page, violations, "Anya is in")
    page.get_by_role("link", name="Go to your family page").click()
    look(page, violations, "Hello, Priya")
    expect(page.get_by_role("main")).to_contain_text("Ukulele Beginners")
    assert Enrolment.objects.get().status == Enrolment.Status.ACTIVE


def _unasked(page):
    """Axe is a script: a page without script is the same page, and was asked with it."""
    return []


def test_a_family_books_by_keyboard_alone(desk, group, guardian, child):
    sign_in(desk, guardian, page_of("book_place", group.ref))

    def press(name, keys="Enter"):
        """Tab until the control of this name has the focus, then press."""
        for _ in range(60):
            desk.keyboard.press("Tab")
            if desk.evaluate(
                "name => { const one = document.activeElement;"
                " const label = one.labels?.[0]?.innerText || one.innerText || '';"
                " return label.trim().startsWith(name) }",
                name,
            ):
                desk.keyboard.press(keys)
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    press("Hold a place")
    expect(desk.get_by_role("heading", level=1)).to_have_text("What Anya needs")
    desk.get_by_label("Whom do we ring in an emergency?").focus()
    desk.keyboard.type("Priya 01632 960001")
    for _ in range(2):
        press("Yes", "Space")
    press("Continue")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Check your answers before you book")
    press("Agree and book this place")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Anya is in")


@pytest.fixture
def states(year, guardian, child):
    """The child in every state a booking can be in, each in a group of its own."""
    now, refs = timezone.now(), {}
    for hour, state in enumerate(["active", "held", "waiting", "offered", "declined"], start=9):
        activity = open_group(year, title=f"Group {state}", capacity=1, local_start=dt.time(hour))
        other = GuardianFactory()
        sitting = ChildFactory(guardian=other, born_on=child.born_on)
        refs[state] = _bring_about(state, activity, child, guardian, sitting, other, now)
    return refs


def _bring_about(state, activity, child, guardian, sitting, other, now):
    mine = {"activity": activity, "person": child, "by": guardian, "at": now}
    if state in {"active", "held"}:
        held = actions.hold_place(**mine)
        if state == "active":
            actions.confirm_place(enrolment=held, by=guardian, at=now)
        return held.ref
    theirs = actions.hold_place(activity=activity, person=sitting, by=other, at=now)
    waiting = actions.join_waiting_list(**mine)
    if state != "waiting":
        actions.release_hold(enrolment=theirs, by=other, at=now)
    if state == "declined":
        actions.decline_offer(enrolment=waiting, by=guardian, at=now)
    return waiting.ref


def every_page(group, child, states):
    return [
        reverse("bookings:my_family"),
        reverse("bookings:my_teaching"),
        reverse("people:my_details"),
        reverse("people:child", args=[child.ref]),
        reverse("people:change_child", args=[child.ref]),
        reverse("people:change_needs", args=[child.ref]),
        reverse("people:child_added", args=[child.ref]),
        reverse("people:add_child", args=["name"]),
        page_of("book_place", group.ref),
        page_of("needs", states["held"]),
        page_of("check_booking", states["held"]),
        page_of("enrolment", states["active"]),
        page_of("booked", states["active"]),
        page_of("waiting", states["waiting"]),
        page_of("offer", states["offered"]),
        page_of("decline_offer", states["offered"]),
        page_of("offer", states["declined"]),
    ]


@pytest.mark.parametrize("viewport", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_every_page_of_a_family_is_open_to_everyone(
    make_page, violations, group, guardian, child, states, viewport
):
    page = make_page(viewport)
    sign_in(page, guardian, reverse("bookings:my_family"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Priya")
    wrong = {}
    for address in every_page(group, child, states):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        found = violations(page) + (["too wide"] if is_too_wide(page) else [])
        wrong |= {address: found} if found else {}

    assert wrong == {}
