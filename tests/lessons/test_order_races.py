"""Two at one order at once: it is agreed once, and a new price is never agreed unseen."""

from decimal import Decimal

import pytest

from lessons.actions.orders import Adjustment, agreeing, quote_order, send_order
from lessons.actions.orders.agreeing import Agreed, agree_order
from lessons.models import SchoolOrder
from tests.lessons.bought import JUNE, TOTAL, draft, stage
from tests.races import all_at_once, done, pause, refused, unlock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def known():
    return stage()


@pytest.fixture
def order(known):
    return send_order(order=draft(known), shown=TOTAL, by=known.lead, at=JUNE)


def agrees(order, user, name):
    said = Agreed(total=TOTAL, text_version=1, name=name, role="at the school")
    return lambda: agree_order(order=order, said=said, by=user, at=JUNE)


def both_agree(known, order):
    return all_at_once([agrees(order, known.head, "Dele"), agrees(order, known.bursar, "Ruth")])


def test_head_and_bursar_at_once_agree_once(known, order, monkeypatch):
    pause(monkeypatch, agreeing, "confirm_kept", 0.5)

    outcomes = both_agree(known, order)

    assert len(done(outcomes)) == 1
    assert [str(each) for each in refused(outcomes)] == [
        f"Order {order.number} is agreed. Nothing was changed."
    ]


def test_without_the_lock_both_agree(known, order, monkeypatch):
    unlock(monkeypatch)
    pause(monkeypatch, agreeing, "confirm_kept", 0.5)

    assert len(done(both_agree(known, order))) == 2


def quoted_anew(known, order):
    less = {order.lines.get().pk: Adjustment(Decimal("-59.20"), "Rounded")}
    return lambda: quote_order(order=order, adjustments=less, by=known.office, at=JUNE)


def test_a_price_quoted_anew_at_that_moment_is_not_agreed_unseen(known, order, monkeypatch):
    pause(monkeypatch, agreeing, "confirm_kept", 0.5)

    all_at_once([agrees(order, known.head, "Dele"), quoted_anew(known, order)])

    order.refresh_from_db()
    total = order.lines.get().total
    assert (order.status, total) in {
        (SchoolOrder.Status.AGREED, TOTAL),  # agreed first: the new price was refused
        (SchoolOrder.Status.QUOTED, TOTAL - Decimal("59.20")),
    }
