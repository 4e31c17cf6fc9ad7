"""Who speaks for a school, who asks to, and what the key of an invitation opens."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from core.access import Permission
from people.models import Person, School, SchoolClaim, SchoolContact, SchoolInvitation, User
from people.queries.invitations import hash_of
from people.queries.schools import MOST_SCHOOLS, schools_matching
from people.rules import Standing, school_parts, standing_of

URN_DIGITS = range(5, 8)


@dataclass(frozen=True)
class Colleague:
    """Somebody at a school, with every part they play there."""

    person: Person
    parts: tuple[str, ...]
    since: dt.datetime | None
    is_reader: bool
    may_be_ended: bool

    @property
    def in_words(self) -> str:
        return school_parts.in_words(self.parts)


@dataclass(frozen=True)
class Served:
    """A school and the parts that somebody plays there."""

    school: School
    parts: tuple[str, ...]

    @property
    def in_words(self) -> str:
        return school_parts.in_words(self.parts)


@dataclass(frozen=True)
class SchoolLetter:
    """An invitation by its key, as it stands."""

    row: SchoolInvitation
    standing: Standing

    @property
    def in_words(self) -> str:
        return school_parts.in_words(self.row.roles)


def schools_to_claim(words: str, *, invented_only: bool = False) -> list[School]:
    """Schools of this number, name, town or postcode; closed ones too, so that we can say so."""
    words = " ".join(words.replace("\0", "").split())[:100]
    if words.isascii() and words.isdigit() and len(words) in URN_DIGITS:
        numbered = School.objects.filter(urn=int(words))
        return list(numbered.filter(is_invented=True) if invented_only else numbered)
    found = schools_matching(words, invented_only=invented_only, with_closed=True)
    return found[:MOST_SCHOOLS]


def schools_of(user: User) -> list[Served]:
    """The schools this user speaks for, by name."""
    contacts = SchoolContact.objects.current().filter(person_id=user.person_id)
    parts: dict[int, list[SchoolContact]] = {}
    for contact in contacts.select_related("school").order_by("school__sort_name", "pk"):
        parts.setdefault(contact.school_id, []).append(contact)
    return [Served(rows[0].school, tuple(row.role for row in rows)) for rows in parts.values()]


def serves_urn(user: User, urn: int) -> bool:
    """Whether this user speaks for the school of this number."""
    current = SchoolContact.objects.current()
    return bool(current.filter(person_id=user.person_id, school__urn=urn).exists())


def colleagues_at(school: School, *, reader: User) -> list[Colleague]:
    """Everybody who speaks for the school, by name; and whom the reader may take out."""
    gives = parts_to_give(reader, school)
    parts: dict[int, list[SchoolContact]] = {}
    contacts = SchoolContact.objects.current().filter(school=school).select_related("person")
    for contact in contacts.order_by("person__sort_name", "person_id", "pk"):
        parts.setdefault(contact.person_id, []).append(contact)
    return [_colleague(rows, reader, gives) for rows in parts.values()]


def _colleague(rows: list[SchoolContact], reader: User, gives: frozenset[str]) -> Colleague:
    roles = tuple(row.role for row in rows)
    is_reader = rows[0].person_id == reader.person_id
    return Colleague(
        person=rows[0].person,
        parts=roles,
        since=min((row.since for row in rows if row.since), default=None),
        is_reader=is_reader,
        may_be_ended=not is_reader and set(roles) <= gives,
    )


def parts_held(person_id: int, school: School) -> frozenset[str]:
    """Read anew: who left a moment ago holds nothing."""
    held = SchoolContact.objects.current().filter(person_id=person_id, school=school)
    return frozenset(held.values_list("role", flat=True))


def parts_to_give(user: User, school: School) -> frozenset[str]:
    """Which parts this user may let others into, or end, at this school."""
    if user.has_perm(Permission.RUN_COUNTY):
        return frozenset(school_parts.PARTS)
    return school_parts.given_by(parts_held(user.person_id, school))


def speakers_of(school: School, *, but: Iterable[int] = ()) -> list[Person]:
    """Whom we write to about the school: its head and its music lead."""
    speaking = SchoolContact.objects.current().filter(school=school, role__in=school_parts.SPEAKING)
    people = Person.objects.filter(pk__in=speaking.values("person")).exclude(pk__in=list(but))
    return list(people.select_related("user").order_by("pk"))


def claims_of(user: User) -> list[SchoolClaim]:
    """What they asked for, newest first: waiting, or refused with our reason."""
    shown = [SchoolClaim.Status.ASKED, SchoolClaim.Status.REFUSED]
    own = SchoolClaim.objects.filter(person_id=user.person_id, status__in=shown)
    return list(own.select_related("school").order_by("-asked_at", "-pk")[:MOST_SCHOOLS])


def claims_since(person_id: int, since: dt.datetime) -> int:
    return int(SchoolClaim.objects.filter(person_id=person_id, asked_at__gt=since).count())


def invited_since(person_id: int, since: dt.datetime) -> int:
    sent = SchoolInvitation.objects.filter(invited_by_id=person_id, made_at__gt=since)
    return int(sent.count())


def open_school_invitations(school: School, at: dt.datetime) -> list[SchoolInvitation]:
    return list(SchoolInvitation.objects.open(at).filter(school=school).order_by("pk"))


def school_letter(key: str, at: dt.datetime) -> SchoolLetter | None:
    return school_letter_of(hash_of(key), at)


def school_letter_of(key_hash: str, at: dt.datetime) -> SchoolLetter | None:
    """The letter of this key as it stands: open while whoever wrote it speaks for the school."""
    found = SchoolInvitation.objects.filter(key_hash=key_hash)
    row = found.select_related("school", "invited_by__user").first()
    if row is None:
        return None
    standing = standing_of(
        is_accepted=row.accepted_at is not None,
        is_withdrawn=row.withdrawn_at is not None,
        expires_at=row.expires_at,
        holds=may_still_invite(row),
        at=at,
    )
    return SchoolLetter(row, standing)


def may_still_invite(row: SchoolInvitation) -> bool:
    """Whoever left the school, or whose account is closed, lets nobody in any more."""
    user = User.objects.filter(person_id=row.invited_by_id).first()
    return user is not None and user.has_perm(Permission.SPEAK_FOR_SCHOOL, row.school)


def addresses_at(school: School, email: str) -> Q:
    """Whoever of this school has this address."""
    return Q(school=school) & (Q(person__user__email=email) | Q(person__email__iexact=email))


def parts_of_address(school: School, email: str) -> frozenset[str]:
    """What the owner of this address is at the school already."""
    held = SchoolContact.objects.current().filter(addresses_at(school, email))
    return frozenset(held.values_list("role", flat=True))
