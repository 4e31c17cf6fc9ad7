"""What schools wait for stands on the county's staff home, and on no head of centre's."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.people import SchoolFactory, administrator, head_of
from tests.factories.schools import OrderLineFactory, SchoolOrderFactory, SetKeptFactory
from tests.reports.reading import HOME, enter, main, text
from tests.reports.scene import SATURDAY, TEN

FRIDAY = SATURDAY - dt.timedelta(days=1)
CANCELLED = {"status": "cancelled", "ended_at": TEN, "end_reason": "No hall"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_saturday")]


def test_orders_without_a_price_and_without_dates_wait_for_the_office(client):
    oak, elm = SchoolFactory(name="Oak Primary School"), SchoolFactory(name="Elm Primary School")
    sent = SchoolOrderFactory(submitted=True, school=oak)
    agreed = SchoolOrderFactory(agreed=True, school=elm)
    SchoolOrderFactory(quoted=True)  # waits for its school, not for us

    page = enter(client, administrator()).get(reverse(HOME))

    assert f"1 school order waits for our price {sent.number}, Oak Primary School" in text(page)
    assert f"1 agreed order has no dates yet {agreed.number}, Elm Primary School" in text(page)
    listed = reverse("admin:lessons_schoolorder_changelist")
    assert [f'href="{listed}?todo={todo}"' in main(page) for todo in ("quote", "schedule")] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("ended", "days"),
    [
        pytest.param(CANCELLED, {}, id="its order was cancelled"),
        pytest.param({}, {"custody__last_on": FRIDAY}, id="its last day is over"),
    ],
)
def test_a_set_that_should_be_back_is_fetched_and_put_back_by_the_office(client, ended, days):
    oak = SchoolFactory(name="Oak Primary School")
    order = SchoolOrderFactory(submitted=True, school=oak)
    there = {"custody__status": "out", "custody__out_on": SATURDAY, **days}
    kept = SetKeptFactory(line=OrderLineFactory(order=order), **there)
    for name, value in ended.items():
        setattr(order, name, value)
    order.save()
    office = enter(client, administrator())
    listed = reverse("admin:lessons_schoolorder_changelist")

    said = text(office.get(reverse(HOME)))
    found = text(office.get(listed, {"todo": "sets"}))
    changed = reverse("admin:lessons_schoolorder_change", args=[order.pk])
    assert f"{kept.custody.asset} (3 September 2026 to" in text(office.get(changed))
    office.post(listed, {"action": "sets_back", "_selected_action": [order.pk]})

    assert f"1 school order has a class set to fetch {order.number}, Oak Primary" in said
    assert order.number in found
    kept.custody.refresh_from_db()
    assert (kept.custody.status, kept.custody.back_on) == ("back", SATURDAY)


def test_no_order_waits_is_good_news(client):
    SchoolOrderFactory(quoted=True)

    page = text(enter(client, administrator()).get(reverse(HOME)))

    assert "no school waits for a price, every agreed order has its dates, no class set" in page


def test_a_head_of_centre_reads_of_no_order(client):
    SchoolOrderFactory(submitted=True)

    assert "order" not in text(enter(client, head_of()).get(reverse(HOME)))
