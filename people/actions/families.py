"""Children join a family: the one action that makes them, with all that belongs to them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from core import words
from core.actions import action
from core.refusals import RuleBroken
from people import care, rules
from people.actions.consents import Answer, write_answers
from people.models import Guardianship, Learner, Person, School, User, sort_name_of


class AddedAlready(RuleBroken):
    """The same child is in this family already."""


@dataclass(frozen=True)
class NewChild:
    """What a family tells us about a child. `ref` is made with the first answer."""

    ref: uuid.UUID
    given_name: str
    family_name: str
    known_as: str
    born_on: dt.date
    school: School | None
    school_in_words: str
    set_year_group: int | None
    relationship: str
    what_helps: str
    medical: str
    emergency_contacts: str
    tile: str


@action
def add_child(*, child: NewChild, answers: Sequence[Answer], by: User, at: dt.datetime) -> Person:
    """The child is a learner in this adult's family. A second call returns the same child."""
    adult = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    made = Person.objects.filter(ref=child.ref, guardians__adult=adult).first()
    if made:
        return made
    rules.check_child(child.born_on, on=timezone.localdate(at))
    _check_new(adult, child)

    learner = _learner(child)
    Guardianship.objects.create(
        adult=adult,
        child=learner.person,
        relationship=child.relationship,
        may_book=True,
        may_see=True,
        may_pay=True,
        may_collect=True,
    )
    care.keep_care(
        learner=learner,
        what_helps=child.what_helps,
        medical=child.medical,
        emergency_contacts=child.emergency_contacts,
        by=by,
        at=at,
    )
    write_answers(person=learner.person, answers=answers, by=by, at=at)
    return learner.person


def _learner(child: NewChild) -> Learner:
    person = Person.objects.create(
        ref=child.ref,
        given_name=child.given_name,
        family_name=child.family_name,
        known_as=child.known_as,
        born_on=child.born_on,
        sort_name=sort_name_of(child.given_name, child.family_name),
        tile=child.tile,
    )
    return Learner.objects.create(
        person=person,
        school=child.school,
        school_in_words=child.school_in_words,
        set_year_group=child.set_year_group,
    )


def _check_new(adult: Person, child: NewChild) -> None:
    namesakes = Person.objects.filter(
        guardians__adult=adult, given_name__iexact=child.given_name, born_on=child.born_on
    )
    if namesakes.exists():
        raise AddedAlready(
            f"{child.given_name}, born on {words.day(child.born_on)}, is in your family already."
        )
