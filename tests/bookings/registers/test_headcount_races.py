"""Two who count one class at the same moment: neither overwrites the other.

The race is also run with the lock off, and must then go wrong.
"""

import uuid
from functools import partial

import pytest

from bookings import actions
from bookings.actions import SaidHeads, headcounts
from bookings.models import ClassReturn, CountReceived
from bookings.rules.headcounts import Heads
from tests.bookings.registers.stage import DAY, DURING, teacher
from tests.factories.bookings import ActivityFactory, SessionFactory, spell
from tests.races import ROUNDS, all_at_once, done, pause, unlock

pytestmark = pytest.mark.django_db(transaction=True)


def count_at_once(monkeypatch):
    """Both saw that one of them counted 28; one counts again 27, the other 26."""
    activity = ActivityFactory(class_in_school=True)
    session = SessionFactory(
        activity=activity, school=activity.school, occurs_on=DAY, during=spell(DAY)
    )
    users = [teacher(), teacher()]

    def keep(user, number, seen):
        said = SaidHeads(uuid.uuid4(), Heads(number), None, seen)
        return partial(
            actions.keep_count, session=session, said=[said], note=None, by=user, at=DURING
        )

    keep(users[0], 28, -1)()
    pause(monkeypatch, headcounts, "_take", 0.1)
    answers = done(all_at_once([keep(users[0], 27, 0), keep(users[1], 26, 0)]))
    return sorted(answer.outcome for (answer,) in answers)


def test_of_two_who_count_at_once_neither_overwrites_the_other(monkeypatch):
    assert count_at_once(monkeypatch) == ["differs", "kept"]
    kept = {ClassReturn.objects.get().present, *_differing()}
    assert kept == {26, 27}


def test_of_two_who_count_at_once_one_is_overwritten_in_silence_without_the_lock(monkeypatch):
    unlock(monkeypatch)

    assert any(_overwrites(monkeypatch) for _ in range(ROUNDS))


def _overwrites(monkeypatch):
    before = len(_differing())
    return count_at_once(monkeypatch) == ["kept", "kept"] and len(_differing()) == before


def _differing():
    return [one.present for one in CountReceived.objects.filter(outcome="differed")]
