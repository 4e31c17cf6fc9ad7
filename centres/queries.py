"""Where a place is, and which term it is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count, Expression, F, FloatField, Model, QuerySet, Value
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from centres import rules
from centres.models import Centre, Postcode, Term
from centres.rules import Point, Typed


@dataclass(frozen=True)
class Located:
    """A place we can measure from. `note`: what a reader should know about how we found it."""

    name: str
    point: Point
    note: str = ""


@dataclass(frozen=True)
class NotLocated:
    """A place we cannot measure from: why, in words, and the towns one may ask for instead."""

    typed: str
    why: str
    towns: tuple[str, ...]


def locate(typed: str, *, buildings: Iterable[QuerySet[Model]] = ()) -> Located | NotLocated:
    """Where a typed postcode, half postcode or town is.

    `buildings`: further rows with a town, a postcode and a place (schools), for what the
    postcodes and centres do not know. Six statements at most, however many rows there are.
    """
    kind, spelling = rules.read_place(typed)
    places: list[QuerySet[Model]] = [Centre.objects.filter(is_active=True), *buildings]
    if kind is Typed.POSTCODE:
        found = _by_postcode(spelling, places)
    elif kind is Typed.OUTWARD:
        found = _by_outward(spelling, places)
    elif kind is Typed.TOWN:
        found = _by_town(spelling, places)
    else:
        found = None
    return found or NotLocated(typed, _why(kind, spelling, typed), centre_towns())


def centre_towns() -> tuple[str, ...]:
    """The towns with a music centre, by name."""
    towns = Centre.objects.filter(is_active=True).order_by("town")
    return tuple(towns.values_list("town", flat=True).distinct())


def _why(kind: Typed, spelling: str, typed: str) -> str:
    if kind is Typed.MALFORMED:
        return "Enter a postcode like AL1 3JQ, or the name of a town"
    if kind is Typed.TOWN:
        return f"We do not know a town called {typed.strip()}. Enter a postcode, or another town"
    return f"We do not know {spelling}: it may be outside the county. Check it, or search by town"


def _by_postcode(code: str, places: Iterable[QuerySet[Model]]) -> Located | None:
    postcode = Postcode.objects.filter(code=code).first()
    if postcode:
        return Located(code, Point(postcode.latitude, postcode.longitude))
    area = _by_outward(rules.outward_of(code), places)
    if area is None:
        return None
    note = f"Distances are from the middle of {area.name}: {code} is not on our map yet."
    return Located(code, area.point, note)


def _by_outward(outward: str, places: Iterable[QuerySet[Model]]) -> Located | None:
    point = _middle(Postcode.objects.filter(outward=outward)) or _middle_of_all(
        rows.filter(postcode__startswith=f"{outward} ") for rows in places
    )
    return Located(outward, point) if point else None


def _by_town(key: str, places: Iterable[QuerySet[Model]]) -> Located | None:
    named: dict[str, str] = {}
    middles: dict[str, list[tuple[int, float, float]]] = {}
    for rows in places:
        towns = rows.exclude(latitude=None).exclude(town="").values("town").order_by("town")
        measured = towns.annotate(
            rows=Count("pk"), north=Avg("latitude"), east=Avg("longitude")
        ).values_list("town", "rows", "north", "east")
        for town, count, north, east in measured:
            named.setdefault(rules.town_key(town), town)
            middles.setdefault(rules.town_key(town), []).append((count, north, east))
    found = rules.town_named(key, set(named))
    return Located(named[found], _weighed(middles[found])) if found else None


def _middle(rows: QuerySet[Model]) -> Point | None:
    north, east = rows.aggregate(north=Avg("latitude"), east=Avg("longitude")).values()
    return None if north is None or east is None else Point(north, east)


def _middle_of_all(tables: Iterable[QuerySet[Model]]) -> Point | None:
    parts = []
    for rows in tables:
        count, north, east = (
            rows.exclude(latitude=None)
            .aggregate(rows=Count("pk"), north=Avg("latitude"), east=Avg("longitude"))
            .values()
        )
        if count:
            parts.append((count, north, east))
    return _weighed(parts) if parts else None


def _weighed(parts: list[tuple[int, float, float]]) -> Point:
    rows = sum(count for count, _, _ in parts)
    return Point(
        sum(count * north for count, north, _ in parts) / rows,
        sum(count * east for count, _, east in parts) / rows,
    )


def miles_from(point: Point, latitude: Expression, longitude: Expression) -> Expression:
    """The distance of each row in miles, as an expression of the database."""
    here_north = Value(point.latitude, FloatField())
    rise = Power(Sin(Radians(latitude - here_north) / 2), 2)
    run = Power(Sin(Radians(longitude - Value(point.longitude, FloatField())) / 2), 2)
    chord = rise + Cos(Radians(here_north)) * Cos(Radians(latitude)) * run
    root = Sqrt(Least(chord, Value(1.0)), output_field=FloatField())
    return Value(2 * rules.EARTH_MILES) * ASin(root, output_field=FloatField())


def term_on(day: dt.date) -> Term | None:
    """The term of this day, or the next one in the holidays."""
    return Term.objects.filter(ends_on__gte=day).order_by("starts_on").first()


def terms_of(year_id: int) -> list[Term]:
    return list(Term.objects.filter(year_id=year_id).order_by(F("starts_on")))
