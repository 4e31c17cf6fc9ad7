"""Invented families: who lives with whom, how old the children are, who learns."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hms_portal.county.plan.homes import Homes, town_of
from hms_portal.county.plan.names import FamilyName, Names
from people.models import Guardianship, Learner, Person, School
from people.models.persons import sort_name_of

HOST = "family.example"
TILES = ("asha", "dev", "hart", "ada", "mei", "tom", "zara", "moon", "sunny", "feather", "snow")
AGES = (*range(4, 17), *range(6, 12), 0, 1, 2, 3)  # on 1 September; most are at primary school
GROWN_UP = range(24, 79)
ONLY_ADULTS, TWO_HOMES, TWO_PARENTS = 0.11, 0.13, 0.5
ALSO_LEARNS = 0.06  # a parent who takes up an instrument too
OUT_OF_YEAR = 0.02


@dataclass
class Family:
    """People who belong together; the first adult books and pays."""

    adults: list[Person] = field(default_factory=list)
    children: list[Person] = field(default_factory=list)
    learners: list[Learner] = field(default_factory=list)
    guardianships: list[Guardianship] = field(default_factory=list)


class Households:
    """Draws families one after another."""

    def __init__(
        self,
        *,
        schools: Sequence[School],
        starts_on: dt.date,
        draw: random.Random,
        keys: Iterator[int],
    ) -> None:
        self.draw, self.keys = draw, keys
        self.starts_on = starts_on
        self.names = Names(draw)
        self.homes = Homes(schools, draw)

    def family(self) -> Family:
        origin = self.names.origin()
        name = self.names.family_name(origin)
        home = self.homes.home_near(self.homes.any_school())
        first = self._adult(name, origin, home)
        family = Family(adults=[first])
        if self.draw.random() < ONLY_ADULTS:
            family.learners.append(Learner(person=first))
            return family
        self._add_children(family, name, origin, home)
        self._add_second_adult(family, name, origin)
        if self.draw.random() < ALSO_LEARNS:
            family.learners.append(Learner(person=first))
        return family

    def family_of(self, school: School, age: int) -> Family:
        """One adult, and a child of this age at this school."""
        origin = self.names.origin()
        name, home = self.names.family_name(origin), self.homes.home_near(school)
        first = self._adult(name, origin, home)
        first.born_on = self.names.birthday(self.draw.randrange(26, 50), self.starts_on)
        family = Family(adults=[first])
        self.add_child(family, name, origin, age, home)
        learner = family.learners[-1]
        learner.school, learner.set_year_group = only_invented(school), None
        return family

    def person(self, given: str, family: str, **more: object) -> Person:
        return Person(
            pk=next(self.keys),
            ref=self.names.ref(),
            given_name=given,
            family_name=family,
            sort_name=sort_name_of(given, family),
            **more,
        )

    def _adult(self, name: FamilyName, origin: str, postcode: str) -> Person:
        gender = self.names.gender()
        given, family = self.names.given_name(origin, gender), name.for_gender(gender)
        return self.person(
            given,
            family,
            born_on=self.names.birthday(self.draw.choice(GROWN_UP), self.starts_on),
            email=self.names.email(given, family, HOST),
            phone=self.names.phone(),
            address_line=self.names.street_address(),
            town=town_of(postcode, self.homes.schools),
            postcode=postcode,
        )

    def _add_children(self, family: Family, name: FamilyName, origin: str, home: str) -> None:
        first = family.adults[0]
        first.born_on = self.names.birthday(self.draw.randrange(26, 50), self.starts_on)
        for _ in range(self.draw.choices((1, 2, 3), (35, 46, 19))[0]):
            self.add_child(family, name, origin, self.draw.choice(AGES), home)

    def add_child(
        self, family: Family, name: FamilyName, origin: str, age: int, home: str
    ) -> Person:
        gender = self.names.gender()
        besides = [child.given_name for child in family.children]
        adult = family.adults[0]
        child = self.person(
            self.names.given_name(origin, gender, besides),
            name.for_gender(gender),
            born_on=self.names.birthday(age, self.starts_on),
            address_line=adult.address_line,
            town=adult.town,
            postcode=home,
            tile=self.draw.choice(TILES),
        )
        family.children.append(child)
        family.learners.append(self._learner(child, age, home))
        link = self._link(adult, child, order=1)
        family.guardianships.append(link)
        return child

    def _learner(self, child: Person, age: int, home: str) -> Learner:
        school = self.homes.school_for(age, home)
        learner = Learner(person=child)
        if school is None:
            return learner
        learner.school = only_invented(school)
        low, high = (school.low_age or 0) - 4, (school.high_age or 0) - 5
        if self.draw.random() < OUT_OF_YEAR and low <= age - 5 and age - 4 <= high:
            learner.set_year_group = age - 5
        return learner

    def _link(self, adult: Person, child: Person, *, order: int) -> Guardianship:
        return Guardianship(
            ref=self.names.ref(),
            adult=adult,
            child=child,
            relationship="parent" if self.draw.random() < 0.94 else "grandparent",
            parental_responsibility=Guardianship.Responsibility.YES,
            may_book=True,
            may_see=True,
            may_pay=True,
            may_collect=True,
            contact_order=order,
        )

    def _add_second_adult(self, family: Family, name: FamilyName, origin: str) -> None:
        roll, first = self.draw.random(), family.adults[0]
        if roll >= TWO_HOMES + TWO_PARENTS:
            return
        is_elsewhere = roll < TWO_HOMES
        if self.draw.random() < 0.3 or is_elsewhere:
            name = self.names.family_name(origin)
        home = self.homes.home_near(self.homes.any_school()) if is_elsewhere else first.postcode
        second = self._adult(name, origin, home)
        second.born_on = self.names.birthday(self.draw.randrange(26, 52), self.starts_on)
        if not is_elsewhere:
            second.address_line, second.town = first.address_line, first.town
        family.adults.append(second)
        is_hidden = is_elsewhere and self.draw.random() < 0.4
        for link in family.guardianships:
            link.address_hidden_from_others = is_hidden
        for child in family.children:
            link = self._link(second, child, order=2)
            link.address_hidden_from_others = is_hidden and self.draw.random() < 0.5
            family.guardianships.append(link)


def only_invented(school: School) -> School:
    """Refuse to put an invented child at a real school."""
    if not school.is_invented:
        raise ValueError(f"{school} is a real school: an invented child may not belong to it.")
    return school
