"""How a price is put together: units, the spread of classes, who is subsidised, words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lessons.models import Programme
from lessons.rules import prices
from lessons.rules.prices import Cost, CostRow, PricedLine

UKULELE = PricedLine(
    line_id=1,
    position=1,
    title="2 classes of ukulele",
    period="the year",
    unit=Programme.Unit.CLASS,
    units=Decimal(2),
    rate=Decimal("1844.40"),
    subsidised_classes=1,
    subsidy_rate=Decimal("-614.80"),
    adjustment=Decimal(0),
    adjust_reason="",
    pupils=60,
    included=("An instrument for each of 60 pupils",),
)


@pytest.mark.parametrize(
    ("unit", "wanted", "units"),
    [
        pytest.param("class", {"classes": 2}, "2", id="two classes"),
        pytest.param("hour", {"classes": 1}, "24.75", id="45 minutes in 33 weeks"),
        pytest.param("hour", {"classes": 2, "minutes": 30}, "33", id="half an hour, two groups"),
        pytest.param("term", {"whole_year": False}, "1", id="a set for a term"),
        pytest.param("term", {"classes": 2}, "6", id="two sets for three terms"),
        pytest.param("day", {"classes": 3}, "3", id="three days"),
    ],
)
def test_units_of(unit, wanted, units):
    usual = {"classes": 1, "minutes": 45, "weeks": 33, "terms": 3, "whole_year": True}

    assert prices.units_of(unit, **usual | wanted) == Decimal(units)


@pytest.mark.parametrize(
    ("classes", "years", "spread"),
    [
        pytest.param(2, [4], {4: 2}, id="one year group"),
        pytest.param(3, [4, 3], {3: 2, 4: 1}, id="the younger have what is left over"),
        pytest.param(1, [3, 4], {3: 1}, id="a mixed class is the younger year's"),
    ],
)
def test_spread(classes, years, spread):
    assert prices.spread(classes, years) == spread


@pytest.mark.parametrize(
    ("before", "lines", "most", "counts"),
    [
        pytest.param([], [{4: 2}], 1, [2], id="the first year group"),
        pytest.param([], [{4: 2}, {5: 1}], 1, [2, 0], id="a second one is not"),
        pytest.param([], [{3: 1, 4: 1}], 1, [1], id="half of a line"),
        pytest.param([], [{4: 2}, {4: 1}], 1, [2, 1], id="the same year group again"),
        pytest.param([{5: 1}], [{4: 2}], 1, [0], id="taken by an earlier order"),
        pytest.param([{4: 1}], [{4: 2}], 1, [2], id="the year group of an earlier order"),
        pytest.param([{5: 1}], [{4: 2}], 2, [2], id="where two year groups may be"),
        pytest.param([], [{4: 2}], 0, [0], id="where none may be"),
    ],
)
def test_subsidised(before, lines, most, counts):
    assert prices.subsidised(before=before, lines=lines, most=most) == counts


def test_a_line_is_its_rate_less_the_subsidy_and_what_we_adjusted():
    line = replace(UKULELE, adjustment=Decimal("-100.00"), adjust_reason="A late start")

    assert line.price == Decimal("3688.80")
    assert line.subsidy == Decimal("-614.80")
    assert line.total == Decimal("2974.00")


def test_a_half_penny_is_rounded_up():
    assert replace(UKULELE, units=Decimal("0.5"), rate=Decimal("0.01")).price == Decimal("0.01")


def test_cost_says_each_row_and_the_total():
    cost = Cost((UKULELE,))

    assert cost.rows == (
        CostRow("2 classes of ukulele", Decimal("3688.80"), "2 classes at £1,844.40 a class"),
        CostRow("An instrument for each of 60 pupils", None),
        CostRow("Music Hub subsidy", Decimal("-614.80"), "1 class, £614.80 less for each"),
    )
    assert cost.total == Decimal("3074.00")
    assert cost.a_pupil == Decimal(51)


def test_nothing_ordered_costs_nothing():
    assert (Cost(()).total, Cost(()).rows, Cost(()).a_pupil) == (0, (), None)


@pytest.mark.parametrize(
    ("of", "title"),
    [
        pytest.param({}, "2 classes of ukulele", id="whole class"),
        pytest.param({"kind": "class_set"}, "2 sets of ukulele alone", id="a set"),
        pytest.param({"unit": "day", "programme": "Taster day"}, "Taster day, 2 days", id="days"),
        pytest.param(
            {"kind": "choir", "programme": "Choir leadership", "subject": "Voice"},
            "Choir leadership, voice, 2 classes",
            id="another kind, with its choice",
        ),
        pytest.param(
            {"kind": "continuation", "programme": "Continuation", "classes": 1},
            "Continuation, ukulele, 1 group",
            id="groups",
        ),
    ],
)
def test_title_of(of, title):
    usual = {
        "kind": "whole_class",
        "unit": "class",
        "programme": "Whole-class ukulele",
        "subject": "Ukulele",
        "classes": 2,
        "offers_choice": True,
    }

    assert prices.title_of(**usual | of) == title
