"""What a take-home letter is on paper: tagged, in its language, with its code and no secret."""

import csv

import pytest
from django.conf import settings

from lessons import papers
from lessons.actions import take_home
from lessons.queries import claims as queries
from lessons.rules.claims import printed
from tests.factories.core import NOON
from tests.factories.schools import ClassPupilFactory, TakeHomeWordingFactory
from tests.lessons.claiming import made_letters, taught_class
from tests.pdf_words import is_tagged, words_of

WORDS = settings.BASE_DIR / "hms_portal" / "county" / "take_home_words.csv"
PLAIN = ("language", "name", "own_name", "heading", "body", "steps", "help_line")


def rows():
    with WORDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wording(language):
    """The county's own words in this language."""
    [row] = [row for row in rows() if row["language"] == language]
    return TakeHomeWordingFactory(**{name: row[name] for name in PLAIN})


def test_the_county_writes_in_english_and_at_least_five_more_and_says_what_is_unchecked():
    unchecked = {row["language"] for row in rows() if row["is_checked"] != "true"}

    assert len(unchecked) >= 5
    assert {row["language"] for row in rows()} - unchecked == {"en"}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["language"])
def test_the_words_of_every_language_say_the_same(row):
    steps = row["steps"].splitlines()

    assert len(steps) == 3
    assert "{address}" in steps[0]
    assert "{until}" in steps[2]
    assert "{school}" in row["body"]
    assert "{phone}" in row["help_line"]
    assert len(row["body"].splitlines()) == 2


@pytest.mark.django_db
def test_a_class_gets_a_page_for_each_letter_and_language():
    row, codes = made_letters(2)

    document = papers.letters(row, codes, [wording("en"), wording("uk")])

    words = words_of(document)
    assert is_tagged(document)
    assert [words.count(printed(queries.code_of(one))) for one in codes] == [2, 2]
    assert words.count("Your child can carry on with the ukulele") == 2
    assert words.count("Ваша дитина може навчатися далі") == 2
    assert words.count("until 22 March 2027") == 2
    assert words.count("22.03.2027") == 2


@pytest.mark.django_db
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["language"])
def test_every_sign_of_every_language_is_printed(row):
    taught, codes = made_letters(1)

    words = words_of(papers.letters(taught, codes, [wording(row["language"])]))

    wanted = {sign for sign in row["body"] + row["steps"] if sign.isalpha()}
    assert wanted - set(words) <= set("{}_") | set("instrumentschooladdressuntilphone")


@pytest.mark.django_db
def test_a_letter_bears_the_name_on_the_class_list_and_only_there():
    row = taught_class(2)
    ClassPupilFactory(programme_class=row, given_name="Robin", family_name="Hale", has_pp=True)
    take_home.make_letters(programme_class=row, groups=None, by=None, at=NOON)
    [code] = queries.codes_of(row)

    words = words_of(papers.letters(row, [code], [wording("en")]))

    assert words.count("Robin Hale") == 1
    assert "Premium" not in words


@pytest.mark.django_db
def test_letters_of_any_group_look_the_same():
    row, [first, second] = made_letters(2)
    first.has_pp = first.has_send = True
    english = [wording("en")]

    pages = [
        words_of(papers.letters(row, [one], english))
        .replace(printed(queries.code_of(one)), "CODE")
        .replace(f"letter {one.number}", "letter")
        for one in (first, second)
    ]

    assert pages[0] == pages[1]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["李小龙", "ਸਿੰਘ", "Amy 💥", '#eval("1")'])
def test_a_name_that_our_fonts_have_not_stops_nobodys_letters(name):
    row = taught_class()
    ClassPupilFactory(programme_class=row, given_name=name)
    ClassPupilFactory(programme_class=row, given_name="Bashir")
    take_home.make_letters(programme_class=row, groups=None, by=None, at=NOON)

    made = papers.letters(row, queries.codes_of(row), [wording("en")])

    said = words_of(made)
    assert is_tagged(made)
    assert "Bashir" in said
    assert ("?" in said) or (name in said)
