"""One family at one letter, or one child at two, all at once: one place, and one letter a child."""

import datetime as dt
from functools import partial

import pytest

from bookings.models import Enrolment
from lessons.actions import claims
from lessons.models import ClaimCode
from tests.bookings.stage import family
from tests.factories.core import NOON
from tests.lessons.claiming import made_letters, open_run
from tests.races import all_at_once, done, pause, refused, without

pytestmark = pytest.mark.django_db(transaction=True)


def groups(number):
    return [open_run(last_on=dt.date(2027, 1, 30)) for _ in range(number)]


def claim_at_once(pairs):
    """One guardian presses for the same child everywhere at the same moment."""
    guardian, child = family()
    return all_at_once(
        [
            partial(
                claims.claim_place,
                code=letter,
                activity=group,
                person=child,
                waits=False,
                by=guardian,
                at=NOON,
            )
            for letter, group in pairs
        ]
    )


def test_a_letter_holds_one_place_however_fast_its_family_chooses_again(monkeypatch):
    pause(monkeypatch, claims, "_check_one_letter", 0.3)
    _, [letter, *_] = made_letters()
    wanted = groups(2)

    outcomes = claim_at_once([(letter, group) for group in wanted])

    held = Enrolment.objects.filter(activity__in=wanted, status=Enrolment.Status.HELD)
    letter.refresh_from_db()
    assert len(done(outcomes)) == 2
    assert list(held) == [letter.enrolment]


def two_letters(monkeypatch):
    pause(monkeypatch, claims, "_let_go", 0.3)
    _, letters = made_letters(headcount=2)
    return claim_at_once(zip(letters, groups(2), strict=True))


def test_a_child_uses_one_letter_of_a_class_however_fast(monkeypatch):
    outcomes = two_letters(monkeypatch)

    assert len(done(outcomes)) == 1
    assert [str(each) for each in refused(outcomes)] == [
        "This child has used a letter of this class already."
    ]


def test_a_child_uses_two_without_the_constraint(monkeypatch):
    with without(ClaimCode, "claimcode_one_used_for_a_child"):
        assert len(done(two_letters(monkeypatch))) == 2
