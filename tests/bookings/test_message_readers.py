"""Who gets a message and who cannot: exactly, each once, in as many statements for a thousand."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Message
from bookings.queries import messages as queries
from bookings.rules.messages import Narrowing
from tests.bookings.correspondence import placed, says_yes_to_news
from tests.factories.bookings import ActivityFactory, EnrolmentFactory
from tests.factories.centres import CentreFactory
from tests.factories.people import (
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    LearnerFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def group():
    return ActivityFactory(title="Junior Voices", capacity=None)


def to(group=None, **fields):
    return Message(activity=group, kind="change", **fields)


def readers(message):
    return queries.readers_of(message, on=TODAY)


def names(told):
    return [(each.adult.given_name, [person.given_name for person in each.about]) for each in told]


def adult(name, child, **may):
    user = UserFactory(person__given_name=name)
    all_no = dict.fromkeys(("may_book", "may_see", "may_pay", "may_collect"), False)
    GuardianshipFactory(adult=user.person, child=child, **(all_no | may))
    return user


def test_readers_of_are_those_who_may_see_each_once(group):
    child = ChildFactory(given_name="Anya")
    EnrolmentFactory(activity=group, person=child, active=True)
    adult("Sees", child, may_see=True)
    adult("Books", child, may_see=True, may_book=True)
    adult("Pays", child, may_pay=True)
    adult("Collects", child, may_collect=True)
    adult("Barred", child, is_barred=True)

    found = readers(to(group))

    assert sorted(names(found.told)) == [("Books", ["Anya"]), ("Sees", ["Anya"])]
    assert (found.pupils, found.no_address, found.untold) == (1, [], [])


def test_readers_of_two_children_is_told_once_about_both(group):
    guardian, _ = placed(group, given_name="Anya", born_on=dt.date(2015, 1, 1))
    placed(group, guardian=guardian, given_name="Ben", born_on=dt.date(2017, 1, 1))

    found = readers(to(group))

    assert names(found.told) == [(guardian.person.given_name, ["Anya", "Ben"])]
    assert found.pupils == 2


def test_readers_of_two_homes_are_told_each_of_their_own_children(group):
    mother, shared = placed(group, given_name="Anya")
    father = GuardianFactory(person__given_name="Sam")
    GuardianshipFactory(adult=father.person, child=shared)
    placed(group, guardian=father, given_name="Zed", born_on=dt.date(2018, 1, 1))

    told = {
        each.adult: [person.given_name for person in each.about] for each in readers(to(group)).told
    }

    assert told == {mother.person: ["Anya"], father.person: ["Anya", "Zed"]}


def test_readers_of_include_a_grown_pupil_with_a_sign_in_of_their_own(group):
    parent, pupil = placed(group, given_name="Kim")
    UserFactory(person=pupil, email="kim@family.example", person__email="")
    pupil.email = "kim@family.example"
    pupil.save()

    assert {each.adult for each in readers(to(group)).told} == {parent.person, pupil}


def test_readers_of_names_who_has_no_address_and_whom_nobody_may_be_told_about(group):
    without = PersonFactory(given_name="Marsh", email="", phone="01632 960 007")
    child = ChildFactory(given_name="Anya", guardian=without)
    EnrolmentFactory(activity=group, person=child, active=True)
    alone = ChildFactory(given_name="Wren")
    EnrolmentFactory(activity=group, person=alone, active=True)
    adult("Barred", alone, is_barred=True)

    found = readers(to(group))

    assert names(found.no_address) == [("Marsh", ["Anya"])]
    assert (found.told, found.untold) == ([], [alone])


def test_two_readers_with_one_address_are_two_readers(group):
    _, child = placed(group)
    for name in ("One", "Two"):
        person = PersonFactory(given_name=name, email="shared@family.example")
        GuardianshipFactory(adult=person, child=child)

    told = readers(to(group)).told

    assert sorted(each.adult.given_name for each in told if "shared" in each.adult.email) == [
        "One",
        "Two",
    ]


def test_readers_of_news_are_those_whose_last_word_was_yes(group):
    wanting, _ = placed(group)
    says_yes_to_news(wanting.person)
    stopped, _ = placed(group)
    says_yes_to_news(stopped.person)
    says_yes_to_news(stopped.person, is_given=False)
    never_asked, _ = placed(group)

    found = readers(to(group))

    assert [each.adult for each in found.for_kind("news")] == [wanting.person]
    assert {each.adult for each in found.for_kind("change")} == {
        wanting.person,
        stopped.person,
        never_asked.person,
    }


def test_a_childs_own_consent_is_not_its_parents_wish_for_news(group):
    _, child = placed(group)
    says_yes_to_news(child)

    assert readers(to(group)).for_kind("news") == []


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        pytest.param({}, {"saturday"}, id="with a place"),
        pytest.param({"status": "waiting"}, {"waits"}, id="waiting"),
        pytest.param({"status": "both"}, {"saturday", "waits"}, id="both"),
        pytest.param({"weekday": 6}, {"saturday"}, id="their day"),
        pytest.param({"weekday": 3}, {"wednesday"}, id="another day"),
        pytest.param({"kind": "tuition"}, {"lesson"}, id="another kind"),
        pytest.param({"min_year": 6, "max_year": 6}, {"saturday"}, id="their year"),
        pytest.param({"min_year": 9}, {"corrected"}, id="as corrected"),
        pytest.param({"max_year": 5}, set(), id="too old"),
    ],
)
def test_readers_of_are_narrowed(narrowing, found):
    centre = CentreFactory()
    everyone = {
        "saturday": placed(ActivityFactory(centre=centre)),
        "waits": placed(ActivityFactory(centre=centre), status="waiting"),
        "elsewhere": placed(ActivityFactory()),
        "ended": placed(ActivityFactory(centre=centre), status="ended"),
        "cancelled": placed(ActivityFactory(centre=centre, status="cancelled")),
    }
    if "weekday" in narrowing:
        everyone["wednesday"] = placed(ActivityFactory(centre=centre, weekday=3))
    if "kind" in narrowing:
        everyone["lesson"] = placed(ActivityFactory(centre=centre, kind="tuition"))
    if "min_year" in narrowing and "max_year" not in narrowing:
        everyone["corrected"] = placed(ActivityFactory(centre=centre))
        LearnerFactory(person=everyone["corrected"][1], set_year_group=9)
    kept = Narrowing(**narrowing).as_kept()

    told = readers(Message(centre=centre, kind="change", narrowed_by=kept)).told

    by_person = {guardian.person: name for name, (guardian, _) in everyone.items()}
    assert {by_person[each.adult] for each in told} == found


def statements(message):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queries.readers_of(message, on=TODAY)
    return len(captured)


def test_readers_of_take_as_many_statements_for_a_thousand(group):
    EnrolmentFactory(activity=group, person__guardian=None, active=True)
    adult("Barred", group.enrolments.get().person, is_barred=True)
    for _ in range(10):
        placed(group)
    few = statements(to(group))
    for _ in range(990):
        placed(group)

    many = statements(to(group))

    assert len(readers(to(group)).told) == 1000
    assert (few, many) == (5, 5)
