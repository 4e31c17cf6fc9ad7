"""What a typed place means."""

import pytest

from centres import rules
from centres.rules import Point, Typed


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("AL1 3JQ", (Typed.POSTCODE, "AL1 3JQ")),
        (" al13jq ", (Typed.POSTCODE, "AL1 3JQ")),
        ("wd18.6ns", (Typed.POSTCODE, "WD18 6NS")),
        ("EC1A 1BB", (Typed.POSTCODE, "EC1A 1BB")),
        ("AL1", (Typed.OUTWARD, "AL1")),
        ("sg14", (Typed.OUTWARD, "SG14")),
        ("St. Albans", (Typed.TOWN, "st albans")),
        ("Saint Albans", (Typed.TOWN, "st albans")),
        ("BISHOP’S STORTFORD", (Typed.TOWN, "bishops stortford")),
        ("Bishop's-Stortford", (Typed.TOWN, "bishops stortford")),
        ("Hértford", (Typed.TOWN, "hertford")),
        ("هيرتفورد", (Typed.TOWN, "هيرتفورد")),
        ("AL1 3J", (Typed.MALFORMED, "")),
        ("AL1 33Q", (Typed.MALFORMED, "")),
        ("12345", (Typed.MALFORMED, "")),
        ("'; DROP TABLE centres_centre; --", (Typed.TOWN, "drop table centres centre")),
        ("?!", (Typed.MALFORMED, "")),
        ("a" * 200, (Typed.MALFORMED, "")),
    ],
)
def test_read_place(typed, read):
    assert rules.read_place(typed) == read


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("ware", "ware"),
        ("hemel", "hemel hempstead"),
        ("welwyn", "welwyn"),
        ("royal", None),
        ("wel", None),
        ("nowhere", None),
    ],
)
def test_town_named(key, found):
    known = {"ware", "hemel hempstead", "welwyn", "welwyn garden city", "royal one", "royal two"}

    assert rules.town_named(key, known) == found


@pytest.mark.parametrize(
    ("here", "there", "miles"),
    [
        pytest.param(Point(51.75, -0.33), Point(51.75, -0.33), 0, id="here"),
        pytest.param(Point(51, 0), Point(52, 0), 69.09, id="a degree north"),
        pytest.param(Point(51.5074, -0.1278), Point(48.8566, 2.3522), 213.5, id="London to Paris"),
        pytest.param(Point(0, 0), Point(0, 180), 12437, id="the other side"),
    ],
)
def test_miles_between(here, there, miles):
    assert rules.miles_between(here, there) == pytest.approx(miles, rel=1e-3)
