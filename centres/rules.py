"""What a typed place means, and how far two places are apart. Values in, answers out."""

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

EARTH_MILES = 3958.7613
LONGEST_PLACE = 60

_FULL = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_INWARD_LENGTH = 3


class Typed(Enum):
    """What somebody typed to say where they are."""

    POSTCODE = "a whole postcode"
    OUTWARD = "the first half of a postcode"
    TOWN = "a name"
    MALFORMED = "like a postcode, but not one"


@dataclass(frozen=True)
class Point:
    """A place on the earth, in degrees."""

    latitude: float
    longitude: float


def read_place(typed: str) -> tuple[Typed, str]:
    """What kind of place was typed, and its one spelling: AL1 3JQ, AL1, st albans."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    if _FULL.fullmatch(letters):
        return Typed.POSTCODE, f"{letters[:-_INWARD_LENGTH]} {letters[-_INWARD_LENGTH:]}"
    if _OUTWARD.fullmatch(letters):
        return Typed.OUTWARD, letters
    name = town_key(typed)
    if len(typed) > LONGEST_PLACE or not name or any(letter.isdigit() for letter in name):
        return Typed.MALFORMED, ""
    return Typed.TOWN, name


def outward_of(postcode: str) -> str:
    return postcode.partition(" ")[0]


def town_key(name: str) -> str:
    """A town's name without case, accents or punctuation: saint albans is St. Albans."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    spaced = re.sub(r"[^\w]+", " ", re.sub(r"['’‘`]", "", plain).replace("_", " "))
    return re.sub(r"^saint\b", "st", spaced.strip())


def town_named(key: str, known: set[str]) -> str | None:
    """The one known town that this names, whole or by its beginning."""
    if key in known:
        return key
    begins = [town for town in known if town.startswith(f"{key} ")]
    return begins[0] if len(begins) == 1 else None


def miles_between(here: Point, there: Point) -> float:
    """Over the ground, as the crow flies."""
    rise = math.radians(there.latitude - here.latitude) / 2
    run = math.radians(there.longitude - here.longitude) / 2
    shrink = math.cos(math.radians(here.latitude)) * math.cos(math.radians(there.latitude))
    chord = math.sin(rise) ** 2 + shrink * math.sin(run) ** 2
    return 2 * EARTH_MILES * math.asin(math.sqrt(min(1.0, chord)))
