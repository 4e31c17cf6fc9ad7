"""The address at which somebody stops our news without signing in: signed, and never guessed."""

import uuid

from django.core import signing
from django.urls import reverse

from people.models import Person


def _signer() -> signing.Signer:
    """No end: whoever keeps an old letter can still stop the next one."""
    return signing.Signer(salt="people.stop_news")


def stop_path(person: Person) -> str:
    """The path in this person's letters, good for ever and for nothing else."""
    return reverse("people:stop_news", kwargs={"key": _signer().sign(person.ref.hex)})


def reader_of(key: str) -> Person | None:
    """Whose letter the address was in; None where we did not write it."""
    try:
        ref = uuid.UUID(_signer().unsign(key))
    except (signing.BadSignature, ValueError):
        return None
    return Person.objects.filter(ref=ref).first()
