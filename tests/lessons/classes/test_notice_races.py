"""Two of a school give the same notice at the same moment: it is given once.

The race is also run with the locks off, and must then go wrong.
"""

from functools import partial

import pytest

from bookings.models import Closure, Session
from lessons.actions import notices
from tests.lessons.classes.stage import (
    MONDAY,
    Larkhay,
    letters,
    notice,
    notice_rules,
)
from tests.races import all_at_once, done, pause, unlock

pytestmark = pytest.mark.django_db(transaction=True)


def give_at_once(monkeypatch):
    notice_rules()
    larkhay = Larkhay()
    users = [larkhay.lead, larkhay.contact("head", email="head@school.example")]
    pause(monkeypatch, notices, "_close", 0.2)
    pause(monkeypatch, notices, "_move", 0.2)
    calls = [
        partial(notices.give_notice, notice=notice(larkhay), seen=None, by=user, at=MONDAY)
        for user in users
    ]
    return all_at_once(calls)


def test_two_who_give_the_same_notice_at_once_give_it_once(monkeypatch):
    given = give_at_once(monkeypatch)

    assert len({one.closures[0].pk for one in done(given)}) == 1
    assert Closure.objects.count() == 1
    assert Session.objects.happening().filter(makes_up__isnull=False).count() == 1
    assert len(letters("school-notice")) == 2


def test_without_the_locks_it_is_given_twice_or_breaks(monkeypatch):
    unlock(monkeypatch)

    given = give_at_once(monkeypatch)

    broke = [one for one in given if isinstance(one, Exception)]
    assert broke or Closure.objects.count() == 2
