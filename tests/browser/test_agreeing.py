"""A head agrees to an order on a phone; a trust's bursar sees to three schools at a desk."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from core.queries import wording
from lessons.actions.orders import send_order
from lessons.models import SchoolOrder
from lessons.queries.prices import cost_of
from people.models import SchoolContact
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_cover import fits, sign_in
from tests.factories.people import PASSWORD, SchoolContactFactory
from tests.factories.schools import OrderLineFactory, SchoolOrderFactory
from tests.lessons.bought import stage
from tests.lessons.order_stage import next_year

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}


def sent(known, year):
    """Robin has sent it, and every answer was yes."""
    now = timezone.now()
    order = SchoolOrderFactory(school=known.school, made_by=known.lead.person, year=year)
    OrderLineFactory(order=order)
    total = cost_of(order, on=timezone.localdate(now)).total
    order = send_order(order=order, shown=total, by=known.lead, at=now)
    assert order.status == SchoolOrder.Status.QUOTED
    return order


def address(order):
    return reverse("schools:order", kwargs={"urn": order.school.urn, "ref": order.ref})


def heading(page, words):
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text(words)


def choose(control):
    """As a hand would: press the label, once it stands still."""
    control.page.locator(f"label[for='{control.get_attribute('id')}']").click()
    expect(control).to_be_checked()


def state(order):
    order.refresh_from_db()
    return order.status


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_head_agrees_on_a_phone(make_page, violations, javascript):
    known = stage()
    order = sent(known, next_year())
    page = make_page(PHONE, javascript=javascript)
    look = violations if javascript else (lambda page: [])  # axe is a script

    page.goto(address(order))  # as the letter leads
    page.get_by_label("Email").fill(known.head.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    heading(page, "Please look, and agree")
    assert look(page) == []
    assert not javascript or fits(page)

    page.get_by_role("button", name="Agree to £2,459.20").click()
    expect(page.get_by_role("alert")).to_contain_text("Read the agreement")
    assert look(page) == []
    assert state(order) == "quoted"

    page.get_by_text("Read our agreement, version 1").click()
    expect(page.get_by_text("We will come.")).to_be_visible()
    choose(page.get_by_label("I have read the agreement"))
    page.get_by_role("button", name="Agree to £2,459.20").click()

    heading(page, "It is agreed")
    assert look(page) == []
    assert (state(order), order.agreed_by) == ("agreed", known.head.person)
    assert order.agreed_role == "headteacher"


def a_trust():
    """Three schools of one bursar: an order to agree, one without its number, and nothing."""
    year = next_year()
    stages = [stage(name=name) for name in ("Ash Primary", "Birch Infants", "Cedar Juniors")]
    bursar = stages[0].bursar
    for each in stages[1:]:
        SchoolContactFactory(
            school=each.school, person=bursar.person, role=SchoolContact.Role.FINANCE
        )
    to_agree, unnumbered = sent(stages[0], year), sent(stages[1], year)
    SchoolOrder.objects.filter(pk=unnumbered.pk).update(
        status="agreed",
        agreed_at=timezone.now(),
        agreed_by=bursar.person,
        agreed_name="Ruth",
        agreed_role="finance",
        agreement=wording("school-agreement", timezone.localdate()),
    )
    return stages, bursar, to_agree, unnumbered


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_trusts_bursar_sees_to_three_schools(make_page, violations, javascript):
    """One order to agree, one without its number, and one school with nothing to do."""
    stages, bursar, to_agree, unnumbered = a_trust()
    page = make_page(DESK, javascript=javascript)
    look = violations if javascript else (lambda page: [])
    sign_in(page, bursar)

    page.goto(reverse("schools:home"))
    for each in stages:
        expect(page.get_by_role("link", name=each.school.name, exact=True)).to_be_visible()
    expect(page.get_by_text("Nothing waits for you here.")).to_have_count(1)
    assert look(page) == []

    todos_of(page, stages[0]).first.click()
    heading(page, "Please look, and agree")
    choose(page.get_by_label("I have read the agreement"))
    page.get_by_role("button", name="Agree to £2,459.20").click()
    heading(page, "It is agreed")
    assert state(to_agree) == "agreed"

    page.goto(reverse("schools:home"))
    todos_of(page, stages[1]).first.click()
    heading(page, "It is agreed")
    page.get_by_label("Purchase order number").fill("  TRUST  778 ")
    page.get_by_role("button", name="Keep this number").click()
    expect(page.get_by_text("Your number: TRUST 778")).to_be_visible()
    assert look(page) == []

    page.goto(address(unnumbered).replace(str(stages[1].school.urn), str(stages[2].school.urn)))
    heading(page, "We cannot find that page")


def todos_of(page, known):
    card = page.get_by_role("article").filter(has_text=known.school.name)
    return card.get_by_role("listitem").get_by_role("link")


def test_an_order_can_be_read_on_the_smallest_phone_and_cancelled_with_care(make_page, violations):
    known = stage()
    order = sent(known, next_year())
    page = make_page(NARROW)
    sign_in(page, known.head)
    page.goto(address(order))
    assert fits(page)

    page.get_by_role("link", name="Cancel this order").click()

    heading(page, f"Cancel order {order.number}")
    assert fits(page)
    assert violations(page) == []
    page.get_by_label("Why are you cancelling it?").fill("No hall this year")
    page.get_by_role("button", name="Cancel this order").click()
    heading(page, "It is cancelled")
    assert violations(page) == []
    assert (state(order), order.lines.get().total) == ("cancelled", Decimal("2459.20"))
