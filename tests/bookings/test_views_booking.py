"""Booking through the pages: who, needs, check, confirm, and what is said when it cannot be."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.models import Charge
from bookings import actions
from bookings.models import Enrolment
from core import queries as core
from core.models import AccessRow
from people.actions import Answer, answer_consents
from people.care import keep_care, reveal
from people.models import Learner
from tests.bookings.stage import booked, open_group
from tests.factories.bookings import ActivityFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.people import (
    ChildFactory,
    ConsentWordingFactory,
    GuardianFactory,
    GuardianshipFactory,
)
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


FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config(")


def test_the_whole_journey_takes_at_most_forty_statements(client, child):
    ConsentWordingFactory()
    group = open_group()
    # Words are remembered for a minute: measured as on any day, not at the first visit.
    booked(group)
    core.wording("leaving", on=timezone.localdate())

    with CaptureQueriesContext(connection) as caught:
        client.get(page("book_place", group.ref))
        enrolment = ref_of(client.post(page("book_place", group.ref), {"who": str(child.ref)}))
        client.get(page("needs", enrolment))
        client.post(page("needs", enrolment), SAID | {"consent_photo": "no"})
        client.get(page("check_booking", enrolment))
        client.post(page("confirm_place", enrolment))
        client.get(page("booked", enrolment))

    # Opening, signing and closing four transactions comes on top.
    sql = [query["sql"] for query in caught]
    assert len([one for one in sql if not one.startswith(FRAME)]) <= 40
    assert len(sql) <= 52
    assert child.enrolments.get().status == Enrolment.Status.ACTIVE


def test_book_place_says_why_somebody_cannot_be_booked(client, guardian, child):
    group = open_group(min_year=7, max_year=9)
    older = ChildFactory(guardian=guardian, given_name="Dev", born_on=dt.date(2014, 1, 2))
    other = ChildFactory(given_name="Mei", born_on=dt.date(2014, 1, 2))
    GuardianshipFactory(adult=guardian.person, child=other, may_book=False)

    form = client.get(page("book_place", group.ref)).context["form"]

    assert list(form.people.values()) == [older]
    refused = {one.person: one.refusal for one in form.refused}
    assert refused == {
        child: f"{group.title} is for Year 7 to Year 9. Anaya is in Year 6.",
        other: "You see Mei’s page, and somebody else books for them.",
    }


def test_book_place_refuses_a_child_too_young_in_a_sentence(client, child):
    group = open_group(min_year=7, max_year=9)

    response = client.post(page("book_place", group.ref), {"who": str(child.ref)})

    words = response.content.decode()
    assert "Anaya is in Year 6." in words
    assert "<title>Error: " in words
    assert not Enrolment.objects.exists()


def test_book_place_offers_an_adult_what_is_for_adults(client, guardian):
    group = open_group(audience="adult")

    form = client.get(page("book_place", group.ref)).context["form"]
    response = client.post(page("book_place", group.ref), {"who": str(guardian.person.ref)})

    assert form.people == {str(guardian.person.ref): guardian.person}
    assert ref_of(response) == Enrolment.objects.get(person=guardian.person).ref


def test_book_place_refuses_before_booking_opens_in_a_sentence(client, child):
    group = open_group(booking_opens_at=NOON + dt.timedelta(days=1))

    asked = client.get(page("book_place", group.ref))
    pressed = client.post(page("book_place", group.ref), {"who": str(child.ref)})

    sentence = f"Booking for {group.title} opens at noon on Monday 23 November."
    assert sentence in asked.content.decode()
    assert sentence in pressed.content.decode()


def test_book_place_refuses_a_clash_in_a_sentence(client, guardian, child):
    elsewhere, group = open_group(title="Choir"), open_group()
    held = actions.hold_place(activity=elsewhere, person=child, by=guardian, at=NOON)
    actions.confirm_place(enrolment=held, by=guardian, at=NOON)

    response = client.post(page("book_place", group.ref), {"who": str(child.ref)})

    assert "Anaya has Choir at that time" in response.content.decode()


def test_book_place_turns_into_the_waiting_list_when_it_is_full(client, child):
    group = open_group(capacity=1)
    booked(group)

    pressed = client.post(page("book_place", group.ref), {"who": str(child.ref)})
    joined = client.post(page("join_waiting_list", group.ref), {"who": str(child.ref)})
    again = client.post(page("join_waiting_list", group.ref), {"who": str(child.ref)})
    line = client.get(joined.url)

    assert "Join the waiting list" in pressed.content.decode()
    assert f'value="{child.ref}" id="id_who_0" checked' in pressed.content.decode()
    enrolment = Enrolment.objects.get(person=child)
    assert enrolment.status == Enrolment.Status.WAITING
    assert joined.url == again.url == page("waiting", enrolment.ref)
    assert "Anaya is number 1 in the line" in line.content.decode()


def test_join_waiting_list_says_when_there_is_a_place_after_all(client, child):
    group = open_group()

    response = client.post(page("join_waiting_list", group.ref), {"who": str(child.ref)})

    assert "has a free place. You can book it now." in response.content.decode()
    assert "Hold a place" in response.content.decode()


@pytest.mark.parametrize("who", ["", "x", "\x00", "1", "' OR 1=1", str(uuid.UUID(int=7))])
def test_book_place_holds_nothing_for_a_forged_answer(client, child, who):
    group = open_group()

    response = client.post(page("book_place", group.ref), {"who": who})

    assert response.status_code == 200
    assert "<title>Error: " in response.content.decode()
    assert not Enrolment.objects.exists()


def test_book_place_holds_nothing_for_another_familys_child(client, guardian):
    group, stranger = open_group(), ChildFactory()

    response = client.post(page("book_place", group.ref), {"who": str(stranger.ref)})

    assert response.status_code == 200
    assert not Enrolment.objects.exists()


def test_book_place_twice_holds_one_place(client, child):
    group = open_group()

    first = hold(client, group, child)
    second = hold(client, group, child)

    group.refresh_from_db()
    assert (first, group.places_taken) == (second, 1)


def test_a_draft_has_no_page(client, child):
    assert client.get(page("book_place", ActivityFactory(status="draft").ref)).status_code == 404


def test_needs_shows_what_the_family_told_before_and_asks_nothing_twice(client, guardian, child):
    wording = ConsentWordingFactory()
    answer_consents(person=child, answers=[Answer(wording, True)], by=guardian, at=NOON)
    told = {"what_helps": "Large print or coloured paper\nSlowly", "medical": "Nuts"}
    keep_care(learner=child.learner, **told, emergency_contacts="Priya, 1", by=guardian, at=NOON)
    enrolment = hold(client, open_group(), child)

    form = client.get(page("needs", enrolment.ref)).context["form"]

    assert "consent_photo" not in form.fields
    assert form.initial == {
        "helps": ["print"],
        "own_words": "Slowly",
        "medical": "Nuts",
        "emergency_contacts": "Priya, 1",
    }


def test_needs_writes_down_that_it_was_opened(client, child):
    enrolment = hold(client, open_group(), child)

    client.get(page("needs", enrolment.ref))

    assert [row.why for row in AccessRow.objects.all()] == ["Their family opened it while booking"]


def test_needs_keeps_what_was_typed_when_something_is_missing(client, child):
    enrolment = hold(client, open_group(), child)

    told = SAID | {"emergency_contacts": "", "own_words": "Café ☕ 'quoted'"}
    response = client.post(page("needs", enrolment.ref), told)

    words = response.content.decode()
    assert "Enter a name and a telephone number we can ring" in words
    assert "Café ☕ &#x27;quoted&#x27;" in words


def test_needs_opens_nothing_sealed_for_somebody_who_only_books(client, guardian, child):
    keep_care(
        learner=child.learner,
        what_helps="",
        medical="Nuts",
        emergency_contacts="P, 1",
        by=guardian,
        at=NOON,
    )
    child.guardians.update(may_see=False)
    enrolment = hold(client, open_group(), child)

    asked = client.get(page("needs", enrolment.ref))
    told = client.post(page("needs", enrolment.ref), SAID)

    assert "Nuts" not in asked.content.decode()
    assert told.url == page("check_booking", enrolment.ref)
    kept = reveal(learner=child.learner, by=guardian, why="test", at=NOON)
    assert kept.medical == "Nuts"


def test_a_hold_shows_its_end_and_is_extended_once(client, child, time_machine):
    enrolment = hold(client, open_group(), child)
    time_machine.move_to(NOON + dt.timedelta(minutes=10))

    more = client.post(page("extend_hold", enrolment.ref), {"back": "needs"})
    after = client.get(more.url)
    again = client.post(page("extend_hold", enrolment.ref))

    assert more.url == page("needs", enrolment.ref)
    assert "until 12.25pm" in after.content.decode()
    assert "I need more time" not in after.content.decode()
    assert again.url == page("check_booking", enrolment.ref)
    assert "You have had more time once already" in client.get(again.url).content.decode()


@pytest.mark.parametrize("name", ["needs", "check_booking"])
def test_a_hold_that_ran_out_says_so_and_starts_again_with_one_tap(
    client, child, time_machine, name
):
    group = open_group()
    enrolment = hold(client, group, child)
    time_machine.move_to(NOON + dt.timedelta(minutes=16))

    stale = client.get(page(name, enrolment.ref))
    again = client.post(page("book_place", group.ref), {"who": str(child.ref)})

    assert "The time ran out" in stale.content.decode()
    assert f'name="who" value="{child.ref}"' in stale.content.decode()
    assert ref_of(again) != enrolment.ref


def test_needs_keeps_what_was_told_although_the_hold_ran_out(client, child, time_machine):
    enrolment = hold(client, open_group(), child)
    time_machine.move_to(NOON + dt.timedelta(minutes=16))

    told = client.post(page("needs", enrolment.ref), SAID | {"medical": "Nuts"}, follow=True)

    assert "The time ran out" in told.content.decode()
    kept = reveal(learner=child.learner, by=child.guardians.get().adult.user, why="test", at=NOON)
    assert kept.medical == "Nuts"


def test_confirm_place_after_the_hold_ran_out_books_nothing(client, child, time_machine):
    enrolment = hold(client, open_group(), child)
    time_machine.move_to(NOON + dt.timedelta(minutes=16))

    response = client.post(page("confirm_place", enrolment.ref))

    assert "The place was kept until" in response.content.decode()
    assert "Try again" in response.content.decode()
    enrolment.refresh_from_db()
    assert enrolment.status == Enrolment.Status.HELD


def test_confirm_place_twice_books_once(client, child):
    enrolment = hold(client, open_group(), child)

    first = client.post(page("confirm_place", enrolment.ref))
    second = client.post(page("confirm_place", enrolment.ref))

    assert first.url == second.url == page("booked", enrolment.ref)
    assert Charge.objects.count() == 1


def test_check_booking_shows_the_sum_and_how_to_leave(client, child):
    WordingFactory(slug="leaving", body="Tell us **by the Friday before half term**.")
    enrolment = hold(client, open_group(), child)

    words = client.get(page("check_booking", enrolment.ref)).content.decode()

    assert "£90" in words
    assert "sessions gone already" in words
    assert "The terms after it are £90 a term, at today’s prices." in words
    assert "<strong>by the Friday before half term</strong>" in words


def test_release_hold_frees_the_place(client, child):
    group = open_group()
    enrolment = hold(client, group, child)

    let_go = client.post(page("release_hold", enrolment.ref), follow=True)

    group.refresh_from_db()
    assert group.places_taken == 0
    assert "Nothing was booked, and nothing is owed." in let_go.content.decode()


def ref_of(response):
    return uuid.UUID(response.url.split("/")[3])
