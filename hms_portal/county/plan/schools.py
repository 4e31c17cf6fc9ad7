"""Invented schools: those of the county's file, and as many more as a real county has."""

import random

from centres.grid import to_latitude_longitude
from hms_portal.county import sources
from people.models import School
from people.models.persons import sort_name_of

FIRST_URN = 900_001  # the register's own numbers are all below
# Name, phase of the register, lowest and highest age: about as a county has them.
KINDS = (
    ("Primary School", "Primary", 4, 11),
    ("Park Primary School", "Primary", 4, 11),
    ("Infant School", "Primary", 4, 7),
    ("Junior School", "Primary", 7, 11),
    ("Primary Academy", "Primary", 4, 11),
    ("School", "Secondary", 11, 18),
    ("Community Primary School", "Primary", 4, 11),
    ("Academy", "Secondary", 11, 18),
)


def schools(count: int, draw: random.Random) -> list[School]:
    """The file's schools first; beyond them, schools named after the county's invented streets."""
    told = sources.rows("schools")
    return [_told(row) for row in told[:count]] + _more(count - len(told), draw)


def _told(row: sources.Row) -> School:
    return _school(
        urn=int(row["urn"]),
        name=row["name"],
        phase=row["gias_phase"],
        kind=row["establishment_type"],
        ages=(int(row["age_low"]), int(row["age_high"])),
        street=row["street"],
        place=row,
        town=row["town"],
        pupils=int(row["pupils"]),
    )


def _more(count: int, draw: random.Random) -> list[School]:
    """At the real postcodes that are left, near enough to a school of the file to share a town."""
    if count <= 0:
        return []
    told = sources.rows("schools")
    others = [*told, *sources.rows("centres"), *sources.rows("real_school_postcodes")]
    taken = {row["postcode"] for row in others}
    free = [row for row in sources.rows("postcodes") if row["postcode"] not in taken]
    streets = [row["name"] for row in sources.rows("streets")]
    towns = {row["postcode"].split()[0]: row["town"] for row in told}
    free = [row for row in free if row["postcode"].split()[0] in towns]
    return [
        _another(number, free[number % len(free)], streets, towns, draw) for number in range(count)
    ]


def _another(
    number: int,
    place: sources.Row,
    streets: list[str],
    towns: dict[str, str],
    draw: random.Random,
) -> School:
    street, turn = streets[number % len(streets)], number // len(streets)
    title, phase, low, high = KINDS[turn % len(KINDS)]
    return _school(
        urn=FIRST_URN + len(sources.rows("schools")) + number,
        name=f"{street} {title}",
        phase=phase,
        kind="Community school",
        ages=(low, high),
        street=street,
        place=place,
        town=towns[place["postcode"].split()[0]],
        pupils=draw.randrange(180, 420) * (3 if phase == "Secondary" else 1),
    )


def _school(
    *,
    urn: int,
    name: str,
    phase: str,
    kind: str,
    ages: tuple[int, int],
    street: str,
    place: sources.Row,
    town: str,
    pupils: int,
) -> School:
    easting, northing = int(place["easting"]), int(place["northing"])
    latitude, longitude = to_latitude_longitude(easting, northing)
    return School(
        urn=urn,
        name=name,
        sort_name=sort_name_of("", name),
        phase=phase,
        kind=kind,
        low_age=ages[0],
        high_age=ages[1],
        address_line=street,
        town=town,
        postcode=place["postcode"],
        easting=easting,
        northing=northing,
        latitude=latitude,
        longitude=longitude,
        pupils=pupils,
        percentage_fsm=place.get("percentage_fsm") or None,
        website=place.get("website", ""),
        phone=place.get("phone", ""),
        is_invented=True,
    )
