"""What pages about one person share: fetching them, and the questions put to them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone

from core import words
from core.access import Permission, get_permitted_or_404
from people import queries, rules
from people.models import Consent, ConsentWording, Person
from people.requests import SignedInRequest


@dataclass(frozen=True)
class Asked:
    """One question as it is put today, and what was said so far, in words."""

    wording: ConsentWording
    words: str
    said: str
    may_say_yes: bool
    may_say_no: bool


def seen(request: SignedInRequest, ref: uuid.UUID) -> Person:
    return get_permitted_or_404(
        request.user, Permission.SEE_CARE, Person.objects.visible_to(request.user), ref=ref
    )


def edited(request: SignedInRequest, ref: uuid.UUID) -> Person:
    """Whoever corrects a child must also be allowed to see them."""
    person = seen(request, ref)
    if not request.user.has_perm(Permission.EDIT_PERSON, person):
        raise Http404
    return person


def is_grown(person: Person) -> bool:
    """Whom we may ask about news: an adult, or somebody of whom we know no age."""
    if person.born_on is None:
        return True
    return rules.age_on(person.born_on, timezone.localdate()) >= rules.ADULT_AGE


def permissions_of(person: Person, questions: Sequence[ConsentWording]) -> list[Asked]:
    """Each question with its last answer. Other words than those answered are asked anew."""
    answers = queries.answers_of(person) if questions else {}
    return [_asked(person, wording, answers.get(wording.kind)) for wording in questions]


def _asked(person: Person, wording: ConsentWording, answer: Consent | None) -> Asked:
    is_current = answer is not None and answer.wording.version >= wording.version
    return Asked(
        wording=wording,
        words=wording.wording.replace("{child}", person.first_name),
        said=_said(answer, is_current=is_current),
        may_say_yes=not (answer and is_current and answer.is_given),
        may_say_no=not (answer and is_current and not answer.is_given),
    )


def _said(answer: Consent | None, *, is_current: bool) -> str:
    if answer is None:
        return "Not answered yet."
    since = words.day(timezone.localdate(answer.at))
    said = f"The answer is {'yes' if answer.is_given else 'no'}, since {since}."
    return said if is_current else f"{said} The words have changed since: please answer again."
