"""What the database itself holds about places and the calendar."""

import datetime as dt

import pytest

from centres.models import Term, Year
from tests.factories.centres import (
    CentreFactory,
    OpeningHoursFactory,
    RoomFactory,
    TermFactory,
    YearFactory,
)
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_a_centre_opens_before_it_closes():
    with refuses("openinghours_open_before_closing"):
        OpeningHoursFactory(opens=dt.time(13), closes=dt.time(13))


def test_opening_hours_are_there_once():
    centre = CentreFactory()
    OpeningHoursFactory(centre=centre)

    with refuses("openinghours_once_each"):
        OpeningHoursFactory(centre=centre)


def test_a_room_holds_somebody():
    with refuses("room_holds_somebody"):
        RoomFactory(capacity=0)


def test_a_centre_has_one_room_of_a_name():
    hall = RoomFactory(name="Hall")
    RoomFactory(name="Hall")  # another centre's

    with refuses("room_one_name_in_a_centre"):
        RoomFactory(centre=hall.centre, name="Hall")


def test_a_year_starts_before_it_ends():
    with refuses("year_starts_before_it_ends"):
        YearFactory(name="2030-31", starts_on=dt.date(2030, 9, 1), ends_on=dt.date(2030, 9, 1))


def test_years_follow_one_another():
    year = YearFactory()
    next_day = year.ends_on + dt.timedelta(days=1)
    Year.objects.create(name="2027-28", starts_on=next_day, ends_on=dt.date(2028, 8, 31))

    with refuses("year_one_at_a_time"):
        Year.objects.create(name="again", starts_on=dt.date(2026, 1, 1), ends_on=year.starts_on)


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": dt.date(2026, 10, 26)},
        {"half_term_ends_on": dt.date(2026, 10, 25)},
        {"half_term_ends_on": dt.date(2026, 12, 18)},
    ],
    ids=["half term on the first day", "half term backwards", "half term to the end"],
)
def test_a_terms_dates_are_in_order(wrong):
    with refuses("term_dates_in_order"):
        TermFactory(**wrong)


@pytest.mark.parametrize("day", ["2026-09-02", "2026-12-19"], ids=["before", "after"])
def test_the_last_day_for_notice_is_in_the_term(day):
    with refuses("term_notice_within_it"):
        TermFactory(notice_by=dt.date.fromisoformat(day))


def test_a_year_has_one_term_of_a_name():
    year = YearFactory()

    with refuses("term_one_name_in_a_year"):
        Term.objects.filter(year=year, name="Spring").update(name="Autumn")


def test_terms_follow_one_another():
    spring = TermFactory(name="Spring")

    with refuses("term_one_at_a_time"):
        TermFactory(name="Autumn", ends_on=spring.starts_on)
