"""A music lead at the pages of an order: nothing begun, begun, or with nothing left to say."""

import pytest

from lessons.models import SchoolOrder
from tests.lessons.order_stage import larkhay, next_year, offer
from tests.lessons.wizard.pages import NEEDS, at, begin, classes
from tests.world import BACKEND


@pytest.fixture
def year():
    return next_year()


@pytest.fixture
def people(year):
    offer()
    return larkhay()


@pytest.fixture
def school(people):
    return people[0]


@pytest.fixture
def client(client, people):
    client.force_login(people[1], BACKEND)
    return client


@pytest.fixture
def started(client, school, people):
    """What the first page posts, as it stands without a change."""

    def press(*, year="", **differs):
        _, lead, head = people
        told = {
            "begin": "new",
            "contact": lead.person.ref,
            "approver": head.person.ref,
            "invoice_email": "office@larkhay.example",
            "sure": "go",
        }
        return client.post(f"{begin(school)}?year={year}", {**told, **differs})

    return press


@pytest.fixture
def order(started):
    started()
    return SchoolOrder.objects.get()


@pytest.fixture
def whole(client, order):
    """An order of two classes of ukulele, with nothing left to say."""
    client.post(at("order_classes", order, 1), classes())
    client.post(at("order_needs", order, 1), NEEDS)
    return order
