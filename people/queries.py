"""What pages ask about people: families, schools to choose from, consents."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import Consent, ConsentWording, Guardianship, Person, School, User

MOST_SCHOOLS = 12
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)\s*([0-9]?[A-Z]{0,2})")


def schools_matching(words: str, *, invented_only: bool = False) -> list[School]:
    """Open schools with all these words in their name or town, or near this postcode."""
    words = " ".join(words.replace("\0", "").split())[:100]
    if not words:
        return []
    schools = School.objects.exclude(status=School.Status.CLOSED)
    if invented_only:
        schools = schools.filter(is_invented=True)
    postcode = _POSTCODE.fullmatch(words.upper())
    if postcode:
        outward, inward = postcode.groups()
        schools = schools.filter(postcode__istartswith=f"{outward} {inward[:1]}".strip())
    else:
        for word in words.split()[:6]:
            schools = schools.filter(Q(name__icontains=word) | Q(town__icontains=word))
    return list(schools.order_by("sort_name", "pk")[:MOST_SCHOOLS])


def questions_in_force(
    on: dt.date,
    *,
    kinds: Collection[str] | None = None,
    but: QuerySet[Consent] | None = None,
) -> list[ConsentWording]:
    """The words we ask consent in on a day, one for each kind."""
    wordings = ConsentWording.objects.filter(
        Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on, audience="pupil"
    )
    if kinds is not None:
        wordings = wordings.filter(kind__in=kinds)
    if but is not None:
        wordings = wordings.filter(~Exists(but))
    latest: dict[str, ConsentWording] = {}
    for wording in wordings.order_by("version", "pk"):
        latest[wording.kind] = wording
    order = {kind: place for place, kind in enumerate(ConsentWording.Kind.values)}
    return sorted(latest.values(), key=lambda wording: order[wording.kind])


def unanswered_questions(
    person: Person, on: dt.date, *, kinds: Collection[str]
) -> list[ConsentWording]:
    """The questions in force that this person was never asked: nothing is asked twice."""
    asked = Consent.objects.filter(person=person, kind=OuterRef("kind"))
    return questions_in_force(on, kinds=kinds, but=asked)


def yet_to_answer(people: Collection[int], on: dt.date, *, kind: str) -> list[Person]:
    """Those of these people for whom nobody was ever asked the question, where there is one."""
    asked = Consent.objects.filter(person=OuterRef("pk"), kind=kind)
    in_force = ConsentWording.objects.filter(
        Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on, audience="pupil", kind=kind
    )
    unasked = Person.objects.filter(~Exists(asked), Exists(in_force), pk__in=people)
    return list(unasked.order_by("born_on", "pk"))


def answers_of(person: Person) -> dict[str, Consent]:
    """The latest answer to each kind of question."""
    consents = person.consents.order_by("kind", "-pk").distinct("kind")
    return {consent.kind: consent for consent in consents}


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
