"""Stopping our news from a letter: no sign-in, no name shown, no address that could be guessed."""

import uuid

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from people import actions, news, queries
from people.models import Consent
from tests.factories.core import NOON
from tests.factories.people import ConsentFactory, ConsentWordingFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """Somebody who said yes to news."""
    person = PersonFactory(given_name="Priya", email="priya@family.example")
    wording = ConsentWordingFactory(kind="marketing", title="News", audience="everyone")
    ConsentFactory(person=person, wording=wording, by_person=person)
    return person


def last_word(person):
    return queries.answers_of(person)["marketing"]


def test_stop_news_asks_before_it_acts_and_names_nobody(client, reader):
    page = client.get(news.stop_path(reader))

    said = page.content.decode()
    assert (page.status_code, last_word(reader).is_given) == (200, True)
    assert "Priya" not in said
    assert "priya@" not in said


def test_stop_news_is_done_by_one_press_without_sign_in_or_cookie(reader):
    mail_program = Client(enforce_csrf_checks=True)

    page = mail_program.post(news.stop_path(reader), {"List-Unsubscribe": "One-Click"})

    assert page.status_code == 200
    word = last_word(reader)
    assert (word.is_given, word.by_person, word.kind) == (False, reader, "marketing")
    assert queries.wants_news([reader.pk]) == set()


def test_stop_news_twice_adds_nothing(client, reader):
    for _ in range(2):
        client.post(news.stop_path(reader))

    assert Consent.objects.filter(person=reader).count() == 2


def test_stop_news_of_somebody_who_was_never_asked_is_kept_too():
    wording = ConsentWordingFactory(kind="marketing", title="News", audience="everyone")
    person = PersonFactory()

    actions.stop_news(person=person, by=None, at=NOON)

    assert (last_word(person).wording, last_word(person).is_given) == (wording, False)


def forged(ref):
    return [
        ref.hex,
        str(ref),
        f"{ref.hex}:forged",
        signing.Signer(salt="people.another").sign(ref.hex),
        signing.Signer(salt="people.stop_news").sign("not-a-ref"),
        signing.Signer(salt="people.stop_news").sign(uuid.uuid4().hex),
    ]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("method", ["get", "post"])
def test_stop_news_at_an_address_we_did_not_write_is_not_there(client, reader, number, method):
    key = forged(reader.ref)[number]

    response = getattr(client, method)(reverse("people:stop_news", kwargs={"key": key}))

    assert response.status_code == 404
    assert last_word(reader).is_given


def test_stop_news_outlives_a_change_of_the_secret_key(client, reader, settings):
    path = news.stop_path(reader)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    client.post(path)

    assert not last_word(reader).is_given
