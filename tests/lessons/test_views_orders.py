"""The page of one order: agreed by name, taken back, numbered, cancelled, and whose it is."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons.actions.orders import Adjustment, quote_order, send_order
from lessons.models import SchoolOrder
from people.models import School, SchoolContact
from tests.factories.core import WordingFactory
from tests.factories.people import contact_of
from tests.lessons.bought import DAY, JUNE, TOTAL, agreed, draft, stage
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def june(time_machine):
    """When orders for the next year are written."""
    time_machine.move_to(JUNE)


@pytest.fixture
def known():
    return stage()


@pytest.fixture
def quoted(known):
    return send_order(order=draft(known), shown=TOTAL, by=known.lead, at=timezone.now())


def url(name, order):
    return reverse(f"schools:{name}", kwargs={"urn": order.school.urn, "ref": order.ref})


def words_of(page):
    plain = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(plain.replace("&nbsp;", " ").split())


def agree(client, order, **said):
    answers = {
        "name": "Dele Achebe",
        "role": "headteacher",
        "has_read": "on",
        "total": str(TOTAL),
        "text": "1",
    }
    return client.post(url("agree_order", order), answers | said)


def state(order):
    order.refresh_from_db()
    return order.status


def test_order_asks_the_head_to_agree_with_price_and_text_before_them(client, known, quoted):
    sign_in(client, known.head)

    page = client.get(url("order", quoted))

    said = words_of(page)
    assert "Please look, and agree £2,459.20 in all." in said
    assert "Agree to £2,459.20" in said
    assert "Read our agreement, version 1 We will come." in said
    assert "2 classes of ukulele, the year" in said
    assert f"with {known.teacher}" in said
    assert page.context["form"].initial == {"name": str(known.head), "role": "headteacher"}


def test_order_says_what_it_costs_before_the_button_that_agrees(client, known, quoted):
    sign_in(client, known.head)

    page = client.get(url("order", quoted)).text

    assert page.index('id="cost"') < page.index('id="agree"')


def test_agree_order_records_who_said_yes_and_as_what(client, known, quoted):
    sign_in(client, known.head)

    page = agree(client, quoted)

    assert page.status_code == 302
    assert state(quoted) == "agreed"
    assert (quoted.agreed_by, quoted.agreed_name) == (known.head.person, "Dele Achebe")
    assert quoted.agreed_role == "headteacher"
    said = words_of(client.get(url("order", quoted)))
    assert "Dele Achebe, headteacher, agreed at" in said
    assert "It is agreed" in said


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("name", "Say who agrees"),
        ("role", "Say as what you agree, like headteacher"),
        ("has_read", "Read the agreement, then tick to agree for the school"),
    ],
)
def test_agree_order_asks_for_what_was_left_out(client, known, quoted, left_out, sentence):
    sign_in(client, known.head)

    page = agree(client, quoted, **{left_out: ""})

    assert page.status_code == 422
    assert sentence in words_of(page)
    assert state(quoted) == "quoted"


@pytest.mark.parametrize("total", ["", "nonsense", "1e309"])
def test_agree_order_without_the_total_it_is_about_agrees_nothing(client, known, quoted, total):
    sign_in(client, known.head)

    page = agree(client, quoted, total=total)

    assert page.status_code == 422
    assert state(quoted) == "quoted"


def test_agree_order_at_a_price_that_changed_shows_both_and_asks_again(client, known, quoted):
    less = {quoted.lines.get().pk: Adjustment(Decimal("-59.20"), "Rounded")}
    quote_order(order=quoted, adjustments=less, by=known.office, at=timezone.now())
    sign_in(client, known.head)

    page = agree(client, quoted)

    said = words_of(page)
    assert page.status_code == 422
    assert "The price is now £2,400, not £2,459.20" in said
    assert "Agree to £2,400" in said
    assert state(quoted) == "quoted"
    agree(client, quoted, total="2400.00")
    assert state(quoted) == "agreed"


def test_agree_order_to_a_text_that_changed_asks_to_read_it(client, known, quoted):
    WordingFactory(slug="school-agreement", version=2, body="We will come on time.")
    sign_in(client, known.head)

    page = agree(client, quoted)

    assert "new version, 2" in words_of(page)
    assert "We will come on time." in words_of(page)
    assert state(quoted) == "quoted"


def test_agree_order_that_is_no_yes_any_more_says_what_can_be_done_now(client, known, quoted):
    known.teacher.roles.update(ends_on=dt.date(2021, 1, 1))
    sign_in(client, known.head)

    page = agree(client, quoted)

    assert page.status_code == 422
    assert "What we can do now" in words_of(page)
    assert state(quoted) == "quoted"


def test_agree_order_is_not_for_whoever_only_orders(client, known, quoted):
    sign_in(client, known.lead)

    assert agree(client, quoted).status_code == 404
    assert "It waits for your school’s yes" in words_of(client.get(url("order", quoted)))


def test_agree_order_by_the_music_lead_where_the_school_wants_no_approval(client, known, quoted):
    School.objects.update(wants_approval=False)
    sign_in(client, known.lead)

    agree(client, quoted)

    assert state(quoted) == "agreed"


@pytest.mark.parametrize("wants_approval", [True, False])
def test_agree_order_is_never_for_the_office(client, known, quoted, wants_approval):
    School.objects.update(wants_approval=wants_approval)
    sign_in(client, known.office)

    assert agree(client, quoted).status_code == 404
    assert client.get(url("order", quoted)).status_code == 200


def test_take_back_order_makes_it_a_draft_again(client, known, quoted):
    sign_in(client, known.lead)

    client.post(url("take_back_order", quoted))

    assert state(quoted) == "draft"
    assert "Go on with it" in words_of(client.get(url("order", quoted)))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("PO-778", "PO-778"), ("  PO  12  345 ", "PO 12 345"), ("PO\t9\u00a01", "PO 9 1")],
)
def test_add_po_number_keeps_what_was_typed_without_its_spare_spaces(client, known, typed, kept):
    order = agreed(known)
    sign_in(client, known.bursar)

    client.post(url("add_po_number", order), {"po_number": typed})

    order.refresh_from_db()
    assert order.po_number == kept
    assert f"Your number: {kept}" in words_of(client.get(url("order", order)))


@pytest.mark.parametrize("typed", ["", "   ", "9" * 41])
def test_add_po_number_refuses_nothing_and_too_much(client, known, typed):
    order = agreed(known)
    sign_in(client, known.bursar)

    page = client.post(url("add_po_number", order), {"po_number": typed})

    order.refresh_from_db()
    assert (page.status_code, order.po_number) == (422, "")


def test_cancel_order_says_what_it_costs_before_it_is_done(client, known):
    order = agreed(known)
    sign_in(client, known.head)
    page = client.get(url("cancel_order", order))
    owed = page.context["leaving"].amount

    said = {"reason": "The hall floods", "total": str(owed)}
    client.post(url("cancel_order", order), said)

    assert "What cancelling costs" in words_of(page) or owed == TOTAL
    assert (state(order), order.end_reason) == ("cancelled", "The hall floods")
    assert "The hall floods" in words_of(client.get(url("order", order)))


def test_cancel_order_at_a_cost_that_changed_is_asked_again(client, known):
    order = agreed(known)
    sign_in(client, known.head)

    page = client.post(url("cancel_order", order), {"reason": "x", "total": "1.00"})

    assert page.status_code == 422
    assert "The price is now" in words_of(page)
    assert state(order) == "agreed"


def test_cancel_order_that_is_agreed_is_for_whoever_may_agree(client, known):
    order = agreed(known)
    sign_in(client, known.lead)

    page = client.post(url("cancel_order", order), {"reason": "x", "total": "0"}, follow=True)

    assert "cancelled by whoever may agree" in words_of(page)
    assert state(order) == "agreed"


@pytest.mark.parametrize("status", SchoolOrder.Status.values)
def test_order_has_a_page_in_every_state(client, known, status):
    order = agreed(known)
    ended = {"ended_at": timezone.now(), "end_reason": "No hall"}
    SchoolOrder.objects.filter(pk=order.pk).update(status=status, **ended)
    sign_in(client, known.lead)

    page = client.get(url("order", order))

    assert page.status_code == 200
    assert order.number in words_of(page)


@pytest.mark.parametrize("name", ["order", "cancel_order"])
def test_an_order_is_its_schools_alone(client, known, quoted, name):
    sign_in(client, contact_of(stage().school, SchoolContact.Role.HEAD))
    other = url(name, quoted)
    elsewhere = other.replace(str(known.school.urn), str(School.objects.last().urn))

    assert client.get(other).status_code == 404
    assert client.get(elsewhere).status_code == 404


@pytest.mark.parametrize("name", ["agree_order", "take_back_order", "add_po_number"])
def test_nobody_acts_on_another_schools_order(client, known, quoted, name):
    sign_in(client, contact_of(stage().school, SchoolContact.Role.HEAD))

    assert client.post(url(name, quoted), {"total": str(TOTAL)}).status_code == 404
    assert state(quoted) == "quoted"


def test_an_order_is_closed_to_whoever_left_the_school(client, known, quoted):
    sign_in(client, known.head)
    known.head.person.school_contacts.update(ended_at=timezone.now() - DAY)

    assert client.get(url("order", quoted)).status_code == 404


def test_order_is_read_in_few_statements(client, known, quoted, django_assert_max_num_queries):
    sign_in(client, known.head)

    with django_assert_max_num_queries(24):
        client.get(url("order", quoted))
