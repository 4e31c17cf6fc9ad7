"""An adult who is barred, or whose home is hidden, after all was well once."""

import pytest

from bookings import actions
from core.models import Email
from people.models import Guardianship
from tests.bookings.stage import JULY, MINUTE, booked, open_group, waiting
from tests.factories.people import ChildFactory, GuardianFactory, GuardianshipFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

HIDDEN = ("17 Larkspur Yard", "Baldock", "SG7 6ZZ", "01632 960777")


def bar(adult, child):
    """By a court's order: may not book, see, pay or collect."""
    Guardianship.objects.filter(adult=adult, child=child).update(
        is_barred=True, may_book=False, may_see=False, may_pay=False, may_collect=False
    )


def told(adult, since):
    """The letters to an adult that came after so many others."""
    return list(Email.objects.filter(to_address=adult.email).order_by("pk")[since:])


def offer_to(enrolment, group):
    """Whoever has the place leaves, so that the first in line is written to."""
    place = group.enrolments.get(status="active")
    actions.cancel_enrolment(
        enrolment=place, reason="moved", by=place.booked_by.user, at=JULY + MINUTE
    )
    enrolment.refresh_from_db()
    assert enrolment.status == "offered"


def test_no_letter_tells_a_barred_booker_where_the_child_will_be():
    group = open_group(capacity=1)
    booked(group)
    enrolment = waiting(group)
    barred, other = enrolment.booked_by, GuardianFactory()
    GuardianshipFactory(adult=other.person, child=enrolment.person)
    before = len(told(barred, 0))
    bar(barred, enrolment.person)

    offer_to(enrolment, group)

    assert told(barred, before) == []
    (letter,) = told(other, 0)
    assert letter.copy == "offer"
    assert letter.body_text.startswith(f"Hello {other.person.first_name}")


def test_no_letter_goes_at_all_where_the_only_adult_is_barred():
    group = open_group(capacity=1)
    booked(group)
    enrolment = waiting(group)
    bar(enrolment.booked_by, enrolment.person)

    offer_to(enrolment, group)

    assert not Email.objects.filter(copy="offer").exists()


def test_a_barred_booker_sees_and_changes_nothing(client):
    group = open_group()
    enrolment = booked(group)
    barred, child = enrolment.booked_by, enrolment.person
    bar(barred, child)
    sign_in(client, barred.user)
    pages = ["", "booked/", "offer/", "waiting/", "needs/", "check/"]
    posts = ["confirm/", "accept/", "decline/", "leave/", "release/", "extend/"]

    answers = [client.get(f"/places/booking/{enrolment.ref}/{page}").status_code for page in pages]
    answers += [
        client.post(f"/places/booking/{enrolment.ref}/{page}").status_code for page in posts
    ]
    answers += [client.get(f"/people/{child.ref}/{page}").status_code for page in ("", "needs/")]
    held = client.post(f"/places/{group.ref}/book/", {"who": child.ref})

    assert set(answers) == {404}
    assert held.status_code == 200
    for page in ("/places/", "/people/my-details/", f"/places/{group.ref}/book/"):
        assert child.first_name not in client.get(page).content.decode()


def test_a_hidden_home_is_on_no_page_of_the_other_parent(client):
    line, town, postcode, phone = HIDDEN
    one, other, child = GuardianFactory(), GuardianFactory(), ChildFactory(given_name="Odette")
    hidden = one.person
    hidden.address_line, hidden.town, hidden.postcode, hidden.phone = line, town, postcode, phone
    hidden.save()
    GuardianshipFactory(adult=hidden, child=child, address_hidden_from_others=True)
    GuardianshipFactory(adult=other.person, child=child)
    group = open_group()
    held = actions.hold_place(activity=group, person=child, by=one, at=JULY)
    enrolment = actions.confirm_place(enrolment=held, by=one, at=JULY)
    sign_in(client, other)
    pages = [
        "/places/",
        "/people/my-details/",
        f"/people/{child.ref}/",
        f"/people/{child.ref}/change/",
        f"/people/{child.ref}/needs/",
        f"/places/booking/{enrolment.ref}/",
        f"/places/booking/{enrolment.ref}/booked/",
        f"/places/{group.ref}/book/",
        f"/lessons/{group.ref}/",
    ]

    shown = {page: client.get(page) for page in pages}

    assert {response.status_code for response in shown.values()} == {200}
    assert "Odette" in shown["/places/"].content.decode()
    for response in shown.values():
        said = response.content.decode()
        assert [word for word in HIDDEN if word in said] == []
