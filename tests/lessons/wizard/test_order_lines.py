"""What a music lead says of each part of an order, and what is refused, in words."""

import re

import pytest
from django.urls import reverse

from lessons.models import Programme, SchoolOrder
from tests.factories.people import contact_of
from tests.factories.schools import OrderLineFactory, SchoolOrderFactory
from tests.lessons.wizard.pages import (
    DJEMBE,
    NEEDS,
    UKULELE,
    at,
    classes,
    teacher_of_ukulele,
)

pytestmark = pytest.mark.django_db


def test_order_classes_shows_what_this_school_can_have_and_saves(client, order):
    page = client.get(at("order_classes", order, 1))
    answer = client.post(at("order_classes", order, 1), classes(po_number="  PO  4711 "))

    assert re.findall(r'name="year_groups" value="(\d+)"', page.text) == ["3", "4", "5", "6"]
    assert "Continuation" in page.text
    assert answer["Location"] == at("order_needs", order, 1)
    line, saved = order.lines.get(), SchoolOrder.objects.get()
    assert (line.classes, line.pupils, line.year_groups) == (2, 60, [4])
    assert saved.po_number == "PO 4711"


def test_a_programme_of_one_year_needs_no_choice_of_a_term(client, order):
    page = client.get(at("order_classes", order, 1))
    answer = client.post(at("order_classes", order, 1), classes(term=""))

    assert not re.findall(r'name="term"[^>]*checked', page.text)
    assert answer["Location"] == at("order_needs", order, 1)
    assert order.lines.get().term is None


def test_what_a_year_and_a_term_are_both_for_asks_which(client, order):
    answer = client.post(
        at("order_classes", order, 1),
        classes(programme="continuation:ukulele", term=""),
    )

    assert '<a href="#id_term_0">Choose the whole year, or a term</a>' in answer.text
    assert not order.lines.exists()


def test_order_classes_keeps_the_price_in_sight_beside_what_is_wrong(client, order):
    answer = client.post(at("order_classes", order, 1), classes(programme=DJEMBE, term=""))

    assert "This is for one term. Choose which" in answer.text
    assert "2 classes of djembe" in answer.text


def test_order_classes_says_everything_that_is_wrong_at_once_and_keeps_what_was_said(client, order):
    answer = client.post(
        at("order_classes", order, 1),
        {"programme": UKULELE, "term": "year", "classes": "", "pupils": "lots"},
    )

    assert answer.status_code == 422
    assert "<title>Error: Your classes" in answer.text
    assert re.findall(r'<a href="#(id_\w+)">([^<]+)</a>', answer.text) == [
        ("id_year_groups_0", "Select at least one year group"),
        ("id_classes", "Enter how many classes, for example 2"),
        ("id_pupils", "Number of pupils must be a number, like 60"),
    ]
    assert f'value="{UKULELE}" id="id_programme_0" checked' in answer.text
    assert not order.lines.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"classes": "0"}, "Enter how many classes, for example 2", id="0 classes"),
        pytest.param(
            {"classes": "1", "pupils": "400"}, "at most 32 can be in one", id="400 in one class"
        ),
        pytest.param({"classes": "-1"}, "Enter 0 or more", id="less than none"),
        pytest.param({"classes": "1e9"}, "must be a number, like 2", id="no number"),
        pytest.param({"pupils": "9" * 30}, "must be a number, like 60", id="no such number"),
        pytest.param({"programme": "x:y"}, "can no longer be chosen", id="no such programme"),
        pytest.param({"programme": DJEMBE}, "is for one term. Choose which", id="term for a year"),
        pytest.param({"year_groups": ["9"]}, "no longer be chosen", id="not a year of theirs"),
        pytest.param({"po_number": "P" * 41}, "Use at most 40", id="a long purchase order"),
    ],
)
def test_order_classes_refuses(client, order, wrong, words):
    answer = client.post(at("order_classes", order, 1), classes(**wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert not order.lines.exists()


def test_save_and_come_back_later_saves_and_the_list_leads_back(client, order, school):
    answer = client.post(at("order_classes", order, 1), classes(later="1"), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("schools:orders", kwargs={"urn": school.urn})
    assert "Your order is saved" in answer.text
    assert at("order_tasks", order) in answer.text
    assert order.lines.count() == 1


def test_a_part_two_past_the_last_is_not_there(client, order):
    assert client.get(at("order_classes", order, 2)).status_code == 404
    assert client.get(at("order_needs", order, 1)).status_code == 404


def test_order_cost_follows_what_is_said_and_saves_nothing(client, order):
    said = {**classes(classes="3", pupils="90"), "position": "1"}

    answer = client.get(at("order_cost", order), said)

    assert "3 classes of ukulele" in answer.text
    assert "£3,818.10" in answer.text
    assert not order.lines.exists()


def test_order_cost_of_half_a_form_is_what_is_saved(client, whole):
    answer = client.get(at("order_cost", whole), {"programme": DJEMBE, "position": "1"})

    assert "2 classes of ukulele" in answer.text


# Needs


def test_order_needs_says_what_is_likely_and_saves(client, order):
    teacher_of_ukulele()
    client.post(at("order_classes", order, 1), classes())

    page = client.get(at("order_needs", order, 1))
    answer = client.post(
        at("order_needs", order, 1), NEEDS | {"send_pupils": "11", "room_notes": "Step-free"}
    )

    assert "Tuesday morning: </span>One teacher left" in page.text
    assert answer["Location"] == at("check_order", order)
    line = order.lines.get()
    assert (line.half_days, line.room, line.goes_home) == (["2-am", "4-am"], "hall", True)
    assert (line.needs, line.send_pupils, line.pp_pupils) == (["calm"], 11, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"half_days": []}, "Select at least one half day", id="no half day"),
        pytest.param(
            {"half_days": ["2-am", "7-pm"]}, "The school is shut on Sundays", id="a day it is shut"
        ),
        pytest.param({"send_pupils": "61"}, "There are 60 pupils in all", id="too many"),
        pytest.param({"room": ""}, "Choose the room", id="no room"),
        pytest.param({"goes_home": ""}, "Choose whether the instruments may go", id="not said"),
    ],
)
def test_order_needs_refuses(client, order, wrong, words):
    client.post(at("order_classes", order, 1), classes())

    answer = client.post(at("order_needs", order, 1), {**NEEDS, **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert order.lines.get().half_days == []


# More than one programme


def test_order_tasks_says_what_is_left(client, whole):
    spring = whole.year.terms.get(name="Spring")
    client.post(
        at("order_classes", whole, 2), classes(programme=DJEMBE, term=spring.pk, year_groups=["5"])
    )

    page = client.get(at("order_tasks", whole))
    check = client.get(at("check_order", whole))

    assert [task["status"] for part in page.context["parts"] for task in part["tasks"]] == [
        "Completed",
        "Completed",
        "Completed",
        "To do",
    ]
    assert "Cannot start yet" in page.text
    assert check["Location"] == at("order_tasks", whole)


def test_remove_line_takes_a_programme_out(client, whole):
    answer = client.post(at("remove_line", whole, 1), follow=True)

    assert "2 classes of ukulele is not in this order any more." in answer.text
    assert not whole.lines.exists()


def test_order_contact_changes_who_agrees_and_the_number(client, whole, people):
    school, lead, _ = people
    bursar = contact_of(school, "finance", person__given_name="Moira")
    told = {
        "contact": lead.person.ref,
        "approver": bursar.person.ref,
        "invoice_email": "",
        "sure": "price",
        "po_number": " 47  11 ",
    }

    client.post(at("order_contact", whole), told)

    whole.refresh_from_db()
    assert (whole.approver, whole.po_number) == (bursar.person, "47 11")
    assert whole.is_for_governors


def test_discard_order_lets_go_of_what_was_copied_from_it(client, whole):
    copied = SchoolOrderFactory(school=whole.school, year=whole.year, copied_from=whole)
    OrderLineFactory(order=copied, continues=whole.lines.get())

    client.post(at("discard_order", whole))

    assert list(SchoolOrder.objects.values_list("pk", "copied_from")) == [(copied.pk, None)]
    assert copied.lines.get().continues is None


def test_discard_order_throws_a_draft_away(client, whole):
    answer = client.post(at("discard_order", whole), follow=True)

    assert "Nothing was ordered" in answer.text
    assert not SchoolOrder.objects.exists()


def test_order_classes_says_what_a_class_of_each_costs_after_the_subsidy(client, order):
    page = client.get(at("order_classes", order, 1))

    assert "From £1,272.70 a class a year, after the subsidy" in page.text


def test_order_classes_says_the_full_price_once_the_subsidy_is_taken(client, order, school):
    other = SchoolOrderFactory(school=school, year=order.year, submitted=True)
    OrderLineFactory(order=other, year_groups=[6])
    Programme.objects.filter(slug="whole-class-ukulele-year").update(max_year=5)

    page = client.get(at("order_classes", order, 1))

    assert "£1,909 a class a year" in page.text
    assert "after the subsidy" not in page.text
