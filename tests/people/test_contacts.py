"""Whom to ring: told to the service, and not to an adult from whom the teller's home is hidden."""

import pytest

from people import care
from tests.factories.core import NOON
from tests.factories.people import (
    GuardianFactory,
    GuardianshipFactory,
    LearnerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HERS, HIS, THEIRS = "Ann, 01632 960777", "Ben, 01632 960111", "Gran, 01632 960222"


@pytest.fixture
def ann():
    return GuardianFactory()


@pytest.fixture
def ben():
    return GuardianFactory()


@pytest.fixture
def learner(ann, ben):
    learner = LearnerFactory()
    for adult in (ann, ben):
        GuardianshipFactory(adult=adult.person, child=learner.person)
    return learner


def hide(adult, learner):
    learner.person.guardians.filter(adult=adult.person).update(address_hidden_from_others=True)


def say(words, learner, by):
    care.keep_care(
        learner=learner, what_helps="", medical="", emergency_contacts=words, by=by, at=NOON
    )


def read(learner, by):
    return care.reveal(learner=learner, by=by, why="test", at=NOON).emergency_contacts


def test_two_parents_who_hide_nothing_keep_one_text_between_them(learner, ann, ben):
    say(HERS, learner, ann)

    seen = read(learner, ben)
    say(f"{seen}\n{HIS}", learner, ben)

    assert seen == HERS
    assert read(learner, ann) == read(learner, UserFactory()) == f"{HERS}\n{HIS}"


def test_a_hidden_adults_number_is_for_the_service_alone(learner, ann, ben):
    hide(ann, learner)
    say(HERS, learner, ann)

    seen = read(learner, ben)
    say(HIS, learner, ben)

    assert (seen, read(learner, ben)) == ("", HIS)
    assert read(learner, ann) == HERS
    assert read(learner, UserFactory()) == f"{HIS}\n{HERS}"


def test_a_home_that_is_hidden_later_takes_its_number_with_it(learner, ann, ben):
    say(HERS, learner, ann)
    before = read(learner, ben)

    hide(ann, learner)

    assert (before, read(learner, ben)) == (HERS, "")


def test_a_hidden_adult_may_change_what_they_said_and_the_others_keep_theirs(learner, ann, ben):
    hide(ann, learner)
    say(HIS, learner, ben)
    say(HERS, learner, ann)

    say(THEIRS, learner, ann)

    assert (read(learner, ann), read(learner, ben)) == (THEIRS, HIS)
    assert read(learner, UserFactory()) == f"{THEIRS}\n{HIS}"


def test_what_nobody_signed_may_be_the_hidden_adults(learner, ann, ben):
    say(THEIRS, learner, None)
    before = read(learner, ben)

    hide(ann, learner)

    assert (before, read(learner, ben)) == (THEIRS, "")
    assert read(learner, UserFactory()) == THEIRS


def test_the_child_is_told_no_more_than_the_other_parent(learner, ann):
    hide(ann, learner)
    say(HERS, learner, ann)

    assert read(learner, UserFactory(person=learner.person)) == ""


@pytest.mark.parametrize("words", ['{"Ann": 5}', "{", '["a"]', '"Ann"', "7", "null"])
def test_words_that_look_like_ours_are_words(learner, ann, words):
    say(words, learner, ann)

    assert read(learner, ann) == words
