"""Who at a school hears that a class of ours is off, moved or on after all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bookings.models import Session
from people.models import Person, SchoolContact

READERS = (SchoolContact.Role.HEAD, SchoolContact.Role.MUSIC_LEAD)


@dataclass(frozen=True)
class SchoolTold:
    """Somebody at a school, and the classes there that change."""

    person: Person
    schools: str
    sessions: list[Session]


def schools_told(sessions: Iterable[Session], *, by_id: int | None) -> list[SchoolTold]:
    """Each person once, in one statement; nobody of a school whose own act it was."""
    classes = [one for one in sessions if one.activity.counts_heads]
    if not classes:
        return []
    contacts = contacts_of({_school_id(one) for one in classes})
    own = {contact.school_id for contact in contacts if contact.person_id == by_id}
    told: dict[int, list[SchoolContact]] = {}
    for contact in contacts:
        if contact.school_id not in own and contact.role in READERS and contact.person.email:
            told.setdefault(contact.person_id, []).append(contact)
    return [
        SchoolTold(
            person=held[0].person,
            schools=" and ".join(sorted({str(one.school) for one in held})),
            sessions=[one for one in classes if _school_id(one) in {two.school_id for two in held}],
        )
        for held in told.values()
    ]


def contacts_of(school_ids: Collection[int | None]) -> list[SchoolContact]:
    """Whoever speaks for these schools now, in whichever part."""
    contacts = SchoolContact.objects.current().filter(school__in=school_ids)
    return list(contacts.select_related("person", "school").order_by("person_id", "pk"))


def _school_id(session: Session) -> int | None:
    return session.school_id or session.activity.school_id
