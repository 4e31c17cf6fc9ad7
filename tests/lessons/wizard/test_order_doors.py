"""An order on paper and in the list, and who is turned away from it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons.models import SchoolOrder
from tests.factories.core import NOON
from tests.factories.people import SchoolFactory, administrator, contact_of
from tests.factories.schools import OrderLineFactory, SchoolOrderFactory
from tests.lessons.wizard.pages import (
    at,
    begin,
)
from tests.pdf_words import is_tagged, words_of
from tests.world import BACKEND

pytestmark = pytest.mark.django_db


def test_order_pdf_is_tagged_and_holds_its_words(client, whole):
    answer = client.get(at("order_pdf", whole))

    assert answer["Content-Type"] == "application/pdf"
    assert is_tagged(answer.content)
    said = words_of(answer.content)
    for words in (
        "2 classes of ukulele",
        "Tuesday morning or Thursday morning",
        "£2,545.40",
        "A draft: nothing is ordered yet",
    ):
        assert words in said


def test_orders_lists_drafts_before_what_is_sent(client, whole, school):
    sent = SchoolOrderFactory(school=school, year=whole.year, submitted=True)
    OrderLineFactory(order=sent)

    page = client.get(reverse("schools:orders", kwargs={"urn": school.urn}))

    assert page.text.index("Not sent yet") < page.text.index(f"Order {sent.number}")


def test_a_bursar_sees_orders_and_writes_none(client, whole, school):
    client.force_login(contact_of(school, "finance"), BACKEND)

    page = client.get(reverse("schools:orders", kwargs={"urn": school.urn}))

    assert "Start an order" not in page.text
    assert at("order_tasks", whole) not in page.text
    assert client.get(at("order_tasks", whole)).status_code == 404
    assert client.get(begin(school)).status_code == 404


PAGES = ("order_tasks", "order_contact", "order_cost", "check_order", "order_pdf")
PARTS = ("order_classes", "order_needs")


@pytest.mark.parametrize("name", [*PAGES, *PARTS])
def test_another_schools_draft_is_not_there(client, whole, name):
    address = at(name, whole, 1 if name in PARTS else None)
    other = contact_of(SchoolFactory())
    client.force_login(other, BACKEND)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["order_tasks", "check_order"])
def test_an_order_is_not_found_under_another_schools_number(client, whole, people, name):
    other = SchoolFactory()
    people[1].person.school_contacts.create(school=other, role="music_lead")

    address = reverse(f"schools:{name}", kwargs={"urn": other.urn, "ref": whole.ref})

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["order_tasks", "order_contact", "check_order"])
def test_what_is_sent_leads_to_its_own_page(client, whole, name):
    SchoolOrder.objects.filter(pk=whole.pk).update(status="submitted", submitted_at=NOON)

    for method in (client.get, client.post):
        if (name, method) != ("order_tasks", client.post):
            assert method(at(name, whole))["Location"] == reverse(
                "schools:order", kwargs={"urn": whole.school.urn, "ref": whole.ref}
            )


def test_the_office_can_write_an_order_for_a_school(client, school, people):
    client.force_login(administrator(), BACKEND)

    page = client.get(begin(school))

    assert "Dele Achebe, headteacher" in page.text


def test_a_school_that_wants_no_approval_needs_nobody_to_agree(client, school):
    school.wants_approval = False
    school.save()

    assert "Whoever sends it" in client.get(begin(school)).text


def test_orders_are_asked_in_few_statements(client, school, year, django_assert_max_num_queries):
    for _ in range(12):
        OrderLineFactory(order=SchoolOrderFactory(school=school, year=year))

    with django_assert_max_num_queries(8):
        client.get(reverse("schools:orders", kwargs={"urn": school.urn}))


def test_the_day_it_is_worked_out_is_today(client, whole):
    page = client.get(at("check_order", whole))

    assert timezone.localdate(page.context["worked_out_at"]) == timezone.localdate()


def test_orders_say_whose_yes_is_waited_for_to_who_may_not_say_it(client, people, whole):
    school, _, head = people
    quoted = {"status": "quoted", "submitted_at": NOON, "quoted_at": NOON}
    SchoolOrder.objects.update(**quoted, quote_ends_on=NOON.date())
    address = reverse("schools:orders", args=[school.urn])

    SchoolOrder.objects.update(approver=head.person)
    assert "Waiting for Dele Achebe’s yes" in client.get(address).text
    SchoolOrder.objects.update(approver=None)
    assert "Waiting for your school’s agreement" in client.get(address).text
    client.force_login(head, BACKEND)
    assert "Waiting for your agreement" in client.get(address).text
