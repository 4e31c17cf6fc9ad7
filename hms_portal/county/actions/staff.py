"""Moves in who works here: teachers with their checks, heads of centre, an administrator."""

import datetime as dt
import random
from collections.abc import Iterator

from centres.models import Centre, Year
from core.actions import action
from hms_portal.county import shown
from hms_portal.county.copying import copy_each, reserve_keys
from hms_portal.county.plan import teachers as plan
from hms_portal.county.plan.names import Names
from hms_portal.county.sizes import Size
from people.models import Person, RoleHeld, Staff, User
from people.models.persons import sort_name_of
from safeguarding.models import Check, RequiredCheck

HOST = "music.example"
RULES_FROM = dt.date(2020, 9, 1)
RULES_SOURCE = "Keeping children safe in education, part three: safer recruitment (sample)"
ABOUT = "{name} teaches {families}, and has been with the service since {year}."
IN_WORDS = {
    "keys": "piano and keyboard",
    "technology": "music technology",
    "world": "music of the world",
}
ADMINISTRATOR = ("Morgan", "Ashby")


@action
def load_required_checks(*, by: User | None, at: dt.datetime) -> int:
    """What must have been checked before anybody teaches."""
    if RequiredCheck.objects.exists():
        return 0
    rules = [
        RequiredCheck(kind=kind, from_on=RULES_FROM, source=RULES_SOURCE) for kind in plan.REQUIRED
    ]
    return len(RequiredCheck.objects.bulk_create(rules))


@action
def load_staff(*, size: Size, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Every teacher is checked and has the role; every centre has its head."""
    if Staff.objects.exists():
        return 0
    draw = random.Random(f"{size.seed}:staff")  # noqa: S311 - invents people, guards nothing
    centres = list(Centre.objects.order_by("pk"))
    keys = iter(reserve_keys(Person, size.teachers + len(centres) + 1))
    office = _Office(draw, keys, today)
    for number in range(size.teachers):
        office.add_teacher(number, centres[number % len(centres)])
    for centre in centres:
        office.add_head(centre)
    office.add_administrator()
    return office.move_in()


class _Office:
    """Gathers the staff before they are written."""

    def __init__(self, draw: random.Random, keys: Iterator[int], today: dt.date) -> None:
        self.draw, self.keys, self.today = draw, keys, today
        self.names = Names(draw)
        # Schools order for the year after, and were taught in the year before.
        years = list(Year.objects.order_by("starts_on"))
        self.opens_on, self.until = years[0].starts_on, years[-1].ends_on
        self.people: list[Person] = []
        self.staff: list[Staff] = []
        self.roles: list[RoleHeld] = []
        self.checks: list[Check] = []

    def add_teacher(self, number: int, centre: Centre) -> None:
        families = " and ".join(IN_WORDS.get(one, one) for one in plan.specialisms(number))
        person = self._employ(centre, families, email=shown.TEACHER.email if not number else "")
        self.roles.append(self._role(person, RoleHeld.Role.TEACHER, None))

    def add_head(self, centre: Centre) -> None:
        is_first = not any(role.role == RoleHeld.Role.HEAD_OF_CENTRE for role in self.roles)
        email = shown.HEAD.email if is_first else ""
        person = self._employ(centre, "the whole centre", email=email)
        self.roles.append(self._role(person, RoleHeld.Role.HEAD_OF_CENTRE, centre))

    def add_administrator(self) -> None:
        what = "nobody, but keeps everything running,"
        email = shown.ADMINISTRATOR.email
        person = self._employ(None, what, email=email, name=ADMINISTRATOR)
        self.roles.append(self._role(person, RoleHeld.Role.ADMINISTRATOR, None))

    def _employ(
        self,
        centre: Centre | None,
        what: str,
        *,
        email: str,
        name: tuple[str, str] | None = None,
    ) -> Person:
        given, family = name or self._name()
        started = dt.date(self.draw.randrange(2009, self.opens_on.year), 9, 1)
        person = Person(
            pk=next(self.keys),
            ref=self.names.ref(),
            given_name=given,
            family_name=family,
            sort_name=sort_name_of(given, family),
            email=email or self.names.email(given, family, HOST),
            phone=self.names.phone(),
        )
        self.people.append(person)
        self.staff.append(
            Staff(
                person=person,
                base_centre=centre,
                employment=self.draw.choice(["employed", "employed", "contracted"]),
                about=ABOUT.format(name=given, families=what, year=started.year),
                starts_on=started,
            )
        )
        self._check(person)
        return person

    def _name(self) -> tuple[str, str]:
        origin, gender = self.names.origin(), self.names.gender()
        family = self.names.family_name(origin).for_gender(gender)
        return self.names.given_name(origin, gender), family

    def _check(self, person: Person) -> None:
        made = plan.checks(
            first_needed=self.opens_on, until=self.until, today=self.today, draw=self.draw
        )
        self.checks += [
            Check(
                person=person,
                kind=check.kind,
                checked_on=check.checked_on,
                checked_by=check.checked_by,
                expires_on=check.expires_on,
            )
            for check in made
        ]

    def _role(self, person: Person, role: RoleHeld.Role, centre: Centre | None) -> RoleHeld:
        starts = self.staff[-1].starts_on
        return RoleHeld(person=person, role=role, centre=centre, starts_on=starts)

    def move_in(self) -> int:
        return copy_each(self.people, self.staff, self.roles, self.checks)
