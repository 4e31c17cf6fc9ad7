"""An order begun in a year that has begun: for the terms left of it, or for the next year."""

import re

import pytest
from django.utils import timezone

from lessons.models import SchoolOrder
from tests.lessons.order_stage import DAY, year_from
from tests.lessons.wizard.pages import DJEMBE, UKULELE, at, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    today = timezone.localdate()
    year_from(today + 260 * DAY, "next")
    return year_from(today - 80 * DAY, "now")


def test_start_order_offers_the_terms_left_of_this_year_and_keeps_what_was_come_for(client, school):
    page = client.get(f"{begin(school)}?programme=continuation")
    this_year = client.get(f"{begin(school)}?programme=continuation&year=now")

    assert "Order for the spring or summer term of now instead" in page.text
    assert "?programme=continuation&amp;year=now" in page.text
    assert "For the spring or summer term of now." in this_year.text
    assert "Order for next instead" in this_year.text


def test_order_classes_offers_only_what_is_left_of_a_year_that_has_begun(client, started):
    started(year="now")
    order = SchoolOrder.objects.get()

    page = client.get(at("order_classes", order, 1))

    assert order.year.name == "now"
    assert re.findall(r"Spring term|Summer term|Autumn term|The whole year", page.text) == [
        "Spring term",
        "Summer term",
    ]
    assert UKULELE not in page.text
    assert DJEMBE in page.text
    assert 'value="continuation:ukulele"' in page.text


def test_order_classes_takes_a_term_of_what_is_paid_by_the_hour(client, started, year):
    started(year="now")
    order = SchoolOrder.objects.get()
    spring = year.terms.get(name="Spring")
    told = {
        "programme": "continuation:ukulele",
        "term": spring.pk,
        "year_groups": ["5"],
        "classes": 1,
        "pupils": 12,
    }

    answer = client.post(at("order_classes", order, 1), told)

    assert answer["Location"] == at("order_needs", order, 1)
    assert order.lines.get().term == spring
