"""The pages on which a school gives its notice, and who finds them."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions as bookings
from bookings.models import CancellationCause, Closure, Session
from bookings.queries import makeups
from lessons.queries import notices as queries
from lessons.rules import notices as rules
from people.models import Person
from tests.factories.people import SchoolFactory, administrator, contact_of
from tests.lessons.classes.stage import (
    MONDAY,
    NEXT_WEEK,
    Larkhay,
    give,
    notice_rules,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture(autouse=True)
def policy():
    return notice_rules()


@pytest.fixture
def larkhay():
    return Larkhay()


def page(name, larkhay, **more):
    return reverse(f"schools:{name}", kwargs={"urn": larkhay.school.urn, **more})


def answers(day=NEXT_WEEK, **more):
    return {
        "starts_on_0": day.day,
        "starts_on_1": day.month,
        "starts_on_2": day.year,
        "part": "day",
        "reason": "Year 4 trip",
    } | more


def test_the_music_lead_looks_confirms_and_takes_it_back(client, larkhay):
    sign_in(client, larkhay.lead)
    address = page("give_notice", larkhay)

    assert "Monday 16 November" in client.get(address).content.decode()
    shown = client.post(address, answers(step="look"))
    assert "Moves to Monday 16 November, 9.30am" in shown.content.decode()
    assert not Closure.objects.exists()
    done = client.post(address, answers(step="confirm", seen=shown.context["seen"]), follow=True)
    assert "Moves to Monday 16 November, 9.30am" in done.content.decode()
    assert larkhay.on(NEXT_WEEK).status == Session.Status.CANCELLED

    slug = Closure.objects.get().slug
    back = client.post(page("undo_notice", larkhay, slug=slug), follow=True)
    assert "Your notice is taken back" in back.content.decode()
    assert larkhay.on(NEXT_WEEK).status == Session.Status.PLANNED


def test_a_page_that_is_not_true_any_more_is_shown_again(client, larkhay):
    sign_in(client, larkhay.lead)

    reply = client.post(page("give_notice", larkhay), answers(step="confirm", seen="1-2-3"))

    assert reply.status_code == 409
    assert "It is not as you saw it a moment ago" in reply.content.decode()
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": ""}, "Say why, for example"),
        ({"starts_on_0": "31", "starts_on_1": "11"}, "must be a real date"),
        ({"starts_on_2": "2025"}, "from today on"),
    ],
)
def test_wrong_answers_are_refused_in_words(client, larkhay, wrong, words):
    sign_in(client, larkhay.lead)

    reply = client.post(page("give_notice", larkhay), answers(step="look") | wrong)

    assert reply.status_code == 422
    assert words in reply.content.decode()


def test_only_who_speaks_for_the_school_gives_its_notice(client, larkhay):
    give(larkhay)
    slug = Closure.objects.get().slug
    doors = [
        page("give_notice", larkhay),
        page("notice", larkhay, slug=slug),
    ]
    strangers = [contact_of(SchoolFactory()), larkhay.teacher, larkhay.contact("finance")]
    for stranger in strangers:
        sign_in(client, stranger)
        assert [client.get(door).status_code for door in doors] == [404, 404]
        assert client.post(page("undo_notice", larkhay, slug=slug)).status_code == 404
    for allowed in (larkhay.lead, larkhay.contact("head"), administrator()):
        sign_in(client, allowed)
        assert [client.get(door).status_code for door in doors] == [200, 200]


def test_another_schools_notice_by_its_slug_is_not_found(client, larkhay):
    give(larkhay)
    other = contact_of(SchoolFactory(urn=123456))
    sign_in(client, other)

    slug = Closure.objects.get().slug
    assert client.get(f"/schools/123456/notice/{slug}/").status_code == 404


def test_without_rules_nothing_is_promised(client, larkhay):
    CancellationCause.objects.filter(slug__startswith=rules.CAUSES).delete()
    sign_in(client, larkhay.lead)

    reply = client.post(page("give_notice", larkhay), answers(step="look"))

    assert reply.status_code == 422
    assert "no rule yet" in reply.content.decode()


def test_readers_at_a_school_are_those_with_an_address_and_still_there(larkhay):
    gone = larkhay.contact("head", email="gone@school.example")
    gone.person.school_contacts.update(ended_at=MONDAY)
    silent = larkhay.contact("head")
    Person.objects.filter(pk=silent.person_id).update(email="")

    assert [one.person for one in queries.readers_at(larkhay.school)] == [larkhay.lead.person]


def test_bookings_keeps_the_class_in_its_plan(larkhay):
    """Nothing is owed twice: what is made up is not proposed again."""
    give(larkhay)

    assert makeups.proposals(larkhay.on(NEXT_WEEK), at=MONDAY) == []
    assert bookings.tell_of_closures(at=MONDAY) == 0
