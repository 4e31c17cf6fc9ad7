"""Words that are stored sealed: AES-256-GCM, bound to their table, column and row."""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE = 12


class SealBroken(Exception):
    """The sealed words were altered, moved from another row, or their key is gone."""


@dataclass(frozen=True)
class Place:
    """Where sealed words belong; they open nowhere else."""

    table: str
    column: str
    row: int

    @property
    def bound(self) -> bytes:
        return f"{self.table}.{self.column}.{self.row}".encode()


def seal(words: str, place: Place) -> bytes:
    """Return key id, nonce and ciphertext; an empty text stays empty."""
    if not words:
        return b""
    name = next(iter(_keys()))
    nonce = os.urandom(_NONCE)
    body = AESGCM(_keys()[name]).encrypt(nonce, words.encode(), place.bound)
    return name.encode() + b":" + nonce + body


def unseal(sealed: bytes, place: Place) -> str:
    """Open what `seal` closed. Anything else is refused: SealBroken."""
    sealed = bytes(sealed)
    if not sealed:
        return ""
    name, _, rest = sealed.partition(b":")
    key = _keys().get(name.decode(errors="replace"))
    if key is None:
        raise SealBroken(place)
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], place.bound).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken(place) from error


def digests(words: str, *, purpose: str) -> list[bytes]:
    """What our keys alone make of these words: one for each key, newest first."""
    said = f"{purpose}:{words}".encode()
    return [hmac.digest(key, said, hashlib.sha256) for key in _keys().values()]


@cache
def _keys() -> dict[str, bytes]:
    """The keys by name, newest first: the first seals, all open."""
    keys = {}
    for entry in settings.FIELD_KEYS:
        name, _, encoded = entry.partition(":")
        try:
            keys[name] = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            keys[name] = b""
        if len(keys[name]) != 32 or not name:
            raise ImproperlyConfigured("FIELD_KEYS holds name:base64 of 32 bytes, newest first.")
    return keys
