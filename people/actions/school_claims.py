"""Somebody asks to speak for a school; we, or the school's own directory, say whether they do."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from core.actions import action
from people import rules
from people.actions import school_letters as letters
from people.models import Person, School, SchoolClaim, SchoolContact, User
from people.queries import school_accounts
from people.rules import school_parts

Status = SchoolClaim.Status
BY_DIRECTORY = "Confirmed by the school’s own sign-in"


@dataclass(frozen=True)
class AskedPart:
    """What somebody says they are at a school."""

    roles: frozenset[str]
    job_title: str


@action
def claim_school(
    *,
    school: School,
    asked: AskedPart,
    is_vouched: bool,
    most_a_day: int,
    by: User,
    at: dt.datetime,
) -> list[SchoolClaim]:
    """We have the question. Where the school's directory vouches for them, part of it is answered.

    A directory knows who works there, not as what: whoever may agree orders waits for us.
    """
    school = _locked(school)
    person = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    school_parts.check_not_too_many(
        school_accounts.claims_since(person.pk, at - dt.timedelta(days=1)), most=most_a_day
    )
    school_parts.check_open(school.name, is_open=is_open(school), closed_on=school.closed_on)
    held = school_accounts.parts_held(person.pk, school)
    school_parts.check_new(asked.roles, held=held, school=school.name)
    if SchoolClaim.objects.filter(school=school, person=person, status=Status.ASKED).exists():
        raise school_parts.AskedAlready(
            f"You have asked for {school.name} already. We will write within two working days."
        )

    vouched = school_parts.vouched_parts(asked.roles) - held if is_vouched else frozenset()
    claims = []
    if vouched:
        claims.append(_answered_by_directory(school, person, asked, vouched, at=at))
    if waiting := asked.roles - vouched - held:
        claims.append(ask_us(school, person, AskedPart(waiting, asked.job_title), at=at))
    return claims


@action
def approve_claim(*, claim: SchoolClaim, by: User, at: dt.datetime) -> SchoolClaim:
    """They speak for the school from this moment, in what they asked for. They are told."""
    school = _locked(claim.school)
    claim = _undecided(claim)
    rules.check_about_somebody_else(claim.person_id, by_person_id=by.person_id)
    school_parts.check_open(school.name, is_open=is_open(school), closed_on=school.closed_on)
    claim.status, claim.decided_at, claim.decided_by = Status.APPROVED, at, by.person
    claim.save(update_fields=["status", "decided_at", "decided_by"])
    let_in(school, claim.person, claim.roles, occasion=str(claim.ref), at=at)
    return claim


@action
def refuse_claim(*, claim: SchoolClaim, reason: str, by: User, at: dt.datetime) -> SchoolClaim:
    """They do not speak for the school, and read why."""
    _locked(claim.school)
    claim = _undecided(claim)
    rules.check_about_somebody_else(claim.person_id, by_person_id=by.person_id)
    claim.status, claim.decided_at, claim.decided_by = Status.REFUSED, at, by.person
    claim.reason = reason
    claim.save(update_fields=["status", "decided_at", "decided_by", "reason"])
    letters.claim_refused(claim, at=at)
    return claim


@action
def withdraw_claim(*, claim: SchoolClaim, by: User, at: dt.datetime) -> SchoolClaim:
    """Whoever asked does not ask any more."""
    _locked(claim.school)
    claim = _undecided(claim)
    claim.status, claim.decided_at, claim.decided_by = Status.WITHDRAWN, at, by.person
    claim.save(update_fields=["status", "decided_at", "decided_by"])
    return claim


def is_open(school: School) -> bool:
    """Somebody may speak for it today."""
    return school.status in {School.Status.OPEN, School.Status.CLOSING}


def let_in(
    school: School, person: Person, roles: Collection[str], *, occasion: str, at: dt.datetime
) -> None:
    """The person has these parts, anew where they had them before; inside an action of ours."""
    for role in sorted(roles):
        contact, is_new = SchoolContact.objects.select_for_update(no_key=True).get_or_create(
            school=school, person=person, role=role, defaults={"since": at}
        )
        if not is_new and contact.ended_at is not None:
            contact.since, contact.ended_at = at, None
            contact.save(update_fields=["since", "ended_at"])
    letters.part_given(person, school, frozenset(roles), occasion=occasion, at=at)


def ask_us(school: School, person: Person, asked: AskedPart, *, at: dt.datetime) -> SchoolClaim:
    """A question for the office; an earlier one of theirs about this school grows by it."""
    earlier = SchoolClaim.objects.select_for_update(no_key=True).filter(
        school=school, person=person, status=Status.ASKED
    )
    known: SchoolClaim | None = earlier.first()
    if known is not None:
        known.roles = sorted({*known.roles, *asked.roles})
        known.save(update_fields=["roles"])
        return known
    claim = SchoolClaim.objects.create(
        school=school,
        person=person,
        roles=sorted(asked.roles),
        job_title=asked.job_title,
        asked_at=at,
    )
    letters.claim_received(claim, at=at)
    return claim


def _answered_by_directory(
    school: School, person: Person, asked: AskedPart, parts: frozenset[str], *, at: dt.datetime
) -> SchoolClaim:
    claim = SchoolClaim.objects.create(
        school=school,
        person=person,
        roles=sorted(parts),
        job_title=asked.job_title,
        asked_at=at,
        status=Status.APPROVED,
        decided_at=at,
        reason=BY_DIRECTORY,
    )
    let_in(school, person, parts, occasion=str(claim.ref), at=at)
    return claim


def _locked(school: School) -> School:
    return School.objects.select_for_update(no_key=True).get(pk=school.pk)


def _undecided(claim: SchoolClaim) -> SchoolClaim:
    locked = SchoolClaim.objects.select_for_update(no_key=True, of=("self",))
    found: SchoolClaim = locked.select_related("school", "person__user").get(pk=claim.pk)
    if found.status != Status.ASKED:
        raise school_parts.ClaimDecided(f"This question is {found.get_status_display()} already.")
    return found
