"""The only way to read or keep what is sealed about a learner; every reading is written down.

Whom to ring is kept with who said so: an adult whose home is hidden from the others of this child
gives a telephone number to the service, not to them.
"""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

from core.actions import action
from core.models import AccessRow
from core.sealed import Place, seal, unseal
from people.models import Guardianship, Learner, LearnerCare, User

COLUMNS = ("what_helps", "medical", "emergency_contacts")
_NOBODY = ""  # who said so was not written down


@dataclass(frozen=True)
class Care:
    """What helps, what is medical, whom to ring: opened for one reader."""

    what_helps: str = field(default="", repr=False)
    medical: str = field(default="", repr=False)
    emergency_contacts: str = field(default="", repr=False)


@action
def reveal(*, learner: Learner, by: User, why: str, at: dt.datetime) -> Care:
    """Open the learner's care for this reader, and write the reading down with it."""
    AccessRow.objects.create(
        at=at,
        reader=str(by.pk),
        reader_name=str(by),
        record=f"people_learnercare:{learner.pk}",
        why=why,
    )
    kept = LearnerCare.objects.filter(learner=learner).first()
    if kept is None:
        return Care()
    opened = {column: unseal(getattr(kept, column), _place(column, learner)) for column in COLUMNS}
    contacts = _by_adult(opened["emergency_contacts"])
    unseen = _unseen(contacts, learner, by)
    seen = [words for said_by, words in contacts.items() if said_by not in unseen]
    return Care(**opened | {"emergency_contacts": "\n".join(dict.fromkeys(seen))})


@action
def reveal_contacts(
    *, learner_ids: Collection[int], by: User, why: str, at: dt.datetime
) -> dict[int, str]:
    """Whom to ring for each of these, and nothing else of their care; each reading is kept."""
    keys = sorted(set(learner_ids))
    AccessRow.objects.bulk_create(
        AccessRow(
            at=at,
            reader=str(by.pk),
            reader_name=str(by),
            record=f"people_learnercare:{key}",
            why=f"Whom to ring: {why}",
        )
        for key in keys
    )
    kept = LearnerCare.objects.filter(learner__in=keys).select_related("learner")
    own = set(
        Guardianship.objects.filter(child__in=keys, adult=by.person_id).values_list(
            "child_id", flat=True
        )
    )
    told = {}
    for care in kept.defer("what_helps", "medical").order_by("pk"):
        sealed = _place("emergency_contacts", care.learner)
        contacts = _by_adult(unseal(bytes(care.emergency_contacts), sealed))
        family = care.pk in own or care.pk == by.person_id
        unseen = _unseen(contacts, care.learner, by) if family else set()
        seen = [words for said_by, words in contacts.items() if said_by not in unseen]
        told[care.pk] = "\n".join(dict.fromkeys(seen))
    return told


@action
def keep_care(
    *,
    learner: Learner,
    what_helps: str,
    medical: str,
    emergency_contacts: str,
    by: User | None,
    at: dt.datetime,
) -> None:
    """The learner's care is now this, sealed. Whom to ring replaces what this adult could read."""
    said_by = str(by.person_id) if by else _NOBODY
    contacts = {said_by: emergency_contacts} if emergency_contacts else {}
    told = {"what_helps": what_helps, "medical": medical, "emergency_contacts": _text(contacts)}
    sealed = {column: seal(text, _place(column, learner)) for column, text in told.items()}
    if _is_first(learner, sealed, at):
        return
    place = _place("emergency_contacts", learner)
    kept = LearnerCare.objects.select_for_update(no_key=True).get(learner=learner)
    before = _by_adult(unseal(bytes(kept.emergency_contacts), place))
    unseen = _unseen(before, learner, by) if by else set()
    contacts |= {adult: words for adult, words in before.items() if adult in unseen}
    sealed["emergency_contacts"] = seal(_text(contacts), place)
    LearnerCare.objects.filter(pk=kept.pk).update(**sealed, updated_at=at)


def _is_first(learner: Learner, sealed: dict[str, bytes], at: dt.datetime) -> bool:
    """Kept, where nothing was: in one statement, as most families tell it once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_learnercare (learner_id, what_helps, medical, emergency_contacts,"
            " updated_at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (learner_id) DO NOTHING",
            [learner.pk, *(sealed[column] for column in COLUMNS), at],
        )
        return bool(cursor.rowcount == 1)


def _text(contacts: dict[str, str]) -> str:
    return json.dumps(contacts) if contacts else ""


def _by_adult(text: str) -> dict[str, str]:
    """Whom to ring, by who said so. Older rows hold the words alone."""
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if isinstance(told, dict) and all(isinstance(words, str) for words in told.values()):
        return told
    return {_NOBODY: text} if text else {}


def _unseen(contacts: dict[str, str], learner: Learner, by: User) -> set[str]:
    """Whose words this reader may not see: a family's reader, those of adults hidden from it.

    Whoever teaches or looks after the child sees them all. A hidden adult's list is their own, and
    what nobody signed may be theirs.
    """
    if not contacts:
        return set()
    links = list(Guardianship.objects.filter(child_id=learner.pk))
    if by.person_id not in {learner.pk, *(link.adult_id for link in links)}:
        return set()
    hidden = {str(link.adult_id) for link in links if link.address_hidden_from_others}
    own = str(by.person_id)
    if own in hidden:
        return set(contacts) - {own}
    return (hidden | {_NOBODY}) & set(contacts) if hidden else set()


def _place(column: str, learner: Learner) -> Place:
    return Place(table="people_learnercare", column=column, row=learner.pk)
