"""Moves in what became of whole classes: letters home, the families who used them, who plays."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator

from centres.models import Year
from core.actions import action
from hms_portal.county import shown, sources
from hms_portal.county.actions.families import move_in
from hms_portal.county.actions.first_lessons import FirstLessons
from hms_portal.county.copying import copy_objects, reserve_keys
from hms_portal.county.plan.families import HOST, Family, Households
from hms_portal.county.plan.names import Names
from hms_portal.county.sizes import Size
from lessons.models import ClaimCode, Programme, ProgrammeClass
from lessons.queries import claims as queries
from people.models import Person, School, SchoolContact, User

CLAIM_DAYS = dt.timedelta(days=120)
OPENED = 55  # of a hundred letters
USED = (14, 36)  # of a hundred: from one class to another, most at the shown school
PUPIL_PREMIUM, SEND = 4, 6  # about one child in so many, as its class counts them
OF_A_FAMILY = 2  # a child, and the adult who used the letter
TURNS_TO_AGE = 5  # a child of Year 4 last year was eight then, and is nine this September


@action
def load_claims(*, size: Size, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Every whole class that is over sent its letters home; some families came by theirs."""
    if ClaimCode.objects.exists():
        return 0
    draw = random.Random(f"{size.seed}:claims")  # noqa: S311 - invents, guards nothing
    year = Year.objects.get(name=size.year)
    over = ProgrammeClass.objects.filter(
        line__programme__kind=Programme.Kind.WHOLE_CLASS, activity__last_on__lt=today
    ).select_related("activity__year", "activity__school", "line")
    letters = _Letters(draw, year, FirstLessons(year, today=today, at=at, draw=draw))
    for each in over.order_by("pk"):
        letters.write(each)
    ProgrammeClass.objects.bulk_update(letters.classes, ["letters_made_at"], batch_size=500)
    return letters.move_in()


class _Letters:
    """Gathers the letters of one class after another."""

    def __init__(self, draw: random.Random, year: Year, first_lessons: FirstLessons) -> None:
        self.draw, self.names, self.year = draw, Names(draw), year
        self.first_lessons = first_lessons
        here = SchoolContact.objects.filter(person__email=shown.SCHOOL_LEAD.email)
        self.shown = set(here.values_list("school_id", flat=True))
        schools = list(School.objects.filter(is_invented=True).order_by("urn"))
        self.households = Households(
            schools=schools, starts_on=year.starts_on, draw=draw, keys=_keys()
        )
        self.households.names.addresses = _addresses_taken()
        self.codes: list[ClaimCode] = []
        self.classes: list[ProgrammeClass] = []
        self.families: list[Family] = []

    def write(self, taught: ProgrammeClass) -> None:
        assert taught.letters_on is not None
        made_at = sources.local_moment(taught.letters_on, dt.time(7))
        taught.letters_made_at = made_at
        self.classes.append(taught)
        used = self.draw.randrange(*USED)
        if self._is_shown(taught):
            used = USED[1]
        for number in range(1, (taught.activity.headcount or 0) + 1):
            ref = self.names.ref()
            code = ClaimCode(
                ref=ref,
                programme_class=taught,
                number=number,
                code_hash=queries.hash_of(queries.code_from(ref)),
                has_pp=number % PUPIL_PREMIUM == 0,
                has_send=number % SEND == 0,
                made_at=made_at,
                expires_at=made_at + CLAIM_DAYS,
            )
            self._use(code, taught, used)
            self.codes.append(code)

    def move_in(self) -> int:
        written = move_in(self.families) + self.first_lessons.move_in()
        return written + copy_objects(self.codes)

    def _use(self, code: ClaimCode, taught: ProgrammeClass, used: int) -> None:
        """Opened by many, used by some: fewer where money is short."""
        chance = self.draw.randrange(100)
        if chance >= OPENED:
            return
        code.opened_at = code.made_at + dt.timedelta(days=self.draw.randrange(1, 20))
        age = self._age_now(taught)
        school = taught.activity.school
        assert school is not None
        stays = age < (school.high_age or 0)
        if chance >= (used * 2 // 3 if code.has_pp else used) or not stays:
            return
        if not self.first_lessons.may_follow(taught):
            return
        family = self.households.family_of(school, age)
        self.families.append(family)
        code.claimed_at = code.opened_at + dt.timedelta(minutes=7)
        code.claimed_by, code.child = family.adults[0], family.children[0]
        self.first_lessons.follow(code, taught, family, is_shown=self._is_shown(taught))

    def _is_shown(self, taught: ProgrammeClass) -> bool:
        return taught.activity.school_id in self.shown

    def _age_now(self, taught: ProgrammeClass) -> int:
        """On the first day of the year that we are in."""
        since = self.year.starts_on.year - taught.activity.year.starts_on.year
        return taught.year_group + TURNS_TO_AGE - 1 + since


def _keys() -> Iterator[int]:
    """A family's at a time, as many as are asked for."""
    while True:
        yield from reserve_keys(Person, OF_A_FAMILY * 50)


def _addresses_taken() -> Counter[str]:
    """How many have each address already, so that nobody is given another's."""
    taken = Person.objects.filter(email__endswith=f"@{HOST}").values_list("email", flat=True)
    return Counter(f"{each.split('@')[0].rstrip('0123456789')}@{HOST}" for each in taken)
