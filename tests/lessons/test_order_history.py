"""When the steps of an order were: at its own moments, and at those of its lessons."""

import datetime as dt

import pytest

from bookings.models import Session
from lessons.actions.orders import advance_orders
from lessons.models import SchoolOrder
from lessons.queries.order_history import history_of
from tests.factories.core import WordingFactory
from tests.factories.schools import SchoolOrderFactory
from tests.lessons.bought import DAY, JUNE, scheduled, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    return stage()


def test_history_is_of_the_moments_that_the_order_tells(known):
    order = scheduled(known)

    told = {step.what: step.at for step in history_of(order)}

    order.refresh_from_db()
    assert told == {
        "Begun as a draft": order.made_at,
        "Sent to us": order.submitted_at,
        "A price to agree to": order.quoted_at,
        "Agreed": order.agreed_at,
        "Every lesson has its date": order.scheduled_at,
    }


def test_lessons_began_when_the_first_was_not_when_the_clock_noticed(known):
    order = scheduled(known)
    starts = dt.datetime(2025, 9, 16, 9, tzinfo=dt.UTC)
    for number, session in enumerate(Session.objects.order_by("pk")):
        session.during = type(session.during)(
            starts + number * DAY, starts + number * DAY + dt.timedelta(minutes=45)
        )
        session.occurs_on = session.during.lower.date()
        session.save()
    assert advance_orders(at=starts + DAY) == 1

    [began] = [step for step in history_of(order) if step.what == "The lessons began"]

    assert began.at == starts


def test_an_order_moved_in_with_its_past_tells_it(known):
    order = SchoolOrderFactory(
        school=known.school,
        status=SchoolOrder.Status.QUOTED,
        made_by=known.lead.person,
        made_at=JUNE,
        submitted_at=JUNE + DAY,
        quoted_at=JUNE + DAY,
        quote_ends_on=JUNE.date() + 30 * DAY,
        agreed_at=JUNE + 3 * DAY,
        agreed_by=known.head.person,
        agreed_name="Dele Achebe",
        agreed_role="headteacher",
        agreement=WordingFactory(),
        scheduled_at=JUNE + 5 * DAY,
    )
    SchoolOrder.objects.filter(pk=order.pk).update(status=SchoolOrder.Status.SCHEDULED)

    assert [(step.at, step.what, step.who) for step in history_of(order)] == [
        (JUNE, "Begun as a draft", str(known.lead)),
        (JUNE + DAY, "Sent to us", str(known.lead)),
        (JUNE + DAY, "A price to agree to", "The portal"),
        (JUNE + 3 * DAY, "Agreed", str(known.head)),
        (JUNE + 5 * DAY, "Every lesson has its date", "The portal"),
    ]
