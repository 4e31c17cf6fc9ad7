"""The face of somebody who teaches in a school: on whose pages it is, and how soon it is gone."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import SchoolContact, Staff
from tests.factories.bookings import CancellationCauseFactory, spell
from tests.factories.core import NOON
from tests.factories.people import GuardianFactory, PhotographFactory, UserFactory, contact_of
from tests.factories.schools import OrderPolicyFactory
from tests.lessons.school_stage import change, larkhay, letter_at, said, teacher_at
from tests.pdf_words import figures_in, is_tagged, pictures_in
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CHECK = reverse("schools:check_letter")
FACES = re.compile(r'<img class="portrait[^>]*>')


@pytest.fixture(autouse=True)
def now(time_machine):
    cache.clear()
    time_machine.move_to(NOON)


@pytest.fixture
def school():
    return larkhay()


@pytest.fixture
def head(client, school):
    return sign_in(client, contact_of(school, SchoolContact.Role.HEAD))


def face_of(photograph, school):
    return reverse("schools:photograph", kwargs={"urn": school.urn, "ref": photograph.ref})


def people_of(school):
    return reverse("schools:people", kwargs={"urn": school.urn})


def home_of(school):
    return reverse("schools:school", kwargs={"urn": school.urn})


def test_a_face_is_on_each_page_of_the_school_that_names_whom_it_shows(client, head, school):
    OrderPolicyFactory()
    person, _, letter = teacher_at(school)
    teacher_at(school, name=("Joss", "Tan"), class_name="3B", start="11:00")
    address = face_of(PhotographFactory(staff=person.staff), school)

    for page in (people_of(school), home_of(school), letter_at(letter)):
        (shown,) = FACES.findall(said(client.get(page)))

        assert f'src="{address}" alt="Ngozi Eze"' in shown
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert ">JT</span>" in said(client.get(people_of(school)))


def test_a_face_is_the_same_picture_on_paper_and_has_its_words(client, head, school):
    person, _, letter = teacher_at(school)
    plain = client.get(letter_at(letter, "letter_pdf")).content
    PhotographFactory(staff=person.staff)

    document = client.get(letter_at(letter, "letter_pdf")).content

    assert is_tagged(document)
    assert (pictures_in(plain), pictures_in(document)) == ([], [(320, 320)])
    assert "Ngozi Eze" in figures_in(document)


def test_a_face_is_never_on_the_public_check_of_a_letter(client, head, school):
    person, _, letter = teacher_at(school)
    PhotographFactory(staff=person.staff)

    words = said(client.get(CHECK, {"code": letter.code}))

    assert "<strong>Ngozi Eze</strong>" in words
    assert FACES.findall(words) == []


def test_a_face_is_seen_on_their_own_letter_by_whom_it_shows(client, school):
    person, _, letter = teacher_at(school)
    up = PhotographFactory(staff=person.staff)
    sign_in(client, UserFactory(person=person))

    (shown,) = FACES.findall(said(client.get(letter_at(letter))))

    own = reverse("people:photograph", kwargs={"ref": up.ref})
    assert f'src="{own}"' in shown
    assert client.get(own).status_code == 200
    assert client.get(face_of(up, school)).status_code == 404


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda up, session: up.delete(), id="it was taken away"),
        pytest.param(
            lambda up, session: Staff.objects.update(ends_on=dt.date(2026, 11, 21)),
            id="they left",
        ),
        pytest.param(
            lambda up, session: session.staff.update(is_away=True), id="another comes instead"
        ),
        pytest.param(
            lambda up, session: change(session, during=spell(dt.date(2026, 9, 8), "09:30")),
            id="their last lesson is over",
        ),
        pytest.param(
            lambda up, session: change(session, school=larkhay(name="Other School")),
            id="the lesson went to another school",
        ),
        pytest.param(
            lambda up, session: change(
                session, status="cancelled", cause=CancellationCauseFactory()
            ),
            id="the lesson is off",
        ),
    ],
)
def test_a_face_is_gone_at_once(client, head, school, end):
    person, session, _ = teacher_at(school)
    up = PhotographFactory(staff=person.staff)
    address = face_of(up, school)
    etag = client.get(address)["ETag"]

    end(up, session)

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 404
    assert FACES.findall(said(client.get(people_of(school)))) == []


@pytest.mark.parametrize("of", ["here", "their school"])
def test_a_face_is_there_for_no_other_school_and_no_family(client, school, of):
    person, _, _ = teacher_at(school)
    up = PhotographFactory(staff=person.staff)
    other = larkhay(name="Other School")
    address = face_of(up, school if of == "here" else other)
    for stranger in (contact_of(other), GuardianFactory()):
        sign_in(client, stranger)

        assert client.get(address).status_code == 404

    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("role", SchoolContact.Role)
def test_a_face_is_there_for_everybody_who_speaks_for_the_school(client, school, role):
    person, _, _ = teacher_at(school)
    address = face_of(PhotographFactory(staff=person.staff), school)
    contact = contact_of(school, role)
    sign_in(client, contact)
    assert client.get(address).status_code == 200

    SchoolContact.objects.update(ended_at=NOON)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", [people_of, home_of])
def test_faces_cost_no_statement_and_no_picture_is_read(client, head, school, page):
    OrderPolicyFactory()
    people = [
        teacher_at(school, name=("Ngozi", f"Eze{number}"), class_name=f"{number}A", start="09:30")
        for number in range(4)
    ]
    client.get(page(school))
    with CaptureQueriesContext(connection) as without:
        client.get(page(school))

    for person, _, _ in people:
        PhotographFactory(staff=person.staff)
    with CaptureQueriesContext(connection) as with_faces:
        shown = FACES.findall(said(client.get(page(school))))

    assert (len(shown), len(with_faces)) == (4, len(without))
    assert not any('"picture"' in each["sql"] for each in with_faces.captured_queries)
