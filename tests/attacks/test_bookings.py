"""Bookings asked for by forged forms, in any order, and by many at once."""

import datetime as dt
import random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Charge
from bookings import actions
from bookings.models import Activity, Attendance, Enrolment
from core.models import Email
from tests.attacks.nasty import NASTY
from tests.bookings.stage import booked, open_group
from tests.factories.people import ChildFactory, GuardianFactory
from tests.races import all_at_once
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

PRESSES = (
    "extend_hold", "release_hold", "needs", "confirm_place", "leave_waiting_list", "accept_offer",
    "decline_offer", "give_notice",
)  # fmt: skip
PAGES = (
    "needs", "check_booking", "booked", "waiting", "offer", "enrolment", "decline_offer",
    "give_notice",
)  # fmt: skip
SAID = {"emergency_contacts": "Ann, 07700 900123", "sure": "yes", "reason": "We move", "back": "x"}


@pytest.fixture
def guardian(client):
    client.raise_request_exception = False
    return sign_in(client, GuardianFactory())


@pytest.fixture
def child(guardian):
    return ChildFactory(guardian=guardian)


def page(name, ref):
    return reverse(f"bookings:{name}", args=[ref])


def closed_groups():
    day = dt.timedelta(days=1)
    return {
        "is cancelled": {"status": Activity.Status.CANCELLED},
        "is finished": {"status": Activity.Status.FINISHED},
        "is closed": {"status": Activity.Status.CLOSED},
        "opens at": {"booking_opens_at": timezone.now() + 3 * day},
        "closed at": {"booking_closes_at": timezone.now() - day},
    }


@pytest.mark.parametrize("words", closed_groups())
@pytest.mark.parametrize("door", ["book_place", "join_waiting_list"])
def test_what_cannot_be_joined_says_why_and_joins_nobody(client, child, door, words):
    group = open_group()
    Activity.objects.filter(pk=group.pk).update(**closed_groups()[words])

    answer = client.post(page(door, group.ref), {"who": child.ref})

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("word", NASTY)
def test_nobody_is_booked_by_a_word_that_names_nobody(client, child, word):
    group = open_group()

    answers = [client.post(page("book_place", group.ref), {"who": NASTY[word]})]
    answers.append(client.get(page("book_place", group.ref), {"who": NASTY[word]}))

    assert [each.status_code for each in answers] == [200, 200]
    assert "There is a problem" in answers[0].content.decode()
    assert not Enrolment.objects.exists()


def test_forged_fields_make_no_better_booking(client, guardian, child):
    group, other = open_group(price="98.00"), GuardianFactory()
    forged = {
        "status": "active", "price_agreed": "0", "booked_by": str(other.person_id), "priority": "9",
        "account": "1", "offer_expires_at": "2099-01-01", "queued_at": "2000-01-01", "amount": "0",
        "starts_on": "2000-01-01", "activity": "1", "person": "1", "is_extended": "",
    }  # fmt: skip

    client.post(page("book_place", group.ref), {"who": child.ref, **forged})
    held = Enrolment.objects.get()
    client.post(page("needs", held.ref), SAID | forged)
    assert (held.status, held.booked_by, held.priority) == ("held", guardian.person, 0)
    assert held.offer_expires_at < timezone.now() + dt.timedelta(hours=1)
    client.post(page("confirm_place", held.ref), forged)

    place = Enrolment.objects.get()
    assert (place.activity, place.person, place.price_agreed) == (group, child, group.price)
    assert Charge.objects.get().amount > 0


@pytest.mark.parametrize("word", NASTY)
def test_notice_and_needs_take_any_word(client, guardian, child, word):
    group = open_group()
    held = actions.hold_place(activity=group, person=child, by=guardian, at=timezone.now())

    for name in ("helps", "own_words", "emergency_contacts", "medical"):
        answer = client.post(page("needs", held.ref), SAID | {name: NASTY[word]})
        assert answer.status_code in {200, 302}
        if answer.status_code == 200:
            assert "There is a problem" in answer.content.decode()
    client.post(page("confirm_place", held.ref))
    answer = client.post(page("give_notice", held.ref), {"reason": NASTY[word]})

    assert answer.status_code in {200, 302}
    assert answer.status_code == 302 or "There is a problem" in answer.content.decode()


def is_sound(group):
    """The counts are true, nothing is charged twice, no register keeps who left."""
    group.refresh_from_db()
    taken = group.enrolments.filter(status__in=Enrolment.TAKING).count()
    charges = Charge.objects.exclude(status=Charge.Status.WAIVED)
    lines = Attendance.objects.filter(session__during__startswith__gt=timezone.now())
    gone = lines.exclude(enrolment__status=Enrolment.Status.ACTIVE)
    return (
        group.places_taken == taken <= group.capacity
        and charges.values("source").distinct().count() == charges.count()
        and not gone.exists()
    )


@pytest.mark.parametrize("seed", range(25))
def test_presses_in_any_order_break_nothing(client, guardian, child, seed):
    """Replayed, stale and premature presses: each answered, and the bookings stay sound."""
    dice = random.Random(seed)  # noqa: S311 - no secret is made of it
    other = Client(raise_request_exception=False)
    rival = sign_in(other, GuardianFactory())
    families = [(client, child), (other, ChildFactory(guardian=rival))]
    group, answers = open_group(capacity=1), []

    for _ in range(30):
        browser, one = dice.choice(families)
        refs = list(one.enrolments.values_list("ref", flat=True))
        if not refs or dice.random() < 0.25:
            door = dice.choice(["book_place", "join_waiting_list"])
            answers.append(browser.post(page(door, group.ref), {"who": one.ref}))
        elif dice.random() < 0.25:
            answers.append(browser.get(page(dice.choice(PAGES), dice.choice(refs))))
        else:
            answers.append(browser.post(page(dice.choice(PRESSES), dice.choice(refs)), SAID))
        assert is_sound(group)

    assert {each.status_code for each in answers} <= {200, 302}
    assert {each.status_code for each in answers} == {200, 302}


@pytest.mark.parametrize("word", ["accept_offer", "confirm_place", "decline_offer", "extend_hold"])
def test_an_answer_after_the_answer_changes_nothing(client, guardian, child, word):
    group = open_group(capacity=1)
    place = booked(group)
    now = timezone.now()
    mine = actions.join_waiting_list(activity=group, person=child, by=guardian, at=now)
    actions.cancel_enrolment(enrolment=place, reason="x", by=place.booked_by.user, at=now)
    client.post(page("decline_offer", mine.ref), {"sure": "yes"})

    answer = client.post(page(word, mine.ref), SAID)

    mine.refresh_from_db()
    assert mine.status == Enrolment.Status.DECLINED
    assert answer.status_code in {200, 302}
    assert not Charge.objects.filter(person=child).exclude(status="waived").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["book_place", "confirm_place"])
def test_the_same_press_from_many_tabs_at_once_books_once(name):
    guardian = GuardianFactory()
    child, group = ChildFactory(guardian=guardian), open_group()
    tabs = [Client(raise_request_exception=False) for _ in range(4)]
    for tab in tabs:
        sign_in(tab, guardian)
    address = page("book_place", group.ref)
    if name == "confirm_place":
        tabs[0].post(address, {"who": child.ref})
        address = page(name, Enrolment.objects.get().ref)

    answers = all_at_once([lambda tab=tab: tab.post(address, {"who": child.ref}) for tab in tabs])

    assert {(each.status_code, each["Location"]) for each in answers} == {
        (302, answers[0]["Location"])
    }
    assert Enrolment.objects.count() == 1
    assert Charge.objects.count() == (name == "confirm_place")
    assert Email.objects.filter(copy="place-booked").count() == (name == "confirm_place")
