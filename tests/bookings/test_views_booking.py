"""Booking through the pages: who, needs, check, confirm, and what is said when it cannot be."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions
from bookings.models import Enrolment
from people.models import Learner
from tests.bookings.stage import open_group
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, ConsentWordingFactory, GuardianFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

SAID = {"emergency_contacts": "Priya Sharma, 01632 960 001", "medical": "", "own_words": ""}


@pytest.fixture
def guardian(client):
    user = GuardianFactory(person__given_name="Priya")
    sign_in(client, user)
    return user


@pytest.fixture
def child(guardian):
    child = ChildFactory(guardian=guardian, given_name="Anaya")
    Learner.objects.create(person=child)
    return child


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


def page(name, ref):
    return reverse(f"bookings:{name}", kwargs={"ref": ref})


def hold(client, activity, child):
    response = client.post(page("book_place", activity.ref), {"who": str(child.ref)})
    assert response.status_code == 302, response.url
    assert "needs" in response.url, response.url
    return Enrolment.objects.get(activity=activity, person=child)


def test_a_family_books_a_place(client, child):
    ConsentWordingFactory()
    group = open_group()

    who = client.get(page("book_place", group.ref))
    enrolment = hold(client, group, child)
    needs = client.get(page("needs", enrolment.ref))
    told = client.post(page("needs", enrolment.ref), SAID | {"consent_photo": "no"})
    check = client.get(page("check_booking", enrolment.ref))
    confirmed = client.post(page("confirm_place", enrolment.ref))
    booked = client.get(confirmed.url)
    home = client.get(reverse("bookings:my_family"))

    assert [one.status_code for one in (who, needs, check, booked, home)] == [200] * 5
    assert told.url == page("check_booking", enrolment.ref)
    assert "12.15pm" in needs.content.decode()
    assert "Anaya is in" in booked.content.decode()
    assert group.title in home.content.decode()
    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.ACTIVE
    assert [one.is_given for one in child.consents.all()] == [False]
