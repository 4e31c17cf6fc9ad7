"""Families: an adult's children, and who is told of changes to a child's places."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from people.models import Guardianship, Person, User


def wards_of(user: User) -> list[Guardianship]:
    """The children this adult is linked to, eldest first, each with what the adult may do."""
    return list(
        Guardianship.objects.filter(adult_id=user.person_id)
        .select_related("child__learner__school")
        .order_by("child__born_on", "child_id")
    )


@dataclass(frozen=True)
class Told:
    """Somebody who is told of changes, and about whom."""

    adult: Person
    about: list[Person] = field(default_factory=list)


def who_is_told(people: Collection[int]) -> list[Told]:
    """Who hears of changes to these people's places: each once, by name, in two statements.

    Every adult who may see a child, and whoever signs in for themselves. Somebody who may only pay
    or collect, or who is barred, is told nothing.
    """
    told: dict[int, Told] = {}
    links = Guardianship.objects.filter(child__in=people, may_see=True, is_barred=False)
    for link in links.select_related("adult", "child").order_by("child__born_on", "child_id"):
        told.setdefault(link.adult_id, Told(link.adult)).about.append(link.child)
    nobody_else = ~Exists(Guardianship.objects.filter(child=OuterRef("pk")))
    for person in Person.objects.filter(nobody_else | Q(user__is_active=True), pk__in=people):
        told.setdefault(person.pk, Told(person)).about.insert(0, person)
    return sorted(told.values(), key=lambda each: (each.adult.sort_name, each.adult.pk))
