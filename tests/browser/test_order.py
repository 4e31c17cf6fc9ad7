"""A music lead orders ukulele for two Year 4 classes on a laptop, and reads a truthful answer."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from lessons.actions import drafts as actions
from lessons.actions.drafts import Begin, Contact
from lessons.models import SchoolOrder
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_cover import fits, sign_in
from tests.factories.lessons import SubjectFactory, TeachesFactory
from tests.factories.safeguarding import cleared_teacher
from tests.factories.schools import OrderLineFactory, SchoolOrderFactory
from tests.lessons.order_stage import larkhay, last_year, next_year, offer

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def school():
    """One that ordered last year, with somebody cleared who teaches the ukulele."""
    next_year()
    offer()
    school, _, _ = larkhay()
    before = SchoolOrderFactory(school=school, year=last_year(), submitted=True)
    OrderLineFactory(order=before, pupils=62)
    person = cleared_teacher(given_name="Ngozi", family_name="Eze")
    TeachesFactory(staff=person.staff, subject=SubjectFactory(slug="ukulele"))
    return school


@pytest.fixture
def lead(school):
    return school.contacts.get(role="music_lead").person.user


def choose(control):
    """As a hand would: press the label, once it stands still."""
    control.page.locator(f"label[for='{control.get_attribute('id')}']").click()
    expect(control).to_be_checked()


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def go_on(page):
    page.get_by_role("button", name="Save and continue").click()


def say_classes(page, look, *, javascript):
    heading(page, "Your classes")
    choose(page.get_by_label("Ukulele, one year"))
    page.get_by_label("How many classes?").fill("0")
    page.get_by_label("About how many pupils in total?").fill("60")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("Select at least one year group")
    assert look(page) == []
    choose(page.get_by_label("Year 4"))
    page.get_by_label("How many classes?").fill("2")
    page.get_by_label("About how many pupils in total?").press("Tab")
    if javascript:
        expect(page.locator("[data-cost-panel]")).to_contain_text("£2,545.40")
    go_on(page)


def say_needs(page, look):
    heading(page, "Needs, room and days")
    expect(page.locator("[data-cost-panel]")).to_contain_text("£2,545.40")
    expect(page.get_by_role("table")).to_contain_text("One teacher left")
    assert look(page) == []
    for half_day in ("Tuesday morning", "Thursday morning"):
        page.get_by_label(half_day).check()
    choose(page.get_by_label("Ear defenders, a way out"))
    page.get_by_label("Pupils with SEND support").fill("11")
    choose(page.get_by_label("Hall", exact=True))
    choose(page.get_by_label("Yes, every week"))
    go_on(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_music_lead_orders_ukulele_for_two_classes(
    make_page, violations, school, lead, javascript
):
    page = make_page(DESK, javascript=javascript)
    look = violations if javascript else (lambda page: [])  # axe is a script
    sign_in(page, lead)
    page.goto(reverse("schools:orders", kwargs={"urn": school.urn}))
    page.get_by_role("link", name="Start an order").click()
    heading(page, "Start from last year, or fresh")
    assert look(page) == []
    choose(page.get_by_label("A new order"))
    go_on(page)

    say_classes(page, look, javascript=javascript)
    say_needs(page, look)

    heading(page, "Can we do it?")
    expect(page.get_by_role("heading", name="Yes", exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Ngozi Eze")
    assert look(page) == []
    page.get_by_role("button", name="Send to Dele Achebe").click()

    expect(page.get_by_role("main")).to_contain_text("is sent")
    assert SchoolOrder.objects.get(made_by=lead.person).status == "quoted"


def test_a_draft_waits_until_somebody_comes_back(make_page, school, lead):
    page = make_page(DESK)
    sign_in(page, lead)
    page.goto(reverse("schools:start_order", kwargs={"urn": school.urn}))
    choose(page.get_by_label("Copy your order of"))
    go_on(page)
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_role("main")).to_contain_text("Your order is saved")

    page.get_by_role("link", name="Go on with order").click()

    heading(page, "Your order")
    expect(page.get_by_role("link", name="Check and send")).to_be_visible()


def test_an_order_is_written_by_keyboard_alone(make_page, school, lead):
    page = make_page(DESK)
    sign_in(page, lead)
    page.goto(reverse("schools:start_order", kwargs={"urn": school.urn}))
    page.get_by_label("A new order").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    heading(page, "Your classes")

    page.get_by_label("Ukulele, one year").focus()
    page.keyboard.press("Space")
    page.get_by_label("Year 4").focus()
    page.keyboard.press("Space")
    page.get_by_label("How many classes?").focus()
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    page.keyboard.type("60")
    page.keyboard.press("Enter")

    heading(page, "Needs, room and days")


@pytest.fixture
def draft(school, lead):
    """Two parts: one that we can do, one that needs another half day."""
    order = actions.start_order(
        school=school,
        year=next_year(),
        begin=Begin.COPY,
        contact=Contact(lead.person, None),
        by=lead,
        at=timezone.now(),
    )
    OrderLineFactory(
        order=order,
        programme=order.lines.get().programme,
        subject=order.lines.get().subject,
        half_days=["2-am"],
        year_groups=[5],
    )
    return order


@pytest.mark.parametrize("viewport", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_every_page_of_an_order_fits_and_is_open_to_everyone(
    make_page, violations, school, lead, draft, viewport
):
    page = make_page(viewport)
    sign_in(page, lead)
    of_school, of_order = {"urn": school.urn}, {"urn": school.urn, "ref": draft.ref}
    addresses = [
        reverse("schools:orders", kwargs=of_school),
        reverse("schools:start_order", kwargs=of_school),
        f"{reverse('schools:start_order', kwargs=of_school)}?change=1",
        *(
            reverse(f"schools:{name}", kwargs=of_order)
            for name in ("order_tasks", "order_contact", "check_order")
        ),
        *(
            reverse(f"schools:{name}", kwargs={**of_order, "position": 1})
            for name in ("order_classes", "order_needs")
        ),
    ]
    wrong = {}
    for address in addresses:
        page.goto(address)
        found = violations(page) + ([] if fits(page) else ["too wide"])
        wrong |= {address: found} if found else {}

    assert wrong == {}
