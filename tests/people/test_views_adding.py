"""Adding a child through its pages, with what families really type."""

import datetime as dt
import json

import pytest
from django.urls import reverse

from core.models import AuditRow
from people import care, drafts
from people.models import Consent, Guardianship, Learner, LearnerCare, Person
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    ConsentWordingFactory,
    GuardianFactory,
    SchoolFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

NAME = {"given_name": "Anya", "family_name": "Sharma", "known_as": ""}
BORN = {"born_on_0": "4", "born_on_1": "5", "born_on_2": "2018"}
CONTACT = {
    "relationship": "parent",
    "emergency_name": "Priya Sharma",
    "emergency_phone": "01632 960 001",
    "medical": "Carries an inhaler",
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory(person__given_name="Priya"))


@pytest.fixture
def wording():
    return ConsentWordingFactory()


def step(name):
    return reverse("people:add_child", args=[name])


def answer(client, name, told):
    response = client.post(step(name), told)
    assert response.status_code == 302, response.context["form"].errors
    return response.url


def answer_all(client, *, name=NAME, born=BORN, school=None, contact=CONTACT):
    answer(client, "name", name)
    answer(client, "born", born)
    answer(client, "school", school or {"school": "home"})
    answer(client, "help", {"helps": ["quiet"], "own_words": "Anya likes to know what comes next."})
    answer(client, "contact", contact)
    return answer(client, "photos", {"photo": "no"})


def test_add_child_makes_the_child_with_all_that_was_said(client, guardian, wording):
    school = SchoolFactory(name="Larkhay Junior School")
    found = client.get(step("name"))
    last = answer_all(client, school={"school": str(school.pk), "q": "larkhay"})
    check = client.get(last)
    made = client.post(last)

    child = Person.objects.get(given_name="Anya")
    assert (found.status_code, check.status_code) == (200, 200)
    assert made.url == reverse("people:child_added", args=[child.ref])
    assert (child.born_on, child.learner.school) == (dt.date(2018, 5, 4), school)
    link = Guardianship.objects.get(child=child)
    assert link.adult == guardian.person
    assert (link.may_book, link.may_see, link.may_pay, link.may_collect) == (True,) * 4
    assert link.relationship == "parent"
    told = care.reveal(learner=child.learner, by=guardian, why="test", at=NOON)
    assert told.what_helps == "A quieter room, or breaks\nAnya likes to know what comes next."
    assert told.medical == "Carries an inhaler"
    assert told.emergency_contacts == "Priya Sharma, 01632 960 001"
    assert [(one.wording, one.is_given, one.by_person) for one in child.consents.all()] == [
        (wording, False, guardian.person)
    ]
    assert client.get(made.url).status_code == 200


def test_add_child_twice_makes_one_child(client, guardian, wording):
    last = answer_all(client)
    draft = dict(client.session)

    client.post(last)
    session = client.session
    session.update(draft)
    session.save()
    second = client.post(last)

    assert Person.objects.filter(given_name="Anya").count() == 1
    assert Consent.objects.count() == 1
    assert second.status_code == 302


def test_add_child_after_it_was_made_goes_to_the_family(client, guardian, wording):
    last = answer_all(client)
    client.post(last)

    again = client.post(last)

    assert again.url == reverse("bookings:my_family")
    assert Person.objects.filter(given_name="Anya").count() == 1


def test_add_child_refuses_the_same_child_again_in_a_sentence(client, guardian, wording):
    ChildFactory(guardian=guardian, given_name="Anya", born_on=dt.date(2018, 5, 4))

    response = client.post(answer_all(client))

    assert "born on 4 May 2018, is in your family already" in response.content.decode()
    assert "<title>Error: " in response.content.decode()


def test_add_child_keeps_no_readable_word_in_the_session(client, guardian, wording):
    answer_all(client)

    kept = json.dumps(dict(client.session))

    assert [word for word in ("inhaler", "Anya", "01632 960", "2018-05-04") if word in kept] == []
    assert drafts.read(client.session, guardian).medical == "Carries an inhaler"


def test_a_draft_opens_for_nobody_else(client, guardian, wording):
    answer_all(client)

    assert drafts.read(client.session, GuardianFactory()).answered == ()


def test_add_child_writes_no_sealed_word_to_the_audit(client, guardian, wording):
    client.post(answer_all(client))

    rows = AuditRow.objects.filter(table="people_learnercare")
    assert [row.action for row in rows] == ["people.add_child"]
    assert "inhaler" not in str(list(AuditRow.objects.values_list("new", flat=True)))
    assert b"inhaler" not in bytes(LearnerCare.objects.get().medical)


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        (("31", "2", "2018"), "Date of birth must be a real date"),
        (("4", "19", "2018"), "There is no month 19. Enter a month from 1 to 12"),
        (("", "", ""), "Enter Anya’s date of birth, like 14 3 2018"),
        (("1", "1", "2027"), "Date of birth must be in the past"),
        (("1", "1", "1985"), "An adult makes an account of their own"),
        (("x", "1", "2018"), "The day must be a number"),
        (("²", "1", "2018"), "The day must be a number"),
        (("4", "5", "18"), "Enter the year in four figures"),
        (("4\x00", "5", "2018"), "The day must be a number"),
    ],
)
def test_add_child_says_what_is_wrong_with_a_date(client, guardian, boxes, sentence):
    answer(client, "name", NAME)

    told = dict(zip(("born_on_0", "born_on_1", "born_on_2"), boxes, strict=True))
    response = client.post(step("born"), told)

    words = response.content.decode()
    assert response.status_code == 200
    assert sentence in words
    assert "<title>Error: " in words
    assert boxes[1] in words


@pytest.mark.parametrize(
    "name",
    [
        "D’Arcy O'Neil",
        "Zoë Łukasz",
        "محمد",
        "שלמה",
        "李小龍",
        "🎻🎺",
        "A" * 200,
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE people_person;--",
        "{child}",
    ],
)
def test_add_child_takes_every_name(client, guardian, wording, name):
    last = answer_all(client, name={"given_name": name, "family_name": name, "known_as": ""})
    check = client.get(last)
    made = client.post(last)
    added = client.get(made.url)
    home = client.get(reverse("bookings:my_family"))

    child = Person.objects.get(given_name=name)
    assert str(child) == f"{name} {name}"
    assert (check.status_code, added.status_code, home.status_code) == (200, 200, 200)
    assert "<script>alert" not in check.content.decode() + home.content.decode()


@pytest.mark.parametrize("name", ["A" * 201, " ", "", "\x00"])
def test_add_child_refuses_what_is_no_name_in_a_sentence(client, guardian, name):
    response = client.post(step("name"), NAME | {"given_name": name})

    assert response.status_code == 200
    assert "<title>Error: " in response.content.decode()
    assert "Ensure this" not in response.content.decode()


def test_add_child_drops_what_cannot_be_stored(client, guardian):
    answer(client, "name", NAME | {"given_name": "An\x00ya"})

    assert drafts.read(client.session, guardian).given_name == "Anya"


def test_add_child_asks_the_questions_in_order(client, guardian):
    assert client.get(step("photos")).url == step("name")
    assert client.get(reverse("people:start_child")).url == step("name")
    assert client.get(step("nothing")).status_code == 404

    answer(client, "name", NAME)

    assert client.get(reverse("people:start_child")).url == step("born")
    assert client.get(reverse("people:check_child")).url == step("born")


def test_add_child_goes_back_to_check_after_a_correction(client, guardian, wording):
    answer_all(client)

    assert answer(client, "name", NAME | {"given_name": "Ann"}) == reverse("people:check_child")
    assert answer(client, "year", {"set_year_group": "5"}) == reverse("people:check_child")
    assert answer(client, "picture", {"tile": "zara"}) == reverse("people:check_child")
    client.post(reverse("people:check_child"))

    child = Person.objects.get(given_name="Ann")
    assert (child.tile, child.learner.set_year_group) == ("zara", 5)


def test_add_child_finds_schools_by_any_of_their_words(client, guardian):
    SchoolFactory(name="Larkhay Junior School", town="St Albans", postcode="AL1 3JQ")
    SchoolFactory(name="Hazelmoor Academy", town="Watford", postcode="WD17 1AA")
    SchoolFactory(name="Larkhay Old School", status="closed")
    answer(client, "name", NAME)
    answer(client, "born", BORN)

    def names(words):
        found = client.get(step("school"), {"q": words}).context["form"].found
        return [school.name for school in found.values()]

    assert names("larkhay") == ["Larkhay Junior School"]
    assert names("albans larkhay") == ["Larkhay Junior School"]
    assert names("wd17") == ["Hazelmoor Academy"]
    assert names("al1 3jq") == ["Larkhay Junior School"]
    assert names("nowhere") == names("") == names("\x00") == []


def test_add_child_takes_a_school_that_is_not_in_the_list(client, guardian, wording):
    school = {"school": "other", "school_in_words": "École Sainte-Cécile"}
    client.post(answer_all(client, school=school))

    assert Learner.objects.get().school_in_words == "École Sainte-Cécile"


def test_add_child_asks_for_the_name_of_a_school_that_is_not_in_the_list(client, guardian):
    answer(client, "name", NAME)
    answer(client, "born", BORN)

    response = client.post(step("school"), {"school": "other"})

    assert "Enter the name of the school" in response.content.decode()


def test_add_child_refuses_a_school_that_was_not_found(client, guardian):
    school = SchoolFactory(name="Hazelmoor Academy")
    answer(client, "name", NAME)
    answer(client, "born", BORN)

    response = client.post(step("school"), {"school": str(school.pk), "q": "larkhay"})

    assert response.status_code == 200
    assert "Choose again" in response.content.decode()


def test_add_child_chooses_no_answer_about_photographs(client, guardian, wording):
    answer(client, "name", NAME)
    answer(client, "born", BORN)
    answer(client, "school", {"school": "home"})
    answer(client, "help", {})
    answer(client, "contact", CONTACT)

    asked = client.get(step("photos")).content.decode()
    refused = client.post(step("photos"), {})

    assert "We may take photographs of Anya." in asked
    assert " checked" not in asked
    assert "Choose yes or no. Either answer is fine" in refused.content.decode()


def test_add_child_comes_back_to_the_booking_with_the_child(client, guardian, wording):
    answer(client, "name", NAME | {"next": "/places/x/book/"})
    made = client.post(answer_all(client))

    child = Person.objects.get(given_name="Anya")
    assert made.url == f"/places/x/book/?who={child.ref}"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere"],
)
def test_add_child_leads_to_no_other_site(client, guardian, wording, elsewhere):
    answer(client, "name", NAME | {"next": elsewhere})
    made = client.post(answer_all(client))

    assert made.url.startswith("/people/")


def test_an_unfinished_child_waits_on_the_family_page(client, guardian):
    answer(client, "name", NAME)

    assert "Finish adding Anya" in client.get(reverse("bookings:my_family")).content.decode()


@pytest.mark.parametrize("name", ["name", "born", "school", "help", "contact", "photos"])
def test_every_question_needs_somebody_signed_in(client, name):
    assert client.get(step(name)).url.startswith("/account/login/")
