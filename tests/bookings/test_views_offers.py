"""The waiting list and the offer, as the family sees them."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions
from bookings.models import Enrolment
from core.models import Email
from people.models import Learner
from tests.bookings.stage import booked, open_group, waiting
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory, SchoolFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WAITING = Enrolment.Status.WAITING


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory(person__given_name="Priya"))


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian, given_name="Anaya", tile="zara")


@pytest.fixture
def full():
    group = open_group(capacity=1)
    group.sitter = booked(group, at=NOON)
    return group


def page(name, ref):
    return reverse(f"bookings:{name}", kwargs={"ref": ref})


def wait(group, child, guardian):
    return actions.join_waiting_list(activity=group, person=child, by=guardian, at=NOON)


def free_one(group):
    """The family with the place leaves, and the first in line is offered it."""
    actions.cancel_enrolment(enrolment=group.sitter, reason="Moved", by=None, at=NOON)


@pytest.fixture
def offered(full, child, guardian):
    mine = wait(full, child, guardian)
    free_one(full)
    mine.refresh_from_db()
    assert mine.status == Enrolment.Status.OFFERED
    return mine


def test_waiting_shows_the_line_with_nobody_elses_name(client, guardian, child, full):
    first = waiting(full, at=NOON)
    mine = wait(full, child, guardian)
    last = waiting(full, at=NOON + dt.timedelta(minutes=1))

    response = client.get(page("waiting", mine.ref))

    words = response.content.decode()
    spots = [spot["words"] for spot in response.context["spots"]]
    assert spots == ["Before Anaya", "Anaya, since 22 November", "After Anaya"]
    assert "Anaya is number 2 in the line" in words
    assert [one.person.family_name in words for one in (first, last)] == [False, False]
    states = {gate["title"]: gate["state"] for gate in response.context["gates"]}
    assert states["A place: not yet"] == "blocking"
    assert "keep it for you for 3 days" in words


def test_waiting_says_when_it_may_be(client, guardian, child, full):
    mine = wait(full, child, guardian)

    words = client.get(page("waiting", mine.ref)).content.decode()

    assert '<p class="figure">After 18 December</p>' in words
    assert "We cannot promise it." in words


def test_waiting_offers_a_lesson_at_a_school_to_its_own_children_only(
    client, guardian, child, full
):
    mine = wait(full, child, guardian)
    Learner.objects.create(person=child)
    at_school = open_group(title="At school", school=SchoolFactory(), centre=None)

    for_others = client.get(page("waiting", mine.ref)).context["sooner"]
    Learner.objects.filter(person=child).update(school=at_school.school)
    for_its_own = client.get(page("waiting", mine.ref)).context["sooner"]

    assert (for_others, for_its_own) == ([], [at_school])


def test_waiting_offers_something_alike_that_has_room(client, guardian, child, full):
    mine = wait(full, child, guardian)
    alike = open_group(title="Another group", centre=full.centre)
    open_group(title="For others", min_year=10)

    response = client.get(page("waiting", mine.ref))

    assert response.context["sooner"] == [alike]


def test_leave_waiting_list_leaves_it_once(client, guardian, child, full):
    mine = wait(full, child, guardian)

    left = client.post(page("leave_waiting_list", mine.ref), follow=True)
    again = client.post(page("leave_waiting_list", mine.ref), follow=True)

    mine.refresh_from_db()
    assert mine.status == Enrolment.Status.CANCELLED
    assert "Anaya has left the line" in left.content.decode()
    assert "Nothing is booked" in again.content.decode()


def test_offer_is_a_ticket_with_its_deadline_and_price(client, offered):
    words = client.get(page("offer", offered.ref)).content.decode()

    assert "There is a place for Anaya" in words
    assert "25 November 2026" in words
    assert "That is 3 days from now" in words
    assert "£" in words


def test_offer_opens_from_the_letter_after_signing_in(client, offered):
    client.logout()
    letter = Email.objects.get(copy="offer")
    assert page("offer", offered.ref) in letter.body_text

    turned_away = client.get(page("offer", offered.ref))

    assert turned_away.url == f"/account/login/?next={page('offer', offered.ref)}"


def test_accept_offer_takes_the_place_once(client, offered):
    first = client.post(page("accept_offer", offered.ref))
    second = client.post(page("accept_offer", offered.ref))

    offered.refresh_from_db()
    assert offered.status == Enrolment.Status.ACTIVE
    assert first.url == second.url == page("booked", offered.ref)
    assert "Anaya has this place" in client.get(page("offer", offered.ref)).content.decode()


def test_decline_offer_asks_first_and_passes_it_on(client, offered, full):
    next_family = waiting(full, at=NOON)

    asked = client.post(page("decline_offer", offered.ref))
    offered.refresh_from_db()
    still = offered.status
    said = client.post(page("decline_offer", offered.ref), {"sure": "yes"}, follow=True)

    assert "Let this place go?" in asked.content.decode()
    assert still == Enrolment.Status.OFFERED
    assert "You said no to this place" in said.content.decode()
    offered.refresh_from_db()
    next_family.refresh_from_db()
    assert (offered.status, next_family.status) == ("declined", "offered")


def test_an_offer_that_ran_out_says_so(client, offered, time_machine):
    time_machine.move_to(NOON + dt.timedelta(hours=73))

    shown = client.get(page("offer", offered.ref))
    pressed = client.post(page("accept_offer", offered.ref))

    assert shown.status_code == pressed.status_code == 200
    assert "Yes, take the place" not in shown.content.decode()
    assert "The place was kept until" in pressed.content.decode()
    offered.refresh_from_db()
    assert offered.status == Enrolment.Status.OFFERED


def test_accept_offer_refuses_a_clash_in_a_sentence_and_keeps_the_offer(
    client, guardian, child, offered
):
    elsewhere = open_group(title="Choir")
    held = actions.hold_place(activity=elsewhere, person=child, by=guardian, at=NOON)
    actions.confirm_place(enrolment=held, by=guardian, at=NOON)

    response = client.post(page("accept_offer", offered.ref))

    assert "This clashes with something else they do at that time." in response.content.decode()
    offered.refresh_from_db()
    assert offered.status == Enrolment.Status.OFFERED


def test_a_parent_who_only_sees_cannot_answer_or_leave(client, child, offered):
    child.guardians.update(may_book=False)

    shown = client.get(page("offer", offered.ref))
    pressed = client.post(page("accept_offer", offered.ref))

    assert "Yes, take the place" not in shown.content.decode()
    assert pressed.status_code == 404
