"""Families: an adult's children, and who is told of changes to a child's places."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from people.models import Guardianship, Invitation, Person, User


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


@dataclass(frozen=True)
class KnownAdult:
    """An adult of a child, as one reader may know them: by name, or only that there is one."""

    link: Guardianship
    name: str
    is_reader: bool

    @property
    def is_named(self) -> bool:
        return bool(self.name)


def adults_known(child: Person, reader: User) -> list[KnownAdult]:
    """Everybody who may do something for this child, in two statements.

    Those who book are parents in each other's eyes, and whoever invited somebody knows them. Others
    the reader knows only to be there: whom the other parent let in may say where that parent lives.
    """
    links = Guardianship.objects.filter(
        Q(may_book=True) | Q(may_see=True) | Q(may_pay=True) | Q(may_collect=True),
        child=child,
        is_barred=False,
    )
    met = _met(child, reader)
    return [
        KnownAdult(
            link=link,
            name=str(link.adult) if link.may_book or link.adult_id in met else "",
            is_reader=link.adult_id == reader.person_id,
        )
        for link in links.select_related("adult").order_by("contact_order", "pk")
    ]


def _met(child: Person, reader: User) -> set[int]:
    """The reader, and those who invited them or were let in by them for this child."""
    mine = Q(invited_by_id=reader.person_id) | Q(accepted_by_id=reader.person_id)
    accepted = Invitation.objects.filter(mine, child=child, accepted_by__isnull=False)
    pairs = accepted.values_list("invited_by_id", "accepted_by_id")
    return {reader.person_id, *(person for pair in pairs for person in pair if person)}


def who_know(link: Guardianship) -> list[Person]:
    """The child's other adults who know this one by name, and can be written to."""
    others = Guardianship.objects.filter(child=link.child_id, is_barred=False, may_book=True)
    if not link.may_book:
        let_in = Invitation.objects.filter(child=link.child_id, accepted_by=link.adult_id)
        others = others.filter(adult__in=let_in.values("invited_by"))
    others = others.exclude(pk=link.pk).exclude(adult__email="")
    return [each.adult for each in others.select_related("adult").order_by("pk")]


def names_known(child: Person, reader: User) -> dict[int, str]:
    """What to call those who may have answered for this child, where the reader may know it."""
    named = {known.link.adult_id: known.name for known in adults_known(child, reader) if known.name}
    return {child.pk: child.first_name} | named | {reader.person_id: "You"}
