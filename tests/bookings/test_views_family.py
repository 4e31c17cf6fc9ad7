"""The family's own page and the page of a place."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Charge
from bookings import actions
from bookings.models import Enrolment, Session
from core.words import money
from people.models import Learner
from tests.bookings.stage import booked, open_group
from tests.factories.bookings import (
    AttendanceFactory,
    CancellationCauseFactory,
    CreditFactory,
    spell,
)
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    ConsentFactory,
    ConsentWordingFactory,
    GuardianFactory,
    GuardianshipFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HOME = "bookings:my_family"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory(person__given_name="Priya"))


def page(name, ref):
    return reverse(f"bookings:{name}", kwargs={"ref": ref})


def place(group, child, guardian):
    held = actions.hold_place(activity=group, person=child, by=guardian, at=NOON)
    return actions.confirm_place(enrolment=held, by=guardian, at=NOON)


def furnish(guardian, number):
    """A child with a place, an offer to answer, a hold and a line to wait in."""
    child = ChildFactory(guardian=guardian, given_name=f"Child{number}")
    Learner.objects.create(person=child)
    place(open_group(title=f"Choir {number}", local_start=dt.time(9)), child, guardian)
    full = open_group(capacity=1, local_start=dt.time(11))
    booked(full, at=NOON)
    actions.join_waiting_list(activity=full, person=child, by=guardian, at=NOON)
    offering = open_group(capacity=1, local_start=dt.time(13))
    sitter = booked(offering, at=NOON)
    actions.join_waiting_list(activity=offering, person=child, by=guardian, at=NOON)
    actions.cancel_enrolment(enrolment=sitter, reason="Moved", by=None, at=NOON)
    holding = open_group(local_start=dt.time(15))
    actions.hold_place(activity=holding, person=child, by=guardian, at=NOON)
    return child


def test_my_family_shows_what_waits_then_each_child(client, guardian):
    child = furnish(guardian, 1)

    response = client.get(reverse(HOME))

    words = response.content.decode()
    assert [todo["text"].split(":")[0] for todo in response.context["todos"]] == [
        "Answer the offer for Child1",
        f"Finish booking {Enrolment.objects.get(status='held').activity.title} for Child1",
    ]
    (card,) = response.context["cards"]
    assert card["name"] == child.first_name
    assert [meeting["day"] for meeting in card["meetings"]] == [
        dt.date(2026, 11, 28),
        dt.date(2026, 12, 5),
        dt.date(2026, 12, 12),
    ]
    assert [row["words"].split(", ")[0].rsplit(":")[-1].strip() for row in card["rows"]] == [
        "Choir 1",
        "number 1",
    ]
    assert "Why this much" in words
    assert "You pay for 3 of them" in words


def test_my_family_takes_as_many_statements_for_five_children_as_for_one(client, guardian):
    def statements():
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse(HOME))
        return len(caught)

    furnish(guardian, 1)
    for_one = statements()
    for number in range(2, 6):
        furnish(guardian, number)

    assert statements() == for_one
    assert len(client.get(reverse(HOME)).context["cards"]) == 5


def test_my_family_is_empty_at_first_and_says_what_to_do(client, guardian):
    words = client.get(reverse(HOME)).content.decode()

    assert "Who is the music for?" in words
    assert "Nothing to pay." in words


def test_my_family_asks_about_first_aid_who_came_off_a_waiting_list(client, guardian):
    child = ChildFactory(guardian=guardian, given_name="Anaya")
    place(open_group(title="Choir"), child, guardian)
    never_asked = client.get(reverse(HOME)).context["todos"]
    question = ConsentWordingFactory(kind="medical")
    asked = client.get(reverse(HOME)).context["todos"]
    ConsentFactory(person=child, wording=question, kind="medical")
    answered = client.get(reverse(HOME)).context["todos"]

    assert never_asked == answered == []
    assert [todo["text"] for todo in asked] == ["Say what we may do if Anaya is hurt or ill"]


def test_an_adult_reads_about_themselves(client, guardian):
    enrolment = actions.hold_place(
        activity=open_group(audience="adult"), person=guardian.person, by=guardian, at=NOON
    )

    needs = client.get(page("needs", enrolment.ref)).content.decode()
    actions.confirm_place(enrolment=enrolment, by=guardian, at=NOON)
    booked_page = client.get(page("booked", enrolment.ref)).content.decode()

    assert '<h1 class="mb-5">What you need</h1>' in needs
    assert "<h1>You are in</h1>" in booked_page


def test_my_family_shows_adults_what_they_learn_themselves(client, guardian):
    place(open_group(audience="adult", title="Evening choir"), guardian.person, guardian)

    (card,) = client.get(reverse(HOME)).context["cards"]

    assert (card["name"], card["detail"]) == ("Priya", "You")


def test_my_family_shows_nobody_elses_children(client, guardian):
    furnish(GuardianFactory(), 7)

    response = client.get(reverse(HOME))

    assert response.context["cards"] == response.context["todos"] == []
    assert "Child7" not in response.content.decode()


def test_who_only_pays_sees_the_bill_and_no_card(client, guardian):
    other = GuardianFactory()
    child = ChildFactory(guardian=other, given_name="Anaya")
    place(open_group(title="Choir"), child, other)
    GuardianshipFactory(adult=guardian.person, child=child, may_see=False, may_book=False)

    response = client.get(reverse(HOME))

    assert response.context["cards"] == []
    assert [charge["description"] for charge in response.context["charges"]] == ["Choir"]


@pytest.mark.parametrize(
    ("right", "said", "bills"),
    [
        ("may_pay", "You may see and pay bills.", "Nothing to pay."),
        ("may_collect", "You may collect from lessons.", "Another adult sees the bills"),
    ],
)
def test_who_does_not_see_a_child_reads_what_they_may_do(client, guardian, right, said, bills):
    child = ChildFactory(guardian=GuardianFactory(), given_name="Anaya")
    rights = dict.fromkeys(["may_see", "may_book", "may_pay", "may_collect"], False)
    GuardianshipFactory(adult=guardian.person, child=child, **rights | {right: True})

    words = client.get(reverse(HOME)).content.decode()

    assert "Anaya" in words
    assert said in words
    assert bills in words
    assert "Who is the music for?" not in words


def test_who_only_sees_has_the_card_and_no_bill_and_nothing_to_answer(client, guardian):
    other = GuardianFactory()
    child = furnish(other, 1)
    GuardianshipFactory(adult=guardian.person, child=child, may_pay=False, may_book=False)

    response = client.get(reverse(HOME))

    assert [card["name"] for card in response.context["cards"]] == ["Child1"]
    assert response.context["charges"] == response.context["todos"] == []
    assert "Nothing to pay" not in response.content.decode()
    place = Enrolment.objects.get(person=child, status="active")
    assert "Price agreed" not in client.get(page("enrolment", place.ref)).content.decode()


def test_a_barred_adult_sees_nothing_of_the_child(client, guardian):
    child = furnish(GuardianFactory(), 1)
    GuardianshipFactory(adult=guardian.person, child=child, barred=True)

    response = client.get(reverse(HOME))
    places = [
        client.get(page("enrolment", ref))
        for ref in Enrolment.objects.filter(person=child).values_list("ref", flat=True)
    ]

    assert response.context["cards"] == response.context["charges"] == []
    assert child.first_name not in response.content.decode()
    assert {one.status_code for one in places} == {404}


def test_the_other_parents_address_is_on_no_page(client, guardian):
    other = GuardianFactory(person__address_line="9 Hidden Lane", person__phone="01632 960 999")
    child = furnish(other, 1)
    GuardianshipFactory(adult=guardian.person, child=child)

    pages = [reverse(HOME), reverse("people:child", args=[child.ref])]
    pages += [page("enrolment", one.ref) for one in Enrolment.objects.filter(person=child)]
    words = "".join(client.get(one, follow=True).content.decode() for one in pages)

    assert "Child1" in words
    assert "Hidden Lane" not in words
    assert "960 999" not in words
    assert str(other.person) not in words


def test_a_cancelled_meeting_is_said_and_not_hidden(client, guardian):
    child = ChildFactory(guardian=guardian)
    mine = place(open_group(), child, guardian)
    line = mine.attendance.order_by("session__during").first()
    actions.cancel_session(
        session=line.session,
        cause=CancellationCauseFactory(),
        comment="",
        by=None,
        at=NOON,
    )

    (card,) = client.get(reverse(HOME)).context["cards"]
    dates = client.get(page("enrolment", mine.ref)).content.decode()

    assert card["meetings"][0]["when"] == "Not on Saturday 28 November: teacher ill"
    assert "Not on: teacher ill" in dates


def test_the_page_of_a_place_explains_its_price(client, guardian):
    child = ChildFactory(guardian=guardian)
    mine = place(open_group(), child, guardian)

    words = client.get(page("enrolment", mine.ref)).content.decode()

    charge = Charge.objects.get()
    of_meetings = charge.explanation["of_meetings"]
    assert f"£90 ÷ {of_meetings} × 3 = {money(charge.amount)}." in words
    assert "Price agreed" in words
    assert "Dates to come" in words


def test_a_family_sees_its_last_day_and_gives_notice(client, guardian):
    group, child = open_group(), ChildFactory(guardian=guardian)
    held = actions.hold_place(activity=group, person=child, by=guardian, at=NOON)
    place = actions.confirm_place(enrolment=held, by=guardian, at=NOON)

    asked = client.get(page("give_notice", place.ref))
    told = client.post(page("give_notice", place.ref), {"reason": "We move"}, follow=True)
    again = client.get(page("give_notice", place.ref))

    place.refresh_from_db()
    assert "Anaya is welcome until 25 March 2027" in asked.content.decode()
    assert "The spring term is due" in asked.content.decode()
    assert "We have your notice." in told.content.decode()
    assert (place.ends_on, place.leave_reason) == (dt.date(2027, 3, 25), "We move")
    assert again.url == page("enrolment", place.ref)


def test_another_familys_place_cannot_be_left(client, guardian):
    place = booked(open_group(), at=NOON)

    answer = client.post(page("give_notice", place.ref), {"reason": ""})

    place.refresh_from_db()
    assert answer.status_code == 404
    assert place.ends_on is None


def test_my_family_begins_with_what_changed_and_what_happens_to_the_fee(client, guardian):
    child = ChildFactory(guardian=guardian, given_name="Anaya")
    mine = place(open_group(title="Choir"), child, guardian)
    first, second, third = [
        line.session for line in mine.attendance.order_by("session__during")[:3]
    ]
    cause = CancellationCauseFactory(name="Snow", words_for_family="It comes off your bill.")
    Session.objects.filter(pk=first.pk).update(status="cancelled", cause=cause)
    noon = spell(second.occurs_on, "12:00")
    Session.objects.filter(pk=second.pk).update(during=noon)
    Session.objects.filter(pk=third.pk).update(during=spell(third.occurs_on, "12:00"))

    response = client.get(reverse(HOME))

    changes = response.context["changes"]
    assert [(one["day"], one["change"], one["fee"]) for one in changes] == [
        (dt.date(2026, 11, 28), "Not on. Snow.", "It comes off your bill."),
        (dt.date(2026, 12, 5), "Moved from 9.30am.", ""),
    ]
    assert "Two changes to your plans" in response.content.decode()
    (card,) = response.context["cards"]
    assert card["meetings"][1]["when"] == (
        "Saturday 5 December, noon to 12.45pm. Moved from 9.30am"
    )


def test_my_family_says_how_often_they_came_and_what_is_owed(client, guardian):
    child = ChildFactory(guardian=guardian, given_name="Anaya")
    line = AttendanceFactory(
        person=child,
        session__occurs_on=dt.date(2026, 9, 12),
        session__activity__title="Choir",
        mark="present",
        marked_at=NOON,
    )
    CreditFactory(attendance=line, minutes=30)

    (card,) = client.get(reverse(HOME)).context["cards"]

    rows = {row["term"]: row for row in card["rows"]}
    page_of_all = reverse("bookings:attendance", args=[child.ref])
    assert rows["Attendance this term"]["words"] == "Came to 1 of 1"
    assert rows["We owe"]["words"] == "30 minutes: Choir"
    assert {rows[term]["change_url"] for term in ("Attendance this term", "We owe")} == {
        page_of_all
    }


def test_who_only_pays_hears_of_no_change_and_of_nothing_owed(client, guardian):
    other = GuardianFactory()
    child = ChildFactory(guardian=other, given_name="Hidden")
    mine = place(open_group(title="Choir"), child, other)
    line = mine.attendance.order_by("session__during").first()
    Session.objects.filter(pk=line.session_id).update(
        status="cancelled", cause=CancellationCauseFactory()
    )
    CreditFactory(attendance=line)
    GuardianshipFactory(adult=guardian.person, child=child, may_see=False, may_book=False)

    response = client.get(reverse(HOME))

    assert response.context["changes"] == response.context["cards"] == []
    assert "Not on" not in response.content.decode()


def test_a_family_tells_of_a_day_away_from_its_own_page(client, guardian):
    child = ChildFactory(guardian=guardian)
    place(open_group(), child, guardian)

    (card,) = client.get(reverse(HOME)).context["cards"]

    assert reverse("bookings:tell_absence", args=[child.ref]) in {
        link["url"] for link in card["links"]
    }
