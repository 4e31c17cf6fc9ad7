"""Whatever is typed or forged into a family's forms: a sentence, nothing lost, never a failure."""

import html

import pytest
from django.urls import reverse

from core.models import AuditRow
from people.models import Guardianship, Learner, Person, User
from tests.attacks.nasty import NASTY
from tests.factories.people import ChildFactory, ConsentWordingFactory, GuardianFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

DETAILS = {
    "given_name": "Priya",
    "family_name": "Sharma",
    "known_as": "",
    "phone": "07700 900123",
    "address_line": "1 Mill Lane",
    "town": "Ware",
    "postcode": "SG12 9AA",
}
CHILD = {
    "given_name": "Anaya",
    "family_name": "Sharma",
    "known_as": "",
    "born_on_0": "14",
    "born_on_1": "5",
    "born_on_2": "2016",
    "school": "home",
    "school_in_words": "",
    "set_year_group": "",
    "tile": "asha",
    "q": "",
}
NEEDS = {
    "helps": "faces",
    "own_words": "",
    "emergency_contacts": "Ann, 07700 900123",
    "medical": "",
}
STEPS = {
    "name": {"given_name": "Zed", "family_name": "", "known_as": ""},
    "born": {"born_on_0": "3", "born_on_1": "4", "born_on_2": "2016"},
    "school": {"q": "", "school": "home", "school_in_words": ""},
    "help": {"helps": "faces", "own_words": ""},
    "contact": {
        "relationship": "parent",
        "emergency_name": "Ann",
        "emergency_phone": "07700 900123",
        "medical": "",
    },
    "photos": {"photo": "no"},
    "year": {"set_year_group": ""},
    "picture": {"tile": "dev"},
}
# Not typed by anybody: a value that was not offered is not shown again.
OFFERED = {"school", "helps", "relationship", "photo", "set_year_group", "tile"}
SHOWN_AGAIN = ("emoji", "sql", "html", "template", "percent")


@pytest.fixture
def family(client):
    client.raise_request_exception = False
    guardian = sign_in(client, GuardianFactory())
    ConsentWordingFactory()
    return guardian, ChildFactory(guardian=guardian)


def wrongs(client, page, form, word):
    """What went wrong with this word in each field of a form."""
    typed, found = NASTY[word], []
    for name in form:
        answer = client.post(page, form | {name: typed})
        said = answer.content.decode()
        if answer.status_code not in {200, 302}:
            found.append(f"{name}: {answer.status_code}")
        if "<script>alert(1)" in said or "<img src=x" in said:
            found.append(f"{name}: not escaped")
        if answer.status_code == 200 and name not in OFFERED:
            if "There is a problem" not in said and name != "q":
                found.append(f"{name}: refused without a word")
            if word in SHOWN_AGAIN and html.escape(typed) not in said and name != "q":
                found.append(f"{name}: what was typed is lost")
    return found


@pytest.mark.parametrize("word", NASTY)
def test_ones_own_details_take_any_word(client, family, word):
    assert wrongs(client, reverse("people:my_details"), DETAILS, word) == []


@pytest.mark.parametrize("word", NASTY)
def test_a_childs_details_take_any_word(client, family, word):
    _, child = family

    assert wrongs(client, reverse("people:change_child", args=[child.ref]), CHILD, word) == []


@pytest.mark.parametrize("word", NASTY)
def test_needs_take_any_word(client, family, word):
    _, child = family

    assert wrongs(client, reverse("people:change_needs", args=[child.ref]), NEEDS, word) == []


@pytest.mark.parametrize("word", NASTY)
def test_adding_a_child_takes_any_word(client, family, word):
    found = []
    for step, form in STEPS.items():
        page = reverse("people:add_child", args=[step])
        found += [f"{step} {wrong}" for wrong in wrongs(client, page, form, word)]
        client.post(page, form)
    found += wrongs(client, reverse("people:check_child"), {"x": ""}, word)

    assert found == []


@pytest.mark.parametrize("word", ["ligatures", "sharp s", "composing", "emoji", "turned"])
def test_names_of_two_hundred_signs_are_kept_whole(client, family, word):
    guardian, child = family
    name = NASTY[word].replace("\u202e", "").replace("\u202c", "")[:200]
    both = {"given_name": name, "family_name": name}

    client.post(reverse("people:my_details"), DETAILS | both)
    client.post(reverse("people:change_child", args=[child.ref]), CHILD | both)

    for person in (guardian.person, child):
        person.refresh_from_db()
        assert (person.given_name, person.family_name) == (name, name)


@pytest.mark.parametrize("name", ["\u202eecilA", "Ali\u2066ce\u2069", "Ali\r\nce", "Ali\x1bce"])
def test_no_name_turns_or_breaks_the_lines_of_a_register(client, family, name):
    guardian, child = family

    client.post(reverse("people:my_details"), DETAILS | {"given_name": name})
    client.post(reverse("people:change_child", args=[child.ref]), CHILD | {"known_as": name})

    for person in (guardian.person, child):
        person.refresh_from_db()
    assert guardian.person.given_name in {"ecilA", "Alice", "Ali ce"}
    assert child.known_as == guardian.person.given_name


@pytest.mark.parametrize("word", ["nul", "long", "html", "negative", "huge", "ligatures", "header"])
def test_the_finder_and_its_pages_take_any_word(client, word):
    client.raise_request_exception = False
    keys = ("near", "miles", "year", "subject", "day", "bookable", "page")

    found = [client.get("/lessons/", {"near": "AL1 3JQ", key: NASTY[word]}) for key in keys]

    assert [each.status_code for each in found] == [200] * len(keys)
    assert not any("<script>alert(1)" in each.content.decode() for each in found)


@pytest.mark.parametrize("place", ["ZZ99 9ZZ", "SW1A 1AA", "AL1", "Narnia", "12345", "AL1 3J", "é"])
def test_a_place_we_cannot_measure_from_is_said_and_kept(client, place):
    answer = client.get("/lessons/", {"near": place})

    assert answer.status_code == 200
    assert f'value="{place}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        (29, 2, 2026),
        (31, 4, 2016),
        (0, 1, 2016),
        (1, 13, 2016),
        (1, 1, 1),
        (1, 1, 9999),
        (1, 1, -2016),
        ("٣", "٤", "٢٠١٦"),
        ("1e1", 1, 2016),
        (1, 1, 2030),
        (1, 1, 1950),
    ],
)
def test_a_date_that_is_none_of_a_child_is_refused_in_a_sentence(client, family, day, month, year):
    _, child = family
    born = {"born_on_0": str(day), "born_on_1": str(month), "born_on_2": str(year)}

    answer = client.post(reverse("people:change_child", args=[child.ref]), CHILD | born)

    child.refresh_from_db()
    if day == "٣":  # numbers of another script are numbers
        assert (answer.status_code, str(child.born_on)) == (302, "2016-04-03")
        return
    assert "There is a problem" in answer.content.decode()
    assert f'value="{day}"' in answer.content.decode()
    assert str(child.born_on) == "2016-05-14"


def test_fields_that_a_form_does_not_have_change_nothing(client, family):
    guardian, child = family
    other = ChildFactory()
    forged = {
        "id": str(other.pk), "pk": str(other.pk), "ref": str(other.ref), "person": str(other.pk),
        "email": "evil@evil.example", "sort_name": "aaa", "is_staff": "on", "is_superuser": "on",
        "may_see": "on", "is_barred": "on", "adult": str(guardian.person_id), "role": "head",
        "next": "//evil.example", "child": str(other.pk), "learner": str(other.pk),
    }  # fmt: skip
    links = list(Guardianship.objects.order_by("pk").values())
    was = Person.objects.filter(pk=other.pk).values().get()

    client.post(reverse("people:my_details"), DETAILS | forged)
    client.post(reverse("people:change_child", args=[child.ref]), CHILD | forged)
    client.post(reverse("people:change_needs", args=[child.ref]), NEEDS | forged)
    consent = {"kind": "photo", "answer": "yes"}
    client.post(reverse("people:answer_consent", args=[child.ref]), consent | forged)

    user = User.objects.get(pk=guardian.pk)
    assert (user.is_staff, user.is_superuser, user.email) == (False, False, guardian.email)
    assert Person.objects.filter(pk=other.pk).values().get() == was
    assert list(Guardianship.objects.order_by("pk").values()) == links
    assert Learner.objects.get(person=child).school_in_words == "Taught at home"
    assert not AuditRow.objects.filter(new__icontains="evil.example").exists()
