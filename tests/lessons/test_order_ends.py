"""How an order ends: cancelled by its notice, or by the clock; and what is remembered of it."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.models import Charge
from bookings.models import Activity, Session
from core.models import AuditRow, Email
from core.refusals import RuleBroken
from lessons.actions.orders import (
    add_po_number,
    advance_orders,
    cancel_order,
    quote_order,
    take_sets_back,
)
from lessons.models import SchoolOrder
from lessons.queries.order_history import history_of
from lessons.queries.orders import orders_with_sets_out
from lessons.queries.school_home import on_site
from lessons.queries.school_todos import Kind, todos_of
from lessons.rules.prices import PriceChanged
from lessons.views.school_words import todo_words
from loans.models import Custody
from tests.lessons.bought import (
    DAY,
    FIRST_ON,
    JUNE,
    TOTAL,
    agreed_by_head,
    kept,
    letters,
    scheduled,
    sent,
    stage,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    return stage()


# Cancelling


@pytest.mark.parametrize(
    ("days_before", "owed"),
    [
        pytest.param(90, Decimal(0), id="a term of notice"),
        pytest.param(84, Decimal(0), id="exactly a term"),
        pytest.param(83, TOTAL / 2, id="a day late"),
        pytest.param(28, TOTAL / 2, id="four weeks"),
        pytest.param(27, TOTAL, id="less"),
    ],
)
def test_cancel_order_owes_by_the_notice_given(known, days_before, owed):
    order = scheduled(known)
    at = dt.datetime.combine(FIRST_ON, dt.time(12), dt.UTC) - days_before * DAY

    cancel_order(order=order, reason="No hall", shown=owed, by=known.head, at=at)

    standing = Charge.objects.exclude(status="waived")
    assert [charge.amount for charge in standing] == ([owed] if owed else [])
    order.refresh_from_db()
    assert (order.status, order.end_reason) == ("cancelled", "No hall")


def test_cancel_order_shows_what_it_costs_by_now_and_cancels_nothing(known):
    order = scheduled(known)

    with pytest.raises(PriceChanged):
        cancel_order(order=order, reason="x", shown=Decimal(0), by=known.head, at=JUNE + 80 * DAY)

    order.refresh_from_db()
    assert order.status == "scheduled"


def test_cancel_order_calls_off_its_lessons_and_frees_teachers_and_sets(known):
    known.teacher.email = "ngozi@music.example"
    known.teacher.save()
    order = scheduled(known)

    cancel_order(order=order, reason="No hall", shown=Decimal(0), by=known.head, at=JUNE)

    assert set(Session.objects.values_list("status", flat=True)) == {"cancelled"}
    assert set(Activity.objects.values_list("status", flat=True)) == {"cancelled"}
    assert kept(order) == (0, 0)
    assert Email.objects.filter(copy="teaching-taken", to_address="ngozi@music.example").exists()
    assert ("order-cancelled", known.head.email) in letters()


def test_cancel_order_that_has_begun_leaves_what_was_taught(known):
    order = scheduled(known)
    october = dt.datetime(2026, 10, 7, 12, tzinfo=dt.UTC)

    cancel_order(order=order, reason="No hall", shown=TOTAL, by=known.head, at=october)

    before = Session.objects.filter(during__startswith__lte=october)
    assert set(before.values_list("status", flat=True)) == {"planned"}
    assert Charge.objects.exclude(status="waived").get().amount == TOTAL


def test_a_set_that_is_there_when_its_order_is_cancelled_waits_to_be_fetched(known):
    """Nobody else has it, the school is told, and the office says when it is back."""
    order = scheduled(known)
    october = dt.datetime(2026, 10, 7, 12, tzinfo=dt.UTC)

    cancel_order(order=order, reason="No hall", shown=TOTAL, by=known.head, at=october)

    sets = Custody.objects.filter(kept_for__line__order=order)
    assert {(one.status, one.out_on) for one in sets} == {("out", one.first_on) for one in sets}
    assert "Still with you, and to be given back: Class set of ukuleles" in cancelled_letter(known)
    [todo] = [each for each in todos(known, october) if each.kind == Kind.GIVE_BACK]
    said = todo_words(todo)
    assert said["text"].startswith("Give back 2 class sets: ")
    assert said["detail"].startswith("Class set of ukuleles. Order ")
    assert said["detail"].endswith("call us to have them fetched")
    assert list(orders_with_sets_out(on=october.date())) == [order]
    [there] = on_site(known.school, on=october.date())
    assert (there.sets, there.back_on) == (2, None)

    take_sets_back(order=order, by=known.office, at=october + DAY)

    assert set(sets.values_list("status", "back_on")) == {("back", dt.date(2026, 10, 8))}
    assert Kind.GIVE_BACK not in {each.kind for each in todos(known, october)}
    with pytest.raises(RuleBroken, match="No class set"):
        take_sets_back(order=order, by=known.office, at=october + DAY)


def todos(known, at):
    return todos_of(known.lead, [known.school], at=at)[known.school.pk]


def cancelled_letter(known):
    return Email.objects.get(copy="order-cancelled", to_address=known.lead.email).body_text


def test_cancel_order_before_it_is_agreed_costs_nothing(known):
    order = sent(known)

    cancel_order(
        order=order, reason="Next year", shown=Decimal(0), by=known.lead, at=JUNE + 20 * DAY
    )

    assert not Charge.objects.exists()
    assert kept(order) == (0, 0)


def test_cancel_order_twice_charges_once(known):
    order = scheduled(known)
    at = dt.datetime.combine(FIRST_ON, dt.time(12), dt.UTC) - 30 * DAY
    for _ in range(2):
        cancel_order(order=order, reason="No hall", shown=TOTAL / 2, by=known.head, at=at)

    assert Charge.objects.exclude(status="waived").count() == 1


# The clock


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_advance_orders_begins_with_the_first_lesson_and_ends_after_the_last(known):
    order = scheduled(known)
    last = Session.objects.order_by("-during").first().during.upper

    def status_at(at):
        advance_orders(at=at)
        order.refresh_from_db()
        return order.status

    assert status_at(moment("2026-09-08T07:59")) == "scheduled"
    assert status_at(moment("2026-09-08T08:00")) == "running"
    assert status_at(last - dt.timedelta(minutes=1)) == "running"
    assert status_at(last) == "completed"
    assert set(Activity.objects.values_list("status", flat=True)) == {"finished"}
    told = {"order-begun", "order-completed"}
    assert letters(*told) == {(copy, known.lead.email) for copy in told}


def test_advance_orders_makes_a_draft_of_what_nobody_agreed_to_in_time(known):
    order = sent(known)

    assert advance_orders(at=JUNE + 30 * DAY) == 0
    assert advance_orders(at=JUNE + 31 * DAY) == 1

    order.refresh_from_db()
    assert (order.status, kept(order)) == ("draft", (0, 0))
    assert ("order-quote-ended", known.lead.email) in letters()


def test_advance_orders_twice_moves_once(known):
    scheduled(known)
    at = moment("2026-09-08T09:00")

    assert (advance_orders(at=at), advance_orders(at=at)) == (1, 0)


# What is remembered


def test_history_of_an_order_says_who_did_what(known):
    order = scheduled(known)
    add_po_number(order=order, po_number="PO 7", by=known.bursar, at=JUNE)

    steps = [(step.what, step.who, step.words) for step in history_of(order)]

    assert steps[1:] == [
        ("Sent to us", str(known.lead), ""),
        ("A price to agree to", "The portal", ""),
        ("Agreed", str(known.head), "Dele Achebe, headteacher"),
        ("Every lesson has its date", str(known.office), ""),
        ("Purchase order number", str(known.bursar), "PO 7"),
    ]
    assert steps[0][0] == "Begun as a draft"


def test_every_change_of_an_order_is_signed_with_its_action(known):
    scheduled(known)

    rows = AuditRow.objects.filter(table=SchoolOrder._meta.db_table, op="update")
    assert set(rows.values_list("action", flat=True)) == {
        "lessons.send_order",
        "lessons.agree_order",
        "lessons.schedule_order",
    }


def test_an_agreed_order_is_not_rewritten(known):
    order = agreed_by_head(known)

    with pytest.raises(RuleBroken, match="is agreed"):
        quote_order(order=order, by=known.office, at=JUNE)
