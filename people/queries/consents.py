"""What we ask consent for, in which words, and what was answered."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from people.models import Consent, ConsentWording, Person

OF_PUPILS = ("pupil",)
OF_ADULTS = ("adult", "everyone")
MOST_ANSWERS = 50  # on one page of them


def questions_in_force(
    on: dt.date,
    *,
    kinds: Collection[str] | None = None,
    but: QuerySet[Consent] | None = None,
    audiences: Collection[str] = OF_PUPILS,
) -> list[ConsentWording]:
    """The words we ask consent in on a day, one for each kind."""
    wordings = ConsentWording.objects.filter(
        Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on, audience__in=audiences
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
    """The questions in force that this person never answered in these words, or in later ones.

    Nothing is asked twice, unless its words are new.
    """
    asked = Consent.objects.filter(
        person=person, kind=OuterRef("kind"), wording__version__gte=OuterRef("version")
    )
    return questions_in_force(on, kinds=kinds, but=asked)


def yet_to_answer(people: Collection[int], on: dt.date, *, kind: str) -> list[Person]:
    """Those of these people for whom nobody answered the question as it is put now."""
    in_force = ConsentWording.objects.filter(
        Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on, audience__in=OF_PUPILS, kind=kind
    )
    latest = in_force.order_by("-version").values("version")[:1]
    answered = Consent.objects.filter(
        person=OuterRef("pk"), kind=kind, wording__version__gte=Subquery(latest)
    )
    unasked = Person.objects.filter(~Exists(answered), Exists(in_force), pk__in=people)
    return list(unasked.order_by("born_on", "pk"))


def answers_before(person: Person, before: int | None = None) -> tuple[list[Consent], int | None]:
    """What was answered, latest first, a page at a time; and where the next page begins."""
    answers = person.consents.select_related("wording").order_by("-pk")
    if before is not None:
        answers = answers.filter(pk__lt=before)
    page = list(answers[: MOST_ANSWERS + 1])
    onward = page[MOST_ANSWERS - 1].pk if len(page) > MOST_ANSWERS else None
    return page[:MOST_ANSWERS], onward


def answers_of(person: Person) -> dict[str, Consent]:
    """The latest answer to each kind of question."""
    consents = person.consents.select_related("wording").order_by("kind", "-pk").distinct("kind")
    return {consent.kind: consent for consent in consents}


def news_question(on: dt.date) -> ConsentWording | None:
    """The words in which an adult is asked whether we may write with news."""
    asked = questions_in_force(on, kinds=[ConsentWording.Kind.MARKETING], audiences=OF_ADULTS)
    return asked[0] if asked else None


def wants_news(people: Collection[int]) -> set[int]:
    """Those of these people whose last word was that we may write to them with news."""
    latest = (
        Consent.objects.filter(person__in=people, kind=ConsentWording.Kind.MARKETING)
        .order_by("person", "-pk")
        .distinct("person")
        .values_list("person_id", "is_given")
    )
    return {person for person, is_given in latest if is_given}
