"""An order until it is agreed: each state, who is told, what is kept, what is refused."""

from decimal import Decimal

import pytest

from core.models import Email
from lessons.actions.orders import (
    Adjustment,
    add_po_number,
    decline_order,
    quote_order,
    send_order,
    take_back_order,
)
from lessons.models import HourKept, OrderLine
from lessons.rules.feasibility import NotFeasible
from lessons.rules.orders import Incomplete, QuoteOver, TextChanged, WrongState
from lessons.rules.prices import PriceChanged
from loans.models import Custody
from people.models import School
from tests.factories.billing import RateFactory
from tests.factories.core import WordingFactory
from tests.lessons.bought import (
    DAY,
    JUNE,
    PRICE,
    SUBSIDY,
    TOTAL,
    agree,
    agreed_by_head,
    draft,
    kept,
    letters,
    send,
    sent,
    stage,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    return stage()


# Sending


def test_send_order_keeps_what_is_yes_and_quotes_at_once(known):
    order = sent(known)

    line = order.lines.get()
    assert (order.status, order.submitted_at, order.quoted_by) == ("quoted", JUNE, None)
    assert order.quote_ends_on == JUNE.date() + 30 * DAY
    assert (line.answer, line.price, line.subsidy) == ("yes", 2 * PRICE, 2 * SUBSIDY)
    assert kept(order) == (2, 2)
    until = set(HourKept.objects.values_list("kept_until", flat=True))
    assert until == {JUNE + 7 * DAY}


def test_send_order_asks_the_head_and_thanks_who_sent_it(known):
    sent(known)

    assert letters() == {
        ("order-sent", known.lead.email),
        ("order-to-agree", known.head.email),
        ("order-to-agree", known.bursar.email),
    }
    asked = Email.objects.get(copy="order-to-agree", to_address=known.head.email)
    assert "£2,459.20" in asked.body_text
    assert "2 classes of ukulele, the year" in asked.body_text


def test_send_order_asks_only_whom_the_order_names(known):
    order = draft(known)
    order.approver = known.bursar.person
    order.save()

    send(order, known)

    assert letters("order-to-agree") == {("order-to-agree", known.bursar.email)}


def test_send_order_that_is_not_all_yes_waits_for_the_office(known, settings):
    order = sent(known, shown=4 * TOTAL, classes=8, pupils=240, half_days=["2-am"])

    assert order.status == "submitted"
    assert letters() == {
        ("order-sent", known.lead.email),
        ("order-to-quote", settings.SERVICE_EMAIL),
    }


def test_send_order_shows_a_price_that_changed_and_sends_nothing(known):
    order = draft(known)

    with pytest.raises(PriceChanged) as changed:
        send(order, known, shown=Decimal("2000"))

    assert (changed.value.shown, changed.value.now) == (Decimal("2000"), TOTAL)
    order.refresh_from_db()
    assert (order.status, kept(order), letters()) == ("draft", (0, 0), set())


@pytest.mark.parametrize("status", [School.Status.CLOSED, School.Status.PROPOSED])
def test_send_order_of_a_school_that_is_not_open_is_refused(known, status):
    School.objects.filter(pk=known.school.pk).update(status=status)

    with pytest.raises(Incomplete, match="is not open"):
        sent(known)


def test_send_order_with_nothing_in_it_is_refused(known):
    order = draft(known)
    order.lines.all().delete()

    with pytest.raises(Incomplete, match="nothing in this order"):
        send(order, known, shown=Decimal(0))


def test_send_order_for_what_we_no_longer_do_is_refused(known):
    order = draft(known)
    programme = order.lines.get().programme
    programme.to_on = JUNE.date() - DAY
    programme.save()

    with pytest.raises(Incomplete, match="cannot be ordered any more"):
        send(order, known)


def test_send_order_twice_is_refused(known):
    order = sent(known)

    with pytest.raises(WrongState, match="waits for the school’s agreement"):
        send(order, known)


# Taking back


def test_take_back_order_frees_what_was_kept_and_asks_nobody_any_more(known):
    order = sent(known)

    take_back_order(order=order, by=known.lead, at=JUNE)

    order.refresh_from_db()
    line = order.lines.get()
    assert (order.status, order.submitted_at, order.quote_ends_on) == ("draft", None, None)
    assert (line.price, line.subsidy, line.answer) == (None, 0, "")
    assert kept(order) == (0, 0)
    asked = Email.objects.filter(copy="order-to-agree")
    assert set(asked.values_list("status", flat=True)) == {"cancelled"}
    assert ("order-taken-back", known.head.email) in letters()


def test_take_back_order_that_is_agreed_is_refused(known):
    order = agreed_by_head(known)

    with pytest.raises(WrongState, match="is agreed"):
        take_back_order(order=order, by=known.lead, at=JUNE)


# Quoting


def test_quote_order_adjusts_with_a_reason_and_asks_the_school(known):
    order = sent(known)
    key = order.lines.get().pk

    quote_order(
        order=order,
        adjustments={key: Adjustment(Decimal("-100"), "A teacher in training comes along")},
        note="We can start a week earlier.",
        by=known.office,
        at=JUNE + DAY,
    )

    order.refresh_from_db()
    assert (order.status, order.quoted_by) == ("quoted", known.office.person)
    assert order.lines.get().total == TOTAL - 100
    assert order.note_to_school == "We can start a week earlier."
    assert ("order-quoted", known.lead.email) in letters()


@pytest.mark.parametrize(
    ("adjustment", "why"),
    [
        pytest.param(Adjustment(Decimal("-100"), " "), "Say why the price", id="no reason"),
        pytest.param(Adjustment(Decimal("-9000"), "Kind"), "less than nothing", id="too much"),
    ],
)
def test_quote_order_refuses_a_price_without_a_reason_or_below_nothing(known, adjustment, why):
    order = sent(known)

    with pytest.raises(Incomplete, match=why):
        quote_order(
            order=order,
            adjustments={order.lines.get().pk: adjustment},
            by=known.office,
            at=JUNE,
        )


def test_decline_order_says_why_and_frees_what_was_kept(known):
    order = sent(known)

    decline_order(order=order, reason="No teacher until May.", by=known.office, at=JUNE)

    order.refresh_from_db()
    assert (order.status, order.end_reason) == ("declined", "No teacher until May.")
    assert kept(order) == (0, 0)
    assert ("order-declined", known.lead.email) in letters()


# Agreeing


def test_agree_order_records_who_as_what_when_and_to_which_text(known):
    order = agreed_by_head(known)

    assert (order.status, order.agreed_at) == ("agreed", JUNE)
    assert (order.agreed_by, order.agreed_name) == (known.head.person, "Dele Achebe")
    assert (order.agreed_role, order.agreement.slug) == ("headteacher", "school-agreement")


def test_agree_order_keeps_the_hours_and_sets_for_good(known):
    order = agreed_by_head(known)

    assert set(HourKept.objects.values_list("kept_until", flat=True)) == {None}
    assert set(Custody.objects.values_list("status", flat=True)) == {"allocated"}
    assert kept(order) == (2, 2)


def test_agree_order_pressed_twice_agrees_once(known):
    order = agreed_by_head(known)

    again = agree(order, known, at=JUNE + DAY)

    assert again.agreed_at == JUNE
    assert len([mail for mail in Email.objects.all() if mail.copy == "order-agreed"]) == 2


def test_agree_order_shows_a_price_that_was_quoted_anew_meanwhile(known):
    order = sent(known)
    key = order.lines.get().pk
    less = {key: Adjustment(Decimal("-59.20"), "Rounded")}
    quote_order(order=order, adjustments=less, by=known.office, at=JUNE)

    with pytest.raises(PriceChanged) as changed:
        agree(order, known)

    assert changed.value.now == Decimal("2400")
    order.refresh_from_db()
    assert order.status == "quoted"


def test_agree_order_stands_at_the_price_quoted_whatever_the_list_says_since(known):
    order = sent(known)
    rate = RateFactory(key="programme-wcet-year", audience="school")
    rate.amount = Decimal("2000")
    rate.save()

    agree(order, known)

    order.refresh_from_db()
    assert order.lines.get().total == TOTAL


def test_agree_order_to_another_version_of_the_text_is_asked_again(known):
    order = sent(known)
    WordingFactory(slug="school-agreement", version=2, from_on=JUNE.date())

    with pytest.raises(TextChanged, match="new version, 2"):
        agree(order, known)


def test_agree_order_after_the_quote_ended_is_refused(known):
    order = sent(known)

    with pytest.raises(QuoteOver, match="stood until 10 July 2026"):
        agree(order, known, at=JUNE + 31 * DAY)


def test_agree_order_whose_hours_lapsed_works_the_answer_out_anew(known):
    order = sent(known)

    agree(order, known, at=JUNE + 20 * DAY)

    assert kept(order) == (2, 2)


def test_agree_order_agrees_nothing_when_another_school_has_it_by_now(known):
    mine = sent(known)
    other = stage(teachers=0, sets=0)
    send_order(order=draft(other), shown=TOTAL, by=other.lead, at=JUNE + 8 * DAY)

    with pytest.raises(NotFeasible) as refused:
        agree(mine, known, at=JUNE + 9 * DAY)

    assert [answered.answer for answered in refused.value.answers] != [OrderLine.Answer.YES]
    mine.refresh_from_db()
    assert (mine.status, mine.agreed_at) == ("quoted", None)


def test_add_po_number_tidies_the_spaces_of_what_was_typed(known):
    order = agreed_by_head(known)

    add_po_number(order=order, po_number="  PO  12 345 ", by=known.bursar, at=JUNE)

    order.refresh_from_db()
    assert order.po_number == "PO 12 345"


def test_agree_order_of_a_school_that_closed_meanwhile_is_refused(known):
    order = sent(known)
    School.objects.filter(pk=known.school.pk).update(status=School.Status.CLOSED)

    with pytest.raises(Incomplete, match="is not open"):
        agree(order, known)

    order.refresh_from_db()
    assert order.status == "quoted"
