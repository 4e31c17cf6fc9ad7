"""Who speaks for a school lets others in, goes, or is taken out: at once, everywhere."""

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from core import mail
from core.actions import action
from people import rules
from people.actions import school_letters as letters
from people.actions.invitations import CannotBeUsed, Limits
from people.actions.school_claims import AskedPart, ask_us, is_open, let_in
from people.models import Person, School, SchoolClaim, SchoolContact, SchoolInvitation, User
from people.queries import school_accounts
from people.queries.invitations import hash_of, is_proven
from people.queries.school_accounts import SchoolLetter
from people.rules import school_parts


@dataclass(frozen=True)
class AskedColleague:
    """Whom somebody asks to speak for the school beside them, and as what."""

    email: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Joined:
    """What somebody is at a school now, and what waits for our answer."""

    school: School
    parts: frozenset[str]
    waiting: frozenset[str]


@action
def invite_colleague(
    *, school: School, asked: AskedColleague, limits: Limits, by: User, at: dt.datetime
) -> SchoolInvitation:
    """A letter with a key is on its way; an earlier one to the same address opens nothing more."""
    school = _locked(school)
    school_parts.check_open(school.name, is_open=is_open(school), closed_on=school.closed_on)
    if asked.roles <= school_accounts.parts_of_address(school, asked.email):
        raise school_parts.InvitedAlready("Whoever has this address is that here already.")
    sent = school_accounts.invited_since(by.person_id, at - dt.timedelta(days=1))
    rules.check_not_too_many(sent, 1, most=limits.most_a_day)

    earlier = SchoolInvitation.objects.select_for_update(no_key=True).filter(
        school=school, email=asked.email, accepted_at=None, withdrawn_at=None
    )
    _withdraw(list(earlier.order_by("pk")), at=at)
    key = secrets.token_urlsafe(32)
    row = SchoolInvitation.objects.create(
        school=school,
        email=asked.email,
        roles=sorted(asked.roles),
        invited_by_id=by.person_id,
        key_hash=hash_of(key),
        made_at=at,
        expires_at=at + limits.lasts,
    )
    letters.invitation(row, key=key, at=at)
    return row


@action
def withdraw_school_invitation(
    *, invitation: SchoolInvitation, by: User, at: dt.datetime
) -> SchoolInvitation:
    """The letter opens nothing any more. Again: nothing changes."""
    locked = SchoolInvitation.objects.select_for_update(no_key=True)
    row: SchoolInvitation = locked.get(pk=invitation.pk)
    if row.accepted_at:
        raise rules.InvitationOver(
            "This invitation was accepted already. End their part on the page of your people."
        )
    if row.withdrawn_at is None:
        _withdraw([row], at=at)
    return row


@action
def accept_school_invitation(*, key_hash: str, by: User, at: dt.datetime) -> Joined:
    """Whoever was asked speaks for the school, once, in what its writer may let others into today.

    What only a headteacher may give waits for us: nobody makes themselves one who agrees orders.
    """
    letter = _open_letter(key_hash, by=by, at=at)
    row = letter.row
    writer = User.objects.get(person_id=row.invited_by_id)
    given = frozenset(row.roles) & school_accounts.parts_to_give(writer, row.school)
    waiting = frozenset(row.roles) - given - school_accounts.parts_held(by.person_id, row.school)
    row.accepted_at, row.accepted_by = at, by.person
    row.save(update_fields=["accepted_at", "accepted_by"])
    if given:
        let_in(row.school, by.person, given, occasion=str(row.ref), at=at)
    if waiting:
        title = f"Invited by {row.invited_by}"[
            : SchoolClaim._meta.get_field("job_title").max_length
        ]
        ask_us(row.school, by.person, AskedPart(waiting, title), at=at)
    return Joined(row.school, given, waiting)


@action
def leave_school(*, school: School, by: User, at: dt.datetime) -> None:
    """They see nothing of the school from this moment, and nothing they asked for stands."""
    school = _locked(school)
    _end(school, by.person, by=by, at=at)


@action
def end_contact(*, school: School, person: Person, by: User, at: dt.datetime) -> None:
    """Somebody else speaks for the school no more, in any part. Both sides are told."""
    school = _locked(school)
    parts = school_accounts.parts_held(person.pk, school)
    school_parts.check_may_end(parts, gives=school_accounts.parts_to_give(by, school))
    _end(school, person, by=by, at=at)


@action
def choose_approval(*, school: School, wants_approval: bool, by: User, at: dt.datetime) -> School:
    """Whether an order of the school is agreed by its head or finance, or by whoever orders."""
    school = _locked(school)
    if school.wants_approval != wants_approval:
        school.wants_approval = wants_approval
        school.save(update_fields=["wants_approval"])
    return school


def _open_letter(key_hash: str, *, by: User, at: dt.datetime) -> SchoolLetter:
    """The letter, its school and itself locked, if this reader may use it now."""
    found = SchoolInvitation.objects.filter(key_hash=key_hash)
    school_id = found.values_list("school", flat=True).first()
    if school_id is None:
        raise rules.InvitationOver("This invitation is over. Ask for a new one")
    school = School.objects.select_for_update(no_key=True).get(pk=school_id)
    found.select_for_update(no_key=True).get()
    letter = school_accounts.school_letter_of(key_hash, at)
    if letter is None or letter.standing != rules.Standing.OPEN:
        raise rules.InvitationOver("This invitation is over. Ask for a new one")
    if not is_proven(by, letter.row.email) or letter.row.invited_by_id == by.person_id:
        raise CannotBeUsed
    school_parts.check_open(school.name, is_open=is_open(school), closed_on=school.closed_on)
    return letter


def _end(school: School, person: Person, *, by: User, at: dt.datetime) -> None:
    contacts = SchoolContact.objects.select_for_update(no_key=True).filter(
        school=school, person=person, ended_at=None
    )
    ended = list(contacts.order_by("pk"))
    if not ended:
        return
    SchoolContact.objects.filter(pk__in=[row.pk for row in ended]).update(ended_at=at)
    written = SchoolInvitation.objects.select_for_update(no_key=True).filter(
        school=school, invited_by=person, accepted_at=None, withdrawn_at=None
    )
    _withdraw(list(written.order_by("pk")), at=at)
    SchoolClaim.objects.filter(
        school=school, person=person, status=SchoolClaim.Status.ASKED
    ).update(status=SchoolClaim.Status.WITHDRAWN, decided_at=at)
    letters.part_ended(person, school, by=by, at=at)


def _withdraw(rows: Iterable[SchoolInvitation], *, at: dt.datetime) -> None:
    for row in rows:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        mail.withdraw(letters.reason_of(row.key_hash))


def _locked(school: School) -> School:
    return School.objects.select_for_update(no_key=True).get(pk=school.pk)
