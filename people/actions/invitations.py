"""Another adult is asked to share the care of children, comes in, or steps back."""

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core import mail
from core.actions import action
from core.refusals import RuleBroken
from people import queries, rules
from people.actions import letters
from people.models import Guardianship, Invitation, Person, User
from people.queries import invitations
from people.queries.invitations import Letter


class CannotBeUsed(RuleBroken):
    """This adult may not come in by this letter. Why, is for the service to say."""

    def __init__(self) -> None:
        super().__init__("This invitation cannot be used. Please call us")


@dataclass(frozen=True)
class Asked:
    """Whom one adult asks, and what that adult may do for each of the children."""

    email: str
    relationship: str
    may: frozenset[str]


@dataclass(frozen=True)
class Limits:
    """How long a letter can be used, and how many an adult may send in a day."""

    lasts: dt.timedelta
    most_a_day: int


@action
def invite_adult(
    *, children: Sequence[Person], asked: Asked, limits: Limits, by: User, at: dt.datetime
) -> list[Invitation]:
    """A letter with a key is on its way. One open letter for each child and address: the latest."""
    inviter = Person.objects.select_for_update(no_key=True).get(pk=by.person_id)
    rules.check_books_seeing(asked.may)
    own = {link.child_id: link for link in queries.inviting_for(by)}
    for child in children:
        held = invitations.rights_in(own[child.pk]) if child.pk in own else frozenset()
        rules.check_may_give({"may_book", *asked.may}, own=held, child=child.first_name)
    sent = invitations.sent_since(inviter, at - dt.timedelta(days=1))
    rules.check_not_too_many(sent, 1, most=limits.most_a_day)

    _replace_earlier(inviter, children, asked.email, at=at)
    key = secrets.token_urlsafe(32)
    rows = Invitation.objects.bulk_create(
        Invitation(
            child=child,
            email=asked.email,
            relationship=asked.relationship,
            **{right: right in asked.may for right in rules.MAY},
            invited_by=inviter,
            key_hash=invitations.hash_of(key),
            made_at=at,
            expires_at=at + limits.lasts,
        )
        for child in children
    )
    letters.invitation(rows, key=key, at=at)
    return rows


@action
def withdraw_invitation(*, invitation: Invitation, by: User, at: dt.datetime) -> None:
    """The letter opens nothing any more, for any child it names. Again: nothing changes."""
    rows = list(
        Invitation.objects.select_for_update(no_key=True)
        .filter(key_hash=invitation.key_hash)
        .order_by("pk")
    )
    if any(row.accepted_at for row in rows):
        raise rules.InvitationOver(
            "This invitation was accepted already. Call us to change what an adult may do"
        )
    _withdraw([row for row in rows if row.withdrawn_at is None], at=at)


@action
def accept_invitation(*, key_hash: str, by: User, at: dt.datetime) -> list[Guardianship]:
    """Whoever was asked is an adult of the children named, once. Both are told by letter.

    What they could do already stays; they get no more than whoever asked may do today.
    """
    letter, links = _locked(key_hash, at)
    if not invitations.is_proven(by, letter.email):
        raise CannotBeUsed
    if not invitations.may_be_let_in(by.person_id, letter.rows):
        raise CannotBeUsed
    if letter.standing == rules.Standing.USED and letter.rows[0].accepted_by_id == by.person_id:
        return []
    if letter.standing != rules.Standing.OPEN:
        raise rules.InvitationOver("This invitation is over. Ask for a new one")

    made = [_let_in(row, by.person_id, links) for row in letter.rows]
    for row in letter.rows:
        row.accepted_at, row.accepted_by_id = at, by.person_id
    Invitation.objects.bulk_update(letter.rows, ["accepted_at", "accepted_by"])
    letters.accepted(letter, made, by=by, at=at)
    return made


@action
def step_back(*, link: Guardianship, by: User, at: dt.datetime) -> None:
    """This adult may do nothing for the child any more. Those who know them are told."""
    child = Person.objects.select_for_update(no_key=True).get(pk=link.child_id)
    link = Guardianship.objects.select_for_update(no_key=True).get(pk=link.pk)
    if not link.may_anything:
        return
    others = Guardianship.objects.filter(child=child, may_book=True).exclude(pk=link.pk)
    if link.may_book:
        rules.check_leaves_somebody(others_who_book=others.count(), child=child.first_name)

    told = queries.who_know(link)
    for right in rules.MAY:
        setattr(link, right, False)
    link.save(update_fields=[*rules.MAY])
    letters.stepped_back(link, told, by=by, at=at)


def _locked(key_hash: str, at: dt.datetime) -> tuple[Letter, dict[tuple[int, int], Guardianship]]:
    """The letter, with its children locked: one at a time is let in to a child, or barred."""
    rows = Invitation.objects.select_for_update(no_key=True).filter(key_hash=key_hash)
    named = [row.child_id for row in rows.order_by("pk")]
    children = Person.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("pk")
    keys = [child.pk for child in children]
    letter = invitations.letter_of(key_hash, at)
    if letter is None:
        raise rules.InvitationOver("This invitation is over. Ask for a new one")
    held = Guardianship.objects.select_for_update(no_key=True).filter(child__in=keys)
    return letter, {(link.child_id, link.adult_id): link for link in held.order_by("pk")}


def _let_in(
    row: Invitation, adult_id: int, links: dict[tuple[int, int], Guardianship]
) -> Guardianship:
    given = invitations.left_to_give(row, links)
    known = links.get((row.child_id, adult_id))
    if known is None:
        order = [link.contact_order for (child, _), link in links.items() if child == row.child_id]
        return Guardianship.objects.create(
            adult_id=adult_id,
            child_id=row.child_id,
            relationship=row.relationship,
            contact_order=max(order, default=0) + 1,
            **{right: right in given for right in rules.MAY},
        )
    for right in given:
        setattr(known, right, True)
    known.save(update_fields=sorted(given))
    return known


def _replace_earlier(
    inviter: Person, children: Collection[Person], email: str, *, at: dt.datetime
) -> None:
    """Letters to the same address that this one takes the place of."""
    earlier = Invitation.objects.select_for_update(no_key=True).filter(
        invited_by=inviter, email=email, child__in=children, accepted_at=None, withdrawn_at=None
    )
    _withdraw(list(earlier.order_by("pk")), at=at)


def _withdraw(rows: list[Invitation], *, at: dt.datetime) -> None:
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=at)
    for key_hash in {row.key_hash for row in rows}:
        mail.withdraw(letters.reason_of(key_hash))
