"""Two at the same invitation at once; and the same with the guard off, to see it missed."""

import datetime as dt

import pytest

from core.models import Email
from people import actions
from people.actions import invitations as at_work
from people.models import Guardianship, Invitation, Person
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory, UserFactory
from tests.races import ROUNDS, all_at_once, done, pause, refused, unlock

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + dt.timedelta(hours=1)
LIMITS = actions.Limits(lasts=dt.timedelta(days=7), most_a_day=3)


def invite(inviter, child, email="ben@home.example"):
    asked = actions.Asked(email=email, relationship="parent", may=frozenset({"may_see"}))
    return actions.invite_adult(children=[child], asked=asked, limits=LIMITS, by=inviter, at=NOON)


def accept(row, by):
    return lambda: actions.accept_invitation(key_hash=row.key_hash, by=by, at=LATER)


def two_letters():
    """Each parent asks the same person, who opens both letters at once."""
    child, ben = ChildFactory(), UserFactory()
    rows = []
    for _ in range(2):
        parent = GuardianFactory()
        GuardianshipFactory(adult=parent.person, child=child)
        rows += invite(parent, child, ben.email)
    return child, ben, rows


def twice_the_same():
    inviter, ben = GuardianFactory(), UserFactory()
    child = ChildFactory(guardian=inviter)
    [row] = invite(inviter, child, ben.email)
    return child, ben, [row, row]


@pytest.mark.parametrize("letters", [twice_the_same, two_letters])
def test_two_acceptances_at_once_make_one_adult(monkeypatch, letters):
    pause(monkeypatch, at_work, "_let_in", 0.05)
    for _ in range(ROUNDS):
        child, ben, rows = letters()

        outcomes = all_at_once([accept(row, ben) for row in rows])

        assert len(done(outcomes)) == 2
        assert Guardianship.objects.filter(child=child, adult=ben.person).count() == 1
        told = Email.objects.filter(copy="carer-welcome", to_person_id=ben.person_id)
        assert told.count() == len({row.pk for row in rows})


@pytest.mark.parametrize("letters", [twice_the_same, two_letters])
def test_without_the_lock_one_of_them_fails(monkeypatch, letters):
    unlock(monkeypatch)
    pause(monkeypatch, at_work, "_let_in", 0.2)
    _, ben, rows = letters()

    outcomes = all_at_once([accept(row, ben) for row in rows])

    assert [str(each) for each in refused(outcomes)] == [
        "This adult is linked to this child already."
    ]


def withdraw(row, by):
    return lambda: actions.withdraw_invitation(invitation=row, by=by, at=LATER)


def test_an_invitation_is_either_accepted_or_withdrawn(monkeypatch):
    for turn in range(ROUNDS):
        pause(monkeypatch, at_work, "_let_in", 0.02 * turn)
        inviter, ben = GuardianFactory(), UserFactory()
        child = ChildFactory(guardian=inviter)
        [row] = invite(inviter, child, ben.email)

        outcomes = all_at_once([accept(row, ben), withdraw(row, inviter)])

        [_], [refusal] = done(outcomes), refused(outcomes)
        row.refresh_from_db()
        is_in = Guardianship.objects.filter(child=child, adult=ben.person).exists()
        assert (row.accepted_at is not None, row.withdrawn_at is None) == (is_in, is_in)
        assert ("accepted already" in str(refusal)) == is_in


def test_many_letters_at_once_are_still_so_many_in_a_day(monkeypatch):
    pause(monkeypatch, at_work, "_replace_earlier", 0.02)
    inviter = GuardianFactory()
    child = ChildFactory(guardian=inviter)
    addresses = [f"{number}@home.example" for number in range(6)]

    outcomes = all_at_once([lambda to=to: invite(inviter, child, to) for to in addresses])

    assert (len(done(outcomes)), len(refused(outcomes))) == (3, 3)
    assert Invitation.objects.count() == 3


def test_without_the_lock_more_go(monkeypatch):
    unlock(monkeypatch)
    pause(monkeypatch, at_work, "_replace_earlier", 0.2)
    inviter = GuardianFactory()
    child = ChildFactory(guardian=inviter)
    addresses = [f"{number}@home.example" for number in range(6)]

    all_at_once([lambda to=to: invite(inviter, child, to) for to in addresses])

    assert Invitation.objects.count() > 3


def test_two_parents_who_step_back_at_once_leave_one(monkeypatch):
    pause(monkeypatch, at_work.queries, "who_know", 0.05)
    for _ in range(ROUNDS):
        child, parents = ChildFactory(), [GuardianFactory(), GuardianFactory()]
        links = [GuardianshipFactory(adult=each.person, child=child) for each in parents]

        outcomes = all_at_once(
            [
                lambda link=link, by=by: actions.step_back(link=link, by=by, at=LATER)
                for link, by in zip(links, parents, strict=True)
            ]
        )

        assert len(refused(outcomes)) == 1
        assert Person.objects.filter(wards__child=child, wards__may_book=True).count() == 1


def test_without_the_lock_both_leave(monkeypatch):
    unlock(monkeypatch)
    pause(monkeypatch, at_work.queries, "who_know", 0.2)
    child, parents = ChildFactory(), [GuardianFactory(), GuardianFactory()]
    links = [GuardianshipFactory(adult=each.person, child=child) for each in parents]

    all_at_once(
        [
            lambda link=link, by=by: actions.step_back(link=link, by=by, at=LATER)
            for link, by in zip(links, parents, strict=True)
        ]
    )

    assert not Guardianship.objects.filter(child=child, may_book=True).exists()
