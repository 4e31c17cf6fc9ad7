"""Invitations: what a letter's key opens, for whom, and which of an adult's are open."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from people.models import Guardianship, Invitation, Person, User
from people.rules import MAY, Standing, standing_of


@dataclass(frozen=True)
class Letter:
    """All rows of one letter: the children it names, and what has become of it."""

    rows: list[Invitation]
    standing: Standing

    @property
    def email(self) -> str:
        return self.rows[0].email

    @property
    def inviter(self) -> Person:
        return self.rows[0].invited_by

    @property
    def children(self) -> list[Person]:
        return [row.child for row in self.rows]


def hash_of(key: str) -> str:
    """What is kept of a letter's key."""
    return hashlib.sha256(key.encode()).hexdigest()


def rights_in(row: Invitation | Guardianship) -> frozenset[str]:
    return frozenset(right for right in MAY if getattr(row, right))


def links_of(children: Collection[int]) -> dict[tuple[int, int], Guardianship]:
    """Every adult's standing towards these children, by child and adult."""
    links = Guardianship.objects.filter(child__in=children).order_by("pk")
    return {(link.child_id, link.adult_id): link for link in links}


def left_to_give(row: Invitation, links: dict[tuple[int, int], Guardianship]) -> frozenset[str]:
    """What this invitation still gives: nothing, once its writer may not invite any more."""
    own = links.get((row.child_id, row.invited_by_id))
    if own is None or own.is_barred or not own.may_book:
        return frozenset()
    return rights_in(row) & rights_in(own)


def standing(row: Invitation, given: frozenset[str], at: dt.datetime) -> Standing:
    return standing_of(
        is_accepted=row.accepted_at is not None,
        is_withdrawn=row.withdrawn_at is not None,
        expires_at=row.expires_at,
        holds=bool(given),
        at=at,
    )


def letter_of(key_hash: str, at: dt.datetime) -> Letter | None:
    """The letter of this key as it stands: open while anything of it is."""
    rows = list(
        Invitation.objects.filter(key_hash=key_hash)
        .select_related("child", "invited_by__user")
        .order_by("child__born_on", "pk")
    )
    if not rows:
        return None
    links = links_of([row.child_id for row in rows])
    stands = {row.pk: standing(row, left_to_give(row, links), at) for row in rows}
    usable = [row for row in rows if stands[row.pk] == Standing.OPEN]
    if usable and not _is_here(rows[0].invited_by):
        return Letter(rows, Standing.CLOSED)
    return Letter(usable or rows, Standing.OPEN if usable else stands[rows[0].pk])


def is_proven(user: User, address: str) -> bool:
    """Whether this user has shown that the address is theirs."""
    proven = EmailAddress.objects.filter(user=user, verified=True, email__iexact=address)
    return bool(proven.exists())


def may_be_let_in(adult_id: int, rows: Iterable[Invitation]) -> bool:
    """Nobody is let in to themselves, by themselves, or past a bar."""
    rows = list(rows)
    children = {row.child_id for row in rows}
    if adult_id in children | {row.invited_by_id for row in rows}:
        return False
    barred = Guardianship.objects.filter(adult=adult_id, child__in=children, is_barred=True)
    return not barred.exists()


def still_stands(key_hash: str, at: dt.datetime) -> bool:
    """Whether the letter may still go: it is open, and not to somebody who is barred.

    Whoever invites is not told of the bar: the letter simply never leaves.
    """
    letter = letter_of(key_hash, at)
    if letter is None or letter.standing != Standing.OPEN:
        return False
    barred = Guardianship.objects.filter(child__in=letter.children, is_barred=True)
    addresses = barred.values_list("adult__email", "adult__user__email")
    return letter.email not in {
        address.lower() for pair in addresses for address in pair if address
    }


def sent_since(adult: Person, since: dt.datetime) -> int:
    """How many letters this adult asked for."""
    sent = Invitation.objects.filter(invited_by=adult, made_at__gt=since)
    return sent.order_by().values("key_hash").distinct().count()


def open_invitations(child: Person, reader: User, at: dt.datetime) -> list[Letter]:
    """The reader's own letters about this child that can still be used, each with all it names."""
    own = Invitation.objects.filter(invited_by_id=reader.person_id)
    keys = own.open(at).filter(child=child).values("key_hash")
    letters: dict[str, list[Invitation]] = {}
    for row in own.open(at).filter(key_hash__in=keys).select_related("child").order_by("pk"):
        letters.setdefault(row.key_hash, []).append(row)
    return [Letter(rows, Standing.OPEN) for rows in letters.values()]


def inviting_for(user: User) -> list[Guardianship]:
    """The children for whom this adult may invite another, each with what the adult may do."""
    links = Guardianship.objects.filter(
        adult_id=user.person_id, may_book=True, may_see=True, is_barred=False
    )
    return list(links.select_related("child").order_by("child__born_on", "child_id"))


def _is_here(person: Person) -> bool:
    user = getattr(person, "user", None)
    return user is None or user.is_active
