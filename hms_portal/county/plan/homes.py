"""Where invented families live, and which invented school is near them for each age."""

import random
from collections.abc import Sequence
from functools import cached_property

from hms_portal.county import sources
from people.models import School

Spot = tuple[int, int]  # easting, northing
NEAREST = 8
LARGEST = 450  # pupils; beyond it a school counts as one of these, or secondaries would take all


def metres2(one: Spot, other: Spot) -> int:
    """The square of the distance: enough to say which is nearer."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


class Homes:
    """Draws homes near schools, and finds the schools near homes."""

    def __init__(self, schools: Sequence[School], draw: random.Random) -> None:
        self.schools = schools
        self.draw = draw
        self.choice = max(2, len(schools) // 90)  # the schools a family chooses among
        self.spots = {
            row["postcode"]: (int(row["easting"]), int(row["northing"]))
            for row in sources.rows("postcodes")
        }
        self._near_school: dict[int, list[str]] = {}
        self._school_for: dict[tuple[str, int], list[School]] = {}

    def home_near(self, school: School) -> str:
        """A postcode from which children walk to this school."""
        if school.urn not in self._near_school:
            here = (school.easting or 0, school.northing or 0)
            by_distance = sorted(self.spots, key=lambda code: metres2(self.spots[code], here))
            self._near_school[school.urn] = by_distance[:NEAREST]
        return self.draw.choice(self._near_school[school.urn])

    def any_school(self) -> School:
        """A school, the larger ones more often."""
        return self.draw.choices(self.schools, cum_weights=self._weights)[0]

    @cached_property
    def _weights(self) -> list[int]:
        total, weights = 0, []
        for school in self.schools:
            total += min(school.pupils or 0, LARGEST)
            weights.append(total)
        return weights

    def school_for(self, age: int, postcode: str) -> School | None:
        """One of the nearest invented schools that take this age; none before school age."""
        key = (postcode, age)
        if key not in self._school_for:
            here = self.spots[postcode]
            fitting = [school for school in self.schools if _takes(school, age)]
            fitting.sort(key=lambda it: metres2((it.easting or 0, it.northing or 0), here))
            self._school_for[key] = fitting[: self.choice]
        near = self._school_for[key]
        return self.draw.choice(near) if near else None


def _takes(school: School, age: int) -> bool:
    """By age on 1 September: a school of 4 to 11 has Reception (4) to Year 6 (10)."""
    assert school.low_age is not None
    assert school.high_age is not None
    return school.low_age <= age < school.high_age and "special" not in school.kind.lower()


def town_of(postcode: str, schools: Sequence[School]) -> str:
    outward = postcode.split()[0]
    towns = {school.postcode.split()[0]: school.town for school in schools}
    return towns.get(outward, "Hertfordshire")
