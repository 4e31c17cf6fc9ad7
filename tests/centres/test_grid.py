"""Grid references against the Ordnance Survey's own worked example, step by step."""

from math import cos, radians

import pytest

from centres.grid import from_grid, to_latitude_longitude, to_wgs84

EASTING, NORTHING = 651_409.903, 313_177.270
LATITUDE, LONGITUDE = 52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600
# The same point turned to WGS84 by the seven-parameter shift: 52°39'28.7230"N 1°42'57.7870"E.
WGS84_LATITUDE, WGS84_LONGITUDE = 52 + 39 / 60 + 28.7230 / 3600, 1 + 42 / 60 + 57.7870 / 3600


def test_the_projection_undone_is_the_surveys_worked_example():
    assert from_grid(EASTING, NORTHING) == pytest.approx((LATITUDE, LONGITUDE), abs=1e-7)


def test_the_turn_to_wgs84_is_the_published_one():
    turned = to_wgs84(LATITUDE, LONGITUDE)

    assert turned == pytest.approx((WGS84_LATITUDE, WGS84_LONGITUDE), abs=1e-7)


def test_both_steps_together():
    assert to_latitude_longitude(EASTING, NORTHING) == pytest.approx(
        (WGS84_LATITUDE, WGS84_LONGITUDE), abs=1e-6
    )


def test_the_true_origin_is_where_it_is_defined():
    assert from_grid(400_000, -100_000) == pytest.approx((49, -2), abs=1e-12)


@pytest.mark.parametrize(("east", "north"), [(1000, 0), (0, 1000)])
def test_a_kilometre_on_the_grid_is_a_kilometre_on_the_ground(east, north):
    here = to_latitude_longitude(516_429, 207_262)
    there = to_latitude_longitude(516_429 + east, 207_262 + north)

    metres_north = (there[0] - here[0]) * 111_250
    metres_east = (there[1] - here[1]) * 111_320 * cos(radians(here[0])) * 1.0024
    assert (metres_east**2 + metres_north**2) ** 0.5 == pytest.approx(1000, rel=0.002)
