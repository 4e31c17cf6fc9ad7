"""Training for school staff: sending somebody, waiting, cancelling, certificates, who may look."""

import datetime as dt
import re
import threading
from decimal import Decimal
from html import unescape

import pytest
from django.core import mail as outbox
from django.db import connection
from django.urls import reverse

from billing.models import Account, Charge
from bookings import actions as bookings
from bookings import rules as booking_rules
from bookings.models import Activity, Attendance, Enrolment
from core.models import Email
from lessons.actions import training as actions
from lessons.queries import training as queries
from lessons.rules import training as rules
from lessons.rules.prices import PriceChanged
from people.models import Person, SchoolContact
from tests.factories.billing import LateCancellationFactory
from tests.factories.bookings import ActivityFactory
from tests.factories.core import NOON
from tests.factories.lessons import CourseFactory, CourseRunFactory
from tests.factories.people import PersonFactory, SchoolFactory, UserFactory, contact_of
from tests.signing_in import sign_in

DAY = dt.date(2026, 11, 10)
BOOKING = dt.datetime(2026, 9, 14, 9, tzinfo=dt.UTC)
PRICE = Decimal("36.20")

pytestmark = pytest.mark.django_db


def steps():
    for days, percent in ((28, 0), (14, 50), (0, 100)):
        LateCancellationFactory(days_before=days, percent=percent)


def course_on(day=DAY, price=PRICE, capacity=20, **fields):
    """An open twilight, its one meeting planned."""
    run = CourseRunFactory(
        course=CourseFactory(title="Ukulele for teachers", gives_certificate=True),
        activity=ActivityFactory(
            kind=Activity.Kind.TRAINING,
            audience=Activity.Audience.SCHOOL_STAFF,
            title="Ukulele for teachers",
            status=Activity.Status.DRAFT,
            weekday=day.isoweekday(),
            local_start=dt.time(16),
            minutes=90,
            first_on=day,
            last_on=day,
            price=price,
            price_basis="session" if price else "free",
            min_age=None,
            max_age=None,
            min_year=None,
            max_year=None,
            capacity=capacity,
            booking_opens_at=dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC),
            **fields,
        ),
    )
    return bookings.open_activity(activity=run.activity, by=None, at=BOOKING)


def send(activity, school, by, person=None, at=BOOKING, shown=None):
    return actions.book_training(
        activity=activity,
        school=school,
        person=person or by.person,
        shown=activity.price if shown is None else shown,
        by=by,
        at=at,
    )


def days_before(days):
    return dt.datetime.combine(DAY - dt.timedelta(days=days), dt.time(10), dt.UTC)


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
    assert owed.get().explanation["days_before"] == 20
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


@pytest.mark.django_db(transaction=True)
def test_two_presses_to_cancel_owe_it_once():
    steps()
    school = SchoolFactory()
    lead = contact_of(school)
    place, wrong = send(course_on(), school, lead), []

    def press():
        try:
            actions.cancel_training(
                enrolment=place, shown=Decimal("18.10"), by=lead, at=days_before(20)
            )
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(4)]
    [each.start() for each in presses]
    [each.join() for each in presses]

    assert wrong == []
    owed = Charge.objects.exclude(status=Charge.Status.WAIVED)
    assert [charge.amount for charge in owed] == [Decimal("18.10")]


# Pages


@pytest.fixture
def now(time_machine):
    time_machine.move_to(BOOKING)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def address(name, ref):
    return reverse(f"lessons:{name}", kwargs={"ref": ref})


def test_a_visitor_reads_what_is_coming_and_the_price(now, school, client):
    course = course_on()
    course_on(day=DAY + dt.timedelta(days=1)).title = "Another"

    listed = words(client.get(reverse("lessons:training")))
    page = words(client.get(address("activity", course.ref)))

    assert "Ukulele for teachers" in listed
    assert "Tuesday 10 November, 4pm to 5.30pm" in listed
    assert "£36.20" in listed
    assert "School staff" in page
    assert "Half the price from 4 weeks before." in page
    assert "your child need" not in page


def test_a_music_lead_books_a_colleague_and_cancels(now, school, lead, client):
    course = course_on()
    sign_in(client, lead)

    form = client.get(address("book_training", course.ref))
    told = {
        "school": str(school.urn),
        "who": "else",
        "given_name": "Dele",
        "family_name": "Achebe",
        "email": "Dele@School.example",
        "price": "36.20",
    }
    booked = client.post(address("book_training", course.ref), told)
    place = Enrolment.objects.get()
    shown = client.get(booked.url)
    cancelling = client.get(address("cancel_training", place.ref))
    cancelled = client.post(address("cancel_training", place.ref), {"price": "0.00"})
    after = client.get(cancelled.url)

    assert "Book for £36.20" in words(form)
    assert "Free until 4 weeks before." in words(form)
    assert booked.url == address("training_place", place.ref)
    assert "Dele has a place" in words(shown)
    assert "£36.20" in words(shown)
    assert "This costs nothing today" in words(cancelling)
    assert "Dele is not booked" in words(after)


def test_who_comes_must_be_said(now, school, lead, client):
    course = course_on()
    sign_in(client, lead)

    nobody = client.post(address("book_training", course.ref), {"school": str(school.urn)})
    nameless = client.post(
        address("book_training", course.ref),
        {"school": str(school.urn), "who": "else", "email": "not an address", "price": "36.20"},
    )

    assert (nobody.status_code, nameless.status_code) == (422, 422)
    assert "Choose who will come" in words(nobody)
    assert "Enter their first name" in words(nameless)
    assert "Enter an email address like" in words(nameless)
    assert not Enrolment.objects.exists()


def test_somebody_of_no_school_looks_for_theirs(now, school, client):
    course = course_on(price=Decimal(0))
    sign_in(client, UserFactory())

    empty = client.get(address("book_training", course.ref))
    found = client.get(address("book_training", course.ref), {"q": school.name})
    person = Person.objects.get(user=int(client.session["_auth_user_id"]))
    booked = client.post(
        address("book_training", course.ref),
        {"q": school.name, "school": str(school.urn), "who": str(person.ref), "price": "0.00"},
    )

    assert "At which school do you work?" in words(empty)
    assert school.name in unescape(found.content.decode())
    assert booked.status_code == 302
    assert Enrolment.objects.get().account.school == school


@pytest.mark.parametrize("name", ["training_place", "cancel_training", "certificate"])
def test_another_schools_place_is_not_there(now, school, lead, client, name):
    place = send(course_on(), school, lead)
    sign_in(client, contact_of(SchoolFactory()))

    assert client.get(address(name, place.ref)).status_code == 404
    assert client.post(address(name, place.ref), {"price": "0.00"}).status_code in {404, 405}
    place.refresh_from_db()
    assert place.status == Enrolment.Status.ACTIVE


def test_somebody_sent_sees_their_place_and_not_the_bill(now, school, lead, client):
    teacher = UserFactory()
    place = send(course_on(), school, lead, teacher.person)
    sign_in(client, teacher)

    shown = words(client.get(address("training_place", place.ref)))
    family = words(client.get(reverse("bookings:my_family")))

    assert "Your school pays." in shown
    assert "£36.20" not in family


def test_the_familys_pages_lead_to_the_place(now, school, lead, client):
    place = send(course_on(), school, lead)
    sign_in(client, lead)

    seen = client.get(reverse("bookings:enrolment", kwargs={"ref": place.ref}))
    notice = client.post(reverse("bookings:give_notice", kwargs={"ref": place.ref}), {"reason": ""})
    book = client.get(reverse("bookings:book_place", kwargs={"ref": place.activity.ref}))

    assert seen.url == address("training_place", place.ref)
    assert book.url == address("book_training", place.activity.ref)
    assert notice.status_code == 200
    place.refresh_from_db()
    assert place.notice_given_at is None


def test_a_certificate_is_for_who_was_there(now, school, lead, client, time_machine):
    present = send(course_on(), school, lead)
    away = send(present.activity, school, lead, contact_of(school).person)
    Attendance.objects.filter(enrolment=present).update(mark="present", marked_at=NOON)
    Attendance.objects.filter(enrolment=away).update(mark="absent", marked_at=NOON)
    time_machine.move_to(days_before(-1))
    sign_in(client, lead)

    there = client.get(address("certificate", present.ref))
    not_there = client.get(address("certificate", away.ref))

    assert there["Content-Type"] == "application/pdf"
    assert b"/StructTreeRoot" in there.content
    assert not_there.status_code == 404
    assert queries.certificate_of(present).minutes == 90


def test_the_list_takes_the_same_statements_however_many_there_are(
    school, django_assert_max_num_queries
):
    for week in range(6):
        course_on(day=DAY + dt.timedelta(weeks=week))

    with django_assert_max_num_queries(3):
        coming = queries.courses_to_come(few=3, at=BOOKING)

    assert [each.day for each in coming] == [DAY + dt.timedelta(weeks=week) for week in range(6)]
    assert outbox.outbox == []
