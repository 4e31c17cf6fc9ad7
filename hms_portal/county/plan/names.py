"""Invented people: names that belong together, birthdays, addresses, telephone numbers."""

import datetime as dt
import random
import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hms_portal.county import sources

MIXED = 6  # about one family in so many draws its two names from two origins
# Ofcom keeps these numbers for stories: nobody is rung by mistake.
PHONES = "07700 900{:03}"
LETTERS = str.maketrans({"ł": "l", "Ł": "L", "\u0131": "i", "ß": "ss", "ø": "o", "đ": "d"})


@dataclass(frozen=True)
class FamilyName:
    """A family name, its form for women, and where its given names are drawn from."""

    name: str
    feminine: str
    origin: str

    def for_gender(self, gender: str) -> str:
        return self.feminine if gender == "f" and self.feminine else self.name


class Names:
    """Draws names in the proportions of the county's files."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        origins = sources.rows("origins")
        self.origins = [row["slug"] for row in origins]
        self.weights = [float(row["weight"]) for row in origins]
        self.given: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.family: dict[str, list[FamilyName]] = defaultdict(list)
        for row in sources.rows("names"):
            if row["kind"] == "family":
                name = FamilyName(row["name"], row["feminine"], row["origin"])
                self.family[row["origin"]].append(name)
            else:
                for gender in "fm" if row["gender"] == "u" else row["gender"]:
                    self.given[row["origin"], gender].append(row["name"])
        self.streets = [row["name"] for row in sources.rows("streets")]
        self.addresses: dict[str, int] = defaultdict(int)

    def origin(self) -> str:
        return self.draw.choices(self.origins, self.weights)[0]

    def family_name(self, origin: str) -> FamilyName:
        if self.draw.randrange(MIXED) == 0:
            origin = self.origin()
        return self.draw.choice(self.family[origin])

    def gender(self) -> str:
        return self.draw.choice("fm")

    def given_name(self, origin: str, gender: str, besides: Sequence[str] = ()) -> str:
        """A name nobody else at home has."""
        names = [name for name in self.given[origin, gender] if name not in besides]
        return self.draw.choice(names or self.given["british", gender])

    def street_address(self) -> str:
        return f"{self.draw.randrange(1, 120)} {self.draw.choice(self.streets)}"

    def phone(self) -> str:
        return PHONES.format(self.draw.randrange(1000))

    def email(self, given: str, family: str, host: str) -> str:
        """An address that nobody else has, at a host that cannot exist."""
        name = f"{plain(given)}.{plain(family)}"
        self.addresses[f"{name}@{host}"] += 1
        turn = self.addresses[f"{name}@{host}"]
        return f"{name}{turn if turn > 1 else ''}@{host}"

    def ref(self) -> uuid.UUID:
        return uuid.UUID(int=self.draw.getrandbits(128), version=4)

    def birthday(self, age: int, on: dt.date) -> dt.date:
        """A day on which somebody of this age on that day may have been born."""
        latest = on.replace(year=on.year - age)
        return latest - dt.timedelta(days=self.draw.randrange(364))


def plain(name: str) -> str:
    """Lower-case letters and hyphens only, as an email address is typed."""
    decomposed = unicodedata.normalize("NFKD", name.translate(LETTERS).lower())
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha())
