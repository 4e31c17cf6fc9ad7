"""Training through its pages: the list, sending somebody, their place, cancelling, certificates."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.core import mail as outbox
from django.urls import reverse

from bookings.models import Attendance, Enrolment
from core.models import Email
from lessons.queries import training as queries
from people.models import Person
from tests.factories.bookings import SessionStaffFactory
from tests.factories.core import NOON
from tests.factories.people import SchoolFactory, UserFactory, contact_of
from tests.factories.safeguarding import cleared_teacher
from tests.lessons.training_stage import BOOKING, DAY, course_on, days_before, send, steps
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


def test_a_free_course_says_nothing_of_what_cancelling_costs(now, school, client):
    course = course_on(price=Decimal(0))

    page = words(client.get(address("activity", course.ref)))

    assert "Free" in page
    assert "Half the price" not in page


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


@pytest.mark.parametrize(
    ("places", "said"),
    [
        pytest.param(5, "Ida Bell has a place on Ukulele for teachers.", id="booked"),
        pytest.param(1, "Ida Bell is on the waiting list of Ukulele for teachers.", id="full"),
    ],
)
def test_whoever_books_for_a_colleague_and_speaks_for_no_school_reads_what_came_of_it(
    now, school, lead, client, places, said
):
    course = course_on(price=Decimal(0), capacity=places)
    send(course, school, lead)
    sign_in(client, UserFactory())
    told = {"who": "else", "given_name": "Ida", "family_name": "Bell", "email": "ida@x.example"}
    asked = {"q": school.name, "school": str(school.urn), "price": "0.00"}

    booked = client.post(address("book_training", course.ref), told | asked, follow=True)

    place = Enrolment.objects.get(person__family_name="Bell")
    assert booked.status_code == 200
    assert said in words(booked)
    assert client.get(address("training_place", place.ref)).status_code == 404
    ours = Email.objects.get(to_person_id=place.booked_by_id)
    assert address("activity", course.ref) in ours.body_text
    assert address("training_place", place.ref) not in ours.body_text


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


def test_the_leader_takes_the_register_of_grown_ups(now, school, lead, client, time_machine):
    leader = UserFactory(person=cleared_teacher())
    course = course_on(teacher=leader.person)
    place = send(course, school, lead)
    session = course.sessions.get()
    if not session.staff.exists():
        SessionStaffFactory(session=session, person=leader.person)
    time_machine.move_to(session.during.lower + dt.timedelta(minutes=5))
    sign_in(client, leader)
    page = reverse("bookings:register", kwargs={"ref": session.ref})

    shown = client.get(page)
    kept = client.post(page, posted(shown))

    assert str(lead.person) in unescape(shown.content.decode())
    assert kept.status_code == 302
    assert Attendance.objects.get().mark == Attendance.Mark.PRESENT
    assert queries.certificate_of(place).minutes == 90


def posted(shown):
    """The register's own form, with them here."""
    form = shown.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    mark = next(name for name in form.fields if name.startswith("mark"))
    return values | {mark: "present"}


def test_a_course_of_one_day_is_said_by_its_day(now, school, client):
    page = words(client.get(address("activity", course_on().ref)))

    assert "Tuesday 10 November, 4pm to 5.30pm." in page
    assert "Tuesdays" not in page
    assert "£36.20 a place" in page


def test_what_is_over_says_so(now, school, lead, client, time_machine):
    place = send(course_on(), school, lead)
    time_machine.move_to(days_before(-1))
    sign_in(client, lead)

    shown = words(client.get(address("training_place", place.ref)))

    assert "has a place" not in shown
    assert "cannot come" not in shown


def test_what_the_page_itself_would_post_books_the_place(now, school, lead, client):
    """No field of it stands twice, so that the price shown is the one that comes back."""
    course = course_on()
    sign_in(client, lead)

    shown = client.get(address("book_training", course.ref)).content.decode()
    posts = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"', shown)

    assert (posts.count("price"), posts.count("q")) == (1, 1)


def test_a_price_that_changed_is_shown_and_asked_again(now, school, lead, client):
    course = course_on()
    sign_in(client, lead)
    told = {"school": str(school.urn), "who": str(lead.person.ref), "price": "35.00"}

    refused = client.post(address("book_training", course.ref), told)

    assert refused.status_code == 422
    assert "The price is now £36.20, not £35 as this page said." in words(refused)
    assert 'name="price" value="36.20"' in refused.content.decode()
    assert not Enrolment.objects.exists()


def test_nobody_is_sent_without_end(now, school, lead, client, settings):
    settings.TRAINING_PLACES_AN_HOUR = 1
    sign_in(client, lead)
    course = course_on()
    told = {"school": str(school.urn), "who": "else", "family_name": "Achebe", "price": "36.20"}

    for name in ("dele", "ngozi"):
        someone = {"given_name": name, "email": f"{name}@school.example"}
        last = client.post(address("book_training", course.ref), told | someone)

    assert [place.person.given_name for place in Enrolment.objects.all()] == ["dele"]
    assert "Send the next later" in words(last)
    assert 'value="ngozi"' in last.content.decode()
