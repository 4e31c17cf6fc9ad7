"""A place on training goes to a colleague, or is given back because we called the course off."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing.models import Charge
from bookings import actions as bookings
from bookings.models import Activity, Attendance, Credit, Enrolment
from bookings.queries.sessions import begins_at
from core.models import Email
from core.refusals import RuleBroken
from lessons.actions import training as actions
from lessons.queries import training as queries
from tests.factories.bookings import CancellationCauseFactory, EnrolmentFactory
from tests.factories.people import (
    GuardianFactory,
    PersonFactory,
    SchoolFactory,
    UserFactory,
    contact_of,
)
from tests.lessons.training_stage import BOOKING, PRICE, course_on, days_before, send, steps
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(db):
    steps()
    return SchoolFactory()


@pytest.fixture
def lead(school):
    return contact_of(school)


@pytest.fixture
def dele(school):
    return contact_of(school, person__given_name="Dele").person


def hand_over(place, to, by, at=BOOKING):
    return actions.hand_over_training(enrolment=place, to=to, by=by, at=at)


def leave(person):
    """They have no part at the school any more."""
    person.school_contacts.update(ended_at=BOOKING)


def letters():
    rows = Email.objects.order_by("pk").values_list("copy", "to_person_id")
    return list(rows)


# From hand to hand


def test_a_colleague_has_the_same_place_at_its_price_and_the_register_names_them(
    school, lead, dele
):
    course = course_on()
    place = send(course, school, lead)
    Email.objects.all().delete()

    handed = hand_over(place, dele, lead)

    assert (handed.pk, handed.person, handed.price_agreed) == (place.pk, dele, PRICE)
    assert handed.queued_at == place.queued_at
    assert [line.person for line in Attendance.objects.all()] == [dele]
    assert [(charge.person, charge.amount) for charge in Charge.objects.all()] == [(dele, PRICE)]
    course.refresh_from_db()
    assert course.places_taken == 1
    assert letters() == [("training-handed-to", dele.pk)]  # whoever pressed knows


def test_both_are_told_each_time(school, lead, dele):
    colleague = contact_of(school).person
    place = send(course_on(), school, lead, person=dele)
    Email.objects.all().delete()

    place = hand_over(place, colleague, lead)
    hand_over(place, dele, lead, at=days_before(30))

    assert letters() == [
        ("training-handed-to", colleague.pk),
        ("training-handed-on", dele.pk),
        ("training-handed-to", dele.pk),
        ("training-handed-on", colleague.pk),
    ]


def test_somebody_new_is_known_by_what_was_typed(school, lead):
    place = send(course_on(), school, lead)

    handed = hand_over(place, actions.Colleague("Dele", "Achebe", "dele@school.example"), lead)

    assert (str(handed.person), handed.person.email) == ("Dele Achebe", "dele@school.example")


def test_cancelling_afterwards_follows_the_rule_of_the_day_it_was_asked_for(school, lead, dele):
    place = hand_over(send(course_on(), school, lead), dele, lead, at=days_before(21))

    assert queries.leaving_of(place, at=days_before(20)).cost == Decimal("18.10")


def test_twice_to_the_same_is_once(school, lead, dele):
    place = send(course_on(), school, lead)

    hand_over(place, dele, lead)
    hand_over(place, dele, lead)

    assert [copy for copy, _ in letters()].count("training-handed-to") == 1


def test_whoever_has_left_the_school_is_given_nothing(school, lead, dele):
    place = send(course_on(), school, lead)
    leave(dele)

    with pytest.raises(RuleBroken, match="Dele has no part at"):
        hand_over(place, dele, lead)
    place.refresh_from_db()
    assert place.person == lead.person


def test_a_full_course_has_no_place_more(school, lead, dele):
    course = course_on(capacity=1)
    place = send(course, school, lead)
    waiting = send(course, school, lead, person=dele)
    assert waiting.status == Enrolment.Status.WAITING

    hand_over(place, dele, lead)

    course.refresh_from_db()
    waiting.refresh_from_db()
    assert (course.places_taken, waiting.status) == (1, Enrolment.Status.CANCELLED)
    assert queries.places().get(status=Enrolment.Status.ACTIVE).person == dele


def test_whoever_has_a_place_is_given_no_second(school, lead, dele):
    course = course_on()
    place = send(course, school, lead)
    send(course, school, lead, person=dele)

    with pytest.raises(RuleBroken, match="Dele has a place on Ukulele for teachers already"):
        hand_over(place, dele, lead)


def test_whoever_is_elsewhere_then_is_not_given_it(school, lead, dele):
    place = send(course_on(), school, lead)
    send(course_on(), school, lead, person=dele)

    with pytest.raises(RuleBroken, match="Dele has something else at that time"):
        hand_over(place, dele, lead)
    with pytest.raises(RuleBroken, match="Dele has something else at that time"):
        send(course_on(), school, lead, person=dele)


def test_what_one_does_oneself_is_named(school, lead, dele):
    place = send(course_on(), school, lead, person=dele)
    own = course_on()
    Activity.objects.filter(pk=own.pk).update(title="Adult choir")
    send(own, school, lead)

    with pytest.raises(RuleBroken, match="has Adult choir at that time"):
        hand_over(place, lead.person, lead)


def test_whoever_speaks_for_no_school_finds_nobody_by_an_address(school, dele):
    teacher = UserFactory(person__email="wren@school.example")
    place = send(course_on(price=Decimal(0)), school, teacher)

    handed = hand_over(place, actions.Colleague("Ida", "Bell", dele.email), teacher)

    assert str(handed.person) == "Ida Bell"
    assert handed.person != dele


def test_a_place_that_went_meanwhile_stays_with_who_has_it(school, lead, dele):
    place = send(course_on(), school, lead)
    pressed_at_once = queries.places().get()
    hand_over(place, dele, lead)

    with pytest.raises(RuleBroken, match="Dele has this place by now"):
        hand_over(pressed_at_once, contact_of(school).person, lead)


def test_on_the_day_it_stays(school, lead, dele):
    course = course_on()
    place = send(course, school, lead)
    begun = begins_at(course)

    with pytest.raises(RuleBroken, match="so the place stays with"):
        hand_over(place, dele, lead, at=begun)


def test_what_the_school_pays_for_is_for_whoever_orders(school, lead, dele):
    teacher = PersonFactory(email="wren@school.example")
    place = send(course_on(), school, lead, person=teacher)

    with pytest.raises(RuleBroken, match="ask somebody who orders"):
        hand_over(place, dele, UserFactory(person=teacher))


def test_a_familys_place_is_the_childs_own(school, lead):
    place = EnrolmentFactory()

    with pytest.raises(RuleBroken, match="Only a place that a school pays for"):
        bookings.hand_over_place(
            enrolment=place, to=GuardianFactory().person, by=lead, at=place.queued_at
        )


# Called off by us


def call_off(course):
    cause = CancellationCauseFactory()
    for session in course.sessions.all():
        bookings.cancel_session(session=session, cause=cause, comment="", by=None, at=BOOKING)


def test_a_billed_place_on_what_we_call_off_comes_off_the_bill(school, lead):
    course = course_on()
    place = send(course, school, lead)
    Charge.objects.update(status=Charge.Status.BILLED)

    call_off(course)

    assert [credit.value for credit in Credit.objects.owed()] == [PRICE]
    assert queries.is_called_off(course)
    assert queries.credited_of(place) == PRICE


def test_cancelling_what_is_billed_and_called_off_keeps_the_credit(school, lead):
    course = course_on()
    place = send(course, school, lead)
    Charge.objects.update(status=Charge.Status.BILLED)
    call_off(course)

    actions.cancel_training(enrolment=place, shown=Decimal(0), by=lead, at=BOOKING)

    assert queries.credited_of(place) == PRICE


def test_what_is_not_billed_is_waived_and_not_credited_besides(school, lead):
    course = course_on()
    place = send(course, school, lead)
    call_off(course)

    actions.cancel_training(enrolment=place, shown=Decimal(0), by=lead, at=BOOKING)

    assert Charge.objects.get().status == Charge.Status.WAIVED
    assert queries.credited_of(place) == 0
    assert Credit.objects.get().voided_why == "The place was cancelled, and is not charged"


def call_off_the_first(course):
    first = course.sessions.earliest("during")
    cause = CancellationCauseFactory()
    return bookings.cancel_session(session=first, cause=cause, comment="", by=None, at=BOOKING)


def test_what_is_owed_for_a_day_called_off_goes_with_the_place(school, lead, dele):
    course = course_on(weeks=2)
    place = send(course, school, lead)
    off = call_off_the_first(course)

    hand_over(place, dele, lead)

    assert [credit.person for credit in Credit.objects.owed()] == [dele]
    bookings.restore_session(session=off, by=lead, at=BOOKING)
    assert [line.person for line in off.register.all()] == [dele]


def test_cancelling_late_is_charged_without_the_day_that_we_called_off(school, lead):
    course = course_on(weeks=2)
    place = send(course, school, lead)
    call_off_the_first(course)

    half = PRICE / 2
    actions.cancel_training(enrolment=place, shown=half, by=lead, at=days_before(3))

    late = Charge.objects.get(source=queries.late_source(place))
    assert (late.amount, late.explanation["price"]) == (half, str(half))
    assert queries.credited_of(place) == 0


# Its page


def test_hand_over_training_offers_colleagues_of_the_school_and_tells_who_has_it(
    school, lead, dele, client, time_machine
):
    time_machine.move_to(BOOKING)
    place = send(course_on(), school, lead)
    stranger = PersonFactory(given_name="Somebody", family_name="Else")
    address = reverse("lessons:hand_over_training", kwargs={"ref": place.ref})
    sign_in(client, lead)

    page = client.get(address).content.decode()
    nobody = client.post(address, {})
    forged = client.post(address, {"who": str(stranger.ref)})
    done = client.post(address, {"who": str(dele.ref)}, follow=True).content.decode()

    assert str(dele) in page
    assert "£36.20 on your school’s account" in page
    assert (nobody.status_code, forged.status_code) == (422, 422)
    assert f"{dele} has the place now. We are telling them." in done
    assert "Dele has a place" in done


def test_hand_over_training_lists_nobody_who_has_no_part_at_the_school(
    school, lead, dele, client, time_machine
):
    time_machine.move_to(BOOKING)
    place = send(course_on(), school, lead)
    sent_before = PersonFactory(given_name="Sent", family_name="Before")
    for person in (dele, sent_before):
        send(course_on(price=Decimal(0)), school, lead, person=person)
    leave(dele)
    standing = contact_of(school).person
    address = reverse("lessons:hand_over_training", kwargs={"ref": place.ref})
    sign_in(client, lead)

    page = client.get(address).content.decode()
    answers = [client.post(address, {"who": str(who.ref)}) for who in (dele, sent_before)]

    assert str(standing.ref) in page
    assert str(dele.ref) not in page
    assert str(sent_before.ref) not in page
    assert str(lead.person.ref) not in page  # whose place it is
    assert [answer.status_code for answer in answers] == [422, 422]
    place.refresh_from_db()
    assert place.person == lead.person


def test_whom_a_school_sends_again_are_not_those_who_left(school, lead, dele):
    sent_before = PersonFactory(given_name="Sent", family_name="Before")
    for person in (dele, sent_before):
        send(course_on(price=Decimal(0)), school, lead, person=person)
    leave(dele)

    assert set(queries.to_send([school])) == {lead.person, sent_before}
    assert queries.known_at(school, dele.email.upper()) == dele  # typed in, they are no stranger


def test_hand_over_training_names_no_colleague_to_whoever_speaks_for_no_school(
    school, dele, client, time_machine
):
    time_machine.move_to(BOOKING)
    teacher = UserFactory(person__email="wren@school.example")
    place = send(course_on(price=Decimal(0)), school, teacher)
    address = reverse("lessons:hand_over_training", kwargs={"ref": place.ref})
    sign_in(client, teacher)

    page = client.get(address).content.decode()
    told = {"who": "else", "given_name": "Ida", "family_name": "Bell", "email": "ida@x.example"}
    done = client.post(address, told)

    assert str(dele) not in page
    assert done.url == reverse("lessons:training")
    assert client.get(address).status_code == 404  # nothing of theirs any more


def test_whoever_speaks_for_another_school_hands_over_their_own_place_and_sees_it_no_more(
    school, client, time_machine
):
    time_machine.move_to(BOOKING)
    elsewhere = contact_of(SchoolFactory())
    place = send(course_on(price=Decimal(0)), school, elsewhere)
    sign_in(client, elsewhere)
    told = {"who": "else", "given_name": "Ida", "family_name": "Bell", "email": "ida@x.example"}

    address = reverse("lessons:hand_over_training", kwargs={"ref": place.ref})
    done = client.post(address, told, follow=True)

    assert done.status_code == 200
    assert "Ida Bell has the place now." in done.content.decode()


def test_training_place_says_what_comes_off_the_bill(school, lead, client, time_machine):
    time_machine.move_to(BOOKING)
    course = course_on()
    place = send(course, school, lead)
    Charge.objects.update(status=Charge.Status.BILLED)
    call_off(course)
    sign_in(client, lead)

    page = client.get(reverse("lessons:training_place", kwargs={"ref": place.ref}))

    shown = page.content.decode()
    assert "Ukulele for teachers is called off" in shown
    assert "comes off your school’s bill" in shown
    assert "A colleague comes instead" not in shown
