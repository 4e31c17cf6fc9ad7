"""What a bursar of several schools finds: what each ordered, under which number, for how much."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from lessons.models import SchoolOrder
from people.models import SchoolContact
from tests.factories.billing import AccountFactory, ChargeFactory
from tests.factories.centres import YearFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.people import SchoolContactFactory, contact_of
from tests.factories.schools import OrderLineFactory, OrderPolicyFactory, SchoolOrderFactory
from tests.lessons.school_stage import larkhay
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC))
    OrderPolicyFactory()
    YearFactory()


@pytest.fixture
def schools(client):
    """Of one trust, with one bursar."""
    found = [larkhay(), larkhay(name="Aldbury School", sort_name="aldbury school")]
    bursar = sign_in(client, contact_of(found[0], SchoolContact.Role.FINANCE))
    SchoolContactFactory(school=found[1], person=bursar.person, role=SchoolContact.Role.FINANCE)
    return found


def said(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


QUOTED = {
    "status": "quoted",
    "submitted_at": NOON,
    "quoted_at": NOON,
    "quote_ends_on": dt.date(2026, 12, 22),
}
CANCELLED = {
    "status": "cancelled",
    "submitted_at": NOON,
    "ended_at": NOON,
    "end_reason": "No room",
}
AGREED = {
    "status": "agreed",
    "submitted_at": NOON,
    "quoted_at": NOON,
    "agreed_at": NOON,
    "agreed_name": "Dele Achebe",
    "agreed_role": "headteacher",
}


def ordered(school, price, **becomes):
    """Begun as a draft: the lines of what is agreed or over are frozen."""
    order = SchoolOrderFactory(school=school)
    OrderLineFactory(order=order, price=Decimal(price))
    if becomes.get("status") == "agreed":
        becomes |= {"agreed_by": order.made_by, "agreement": WordingFactory()}
    SchoolOrder.objects.filter(pk=order.pk).update(**becomes)
    return order


def test_home_says_what_each_school_ordered_and_what_is_agreed_in_all(client, schools):
    larkhay_ = schools[0]
    first = ordered(larkhay_, "2459.20", po_number="PO-2142", **AGREED)
    ordered(larkhay_, "100.80", **AGREED)
    ordered(larkhay_, "891.00", **QUOTED)
    ordered(
        larkhay_,
        "55.00",
        status="cancelled",
        submitted_at=NOON,
        ended_at=NOON,
        end_reason="No room",
    )

    home = client.get(reverse("schools:home"))

    assert reverse("schools:order", args=[larkhay_.urn, first.ref]) in home.text
    words = said(home)
    assert f"{first.number}, {first.year}, agreed PO-2142 £2,459.20" in words
    assert "waiting for your agreement No number yet £891" in words
    assert "£55" not in words
    assert f"Agreed for {first.year}: £2,560" in words
    assert "Nothing is ordered for this year" in words[words.index("Aldbury") :][:400]


def test_school_says_what_the_charges_it_does_not_name_come_to(client, schools):
    account = AccountFactory(school=schools[0], person=None)
    for _ in range(6):
        ChargeFactory(account=account, amount=Decimal("10.00"))

    words = said(client.get(reverse("schools:school", args=[schools[0].urn])))

    assert "£60 on your next bill" in words
    assert "2 more: £20" in words
