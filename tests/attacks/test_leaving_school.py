"""Whoever leaves a school is a stranger to it from the next page on: every address, every feed.

The addresses are those of the URLconf: a page that is new tomorrow is asked too.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings import actions as bookings
from bookings.queries import feeds
from hms_portal.county import actions as county
from people import actions
from people.models import User
from tests.policy import POLICY
from tests.test_every_url import SITE, arguments, naming, visit
from tests.world import small_county

pytestmark = pytest.mark.django_db

OF_A_SCHOOL = naming("school", "order", "class", "letter", "colleague", "school_invitation")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The small county as its music lead knew it, with the sessions that were open; they left."""
    with django_db_blocker.unblock(), transaction.atomic():
        county.load_words(by=None, at=timezone.now())  # of the letters about leaving
        world = small_county()
        world.before = {
            actor: calendar_of(world.users[actor]) for actor in ("music_lead", "bursar")
        }
        actions.leave_school(
            school=world.at_school["school"], by=world.users["music_lead"], at=timezone.now()
        )
        yield world
        transaction.set_rollback(True)


def calendar_of(user):
    """What a calendar program reads at the secret address that was given out."""
    person = User.objects.get(pk=user.pk).person
    if not feeds.key_of(person):
        bookings.renew_calendar_feed(by=user, at=timezone.now())
    address = reverse("bookings:calendar_feed", args=[feeds.key_of(person)])
    return Client().get(address).content.decode()


@pytest.mark.parametrize("name", OF_A_SCHOOL)
def test_a_session_that_was_open_opens_nothing_of_the_school_any_more(world, name):
    address = reverse(name, kwargs=arguments(POLICY[name].names, world))

    found = {method: visit(world, "music_lead", method, address) for method in ("get", "post")}

    assert {answer.status_code for answer in found.values()} <= {404, 405}


def test_there_are_pages_to_ask():
    assert set(OF_A_SCHOOL) <= set(SITE)
    assert len(OF_A_SCHOOL) > 20


def test_the_calendar_that_was_given_out_names_the_school_no_more(world):
    school = str(world.at_school["school"])
    after = {actor: calendar_of(world.users[actor]) for actor in world.before}

    assert {actor: school in text for actor, text in world.before.items()} == {
        "music_lead": True,
        "bursar": True,
    }
    assert {actor: school in text for actor, text in after.items()} == {
        "music_lead": False,
        "bursar": True,
    }


def test_their_own_page_offers_the_school_no_more(world):
    school = str(world.at_school["school"])

    for name in ("people:my_schools", "schools:home", "bookings:calendar", "bookings:my_messages"):
        assert school not in visit(world, "music_lead", "get", reverse(name)).content.decode()
