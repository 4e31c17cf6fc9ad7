"""What a message says to each reader, and whom a range of school years means."""

import datetime as dt

import pytest

from bookings.models import Activity, Message
from bookings.rules import messages as rules
from people.models import Person
from people.rules import year_group_of

SEPTEMBER, AUGUST = dt.date(2026, 9, 5), dt.date(2027, 8, 20)


def message(**said):
    said = {"kind": "change", "subject": "Red", "body": "Bring {child}."} | said
    return Message(written_by=Person(given_name="Jo", family_name="Harding"), **said)


@pytest.mark.parametrize("on", [SEPTEMBER, AUGUST])
@pytest.mark.parametrize(("first", "last"), [(4, 6), (-1, -1), (0, 13), (None, 3), (7, None)])
def test_born_for_years_agrees_with_the_school_year_of_every_birthday(on, first, last):
    eldest, youngest = rules.born_for_years(first, last, on=on)
    days = [on - dt.timedelta(days=days) for days in range(365 * 3, 365 * 19)]

    inside = {
        day for day in days if (not eldest or eldest <= day) and (not youngest or day <= youngest)
    }

    low, high = -1 if first is None else first, 13 if last is None else last
    years = {day: year_group_of(day, on=on) for day in days}
    meant = {day for day, year in years.items() if year is not None and low <= year <= high}
    assert {day for day in inside if years[day] is not None} == meant


@pytest.mark.parametrize(
    ("names", "words"),
    [
        pytest.param([], "", id="nobody"),
        pytest.param(["Anya"], "Anya", id="one"),
        pytest.param(["Anya", "Ben"], "Anya and Ben", id="two"),
        pytest.param(["Anya", "Ben", "Cai"], "Anya, Ben and Cai", id="three"),
    ],
)
def test_names_in_words(names, words):
    assert rules.names_in_words(names) == words


def test_spoken_names_the_children_and_leaves_other_braces_alone():
    body = "Send {child} {link} {0}\r\n\r\n  In red.  \r\nPlease.\n\n\n"

    said = rules.spoken(
        message(body=body, subject="{child}: red"),
        to="Priya",
        names=["Anya", "Ben"],
        is_self=False,
        place="St Albans",
    )

    assert said == rules.Spoken(
        subject="Anya and Ben: red",
        greeting="Dear Priya,",
        paragraphs=("Send Anya and Ben {link} {0}", "In red.\nPlease."),
        signed="Jo Harding, St Albans",
        because="You get this because it is about Anya and Ben.",
    )


def test_spoken_does_not_fill_in_a_name_that_holds_a_brace():
    said = rules.spoken(
        message(body="{child}"), to="Priya", names=["{child}"], is_self=False, place=""
    )

    assert said.paragraphs == ("{child}",)


@pytest.mark.parametrize(
    ("fields", "is_self", "because"),
    [
        pytest.param(
            {"kind": "news"}, False, "You get this because you said yes to news.", id="news"
        ),
        pytest.param({}, True, "You get this because it is about you.", id="grown pupil"),
        pytest.param(
            {"activity": Activity(title="Junior Voices")},
            False,
            "Junior Voices: you get this because it is about Anya.",
            id="group",
        ),
    ],
)
def test_spoken_says_why(fields, is_self, because):
    said = rules.spoken(message(**fields), to="Priya", names=["Anya"], is_self=is_self, place="")

    assert said.because == because


def test_narrowing_is_kept_and_read_again():
    narrowing = rules.Narrowing(weekday=6, kind="course", min_year=4, max_year=6, status="both")

    assert rules.Narrowing.from_kept(narrowing.as_kept()) == narrowing
    assert rules.narrowing_in_words(narrowing) == (
        "Saturdays, weekly groups, Year 4 to Year 6, with a place or waiting"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Blue"},
        {"body": "Bring nobody."},
        {"kind": "news"},
        {"centre_id": 7},
        {"narrowed_by": {"weekday": 6}},
    ],
)
def test_fingerprint_changes_with_what_is_said_and_to_whom(change):
    assert rules.fingerprint(message()) != rules.fingerprint(message(**change))


def test_a_message_changed_meanwhile_does_not_go():
    with pytest.raises(rules.ChangedMeanwhile):
        rules.check_seen(message(), rules.fingerprint(message(subject="Blue")))
