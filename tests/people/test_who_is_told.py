"""Who hears of changes to somebody's places."""

import pytest

from people import queries
from tests.factories.people import ChildFactory, GuardianshipFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def told(*people):
    return [
        (each.adult, each.about) for each in queries.who_is_told([person.pk for person in people])
    ]


def link(adult, child, **rights):
    none = dict.fromkeys(["may_book", "may_see", "may_pay", "may_collect"], False)
    return GuardianshipFactory(adult=adult, child=child, **(none | rights))


def test_an_adult_is_told_once_about_all_their_children():
    parent = PersonFactory()
    elder, younger = ChildFactory(born_on="2015-01-01"), ChildFactory(born_on="2017-01-01")
    link(parent, younger, may_see=True)
    link(parent, elder, may_see=True)

    assert told(younger, elder) == [(parent, [elder, younger])]


def test_both_homes_are_told():
    child = ChildFactory()
    first, second = PersonFactory(family_name="Abbot"), PersonFactory(family_name="Zane")
    link(second, child, may_see=True)
    link(first, child, may_see=True)

    assert told(child) == [(first, [child]), (second, [child])]


@pytest.mark.parametrize("rights", [{"may_pay": True}, {"may_collect": True}, {"is_barred": True}])
def test_who_may_not_see_is_told_nothing(rights):
    child = ChildFactory()
    link(PersonFactory(), child, **rights)

    assert told(child) == []


def test_a_grown_learner_is_told_of_their_own():
    learner = PersonFactory()

    assert told(learner) == [(learner, [learner])]


def test_a_young_person_who_signs_in_is_told_beside_their_parent():
    child, parent = ChildFactory(family_name="Young"), PersonFactory(family_name="Old")
    link(parent, child, may_see=True)
    UserFactory(person=child)

    assert told(child) == [(parent, [child]), (child, [child])]


def test_however_many_are_asked_about_it_takes_two_statements(django_assert_num_queries):
    children = [ChildFactory() for _ in range(10)]
    for child in children:
        link(PersonFactory(), child, may_see=True)

    with django_assert_num_queries(2):
        assert len(told(*children)) == 10
