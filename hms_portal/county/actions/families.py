"""Moves in the schools and the families: nobody real, and nobody at a real school."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from billing.models import Account
from centres.models import Year
from core.actions import action
from hms_portal.county import shown
from hms_portal.county.copying import copy_each, copy_objects, reserve_keys
from hms_portal.county.plan import families as plan
from hms_portal.county.plan import schools as school_plan
from hms_portal.county.plan.names import FamilyName
from hms_portal.county.sizes import Size
from people.models import Guardianship, Learner, Person, School, User
from people.models.persons import sort_name_of

PARENT = ("Priya", "Sharma")
CHILDREN = (("Asha", "asha", 8), ("Dev", "dev", 11))  # ages on 1 September: Year 4 and Year 7
HOME = ("12 Weathervane Road", "St Albans", "AL1 3RR")


@action
def load_schools(*, size: Size, by: User | None, at: dt.datetime) -> int:
    """The invented schools stand at real postcodes."""
    if School.objects.filter(is_invented=True).exists():
        return 0
    draw = random.Random(f"{size.seed}:schools")  # noqa: S311 - invents, guards nothing
    return copy_objects(school_plan.schools(size.schools, draw))


@action
def load_families(*, size: Size, by: User | None, at: dt.datetime) -> int:
    """Children, the adults who look after them, adults who learn, and who pays."""
    if Guardianship.objects.exists():
        return 0
    draw = random.Random(f"{size.seed}:families")  # noqa: S311 - invents people, guards nothing
    schools = list(School.objects.filter(is_invented=True).order_by("urn"))
    year = Year.objects.get(name=size.year)
    households = plan.Households(
        schools=schools, starts_on=year.starts_on, draw=draw, keys=_keys(size.families * 6)
    )
    families = [_shown_family(households)]
    families += [households.family() for _ in range(size.families - 1)]
    return move_in(families)


def _keys(count: int) -> Iterator[int]:
    """More than enough: a family has five people at most."""
    return iter(reserve_keys(Person, count))


def _shown_family(households: plan.Households) -> plan.Family:
    """The family whose sign-in is shown: one parent, a child in Year 4 and one in Year 7."""
    given, name = PARENT
    address, town, postcode = HOME
    parent = households.person(
        given,
        name,
        born_on=dt.date(1986, 5, 17),
        email=shown.PARENT.email,
        phone=households.names.phone(),
        address_line=address,
        town=town,
        postcode=postcode,
    )
    family = plan.Family(adults=[parent])
    for child_name, tile, age in CHILDREN:
        child = households.add_child(
            family, FamilyName(name, "", "indian"), "indian", age, postcode
        )
        child.given_name, child.tile = child_name, tile
        child.sort_name = sort_name_of(child_name, name)
        family.learners[-1].set_year_group = None
    for link in family.guardianships:
        link.relationship = "parent"
    return family


def move_in(families: Sequence[plan.Family]) -> int:
    """Write everybody, and an account for the first adult of each."""
    people: list[Person] = []
    learners: list[Learner] = []
    links: list[Guardianship] = []
    accounts: list[Account] = []
    for family in families:
        people += [*family.adults, *family.children]
        learners += family.learners
        links += family.guardianships
        accounts.append(Account(person=family.adults[0]))
    return copy_each(people, learners, links, accounts)
