"""From a typed code to a held place; and what everybody else is told."""

import datetime as dt
import html

import pytest
from django.urls import reverse

from bookings.models import Enrolment
from lessons.actions import claims
from lessons.models import ClaimCode
from lessons.rules.claims import printed
from tests.bookings.stage import family
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory
from tests.lessons.claiming import a_code, open_run
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CLAIM, OFFER = reverse("lessons:claim"), reverse("lessons:claim_offer")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


def place(activity):
    return reverse("lessons:claim_place", args=[activity.ref])


def said(response):
    return html.unescape(response.content.decode())


def test_a_code_opens_the_schools_own_offer_to_anybody_who_types_it(client):
    letter, code = a_code()
    group = open_run(title="Ukulele at the centre")

    opened = client.post(CLAIM, {"code": f" {code[:3].lower()}-{code[3:]} "}, follow=True)

    letter.refresh_from_db()
    assert opened.redirect_chain == [(OFFER, 302)]
    assert f"The whole class at {letter.programme_class.activity.school} learned it" in said(opened)
    assert place(group) in said(opened)
    assert "£90" in said(opened)
    assert "It works once, until 22 March 2027." in said(opened)
    assert letter.opened_at is not None
    assert opened["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_the_square_on_the_letter_fills_the_code_in_and_opens_nothing_yet(client):
    letter, code = a_code()

    page = client.get(CLAIM, {"code": code})

    letter.refresh_from_db()
    assert f'value="{printed(code)}"' in said(page)
    assert letter.opened_at is None
    assert client.get(OFFER).url == CLAIM


def over(kind):
    letter, code = a_code()
    if kind == "wrong":
        return "BCD FGH JKM"
    if kind == "used":
        guardian, child = family()
        claims.claim_place(
            code=letter, activity=open_run(), person=child, waits=False, by=guardian, at=NOON
        )
    elif kind == "expired":
        ClaimCode.objects.filter(pk=letter.pk).update(
            expires_at=NOON, made_at=NOON - dt.timedelta(days=9)
        )
    elif kind == "withdrawn":
        ClaimCode.objects.filter(pk=letter.pk).update(withdrawn_at=NOON)
    return code


def without_tokens(response, code):
    lines = said(response).replace(code, "CODE").splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line]


def test_wrong_used_expired_and_withdrawn_get_one_answer(client):
    answers = []
    for kind in ("wrong", "used", "expired", "withdrawn"):
        code = over(kind)
        response = client.post(CLAIM, {"code": code})
        answers.append((response.status_code, without_tokens(response, code)))

    assert {status for status, _ in answers} == {422}
    assert all(words == answers[0][1] for _, words in answers)
    assert "This code does not open anything" in "".join(answers[0][1])


def test_many_tries_are_stopped_even_for_a_right_code(client, settings):
    settings.CLAIM_TRIES = 3
    _, code = a_code()
    wrong = [client.post(CLAIM, {"code": "BCD FGH JKM"}).status_code for _ in range(3)]

    fourth = client.post(CLAIM, {"code": code})

    assert wrong == [422, 422, 422]
    assert fourth.status_code == 429
    assert "many codes in a short time" in said(fourth)


@pytest.mark.parametrize("typed", ["", "x" * 41, "\x00", "<script>", "' OR 1=1"])
def test_nonsense_is_refused_in_words(client, typed):
    response = client.post(CLAIM, {"code": typed})

    assert response.status_code in {200, 422}
    assert "There is a problem" in said(response)
    assert "<script>alert" not in said(response)


def test_a_family_claims_in_three_steps(client):
    letter, code = a_code()
    group = open_run(title="Ukulele at the centre")
    guardian = sign_in(client, GuardianFactory())
    child = ChildFactory(guardian=guardian, given_name="Anaya")

    client.post(CLAIM, {"code": code})
    asked = client.get(place(group))
    held = client.post(place(group), {"who": str(child.ref)})

    enrolment = Enrolment.objects.get(person=child)
    letter.refresh_from_db()
    assert "Anaya" in said(asked)
    assert held.url == reverse("bookings:needs", args=[enrolment.ref])
    assert (enrolment.status, letter.child) == ("held", child)


def test_a_stranger_signs_in_first_and_comes_back_to_the_place(client):
    _, code = a_code()
    group = open_run()
    client.post(CLAIM, {"code": code})

    asked = client.get(place(group))

    assert asked.url == f"{reverse('account_login')}?next={place(group)}"


def test_without_a_code_nothing_is_claimed(client):
    group = open_run()
    guardian = sign_in(client, GuardianFactory())
    child = ChildFactory(guardian=guardian)

    answers = [client.get(OFFER), client.get(place(group))]
    answers.append(client.post(place(group), {"who": str(child.ref)}))

    assert [answer.url for answer in answers] == [CLAIM] * 3
    assert not Enrolment.objects.exists()


def test_another_familys_child_cannot_be_named(client):
    _, code = a_code()
    group = open_run()
    _, other = family()
    sign_in(client, GuardianFactory())
    ChildFactory(guardian=GuardianFactory())
    client.post(CLAIM, {"code": code})

    response = client.post(place(group), {"who": str(other.ref)})

    assert response.status_code == 422
    assert not Enrolment.objects.exists()


def test_who_used_it_sees_their_child_and_nobody_else_does(client):
    letter, code = a_code()
    open_run(local_start=dt.time(14))
    guardian, child = family(given_name="Anaya")
    claims.claim_place(
        code=letter, activity=open_run(), person=child, waits=False, by=guardian, at=NOON
    )
    session = client.session
    session["claim"] = str(letter.ref)
    session.save()

    stranger = client.get(OFFER)
    sign_in(client, guardian)
    theirs = client.post(CLAIM, {"code": code}, follow=True)

    assert stranger.url == CLAIM
    assert "You used this letter for Anaya" in said(theirs)


def test_a_full_place_is_waited_for(client):
    _, code = a_code()
    full = open_run(capacity=1)
    other, child = family()
    held = Enrolment.objects.create(
        activity=full,
        person=child,
        booked_by=other.person,
        status="held",
        queued_at=NOON,
        offer_expires_at=NOON + dt.timedelta(hours=1),
    )
    guardian = sign_in(client, GuardianFactory())
    mine = ChildFactory(guardian=guardian)
    client.post(CLAIM, {"code": code})

    asked = client.get(place(full))
    waits = client.post(place(full), {"who": str(mine.ref), "wait": "1"})

    assert held.status == "held"
    assert "Every place is taken" in said(asked)
    assert waits.url == reverse("bookings:waiting", args=[Enrolment.objects.get(person=mine).ref])


def test_a_letter_is_a_childs_where_grown_ups_may_come_too(client):
    _, code = a_code()
    group = open_run(audience="family")
    guardian = sign_in(client, GuardianFactory(person__given_name="Priya"))
    ChildFactory(guardian=guardian, given_name="Anaya")
    client.post(CLAIM, {"code": code})

    asked = client.get(place(group))
    forced = client.post(place(group), {"who": str(guardian.person.ref)})

    assert list(asked.context["form"].people.values()) == [guardian.person.wards.get().child]
    assert forced.status_code == 422
