"""Consents: taken back as easily as given, kept with their words, asked again when those change."""

import datetime as dt

import pytest
from django.urls import reverse

from people.actions import Answer, answer_consents
from people.models import Consent, ConsentWording
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    ConsentFactory,
    ConsentWordingFactory,
    GuardianFactory,
    GuardianshipFactory,
    PersonFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory(person__given_name="Priya"))


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anaya")


@pytest.fixture
def news():
    return ConsentWordingFactory(
        kind=ConsentWording.Kind.MARKETING, audience="everyone", title="News", wording="Send it."
    )


def page(name, person):
    return reverse(f"people:{name}", args=[person.ref])


def shown(client, name, person):
    return client.get(page(name, person)).content.decode()


def said(client, person, answer, kind="photo"):
    return client.post(page("answer_consent", person), {"kind": kind, "answer": answer})


def buttons(words):
    return [answer for answer in ("yes", "no") if f'name="answer" value="{answer}"' in words]


def test_yes_and_no_are_one_tap_each_on_one_page(client, child):
    ConsentWordingFactory()

    unanswered = buttons(shown(client, "child", child))
    said(client, child, "yes")
    given = buttons(shown(client, "child", child))
    said(client, child, "no")
    taken_back = buttons(shown(client, "child", child))

    assert (unanswered, given, taken_back) == (["yes", "no"], ["no"], ["yes"])
    assert [each.is_given for each in child.consents.order_by("pk")] == [True, False]


def test_new_words_ask_again_and_the_old_answer_stays(client, child):
    ConsentWordingFactory()
    said(client, child, "yes")
    ConsentWordingFactory(version=2, wording="We may film {child} too.")

    words = shown(client, "child", child)
    said(client, child, "yes")

    assert "We may film Anaya too." in words
    assert "The words have changed since: please answer again." in words
    assert buttons(words) == ["yes", "no"]
    assert list(child.consents.order_by("pk").values_list("wording__version", "is_given")) == [
        (1, True),
        (2, True),
    ]


def test_the_history_keeps_every_answer_with_its_words_and_names_whom_the_reader_may_know(
    client, guardian, child
):
    old, new = ConsentWordingFactory(), ConsentWordingFactory(version=2, wording="Both {child}.")
    other = GuardianFactory(person__given_name="Robin", person__family_name="Able")
    unknown = PersonFactory(given_name="Zelda", family_name="Secret")
    GuardianshipFactory(adult=other.person, child=child)
    GuardianshipFactory(adult=unknown, child=child, may_book=False)
    ConsentFactory(person=child, wording=old, by_person=unknown)
    answer_consents(person=child, answers=[Answer(old, False)], by=other, at=NOON)
    answer_consents(
        person=child, answers=[Answer(new, True)], by=guardian, at=NOON + dt.timedelta(days=1)
    )

    words = shown(client, "consent_history", child)

    places = [
        words.index(each)
        for each in (
            "Photographs: yes",
            "<p>You, ",
            "Both Anaya.",
            "Photographs: no",
            "<p>Robin Able, ",
            "We may take photographs of Anaya.",
            "<p>Another adult, ",
        )
    ]
    assert places == sorted(places)
    assert "Zelda" not in words
    assert "Secret" not in words


def test_a_long_history_is_read_a_page_at_a_time(client, child, django_assert_max_num_queries):
    wording = ConsentWordingFactory()
    for turn in range(60):
        ConsentFactory(person=child, wording=wording, is_given=bool(turn % 2))

    with django_assert_max_num_queries(8):
        first = shown(client, "consent_history", child)
    onward = first.partition('href="?before=')[2].partition('"')[0]
    rest = client.get(page("consent_history", child), {"before": onward}).content.decode()

    assert first.count("Photographs: ") == 50
    assert rest.count("Photographs: ") == 10
    assert "Earlier answers" not in rest


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "²"])
def test_a_page_of_history_that_is_none_is_the_first(client, child, before):
    ConsentFactory(person=child)

    response = client.get(page("consent_history", child), {"before": before})

    assert response.status_code == 200
    assert "Photographs: yes" in response.content.decode()


def test_an_adult_says_yes_and_no_to_news_on_their_own_page(client, guardian, news):
    before = client.get(reverse("people:my_details")).content.decode()
    answer = said(client, guardian.person, "yes", kind="marketing")
    after = client.get(reverse("people:my_details")).content.decode()

    assert "Not answered yet." in before
    assert answer.url == reverse("people:my_details")
    assert "The answer is yes, since" in after
    assert Consent.objects.get().person_id == guardian.person_id


def test_nobody_is_asked_about_news_for_a_child(client, child, news):
    assert said(client, child, "yes", kind="marketing").status_code == 404
    assert "News" not in shown(client, "child", child)


def test_a_child_who_signs_in_is_not_asked_about_news(client, news):
    child = sign_in(client, GuardianFactory(person__born_on=dt.date(2012, 1, 1)))

    assert "Say yes" in (words := client.get(reverse("people:my_details")).content.decode())
    assert "to news" not in words
    assert said(client, child.person, "yes", kind="marketing").status_code == 404


def test_the_weekly_email_is_asked_for_and_stopped_with_one_tap(client, guardian):
    page = reverse("people:my_details")
    asked = buttons(client.get(page).content.decode())
    client.post(reverse("people:choose_digest"), {"answer": "yes"})
    guardian.refresh_from_db()
    wanted = guardian.wants_digest
    then = buttons(client.get(page).content.decode())
    client.post(reverse("people:choose_digest"), {"answer": "no"})
    guardian.refresh_from_db()

    assert (asked, wanted, then, guardian.wants_digest) == (["yes"], True, ["no"], False)
