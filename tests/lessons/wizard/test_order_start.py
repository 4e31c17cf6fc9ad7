"""A music lead begins an order: from last year, with the same children, or fresh."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from lessons.models import SchoolOrder
from tests.factories.core import WordingFactory
from tests.factories.schools import OrderLineFactory, ProgrammeFactory, SchoolOrderFactory
from tests.lessons.order_stage import last_year
from tests.lessons.wizard.pages import (
    DJEMBE,
    at,
    begin,
)

pytestmark = pytest.mark.django_db


def agree(order):
    """Agreed, once its lines are written."""
    SchoolOrder.objects.filter(pk=order.pk).update(
        status=SchoolOrder.Status.AGREED,
        quoted_at=order.submitted_at,
        quote_ends_on=order.submitted_at.date(),
        agreed_at=order.submitted_at,
        agreed_by=order.made_by,
        agreed_name="Dele Achebe",
        agreed_role="headteacher",
        agreement=WordingFactory(),
    )


def test_start_order_says_whom_we_talk_to_and_leads_to_the_classes(client, school, started):
    page = client.get(begin(school))
    answer = started()

    assert "Hannah Whitlock, music lead" in page.text
    assert "Dele Achebe, headteacher" in page.text
    order = SchoolOrder.objects.get()
    assert answer["Location"] == at("order_classes", order, 1)
    assert (str(order.approver), order.invoice_email) == ("Dele Achebe", "office@larkhay.example")


def test_start_order_takes_a_programme_on_from_the_school_plan(client, school, people):
    address = f"{begin(school)}?programme=whole-class-djembe-term"
    _, lead, head = people
    told = {
        "begin": "new",
        "contact": lead.person.ref,
        "approver": head.person.ref,
        "sure": "go",
    }

    answer = client.post(address, told, follow=True)

    assert f'value="{DJEMBE}" id="id_programme_1" checked' in answer.text


def test_start_order_offers_last_years_and_its_price_now(client, school, people, started):
    before = SchoolOrderFactory(school=school, year=last_year(), submitted=True)
    OrderLineFactory(order=before, pupils=62, price=Decimal("2520.00"))
    agree(before)

    page = client.get(begin(school))
    started(begin="copy")

    assert "Copy your order of last" in page.text
    assert "£2,520 then, £2,545.40 now" in page.text
    assert "62 pupils go into Year 5 and keep playing" in page.text
    assert "£2,545.40" in page.text
    assert SchoolOrder.objects.get(status="draft").copied_from == before


def test_start_order_names_each_order_of_a_year_that_had_several(client, school, started):
    before = last_year()
    recorder = SchoolOrderFactory(school=school, year=before, submitted=True)
    OrderLineFactory(order=recorder, pupils=58, price=Decimal("1291.20"))
    ukulele = SchoolOrderFactory(school=school, year=before, submitted=True)
    OrderLineFactory(order=ukulele, classes=1, pupils=62, price=Decimal("2520.00"))
    agree(ukulele)

    page = client.get(begin(school))
    started(begin=f"copy:{recorder.ref}")

    for named, then in (("2 classes of ukulele", "£1,291.20"), ("1 class of ukulele", "£2,520")):
        assert f"Copy {named} of last" in page.text
        assert f"{then} then" in page.text
    assert "The same children as in 1 class of ukulele of last" in page.text
    assert "The same children as in 2 classes" not in page.text  # never agreed, so never taught
    assert "your order of" not in page.text
    assert SchoolOrder.objects.get(status="draft").copied_from == recorder


def test_start_order_takes_all_orders_of_last_year_and_says_what_is_left_out(
    client, school, started
):
    before = last_year()
    gone = ProgrammeFactory(slug="bugle", to_on=timezone.localdate() - dt.timedelta(days=1))
    for programme in ({}, {"programme": gone}):
        OrderLineFactory(
            order=SchoolOrderFactory(school=school, year=before, submitted=True),
            price=Decimal(1000),
            **programme,
        )

    page = client.get(begin(school))
    answer = started(begin="all")

    assert f"Copy both orders of {before} into one" in page.text
    assert "£2,000 then" in page.text
    assert "Left out, not offered any more: " in page.text
    draft = SchoolOrder.objects.get(status="draft")
    assert answer["Location"] == at("order_classes", draft, 1)
    assert draft.lines.count() == 1


def test_start_order_refuses_an_order_that_is_none_of_last_years(client, school, started):
    theirs = SchoolOrderFactory(year=last_year(), submitted=True)

    assert started(begin=f"copy:{theirs.ref}").status_code == 422
    assert not SchoolOrder.objects.filter(status="draft").exists()


def test_start_order_asks_whom_we_talk_to_where_that_is_to_change(client, school, started):
    page = client.get(f"{begin(school)}?change=1")
    answer = started(invoice_email="not an address")

    assert 'name="approver"' in page.text
    assert answer.status_code == 422
    assert "Enter an email address like name@example.org" in answer.text
    assert not SchoolOrder.objects.exists()


def test_a_closed_school_cannot_order(client, school, started):
    school.status, school.closed_on = "closed", dt.date(2024, 8, 31)
    school.save()

    page, answer = client.get(begin(school)), started()

    assert "closed on 31 August 2024, so nothing can be ordered for it" in page.text
    assert answer.status_code == 422
    assert not SchoolOrder.objects.exists()


def test_a_year_without_terms_ahead_cannot_be_ordered_for(client, school, year):
    year.terms.all().delete()

    assert "not fixed yet" in client.get(begin(school)).text
