"""A family corrects what we know about it, and takes consents back as easily as it gave them."""

import datetime as dt

import pytest
from django.urls import reverse

from core.models import AccessRow, AuditRow
from people import care
from people.actions import Answer, answer_consents
from people.models import Learner, Person
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    ConsentWordingFactory,
    GuardianFactory,
    GuardianshipFactory,
    SchoolFactory,
    administrator,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

ME = {
    "given_name": "Priya",
    "family_name": "D’Souza-Łuk",
    "known_as": "",
    "phone": "01632 960 001",
    "address_line": "3 Kite Hill",
    "town": "Hertford",
    "postcode": "sg142ep",
}
CHILD = {
    "given_name": "Anya",
    "family_name": "Sharma",
    "known_as": "",
    "born_on_0": "4",
    "born_on_1": "5",
    "born_on_2": "2018",
    "set_year_group": "",
    "school": "home",
    "school_in_words": "",
    "tile": "mei",
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory(person__given_name="Priya"))


@pytest.fixture
def child(guardian):
    child = ChildFactory(guardian=guardian, given_name="Anaya")
    Learner.objects.create(person=child)
    return child


def page(name, child):
    return reverse(f"people:{name}", args=[child.ref])


def test_my_details_keeps_what_was_said(client, guardian):
    response = client.post(reverse("people:my_details"), ME)

    assert response.url == reverse("people:my_details")
    me = Person.objects.get(pk=guardian.person_id)
    assert (str(me), me.postcode, me.sort_name) == (
        "Priya D’Souza-Łuk",
        "SG14 2EP",
        "d’souza-łuk priya",
    )
    assert AuditRow.objects.get(table="people_person", op="update").action == (
        "people.change_own_details"
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"given_name": ""}, "Enter your first name"),
        ({"postcode": "nowhere"}, "Enter a whole postcode, like AL1 3JQ"),
        ({"given_name": "A" * 201}, "First name must be 200 letters or fewer"),
        ({"town": "A" * 61}, "Town must be 60 letters or fewer"),
    ],
)
def test_my_details_says_what_is_wrong_and_keeps_what_was_typed(client, guardian, wrong, sentence):
    words = client.post(reverse("people:my_details"), ME | wrong).content.decode()

    assert sentence in words
    assert "<title>Error: " in words
    assert "3 Kite Hill" in words


def test_child_shows_details_and_opens_nothing_sealed(client, guardian, child):
    care.keep_care(
        learner=child.learner,
        what_helps="",
        medical="Nuts",
        emergency_contacts="P, 1",
        by=guardian,
        at=NOON,
    )

    words = client.get(page("child", child)).content.decode()

    assert "Anaya: details and permissions" in words
    assert "Nuts" not in words
    assert not AccessRow.objects.exists()


def test_change_child_corrects_the_child(client, child):
    school = SchoolFactory(name="Larkhay Junior School")

    told = CHILD | {"school": str(school.pk), "q": "larkhay", "set_year_group": "5"}
    response = client.post(page("change_child", child), told)

    assert response.url == page("child", child)
    child = Person.objects.get(pk=child.pk)
    assert (str(child), child.born_on, child.tile) == ("Anya Sharma", dt.date(2018, 5, 4), "mei")
    assert (child.learner.school, child.learner.set_year_group) == (school, 5)


def test_change_child_says_what_is_wrong_with_a_date(client, child):
    words = client.post(page("change_child", child), CHILD | {"born_on_0": "31", "born_on_1": "2"})

    assert "Date of birth must be a real date" in words.content.decode()
    assert Person.objects.get(pk=child.pk).given_name == "Anaya"


def test_change_needs_opens_what_is_sealed_writes_it_down_and_keeps_it(client, guardian, child):
    care.keep_care(
        learner=child.learner,
        what_helps="A quieter room, or breaks\nSlowly",
        medical="Nuts",
        emergency_contacts="P, 1",
        by=guardian,
        at=NOON,
    )

    form = client.get(page("change_needs", child)).context["form"]
    told = {"helps": ["print"], "own_words": "", "medical": "", "emergency_contacts": "P, 2"}
    client.post(page("change_needs", child), told)

    assert form.initial["helps"] == ["quiet"]
    assert form.initial["own_words"] == "Slowly"
    assert [row.reader_name for row in AccessRow.objects.all()] == [str(guardian)]
    kept = care.reveal(learner=child.learner, by=guardian, why="test", at=NOON)
    assert kept == care.Care("Large print or coloured paper", "", "P, 2")


def test_a_consent_is_taken_back_with_one_tap(client, guardian, child):
    wording = ConsentWordingFactory(from_on=dt.date(2026, 6, 1))
    answer_consents(person=child, answers=[Answer(wording, True)], by=guardian, at=NOON)

    said = client.post(
        page("answer_consent", child), {"kind": "photo", "answer": "no"}, follow=True
    )

    assert "The answer is no, since 22 November 2026." in said.content.decode()
    assert [one.is_given for one in child.consents.order_by("pk")] == [True, False]


def test_the_same_answer_twice_is_kept_once(client, child):
    ConsentWordingFactory()

    for _ in range(2):
        client.post(page("answer_consent", child), {"kind": "photo", "answer": "yes"})

    assert child.consents.count() == 1


@pytest.mark.parametrize(
    "told",
    [{}, {"kind": "photo"}, {"kind": "x", "answer": "yes"}, {"kind": "\x00", "answer": "no"}],
)
def test_a_forged_consent_does_not_exist(client, child, told):
    ConsentWordingFactory()

    assert client.post(page("answer_consent", child), told).status_code == 404
    assert not child.consents.exists()


PAGES = ["child", "change_child", "change_needs", "child_added"]


def test_another_familys_child_does_not_exist(client, guardian):
    stranger = ChildFactory()

    answers = [client.get(page(name, stranger)) for name in PAGES]
    answers += [
        client.post(page(name, stranger), CHILD) for name in ["change_child", "change_needs"]
    ]
    answers.append(client.post(page("answer_consent", stranger), {"kind": "photo", "answer": "no"}))

    assert {one.status_code for one in answers} == {404}


def test_who_only_sees_a_child_changes_nothing(client, guardian):
    child = ChildFactory()
    GuardianshipFactory(adult=guardian.person, child=child, may_book=False)

    shown = client.get(page("child", child))

    assert "Change these details" not in shown.content.decode()
    assert client.get(page("change_needs", child)).status_code == 404
    assert client.post(page("change_child", child), CHILD).status_code == 404


def test_an_administrator_opens_no_familys_care(client, child):
    sign_in(client, administrator())

    assert client.get(page("change_needs", child)).status_code == 404
