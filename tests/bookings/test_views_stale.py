"""Pages that are not yours, never were, have gone stale, or are pressed twice."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from bookings.models import Enrolment
from bookings.phrases import what_happened
from tests.bookings.stage import open_group
from tests.factories.bookings import EnrolmentFactory
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory())


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anaya")


def page(name, ref):
    return reverse(f"bookings:{name}", kwargs={"ref": ref})


PAGES = ["needs", "check_booking", "booked", "enrolment", "waiting", "offer", "decline_offer"]
PRESSES = [
    "extend_hold",
    "release_hold",
    "needs",
    "confirm_place",
    "leave_waiting_list",
    "accept_offer",
    "decline_offer",
]


@pytest.mark.parametrize("trait", ["held", "offered", "waiting", "active"])
def test_another_familys_booking_does_not_exist(client, guardian, trait):
    theirs = EnrolmentFactory(**{trait: True})

    answers = [client.get(page(name, theirs.ref)) for name in PAGES]
    answers += [client.post(page(name, theirs.ref), {"sure": "yes"}) for name in PRESSES]

    assert {one.status_code for one in answers} == {404}
    status = theirs.status
    theirs.refresh_from_db()
    assert theirs.status == status


def test_a_reference_that_never_was_does_not_exist(client, guardian):
    answers = [client.get(page(name, uuid.uuid4())) for name in [*PAGES, "book_place"]]
    answers += [client.post(page(name, uuid.uuid4())) for name in PRESSES]

    assert {one.status_code for one in answers} == {404}


def test_a_post_without_its_token_changes_nothing(child):
    group = open_group()
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, child.guardians.get().adult.user)

    response = strict.post(page("book_place", group.ref), {"who": str(child.ref)})

    assert response.status_code == 403
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("trait", ["held", "offered", "waiting", "active", "ended"])
@pytest.mark.parametrize("name", PAGES)
def test_a_stale_page_leads_to_where_the_booking_stands(client, guardian, child, trait, name):
    mine = EnrolmentFactory(
        activity=open_group(), person=child, booked_by=guardian.person, **{trait: True}
    )

    response = client.get(page(name, mine.ref), follow=True)

    assert response.status_code == 200


@pytest.mark.parametrize("status", ["declined", "lapsed", "cancelled"])
@pytest.mark.parametrize("name", PAGES)
def test_a_booking_that_is_over_says_what_happened(client, guardian, child, status, name):
    mine = EnrolmentFactory(
        activity=open_group(), person=child, booked_by=guardian.person, status=status
    )

    response = client.get(page(name, mine.ref), follow=True)

    assert response.status_code == 200
    heading, _ = what_happened(mine)
    assert heading in response.content.decode()


@pytest.mark.parametrize("trait", ["held", "offered", "waiting", "active", "ended"])
@pytest.mark.parametrize("name", PRESSES)
def test_a_replayed_press_is_harmless(client, guardian, child, trait, name):
    mine = EnrolmentFactory(
        activity=open_group(), person=child, booked_by=guardian.person, **{trait: True}
    )

    response = client.post(page(name, mine.ref), {"sure": "yes"}, follow=True)

    assert response.status_code == 200
