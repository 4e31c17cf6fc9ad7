"""What an order costs: the rate of its first day, and one subsidy for all a school orders."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Rate
from centres.models import Term
from lessons.models import OrderLine, SchoolOrder
from lessons.queries import prices
from lessons.rules.prices import NoPrice
from tests.factories.billing import RateFactory
from tests.factories.centres import YearFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.people import PersonFactory, SchoolFactory
from tests.factories.schools import (
    OrderLineFactory,
    OrderPolicyFactory,
    ProgrammeFactory,
    SchoolOrderFactory,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 6, 8)


def rate(key, amount, **fields):
    return RateFactory(key=key, amount=Decimal(amount), audience="school", unit="class", **fields)


@pytest.fixture(autouse=True)
def rates():
    OrderPolicyFactory()
    rate("programme-wcet-year", "1844.40")
    rate("programme-subsidy-year", "-614.80")


def cost(order, **options):
    return prices.cost_of(order, on=TODAY, **options)


def become_agreed(order):
    """With the lines it has: they are frozen from then on."""
    SchoolOrder.objects.filter(pk=order.pk).update(
        status="agreed",
        submitted_at=NOON,
        agreed_at=NOON,
        agreed_by=PersonFactory(),
        agreed_name="Dele Achebe",
        agreed_role="headteacher",
        agreement=WordingFactory(),
    )


def test_cost_is_the_rate_for_each_class_less_the_subsidy():
    line = OrderLineFactory()

    found = cost(line.order)

    assert found.total == Decimal("2459.20")
    assert found.of(line.pk).subsidised_classes == 2


def test_the_rate_is_that_of_the_first_day_taught():
    Rate.objects.filter(key="programme-wcet-year").update(to_on=dt.date(2026, 12, 31))
    Rate.objects.create(
        key="programme-wcet-year",
        audience="school",
        amount=Decimal("1900.00"),
        unit="class",
        from_on=dt.date(2027, 1, 1),
        description="From January",
    )
    whole_year = OrderLineFactory(classes=1)
    in_spring = OrderLineFactory(
        classes=1, term=Term.objects.get(name="Spring"), order=SchoolOrderFactory()
    )

    assert cost(whole_year.order).lines[0].rate == Decimal("1844.40")
    assert cost(in_spring.order).lines[0].rate == Decimal("1900.00")


def test_a_term_of_what_is_paid_by_the_hour_is_a_third_of_its_hours():
    rate("programme-hour", "48.20")
    choir = ProgrammeFactory(
        slug="choir", unit="hour", minutes=60, weeks=30, terms=3, price_key="programme-hour"
    )
    year = OrderLineFactory(programme=choir, classes=1)
    term = OrderLineFactory(
        programme=choir,
        classes=1,
        term=Term.objects.get(name="Spring"),
        order=SchoolOrderFactory(),
    )

    assert cost(year.order).lines[0].sum_in_words == "30 hours at £48.20 an hour"
    assert cost(term.order).lines[0].sum_in_words == "10 hours at £48.20 an hour"
    assert cost(term.order).lines[0].price == Decimal("482.00")


def test_what_is_not_saved_is_priced_too():
    order = SchoolOrder(school=SchoolFactory(), year=YearFactory())
    line = OrderLineFactory.build(
        order=order, position=1, programme=ProgrammeFactory(), classes=3, term=None
    )

    assert cost(order, lines=[line]).total == 3 * (Decimal("1844.40") - Decimal("614.80"))
    assert not OrderLine.objects.exists()


def test_another_year_group_of_the_same_school_has_no_subsidy():
    first = OrderLineFactory(order=SchoolOrderFactory(submitted=True), year_groups=[4])
    second = OrderLineFactory(order=SchoolOrderFactory(school=first.order.school), year_groups=[5])

    assert cost(first.order).subsidy == Decimal("-1229.60")
    assert cost(second.order).subsidy == 0


def test_of_two_sent_the_first_takes_the_subsidy():
    later = OrderLineFactory(order=SchoolOrderFactory(submitted=True), year_groups=[4])
    earlier = SchoolOrderFactory(school=later.order.school, submitted=True)
    earlier.submitted_at = NOON - dt.timedelta(days=1)
    earlier.save()
    OrderLineFactory(order=earlier, year_groups=[5])

    assert cost(later.order).subsidy == 0
    assert cost(earlier).subsidy == Decimal("-1229.60")


def test_a_draft_is_priced_as_though_it_were_sent_now():
    other = OrderLineFactory(year_groups=[4])
    line = OrderLineFactory(order=SchoolOrderFactory(school=other.order.school), year_groups=[5])
    as_draft = cost(line.order).total

    line.order.status, line.order.submitted_at = "submitted", NOON

    assert as_draft == cost(line.order).total == Decimal("2459.20")


def test_what_is_agreed_takes_it_before_what_was_sent_earlier():
    sent = OrderLineFactory(order=SchoolOrderFactory(submitted=True), year_groups=[4])
    agreed = OrderLineFactory(
        order=SchoolOrderFactory(school=sent.order.school),
        year_groups=[5],
        price=Decimal(3688),
        subsidy=Decimal(-1229),
    )
    become_agreed(agreed.order)

    assert cost(sent.order).subsidy == 0


def test_an_agreed_line_without_a_subsidy_has_taken_none():
    sent = OrderLineFactory(order=SchoolOrderFactory(submitted=True), year_groups=[4])
    agreed = OrderLineFactory(
        order=SchoolOrderFactory(school=sent.order.school), year_groups=[5], price=Decimal(3688)
    )
    become_agreed(agreed.order)

    assert cost(sent.order).subsidy == Decimal("-1229.60")


@pytest.mark.parametrize("status", ["declined", "cancelled"])
def test_an_order_that_is_over_gives_the_subsidy_back(status):
    over = OrderLineFactory(order=SchoolOrderFactory(submitted=True), year_groups=[5])
    SchoolOrder.objects.filter(pk=over.order.pk).update(
        status=status, ended_at=NOON, end_reason="Changed our minds"
    )
    line = OrderLineFactory(order=SchoolOrderFactory(school=over.order.school))

    assert cost(line.order).subsidy == Decimal("-1229.60")


def test_another_school_or_year_takes_nothing():
    OrderLineFactory(order=SchoolOrderFactory(submitted=True), year_groups=[5])
    line = OrderLineFactory()
    last_year = YearFactory(
        name="2025-26", starts_on=dt.date(2025, 9, 1), ends_on=dt.date(2026, 8, 31)
    )
    OrderLineFactory(
        order=SchoolOrderFactory(school=line.order.school, year=last_year, submitted=True),
        year_groups=[3],
    )

    assert cost(line.order).subsidy == Decimal("-1229.60")


def test_a_missing_rate_is_said_in_words():
    Rate.objects.filter(key="programme-wcet-year").delete()
    line = OrderLineFactory()

    with pytest.raises(NoPrice, match="no price for Whole-class ukulele"):
        cost(line.order)


def test_an_adjustment_is_kept():
    line = OrderLineFactory(adjustment=Decimal("-59.20"), adjust_reason="A shorter year")

    found = cost(line.order)

    assert found.total == Decimal("2400.00")
    assert found.rows[-1].words == "A shorter year"


def test_a_quote_stands_however_rates_change():
    line = OrderLineFactory(price=Decimal("3500.00"), subsidy=Decimal("-1000.00"))
    Rate.objects.all().delete()

    found = prices.quoted_cost(line.order)

    assert (found.total, found.subsidy) == (Decimal("2500.00"), Decimal("-1000.00"))
    assert found.lines[0].sum_in_words == "As quoted"


def test_cost_is_asked_in_five_statements_however_many_lines():
    order = SchoolOrderFactory()
    for position in range(6):
        OrderLineFactory(order=order, year_groups=[3 + position % 4])
        OrderLineFactory(order=SchoolOrderFactory(school=order.school, submitted=True))
    order = SchoolOrder.objects.select_related("year").get(pk=order.pk)

    with CaptureQueriesContext(connection) as asked:
        cost(order)

    assert len(asked) == 5
