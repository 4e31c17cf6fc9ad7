"""Where a typed place is, and which term it is."""

import datetime as dt

import pytest

from centres import queries as centres
from centres.rules import Point
from tests.factories.centres import CentreFactory, PostcodeFactory, YearFactory
from tests.factories.people import SchoolFactory

pytestmark = pytest.mark.django_db


def test_locate_a_postcode_exactly():
    PostcodeFactory(code="AL1 1DQ", outward="AL1", latitude=51.7, longitude=-0.3)

    assert centres.locate("al11dq") == centres.Located("AL1 1DQ", Point(51.7, -0.3))


def test_locate_half_a_postcode_in_the_middle_of_its_postcodes():
    PostcodeFactory(code="AL1 1DQ", outward="AL1", latitude=51.6, longitude=-0.4)
    PostcodeFactory(code="AL1 1HL", outward="AL1", latitude=51.8, longitude=-0.2)

    place = centres.locate("AL1")

    assert (place.name, place.note) == ("AL1", "")
    assert (place.point.latitude, place.point.longitude) == pytest.approx((51.7, -0.3))


def test_locate_an_unknown_postcode_in_a_known_half_and_say_so():
    PostcodeFactory(code="AL1 1DQ", outward="AL1", latitude=51.7, longitude=-0.3)

    place = centres.locate("AL1 3JQ")

    assert (place.name, place.point) == ("AL1 3JQ", Point(51.7, -0.3))
    assert place.note == "Distances are from the middle of AL1: AL1 3JQ is not on our map yet."


def test_locate_half_a_postcode_by_its_schools():
    SchoolFactory(postcode="WD17 4PX", latitude=51.66, longitude=-0.40)
    SchoolFactory(postcode="WD1 7AA", latitude=52, longitude=0)
    schools = type(SchoolFactory.build()).objects.all()

    assert centres.locate("wd17", buildings=[schools]) == centres.Located(
        "WD17", Point(51.66, -0.40)
    )


@pytest.mark.parametrize("typed", ["Bishop's Stortford", "bishops stortford", "BISHÓP’S-STORTFORD"])
def test_locate_a_town_between_its_centres_and_schools(typed):
    CentreFactory(town="Bishop’s Stortford", latitude=51.80, longitude=0.10)
    for _ in range(3):
        SchoolFactory(town="Bishop's Stortford", latitude=51.84, longitude=0.18)
    schools = type(SchoolFactory.build()).objects.all()

    place = centres.locate(typed, buildings=[schools])

    assert place.name == "Bishop’s Stortford"
    assert (place.point.latitude, place.point.longitude) == pytest.approx((51.83, 0.16))


OUTSIDE = "it may be outside the county. Check it, or search by town"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (
            "EH1 1AA",
            "We do not know EH1 1AA: it may be outside the county. Check it, or search by town",
        ),
        ("EH1", "We do not know EH1: it may be outside the county. Check it, or search by town"),
        ("Paris", "We do not know a town called Paris. Enter a postcode, or another town"),
        ("AL1 3J", "Enter a postcode like AL1 3JQ, or the name of a town"),
        ("x" * 200, "Enter a postcode like AL1 3JQ, or the name of a town"),
    ],
)
def test_locate_says_why_not_and_which_towns_there_are(typed, why):
    CentreFactory(town="Watford")
    CentreFactory(town="Hertford")
    CentreFactory(town="Hertford")
    CentreFactory(town="Gone", is_active=False)

    assert centres.locate(typed) == centres.NotLocated(typed, why, ("Hertford", "Watford"))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-11-22", "Autumn"),
        ("2026-12-18", "Autumn"),
        ("2026-12-19", "Spring"),
        ("2027-07-30", None),
    ],
)
def test_term_on_a_day_or_the_next_in_the_holidays(day, name):
    YearFactory()

    term = centres.term_on(dt.date.fromisoformat(day))

    assert (term.name if term else None) == name
