"""A school plans, makes, prints and repeats the letters home of its classes."""

import datetime as dt
import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.actions import take_home
from lessons.queries import claims as queries
from lessons.rules.claims import printed
from people.models import SchoolContact
from tests.factories.bookings import SessionFactory, spell
from tests.factories.core import NOON
from tests.factories.people import administrator, contact_of
from tests.factories.schools import ClassPupilFactory, TakeHomeWordingFactory
from tests.lessons.claiming import made_letters, taught_class
from tests.pdf_words import words_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
DAYS = [dt.date(2026, 12, 1), dt.date(2026, 12, 8)]


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)
    TakeHomeWordingFactory()
    TakeHomeWordingFactory(
        language="pl", name="Polish", own_name="polski", heading="Twoje dziecko może dalej grać"
    )


def with_meetings(row):
    for day in DAYS:
        SessionFactory(
            activity=row.activity, school=row.activity.school, occurs_on=day, during=spell(day)
        )
    return row


def page(row, name="class_letters"):
    return reverse(f"schools:{name}", args=[row.activity.school.urn, row.activity.ref])


def lead(client, row, role=SchoolContact.Role.MUSIC_LEAD):
    return sign_in(client, contact_of(row.activity.school, role))


def said(response):
    return html.unescape(response.content.decode())


def test_the_list_says_how_far_the_letters_of_each_class_have_come(client):
    row, _ = made_letters(3)
    taught_class(school=row.activity.school, class_name="4B", letters_on=DAYS[0])
    lead(client, row)

    words = said(client.get(reverse("schools:take_home", args=[row.activity.school.urn])))

    assert "3 letters" in words
    assert "Ukulele, 4B" in words
    assert "1 December 2026" in words


def test_the_list_takes_as_many_statements_for_ten_classes_as_for_one(client):
    row, _ = made_letters(3)
    lead(client, row)

    def statements():
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("schools:take_home", args=[row.activity.school.urn]))
        return len(caught)

    alone = statements()
    for _ in range(9):
        made_letters(2, school=row.activity.school)

    assert statements() == alone


def test_class_letters_keeps_week_languages_and_counts(client):
    row = with_meetings(taught_class(10))
    lead(client, row)

    kept = client.post(
        page(row), {"week": "2026-12-08", "languages": ["pl"], "pp": "4", "send": "3", "both": "1"}
    )

    row.refresh_from_db()
    assert kept.url == page(row)
    assert (row.letters_on, row.letter_languages) == (DAYS[1], ["pl"])
    assert (row.pp_pupils, row.send_pupils) == (4, 3)


def test_a_day_that_is_no_meeting_any_more_stays_until_another_is_chosen(client):
    row = with_meetings(taught_class(10, letters_on=dt.date(2026, 12, 3)))
    lead(client, row)

    page_now = client.get(page(row))

    choices = page_now.context["form"].fields["week"].choices
    assert choices[0] == ("2026-12-03", "Thursday 3 December")
    assert page_now.context["form"].initial["week"] == "2026-12-03"


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"week": "2026-12-25"}, "can no longer be chosen"),
        ({"pp": "11"}, "There are 10 in this class"),
        ({"pp": "2", "send": "2", "both": "3"}, "No more can be in both groups"),
        ({"pp": "-1"}, "Enter 0 or more"),
        ({"languages": ["xx"]}, "can no longer be chosen"),
    ],
)
def test_class_letters_refuses_in_words(client, told, refusal):
    row = with_meetings(taught_class(10))
    lead(client, row)
    usual = {"week": "2026-12-08", "pp": "0", "send": "0", "both": ""}

    response = client.post(page(row), usual | told)

    assert response.status_code == 422
    assert refusal in said(response)


def test_letters_are_made_now_with_a_list_of_which_goes_to_whom(client):
    row = taught_class(6, pp_pupils=2)
    lead(client, row)

    client.post(page(row, "make_letters"))
    response = client.get(page(row))

    codes = queries.codes_of(row)
    [pp, rest] = response.context["piles"]
    assert len(codes) == 6
    assert pp["term"] == "Pupil Premium"
    assert pp["words"] == ", ".join(str(one.number) for one in codes if one.has_pp)
    assert len(rest["words"].split(", ")) == 4


def test_letters_are_made_anew_with_other_counts(client):
    row, _ = made_letters(6)
    lead(client, row)

    client.post(page(row, "make_letters"), {"again": "1", "pp": "3", "send": "0", "both": ""})

    assert sum(one.has_pp for one in queries.codes_of(row)) == 3


def test_a_second_letter_is_for_the_whole_class(client):
    row, _ = made_letters(3)
    lead(client, row)

    answer = client.post(page(row, "send_second_letters"), follow=True)

    row.refresh_from_db()
    assert row.second_letters_at == NOON or row.second_letters_at > NOON
    assert "the codes last longer now" in said(answer)


def test_letters_that_ran_out_say_so(client, time_machine):
    row, _ = made_letters(3)
    lead(client, row)
    before = said(client.get(page(row)))
    time_machine.move_to(NOON + dt.timedelta(days=130))
    lead(client, row)

    after = said(client.get(page(row)))

    assert "Codes of these letters have run out" in after
    assert "Codes of these letters have run out" not in before


def test_the_letters_are_printed_for_the_class_or_one_child_in_the_languages_asked_for(client):
    row, codes = made_letters(3)
    lead(client, row)

    whole = client.get(page(row, "letters_pdf"))
    one = client.get(page(row, "letters_pdf"), {"number": "2", "language": ["en", "pl"]})

    assert whole["Content-Disposition"] == 'attachment; filename="letters-ukulele-4a.pdf"'
    assert [words_of(whole.content).count(printed(queries.code_of(each))) for each in codes] == [
        1,
        1,
        1,
    ]
    assert [words_of(one.content).count(printed(queries.code_of(each))) for each in codes] == [
        0,
        2,
        0,
    ]
    assert "Twoje dziecko" in words_of(one.content)


@pytest.mark.parametrize("asked", [{"number": "9"}, {"number": "x"}, {"language": "xx"}])
def test_letters_that_are_not_there_are_not_printed(client, asked):
    row, _ = made_letters(3)
    lead(client, row)

    assert client.get(page(row, "letters_pdf"), asked).status_code == 404


def listed():
    row = taught_class(1)
    ClassPupilFactory(programme_class=row, given_name="Robin", family_name="Hale")
    take_home.make_letters(programme_class=row, groups=None, by=None, at=NOON)
    return row


def test_names_are_for_the_school_alone_and_not_for_the_office(client):
    row = listed()
    lead(client, row)
    by_school = [client.get(page(row)), client.get(page(row, "letters_pdf"))]
    sign_in(client, administrator())
    by_office = [client.get(page(row)), client.get(page(row, "letters_pdf"))]

    assert "Robin Hale" in said(by_school[0])
    assert "Robin Hale" in words_of(by_school[1].content)
    assert "Robin" not in said(by_office[0])
    assert by_office[1].status_code == 404


def test_only_our_staff_read_that_a_language_is_unchecked(client):
    row = listed()
    lead(client, row)
    school = said(client.get(page(row)))
    sign_in(client, administrator())
    office = said(client.get(page(row)))

    assert "no speaker has checked" not in school
    assert "no speaker has checked the words in English, Polish" in office


@pytest.mark.parametrize("who", ["another school", "finance"])
@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("class_letters", "get"),
        ("letters_pdf", "get"),
        ("make_letters", "post"),
        ("send_second_letters", "post"),
    ],
)
def test_who_does_not_speak_for_the_school_finds_nothing(client, who, name, method):
    row, _ = made_letters(2)
    if who == "finance":
        lead(client, row, SchoolContact.Role.FINANCE)
    else:
        lead(client, taught_class())

    assert getattr(client, method)(page(row, name)).status_code == 404


def test_a_class_of_another_school_is_not_under_this_ones_address(client):
    mine, theirs = taught_class(), taught_class()
    lead(client, mine)

    address = reverse("schools:class_letters", args=[mine.activity.school.urn, theirs.activity.ref])

    assert client.get(address).status_code == 404
