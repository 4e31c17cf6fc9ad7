"""Somebody stops our news, from the letter itself."""

import datetime as dt

from django.utils import timezone

from core.actions import action
from people import queries
from people.models import Consent, ConsentWording, Person, User


@action
def stop_news(*, person: Person, by: User | None, at: dt.datetime) -> None:
    """Their last word on news is no. It was no already: nothing is added."""
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    last = queries.answers_of(person).get(ConsentWording.Kind.MARKETING)
    asked = queries.news_question(timezone.localdate(at)) or (last.wording if last else None)
    if asked is None or (last and not last.is_given):
        return
    Consent.objects.create(
        person=person,
        wording=asked,
        kind=asked.kind,
        is_given=False,
        by_person=person,
        at=at,
    )
