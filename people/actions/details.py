"""Corrections that a family makes: to names and addresses, to a child's school, to what helps."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from core.actions import action
from people import care, rules
from people.actions.consents import Answer, write_answers
from people.models import Learner, Person, School, User, sort_name_of


@dataclass(frozen=True)
class OwnDetails:
    """How an adult is called and reached."""

    given_name: str
    family_name: str
    known_as: str
    phone: str
    address_line: str
    town: str
    postcode: str


@dataclass(frozen=True)
class ChildDetails:
    """Who a child is, and where they go to school."""

    given_name: str
    family_name: str
    known_as: str
    born_on: dt.date
    school: School | None
    school_in_words: str
    set_year_group: int | None
    tile: str


@dataclass(frozen=True)
class Needs:
    """What helps, what is medical and whom to ring, in the family's words."""

    what_helps: str
    medical: str
    emergency_contacts: str


@action
def change_own_details(*, details: OwnDetails, by: User, at: dt.datetime) -> Person:
    """The adult is known by these details."""
    person = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    person.given_name = details.given_name
    person.family_name = details.family_name
    person.known_as = details.known_as
    person.phone = details.phone
    person.address_line = details.address_line
    person.town = details.town
    person.postcode = details.postcode
    person.sort_name = sort_name_of(details.given_name, details.family_name)
    person.save()
    return person


@action
def choose_digest(*, wants: bool, by: User, at: dt.datetime) -> None:
    """This adult gets the weekly email from now, or does not."""
    User.objects.filter(pk=by.pk).update(wants_digest=wants)


@action
def change_child(*, child: Person, details: ChildDetails, by: User, at: dt.datetime) -> Person:
    """The child is known by these details."""
    rules.check_child(details.born_on, on=timezone.localdate(at))
    child = Person.objects.select_for_update(no_key=True).get(pk=child.pk)
    child.given_name = details.given_name
    child.family_name = details.family_name
    child.known_as = details.known_as
    child.born_on = details.born_on
    child.tile = details.tile
    child.sort_name = sort_name_of(details.given_name, details.family_name)
    child.save()
    Learner.objects.update_or_create(
        person=child,
        defaults={
            "school": details.school,
            "school_in_words": details.school_in_words,
            "set_year_group": details.set_year_group,
        },
    )
    return child


@action
def keep_needs(
    *, person: Person, needs: Needs | None, answers: Sequence[Answer], by: User, at: dt.datetime
) -> None:
    """What helps is kept sealed, with first answers to questions. None: needs stay as they are."""
    if needs is not None:
        learner = getattr(person, "learner", None) or Learner.objects.create(person=person)
        care.keep_care(
            learner=learner,
            what_helps=needs.what_helps,
            medical=needs.medical,
            emergency_contacts=needs.emergency_contacts,
            by=by,
            at=at,
        )
    write_answers(person=person, answers=answers, by=by, at=at)
