"""A class set that did not come back on its last day is nobody else's until it is back."""

import datetime as dt

import pytest

from core.refusals import RuleBroken
from lessons.actions import keeping
from lessons.actions.orders import advance_orders, take_sets_back
from lessons.actions.scheduling import schedule_order
from lessons.models import OrderPolicy
from lessons.queries.orders import orders_with_sets_out
from lessons.queries.school_home import on_site
from lessons.queries.school_todos import Kind, todos_of
from lessons.rules.feasibility import NotFeasible
from lessons.rules.orders import NotScheduled
from lessons.views.school_words import todo_words
from loans import actions as loans
from loans.models import Asset, Custody
from tests.factories.loans import AssetFactory, CustodyFactory, KindFactory
from tests.factories.people import SchoolFactory, UserFactory
from tests.factories.schools import OrderPolicyFactory
from tests.lessons import asking
from tests.lessons.asking import JUNE, against, answer, teacher, ukulele
from tests.lessons.bought import DAY, agreed, kept, scheduled, stage

pytestmark = pytest.mark.django_db

SPRING = {"first_on": dt.date(2026, 1, 5), "out_on": dt.date(2026, 1, 5)}


@pytest.fixture
def programme():
    OrderPolicyFactory()
    return ukulele(sets=2)


def out_until(asset, last_on, school=None):
    there = {"school": school or SchoolFactory(), "status": Custody.Status.OUT}
    return CustodyFactory(asset=asset, last_on=last_on, **there, **SPRING)


@pytest.mark.parametrize(
    ("last_on", "is_yes"),
    [
        pytest.param(JUNE.date(), True, id="its last day is today"),
        pytest.param(JUNE.date() - DAY, False, id="it was yesterday"),
    ],
)
def test_a_set_that_is_late_is_counted_for_nobody(programme, last_on, is_yes):
    teacher()
    out_until(Asset.objects.first(), last_on)

    answered = answer()

    assert answered.is_yes is is_yes
    if not is_yes:
        assert against(answered)[0] == (
            "Fewer than 2 class sets for ukulele are left in the autumn term:"
            " 1 is late coming back to us."
        )


@pytest.mark.parametrize(
    ("days", "is_yes"),
    [
        pytest.param(0, True, id="on its first day, by the rules, it is long back"),
        pytest.param(1, False, id="on its first day it may still be away"),
    ],
)
def test_a_late_set_stands_in_the_way_for_as_long_as_the_rules_say(programme, days, is_yes):
    teacher()
    out_until(Asset.objects.first(), JUNE.date() - DAY)
    OrderPolicy.objects.update(late_days=0)
    slots = answer().kept_slots
    first = min(each.asset_from for each in slots)
    OrderPolicy.objects.update(late_days=(first - JUNE.date()).days + days - 1)

    assert answer().is_yes is is_yes


def test_the_only_set_that_is_late_is_said_to_be(programme):
    teacher()
    for asset in Asset.objects.all():
        out_until(asset, JUNE.date() - DAY)

    answered = answer(asking.asked(classes=1, pupils=30))

    assert against(answered) == [
        "Every class set for ukulele is with other schools in the autumn term:"
        " 2 are late coming back to us."
    ]
    assert answered.answer == "if"  # in the spring term they are long back


def test_a_set_is_counted_again_from_the_moment_it_is_taken_back(programme):
    teacher()
    late = out_until(Asset.objects.first(), JUNE.date() - DAY)
    assert not answer().is_yes

    loans.take_back(custody=[late.pk], day=JUNE.date(), by=None, at=JUNE)

    assert answer().is_yes


def test_what_is_agreed_rests_on_no_set_that_is_late_by_then(programme):
    """The days do not overlap, so the database alone would promise it."""
    teacher()
    lead, sent = UserFactory(), asking.order(programme)
    last_on = JUNE.date() + DAY
    late = out_until(Asset.objects.first(), last_on)
    keeping.keep_for(sent, by=lead, at=JUNE)

    with pytest.raises(NotFeasible) as refused:
        keeping.confirm_kept(sent, by=lead, at=JUNE + 2 * DAY)

    assert "late coming back" in against(refused.value.answers[0])[0]
    spare = AssetFactory(kind=KindFactory())
    keeping.confirm_kept(sent, by=lead, at=JUNE + 2 * DAY)
    promised = Custody.objects.filter(kept_for__line__order=sent, status="allocated")
    assert late.asset_id not in set(promised.values_list("asset", flat=True))
    assert promised.filter(asset=spare).exists()


def test_scheduling_names_the_class_whose_set_is_late_and_where_it_is():
    known = stage()
    order = agreed(known)
    asset = Asset.objects.get(custody__kept_for__line__order=order, custody__kept_for__ordinal=2)
    late = out_until(asset, JUNE.date() - DAY, SchoolFactory(name="Oak Primary School"))

    with pytest.raises(NotScheduled) as refused:
        schedule_order(order=order, by=known.office, at=JUNE)

    assert str(refused.value) == (
        f"Ukulele, 4B: its class set, {asset.tag}, has not come back from Oak Primary School."
        " No class of this order was scheduled."
    )
    loans.take_back(custody=[late.pk], day=JUNE.date(), by=None, at=JUNE)
    assert schedule_order(order=order, by=known.office, at=JUNE)


def test_scheduling_counts_on_a_late_set_that_has_long_to_come_back():
    known = stage()
    order = agreed(known)
    asset = Asset.objects.get(custody__kept_for__line__order=order, custody__kept_for__ordinal=2)
    out_until(asset, JUNE.date() - DAY)
    OrderPolicy.objects.update(late_days=1)

    assert schedule_order(order=order, by=known.office, at=JUNE)


def test_sets_are_at_their_school_from_the_first_day_and_late_after_the_last():
    known = stage()
    order = scheduled(known)
    sets = Custody.objects.filter(kept_for__line__order=order)
    first, last = sets[0].first_on, sets[0].last_on

    advance_orders(at=at_noon(first - DAY))
    assert set(sets.values_list("status", flat=True)) == {"allocated"}
    advance_orders(at=at_noon(first))
    assert set(sets.values_list("status", "out_on")) == {("out", first)}
    assert kept(order) == (0, 2)

    assert not orders_with_sets_out(on=last)
    assert [order] == list(orders_with_sets_out(on=last + DAY))
    with pytest.raises(RuleBroken, match="waits to be fetched"):
        take_sets_back(order=order, by=known.office, at=at_noon(last))
    assert take_sets_back(order=order, by=known.office, at=at_noon(last + DAY)) == 2
    assert set(sets.values_list("status", "back_on")) == {("back", last + DAY)}


def test_what_is_only_agreed_stays_where_it_is():
    known = stage()
    order = agreed(known)

    advance_orders(at=at_noon(dt.date(2026, 10, 1)))

    sets = Custody.objects.filter(kept_for__line__order=order)
    assert set(sets.values_list("status", flat=True)) == {"allocated"}


def test_a_school_is_asked_for_a_set_whose_last_day_is_over():
    known = stage()
    order = scheduled(known)
    sets = Custody.objects.filter(kept_for__line__order=order)
    advance_orders(at=at_noon(sets[0].first_on))
    tomorrow = sets[0].last_on + DAY

    found = todos_of(known.lead, [known.school], at=at_noon(tomorrow))[known.school.pk]

    [todo] = [each for each in found if each.kind == Kind.GIVE_BACK]
    assert todo_words(todo)["detail"].endswith(
        f"Order {order.number} had them until 21 July 2027: call us to have them fetched"
    )
    [there] = on_site(known.school, on=tomorrow)
    assert (there.sets, there.back_on) == (2, None)


def at_noon(day):
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)


def test_a_set_that_is_late_elsewhere_is_at_no_second_school_until_it_is_back():
    known = stage()
    order = scheduled(known)
    promised = Custody.objects.filter(kept_for__line__order=order).order_by("pk")
    statuses, first_on = promised.values_list("status", flat=True), promised[0].first_on
    late = out_until(promised[0].asset, JUNE.date() - DAY)

    advance_orders(at=at_noon(first_on))
    assert list(statuses.all()) == ["allocated", "out"]
    loans.take_back(custody=[late.pk], day=first_on, by=None, at=JUNE)
    advance_orders(at=at_noon(first_on))

    assert list(statuses.all()) == ["out", "out"]
