"""A family answers what we ask consent for. Answers are only ever added; the latest counts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.actions import action
from people import queries
from people.models import Consent, ConsentWording, Person, User


@dataclass(frozen=True)
class Answer:
    """Yes or no, to these words."""

    wording: ConsentWording
    is_given: bool


@action
def answer_consents(
    *, person: Person, answers: Sequence[Answer], by: User, at: dt.datetime
) -> list[Consent]:
    """The answers are kept, with who gave them. An answer that is not new adds nothing."""
    known = queries.answers_of(person) if answers else {}
    news = [answer for answer in answers if not _same(known.get(answer.wording.kind), answer)]
    return write_answers(person=person, answers=news, by=by, at=at)


def write_answers(
    *, person: Person, answers: Sequence[Answer], by: User, at: dt.datetime
) -> list[Consent]:
    """Inside an action: these answers, which are known to be new."""
    return Consent.objects.bulk_create(
        Consent(
            person=person,
            wording=answer.wording,
            kind=answer.wording.kind,
            is_given=answer.is_given,
            by_person_id=by.person_id,
            at=at,
        )
        for answer in answers
    )


def _same(known: Consent | None, answer: Answer) -> bool:
    return known is not None and (known.wording_id, known.is_given) == (
        answer.wording.pk,
        answer.is_given,
    )
