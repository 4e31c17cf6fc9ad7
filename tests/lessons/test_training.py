"""Training for school staff: sending somebody, waiting, cancelling, certificates, who may look."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.models import Account, Charge
from bookings import actions as bookings
from bookings import rules as booking_rules
from bookings.models import Attendance, Enrolment
from core.models import Email
from lessons.actions import training as actions
from lessons.queries import training as queries
from lessons.rules import training as rules
from lessons.rules.prices import PriceChanged
from people.models import SchoolContact
from tests.factories.billing import LateCancellationFactory
from tests.factories.people import PersonFactory, SchoolFactory, UserFactory, contact_of
from tests.lessons.training_stage import BOOKING, DAY, PRICE, course_on, days_before, send, steps

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "percent", "cost"),
    [
        pytest.param(60, 0, "0.00", id="two months before"),
        pytest.param(28, 0, "0.00", id="four weeks to the day"),
        pytest.param(27, 50, "18.10", id="a day less"),
        pytest.param(14, 50, "18.10", id="two weeks to the day"),
        pytest.param(13, 100, "36.20", id="a day less than that"),
        pytest.param(0, 100, "36.20", id="on the day"),
    ],
)
def test_what_cancelling_costs_on_a_day(days, percent, cost):
    steps()

    found = rules.leaving(
        PRICE, steps=queries.steps_on(DAY), first_on=DAY, on=DAY - dt.timedelta(days=days)
    )

    assert (found.percent, found.cost) == (percent, Decimal(cost))


def test_the_rule_of_cancelling_in_sentences():
    steps()

    assert rules.in_sentences(queries.steps_on(DAY)) == [
        "Free until 4 weeks before.",
        "Half the price from 4 weeks before.",
        "The full price in the 2 weeks before.",
    ]


@pytest.fixture
def school(db):
    steps()
    return SchoolFactory()


@pytest.fixture
def lead(school):
    return contact_of(school)


def test_a_place_is_the_schools_to_pay_and_in_the_register(school, lead):
    course = course_on()

    place = send(course, school, lead)

    assert (place.status, place.account.school) == (Enrolment.Status.ACTIVE, school)
    charge = Charge.objects.get()
    assert (charge.account, charge.person, charge.amount) == (place.account, lead.person, PRICE)
    assert [line.person for line in Attendance.objects.all()] == [lead.person]
    assert [email.to_address for email in Email.objects.all()] == [lead.email]


def test_a_free_place_is_charged_to_nobody(school, lead):
    send(course_on(price=Decimal(0)), school, lead)

    assert not Charge.objects.exists()


def test_a_colleague_new_to_us_is_told_and_sent_again_as_the_same_person(school, lead):
    colleague = actions.Colleague("Dele", "Achebe", "dele@school.example")
    twilight, another = course_on(), course_on(day=DAY + dt.timedelta(days=7))

    first = send(twilight, school, lead, colleague)
    second = send(another, school, lead, colleague)

    assert first.person == second.person
    assert str(first.person) == "Dele Achebe"
    told = set(
        Email.objects.filter(subject="You have a place on Ukulele for teachers").values_list(
            "to_address", flat=True
        )
    )
    assert told == {"dele@school.example"}
    assert Account.objects.count() == 1


def test_an_address_finds_nobody_the_school_does_not_know(school, lead):
    stranger = PersonFactory(email="sam@family.example")

    place = send(course_on(), school, lead, actions.Colleague("Sam", "Other", "sam@family.example"))

    assert place.person != stranger


def test_somebody_of_no_school_takes_a_free_place_and_no_other(school):
    teacher = UserFactory()
    free, dear = course_on(price=Decimal(0)), course_on(day=DAY + dt.timedelta(days=7))

    place = send(free, school, teacher)
    with pytest.raises(rules.NotForThem):
        send(dear, school, teacher)

    assert place.status == Enrolment.Status.ACTIVE
    assert not Charge.objects.exists()


def test_the_safeguarding_lead_does_not_spend_the_schools_money(school):
    dsl = contact_of(school, SchoolContact.Role.DSL)

    with pytest.raises(rules.NotForThem):
        send(course_on(), school, dsl)

    assert not Enrolment.objects.exists()


def test_a_closed_school_sends_nobody(school, lead):
    school.status = "closed"
    school.save()

    with pytest.raises(rules.NotForThem, match="closed"):
        send(course_on(), school, lead)


def test_a_price_that_changed_meanwhile_is_shown_and_not_charged(school, lead):
    course = course_on()

    with pytest.raises(PriceChanged) as changed:
        send(course, school, lead, shown=Decimal("35.00"))

    assert (changed.value.shown, changed.value.now) == (Decimal("35.00"), PRICE)
    assert not Enrolment.objects.exists()


def test_a_child_cannot_be_sent(school, lead):
    child = PersonFactory(born_on=dt.date(2014, 5, 1))

    with pytest.raises(booking_rules.NotBookable, match="grown-ups"):
        send(course_on(), school, lead, child)


def test_a_family_cannot_book_it_by_the_other_door(school):
    parent = UserFactory()

    with pytest.raises(booking_rules.NotBookable, match="through the school"):
        bookings.hold_place(activity=course_on(), person=parent.person, by=parent, at=BOOKING)


def test_whoever_comes_when_it_is_full_waits_and_is_offered_the_place_that_comes_free(school, lead):
    course, other = course_on(capacity=1), contact_of(SchoolFactory())
    first = send(course, school, lead)

    second = send(course, other.person.school_contacts.get().school, other)
    assert second.status == Enrolment.Status.WAITING
    actions.cancel_training(enrolment=first, shown=Decimal("0.00"), by=lead, at=BOOKING)
    second.refresh_from_db()
    assert second.status == Enrolment.Status.OFFERED
    place = actions.accept_training_offer(enrolment=second, by=other, at=BOOKING)

    assert place.status == Enrolment.Status.ACTIVE
    assert place.account.school == other.person.school_contacts.get().school
    assert [charge.account for charge in Charge.objects.exclude(status="waived")] == [place.account]


def test_a_late_cancellation_is_charged_once_in_place_of_the_price(school, lead):
    place = send(course_on(), school, lead)
    at = days_before(20)

    actions.cancel_training(enrolment=place, shown=Decimal("18.10"), by=lead, at=at)
    actions.cancel_training(enrolment=place, shown=Decimal("18.10"), by=lead, at=at)

    owed = Charge.objects.exclude(status=Charge.Status.WAIVED)
    assert [(charge.amount, charge.account.school) for charge in owed] == [
        (Decimal("18.10"), school)
    ]
    assert rules.why_late(owed.get().explanation) == "50 % of £36.20, cancelled 20 days before."
    assert not Attendance.objects.exists()


def test_cancelling_in_time_costs_nothing(school, lead):
    place = send(course_on(), school, lead)

    actions.cancel_training(enrolment=place, shown=Decimal("0.00"), by=lead, at=days_before(28))

    assert not Charge.objects.exclude(status=Charge.Status.WAIVED).exists()


def test_a_cost_that_grew_while_the_page_was_open_is_shown_first(school, lead):
    place = send(course_on(), school, lead)

    with pytest.raises(PriceChanged):
        actions.cancel_training(enrolment=place, shown=Decimal("0.00"), by=lead, at=days_before(27))

    place.refresh_from_db()
    assert place.status == Enrolment.Status.ACTIVE


def test_the_rule_is_the_one_in_force_when_the_place_was_asked_for(school, lead):
    place = send(course_on(), school, lead)
    LateCancellationFactory._meta.model.objects.update(to_on=BOOKING.date())
    LateCancellationFactory._meta.model.objects.create(
        applies_to="training", days_before=0, percent=100, from_on=dt.date(2026, 10, 1)
    )

    assert queries.leaving_of(place, at=days_before(20)).percent == 50


def test_what_has_begun_cannot_be_cancelled(school, lead):
    place = send(course_on(), school, lead)

    with pytest.raises(rules.TooLate):
        actions.cancel_training(
            enrolment=place,
            shown=PRICE,
            by=lead,
            at=dt.datetime(2026, 11, 10, 16, 5, tzinfo=dt.UTC),
        )


def test_whoever_left_the_school_hears_of_its_people_no_more(school, lead):
    course, other = course_on(capacity=1), contact_of(SchoolFactory())
    first = send(course, other.person.school_contacts.get().school, other)
    send(course, school, lead, actions.Colleague("Dele", "Achebe", "dele@school.example"))
    SchoolContact.objects.filter(person=lead.person).update(ended_at=BOOKING)
    Email.objects.all().delete()

    actions.cancel_training(enrolment=first, shown=Decimal("0.00"), by=other, at=BOOKING)

    offers = Email.objects.filter(subject__startswith="A place for")
    assert [email.to_address for email in offers] == ["dele@school.example"]
