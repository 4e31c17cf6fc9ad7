"""Sealed words open where they were sealed, with a key we have, and nowhere and no way else."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from core import sealed
from core.sealed import Place, SealBroken, seal, unseal

HERE = Place("people_learnercare", "medical", 7)
OLD_KEY = f"old:{base64.b64encode(b'o' * 32).decode()}"
NEW_KEY = f"new:{base64.b64encode(b'n' * 32).decode()}"


@pytest.fixture
def keys(settings):
    """Change the keys; the test's end puts them back."""

    def change(*entries):
        settings.FIELD_KEYS = list(entries)
        sealed._keys.cache_clear()

    yield change
    sealed._keys.cache_clear()


@given(st.text())
def test_what_is_sealed_opens_again(words):
    assert unseal(seal(words, HERE), HERE) == words


def test_nothing_stays_nothing():
    assert (seal("", HERE), unseal(b"", HERE), unseal(memoryview(b""), HERE)) == (b"", "", "")


def test_the_words_are_not_in_what_is_stored():
    assert b"asthma" not in seal("asthma", HERE)


def test_the_same_words_are_never_sealed_alike():
    assert len({seal("asthma", HERE) for _ in range(50)}) == 50


def test_every_flipped_byte_is_refused():
    closed = seal("asthma", HERE)

    for index in range(len(closed)):
        altered = bytearray(closed)
        altered[index] ^= 1
        with pytest.raises(SealBroken):
            unseal(bytes(altered), HERE)


def test_every_shortened_text_is_refused():
    closed = seal("asthma", HERE)

    for length in range(1, len(closed)):
        with pytest.raises(SealBroken):
            unseal(closed[:length], HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("people_learnercare", "medical", 8),
        Place("people_learnercare", "what_helps", 7),
        Place("people_person", "medical", 7),
    ],
    ids=["another child", "another column", "another table"],
)
def test_moved_words_are_refused(elsewhere):
    closed = seal("asthma", HERE)

    with pytest.raises(SealBroken):
        unseal(closed, elsewhere)


def test_a_new_key_seals_and_the_old_one_still_opens(keys):
    keys(OLD_KEY)
    before = seal("asthma", HERE)

    keys(NEW_KEY, OLD_KEY)

    assert unseal(before, HERE) == "asthma"
    assert seal("asthma", HERE).startswith(b"new:")


def test_words_whose_key_is_gone_are_refused(keys):
    keys(OLD_KEY)
    closed = seal("asthma", HERE)

    keys(NEW_KEY)

    with pytest.raises(SealBroken):
        unseal(closed, HERE)


def test_another_key_under_the_same_name_is_refused(keys):
    keys(OLD_KEY)
    closed = seal("asthma", HERE)

    keys(NEW_KEY.replace("new:", "old:"))

    with pytest.raises(SealBroken):
        unseal(closed, HERE)


@pytest.mark.parametrize(
    "entry", ["old", "old:", "old:c2hvcnQ=", "old:not base64!", OLD_KEY.replace("old:", ":")]
)
def test_a_key_that_is_none_is_refused(keys, entry):
    keys(entry)

    with pytest.raises(ImproperlyConfigured):
        seal("asthma", HERE)
