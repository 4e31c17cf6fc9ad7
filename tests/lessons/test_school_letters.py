"""A letter of assurance as the school, its adult and a stranger at the door read it."""

import datetime as dt
import re
import xml.etree.ElementTree as ET

import pytest
from django.core.cache import cache
from django.urls import reverse
from segno import make

from core import qr
from people.models import SchoolContact, Staff
from safeguarding.models import Check, CheckKind
from tests.factories.core import NOON
from tests.factories.people import UserFactory, contact_of
from tests.factories.safeguarding import (
    AssuranceLetterFactory,
    CheckFactory,
    RequiredCheckFactory,
)
from tests.lessons.school_stage import larkhay, lesson_of, letter_at, said, teacher_at
from tests.pdf_words import is_tagged, words_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
CHECK = reverse("schools:check_letter")


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


def lapse(person):
    Check.objects.filter(person=person, kind=CheckKind.ENHANCED_DBS).update(
        withdrawn_on=NOON.date()
    )


# The letter


def test_letter_says_who_may_teach_when_and_which_checks_were_seen(client, head, school):
    person, _, letter = teacher_at(school)
    CheckFactory(person=person, kind=CheckKind.REFERENCE, checked_on=dt.date(2019, 8, 20))

    response = client.get(letter_at(letter))

    words = said(response)
    assert "Ngozi Eze may teach your pupils" in words
    assert "In force at noon on Sunday 22 November 2026." in words
    assert "Ngozi Eze teaches with you on Tuesdays: Ukulele, 4A." in words
    assert [(check.name, check.on) for check in response.context["checks"]] == [
        ("Enhanced DBS", dt.date(2020, 1, 1)),
        ("Children’s barred list", dt.date(2020, 1, 1)),
        ("References", dt.date(2019, 8, 20)),
    ]
    assert letter.code in words


def test_letter_names_the_days_of_training_and_of_asking_the_update_service(client, head, school):
    person, _, letter = teacher_at(school)
    CheckFactory(
        person=person, kind=CheckKind.TRAINING, checked_on=dt.date(2026, 9, 2),
        expires_on=dt.date(2027, 9, 1),
    )  # fmt: skip
    CheckFactory(person=person, kind=CheckKind.DBS_ASKED, checked_on=dt.date(2026, 10, 5))

    page = " ".join(re.sub(r"<[^>]+>", " ", said(client.get(letter_at(letter)))).split())
    paper = words_of(client.get(letter_at(letter, "letter_pdf")).content)

    for shown in (page, paper):
        assert "Safeguarding training 2 September 2026" in shown
        assert "DBS update service asked 5 October 2026" in shown


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param({"expires_on": NOON.date() - dt.timedelta(days=1)}, id="ran out"),
        pytest.param({"withdrawn_on": NOON.date()}, id="withdrawn"),
    ],
)
def test_training_that_does_not_hold_is_named_no_more_and_the_letter_stands(
    client, head, school, ends
):
    person, _, letter = teacher_at(school)
    CheckFactory(person=person, kind=CheckKind.TRAINING, **ends)

    page = said(client.get(letter_at(letter)))
    paper = words_of(client.get(letter_at(letter, "letter_pdf")).content)

    assert "In force at noon" in page
    assert "Safeguarding training" not in page + paper


def test_a_letter_rests_on_training_where_it_is_required(client, head, school):
    person, _, letter = teacher_at(school)
    RequiredCheckFactory(kind=CheckKind.TRAINING)

    before = said(client.get(letter_at(letter)))
    CheckFactory(person=person, kind=CheckKind.TRAINING)

    assert "Not in force" in before
    assert "In force at noon" in said(client.get(letter_at(letter)))


def test_letter_is_kept_by_no_cache_and_no_search(client, head, school):
    _, _, letter = teacher_at(school)

    response = client.get(letter_at(letter))

    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_letter_says_at_once_that_a_check_does_not_hold_and_shows_none(client, head, school):
    person, _, letter = teacher_at(school)
    assert "In force" in said(client.get(letter_at(letter)))

    lapse(person)

    words = said(client.get(letter_at(letter)))
    assert "Not in force at noon on Sunday 22 November 2026." in words
    assert "Do not rely on this letter about Ngozi Eze" in words
    assert "may teach your pupils" not in words
    assert "Seen on" not in words


def test_letter_that_is_withdrawn_says_since_when_and_not_why(client, head, school):
    _, _, letter = teacher_at(school)
    letter.withdrawn_at = NOON - dt.timedelta(hours=2)
    letter.save()

    assert "Withdrawn at 10am on Sunday 22 November." in said(client.get(letter_at(letter)))


def test_letter_of_whoever_only_assists_says_so(client, head, school):
    person, session, letter = teacher_at(school)
    session.staff.filter(person=person).update(role="assistant")

    words = said(client.get(letter_at(letter)))

    assert "Ngozi Eze may help to teach your pupils" in words
    assert "Ngozi Eze assists a teacher of ours on Tuesdays" in words


@pytest.mark.parametrize(
    ("employment", "words"),
    [
        (Staff.Employment.EMPLOYED, "We employ Ngozi Eze."),
        (Staff.Employment.CONTRACTED, "Ngozi Eze works for us under a contract."),
        (Staff.Employment.VOLUNTEER, "Ngozi Eze helps us as a volunteer."),
    ],
)
def test_letter_says_how_they_work_for_us(client, head, school, employment, words):
    person, _, letter = teacher_at(school)
    Staff.objects.filter(person=person).update(employment=employment)

    assert words in said(client.get(letter_at(letter)))


def test_whom_it_is_about_reads_it_without_a_way_into_the_school(client, school):
    person, _, letter = teacher_at(school)
    sign_in(client, UserFactory(person=person))

    response = client.get(letter_at(letter))

    assert response.status_code == 200
    assert reverse("schools:people", kwargs={"urn": school.urn}) not in said(response)


@pytest.mark.parametrize("name", ["letter", "letter_pdf"])
def test_another_schools_letter_is_not_there(client, school, name):
    sign_in(client, contact_of(larkhay(name="Other School")))
    _, _, letter = teacher_at(school)

    assert client.get(letter_at(letter, name)).status_code == 404


def test_a_letter_is_not_found_under_another_schools_address(client, head, school):
    _, _, letter = teacher_at(larkhay(name="Other School"))

    address = reverse("schools:letter", kwargs={"urn": school.urn, "code": letter.code})

    assert client.get(address).status_code == 404


# On paper


def test_letter_pdf_is_tagged_and_says_what_the_page_says(client, head, school):
    _, _, letter = teacher_at(school)

    response = client.get(letter_at(letter, "letter_pdf"))

    document = response.content
    words = words_of(document)
    assert response["Content-Type"] == "application/pdf"
    assert is_tagged(document)
    for part in (
        "Ngozi Eze may teach your pupils",
        "In force at noon on Sunday 22 November 2026.",
        "Enhanced DBS 1 January 2020",
        "Designated safeguarding lead",
        letter.code,
    ):
        assert part in words


def test_letter_pdf_of_a_letter_that_does_not_hold_leads_to_its_page(client, head, school):
    person, _, letter = teacher_at(school)
    lapse(person)

    response = client.get(letter_at(letter, "letter_pdf"))

    assert (response.status_code, response["Location"]) == (302, letter_at(letter))


def test_a_qr_code_is_drawn_as_its_squares_are():
    address = "https://music.example/schools/check/?code=LA7-Q2M-94T"

    drawing = ET.fromstring(qr.drawn(address))  # noqa: S314 - ours

    squares = len(make(address, error="m", micro=False).matrix)
    margin = 8
    assert drawing.attrib["width"] == drawing.attrib["height"] == str(squares + margin)


# Our people


def test_people_lists_those_of_this_school_alone(client, head, school):
    teacher_at(school)
    teacher_at(school, name=("Joss", "Tan"), class_name="3B", start="11:00")
    teacher_at(larkhay(name="Other School"), name=("Canary", "Elsewhere"))

    response = client.get(reverse("schools:people", kwargs={"urn": school.urn}))

    assert [str(adult.person) for adult in response.context["coming"]] == ["Ngozi Eze", "Joss Tan"]
    assert "Canary" not in said(response)


def test_people_says_beside_the_name_that_a_letter_does_not_hold(client, head, school):
    person, _, _ = teacher_at(school)
    lapse(person)

    assert "Letter not in force" in said(
        client.get(reverse("schools:people", kwargs={"urn": school.urn}))
    )


def test_people_keeps_apart_who_came_earlier_in_the_year(client, head, school):
    teacher_at(school, day=dt.date(2026, 9, 8))

    response = client.get(reverse("schools:people", kwargs={"urn": school.urn}))

    assert response.context["coming"] == []
    assert [str(adult.person) for adult in response.context["earlier"]] == ["Ngozi Eze"]


def test_people_shows_the_letter_in_force_rather_than_a_withdrawn_one(client, head, school):
    person, _, old = teacher_at(school)
    old.withdrawn_at = NOON
    old.save()
    again = AssuranceLetterFactory(person=person, school=school)

    (adult,) = client.get(reverse("schools:people", kwargs={"urn": school.urn})).context["coming"]

    assert (adult.standing.letter, adult.is_in_force) == (again, True)


def test_people_takes_the_same_statements_for_one_and_for_many(
    client, head, school, django_assert_max_num_queries
):
    for number in range(5):
        teacher_at(school, name=("Ngozi", f"Eze{number}"), class_name=f"{number}A", start="09:30")

    with django_assert_max_num_queries(8):
        client.get(reverse("schools:people", kwargs={"urn": school.urn}))


# The check at the door


def test_check_letter_says_a_name_that_it_holds_and_the_moment_and_no_more(client, school):
    _, _, letter = teacher_at(school)

    response = client.get(CHECK, {"code": letter.code.lower().replace("-", " ")})

    words = said(response)
    assert "<strong>Ngozi Eze</strong><br>In force at noon on Sunday 22 November 2026." in words
    assert str(school) not in words
    assert "DBS" not in words
    assert response["Cache-Control"] == "no-store"


def test_check_letter_says_at_once_that_it_does_not_hold(client, school):
    person, _, letter = teacher_at(school)
    lapse(person)

    words = said(client.get(CHECK, {"code": letter.code}))

    assert "<strong>Ngozi Eze</strong><br>Not in force" in words


def test_check_letter_says_of_a_code_nobody_wrote_that_nobody_wrote_it(client):
    words = said(client.get(CHECK, {"code": "ZZZ-ZZZ-ZZZ"}))

    assert "We wrote no letter with this code." in words


def test_check_letter_says_how_a_code_looks(client):
    response = client.get(CHECK, {"code": "12"})

    words = said(response)
    assert "<title>Error: Check a letter of assurance" in words
    assert "A code has nine letters and figures. Look at the letter again" in words


def test_check_letter_answers_one_address_so_often_an_hour(client, settings):
    settings.LETTER_CHECKS_AN_HOUR = 2

    statuses = [client.get(CHECK, {"code": "ZZZ-ZZZ-ZZZ"}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert client.get(CHECK).status_code == 200


def test_a_lesson_moved_to_another_school_ends_the_letter(client, head, school):
    person, session, letter = teacher_at(school)
    session.school = larkhay(name="Other School")
    session.save()

    words = said(client.get(letter_at(letter)))

    assert "Ngozi Eze does not teach in your school this year." in words
    lesson_of(session.activity.programme_class, dt.date(2026, 12, 1), teacher=person)
    assert "In force" in said(client.get(letter_at(letter)))
