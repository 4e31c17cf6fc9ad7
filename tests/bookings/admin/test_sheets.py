"""Sheets sent to the admin: shown before they happen, done through actions, nobody else's."""

import csv
import datetime as dt
import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from bookings.models import Enrolment
from core import sheets
from core.models import AuditRow, Email
from tests.attacks.nasty import NASTY
from tests.bookings.admin.office import LIST, S, act, named
from tests.factories.bookings import ActivityFactory, EnrolmentFactory, SessionFactory
from tests.factories.centres import RoomFactory
from tests.factories.people import (
    ChildFactory,
    GuardianshipFactory,
    LearnerFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher
from tests.factories.staff import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

PUPILS, ACTIVITIES = f"{LIST}import/pupils/", f"{LIST}import/activities/"


def send(desk, rows, page=PUPILS, heading=("Pupil", "Date of birth", "Activity", "Status")):
    content = sheets.csv_of(heading, rows)
    return desk.post(page, {"sheet": SimpleUploadedFile("sheet.csv", content)})


def confirm(desk, shown, page=PUPILS):
    return desk.post(page, {"confirmed": "yes", "token": shown.context["token"]})


def outcome(response):
    return (
        [(row.about, list(row.changes)) for row in response.context["changing"]],
        [(row.number, row.refusal) for row in response.context["refused"]],
        response.context["unchanged"],
    )


@pytest.fixture
def group(here):
    activity = ActivityFactory(centre=here, title="Violin", capacity=2)
    SessionFactory(activity=activity, occurs_on=dt.date(2026, 11, 28))
    return activity


@pytest.fixture
def amy(here):
    """A pupil the head knows, since she came to something here."""
    child = ChildFactory(**named("Amy", "Adams"), born_on=dt.date(2017, 3, 1))
    GuardianshipFactory(child=child, adult__email="adams@home.example")
    EnrolmentFactory(person=child, activity__centre=here, ended=True)
    return child


def test_a_sheet_shows_what_it_would_do_and_does_nothing(desk, group, amy):
    shown = send(desk, [["Amy Adams", "01/03/2017", "violin", "place"]])

    assert outcome(shown) == (
        [("Amy Adams in Violin", [("Status", "not in it", "has a place")])], [], 0,
    )  # fmt: skip
    assert not group.enrolments.exists()
    assert not Email.objects.exists()
    assert not AuditRow.objects.filter(action="bookings.write_in").exists()


def test_a_confirmed_sheet_is_done_by_actions_once(desk, head, group, amy):
    shown = send(desk, [["Amy Adams", "2017-03-01", "Violin", "place"]])

    done = confirm(desk, shown)
    again = confirm(desk, shown)
    sent_again = send(desk, [["Amy Adams", "2017-03-01", "Violin", "place"]])

    place = group.enrolments.get()
    assert outcome(done)[0] == [("Amy Adams in Violin", [("Status", "not in it", "has a place")])]
    assert (place.person, place.status, place.attendance.count()) == (amy, S.ACTIVE, 1)
    assert again.status_code == 302
    assert outcome(sent_again) == ([], [], 1)
    row = AuditRow.objects.get(table="bookings_enrolment", row_id=str(place.pk))
    assert (row.action, row.actor) == ("bookings.write_in", str(head.pk))
    assert [each.to_address for each in Email.objects.all()] == ["adams@home.example"]


def known(here, given, family, born_on, **standing):
    """A pupil the head knows, with an adult."""
    child = ChildFactory(**named(given, family), born_on=born_on)
    GuardianshipFactory(child=child, **standing)
    EnrolmentFactory(person=child, activity__centre=here, ended=True)
    return child


def test_each_row_stands_by_itself(desk, here, group, amy):
    EnrolmentFactory(activity=group, active=True)
    bea = known(here, "Bea", "Baker", dt.date(2017, 4, 1))
    nobodys = known(here, "Cal", "Cole", dt.date(2017, 5, 1), may_book=False)

    shown = send(
        desk,
        [
            ["Amy Adams", "2017-03-01", "Violin", "place"],
            ["Bea Baker", "2017-04-01", "Violin", "place"],
            ["Bea Baker", "2017-04-01", "Violin", "waiting list"],
            ["Cal Cole", "2017-05-01", "Violin", "waiting list"],
            ["Bea Baker", "31.4.2017", "Violin", "place"],
            ["Bea Baker", "2017-04-01", "Viola", "place"],
            ["Bea Baker", "2017-04-01", "Violin", "perhaps"],
        ],
    )
    done = confirm(desk, shown)

    assert outcome(done) == outcome(shown)
    assert [about for about, _ in outcome(done)[0]] == [
        "Amy Adams in Violin",
        "Bea Baker in Violin",
    ]
    assert outcome(done)[1] == [
        (3, "Violin is full. Nothing was booked. You can join the waiting list: it is free,"
            " and we write to you when there is a place."),
        (5, "We know of no adult who may book for Cal. Ask the family to sign up."),
        (6, "31.4.2017 is no date. Write it as 31/12/2016 or 2016-12-31."),
        (7, "No activity of yours is called Viola on that day and at that time."),
        (8, "Status is place or waiting list."),
    ]  # fmt: skip
    theirs = group.enrolments.filter(person__in=[amy, bea, nobodys])
    assert sorted(theirs.values_list("person__given_name", "status")) == [
        ("Amy", "active"),
        ("Bea", "waiting"),
    ]


def test_a_place_goes_to_nobody_before_those_who_wait(desk, group, amy):
    EnrolmentFactory(activity=group, active=True)
    waits = EnrolmentFactory(activity=group)

    done = confirm(desk, send(desk, [["Amy Adams", "2017-03-01", "Violin", "place"]]))

    waits.refresh_from_db()
    assert waits.is_live
    assert outcome(done)[1][0][1].startswith("Violin is full")
    assert not group.enrolments.filter(person=amy).exists()


def test_our_own_sheet_comes_back_by_its_references(desk, here, group, amy):
    other = ActivityFactory(centre=here, title="Violin", weekday=2)
    EnrolmentFactory(activity=other, person=amy, active=True)
    sheet = act(desk, "download", [other])
    [line] = csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig")))

    same = send(desk, [line.values()], heading=line.keys())
    line["Activity reference"] = group.ref
    moved = send(desk, [line.values()], heading=line.keys())

    assert outcome(same) == ([], [], 1)
    assert outcome(moved)[0] == [("Amy Adams in Violin", [("Status", "not in it", "has a place")])]


def test_a_sheet_of_a_head_names_only_their_own(desk, elsewhere, group):
    stranger = ChildFactory(**named("Zoe", "Zane"), born_on=dt.date(2017, 3, 1))
    theirs = ActivityFactory(centre=elsewhere, title="Cello")
    EnrolmentFactory(person=stranger, activity=theirs, active=True)
    heading = (
        "Pupil",
        "Date of birth",
        "Activity",
        "Status",
        "Pupil reference",
        "Activity reference",
    )

    shown = send(
        desk,
        [
            ["Zoe Zane", "2017-03-01", "Violin", "place", "", ""],
            ["", "", "Violin", "place", stranger.ref, ""],
            ["", "", "Cello", "place", "", ""],
            ["", "", "", "place", "", theirs.ref],
        ],
        heading=heading,
    )

    nobody = "No pupil of yours is called Zoe Zane and was born then. A new family signs up itself."
    assert [reason for _, reason in outcome(shown)[1]] == [
        nobody,
        "No pupil of yours has this reference.",
        "Name a pupil with their date of birth, or give their reference.",
        "Name a pupil with their date of birth, or give their reference.",
    ]
    assert outcome(send(desk, [["Zoe Zame", "2017-03-01", "Violin", "place"]]))[1] == [
        (2, nobody.replace("Zane", "Zame"))
    ]


def test_a_sheet_is_its_senders_alone(desk, here, group, amy):
    shown = send(desk, [["Amy Adams", "2017-03-01", "Violin", "place"]])
    colleague = client_of(head_of(here))

    answer = confirm(colleague, shown)
    forged = desk.post(PUPILS, {"confirmed": "yes", "token": "x"})

    assert (answer.status_code, forged.status_code) == (302, 302)
    assert not group.enrolments.exists()
    assert b"Amy" not in repr(cache._cache).encode()  # sealed where it waits
    assert confirm(desk, shown).status_code == 200


@pytest.mark.parametrize("page", [PUPILS, ACTIVITIES])
@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\0", b"PK\x03\x04garbage", b"Pupil\nx", b"x" * 1_000_001, b"\xff\xfe\xd8"],
)
def test_any_file_is_answered_in_words(desk, page, content):
    desk.raise_request_exception = False

    response = desk.post(page, {"sheet": SimpleUploadedFile("s.csv", content)})

    assert response.status_code == 422
    assert response.context["form"].errors["sheet"]
    assert desk.post(page, {}).status_code == 422


@pytest.mark.parametrize("word", NASTY)
def test_any_word_in_a_sheet_is_refused_or_done(desk, group, word):
    desk.raise_request_exception = False
    said = NASTY[word]
    wide = ("Pupil", "Date of birth", "Activity", "Status", "Day", "Time", "Pupil reference")
    row = [said, said, said, "place", said, said, said]

    pupils = send(desk, [row], heading=wide)
    changes = send(
        desk, [["Violin", said, said, said, said, group.ref]], page=ACTIVITIES,
        heading=("Activity", "Room", "Teacher", "Capacity", "Reason", "Activity reference"),
    )  # fmt: skip

    read = 422 if word == "nul" else 200  # no spreadsheet writes one
    assert (pupils.status_code, changes.status_code) == (read, read)
    assert b"<script>alert" not in pupils.content + changes.content
    assert "could not be applied" not in pupils.content.decode() + changes.content.decode()


def test_a_surprise_in_one_row_is_told_and_holds_up_no_other(desk, group, amy, monkeypatch):
    surprises = iter([ValueError("boom"), None])
    known = Enrolment.get_status_display

    def broken(self):
        error = next(surprises)
        if error:
            raise error
        return known(self)

    monkeypatch.setattr(Enrolment, "get_status_display", broken)
    row = ["Amy Adams", "2017-03-01", "Violin", "place"]

    shown = send(desk, [row, row])

    assert outcome(shown)[1] == [(2, "This row could not be applied. Nothing was changed for it.")]


# Rooms, teachers, capacities


@pytest.fixture
def hall(here):
    return RoomFactory(centre=here, name="Hall")


def change(desk, *rows):
    heading = ("Activity", "Room", "Teacher", "Capacity", "Reason")
    return send(desk, rows, page=ACTIVITIES, heading=heading)


def test_a_sheet_changes_room_teacher_and_capacity_with_a_reason(desk, here, group, hall):
    teacher = cleared_teacher(given_name="Ruth", family_name="Ellis")
    place = EnrolmentFactory(activity=group, active=True)
    GuardianshipFactory(child=place.person, adult__email="home@home.example")

    shown = change(desk, ["Violin", "hall", "ruth ellis", "9", "More room"])
    done = confirm(desk, shown, page=ACTIVITIES)

    group.refresh_from_db()
    meeting = group.sessions.get()
    assert outcome(done)[0] == [
        (
            "Violin",
            [("Room", "none", "Hall"), ("Teacher", "none", "Ruth Ellis"), ("Capacity", "2", "9")],
        )
    ]
    assert (group.room, group.teacher, group.capacity) == (hall, teacher, 9)
    assert (meeting.room, [line.person for line in meeting.staff.all()]) == (hall, [teacher])
    assert set(AuditRow.objects.filter(op="note").values_list("new__reason", flat=True)) == {
        "More room"
    }
    assert [each.to_address for each in Email.objects.filter(copy="room-changed")] == [
        "home@home.example"
    ]
    assert outcome(change(desk, ["Violin", "Hall", "", "9", ""])) == ([], [], 1)


def test_a_row_is_done_whole_or_not_at_all(desk, here, group, hall):
    busy = ActivityFactory(centre=here, room=hall)
    SessionFactory(activity=busy, occurs_on=dt.date(2026, 11, 28), room=hall)
    for _ in range(2):
        EnrolmentFactory(activity=group, active=True)
    attic = RoomFactory(centre=here, name="Attic")

    done = confirm(
        desk,
        change(
            desk,
            ["Violin", "Attic", "", "1", "Smaller"],
            ["Violin", "Hall", "", "", "Bigger"],
            ["Violin", "Cellar", "", "", "x"],
            ["Violin", "", "Nobody Known", "", "x"],
            ["Violin", "", "", "two", "x"],
            ["Violin", "Attic", "", "", ""],
        ),
        page=ACTIVITIES,
    )

    group.refresh_from_db()
    assert [reason for _, reason in outcome(done)[1]] == [
        "More places are taken than this would allow. Raise the capacity, or end some enrolments"
        " first.",
        "Something else is in that room at that time.",
        "Here has no room called Cellar.",
        "Nobody called Nobody Known teaches here.",
        "Capacity is a whole number from 1 to 9999, or empty.",
        "Write why, in the column Reason.",
    ]
    assert (group.room, group.capacity) == (None, 2)
    assert attic.sessions.count() == 0


def test_an_administrator_writes_in_a_pupil_of_the_county(group):
    desk = client_of(administrator())
    learner = LearnerFactory(person__born_on=dt.date(2017, 3, 1))
    GuardianshipFactory(child=learner.person)

    shown = send(desk, [[learner.person, "2017-03-01", "Violin", "place"]])

    assert [about for about, _ in outcome(shown)[0]] == [f"{learner.person} in Violin"]


def test_a_token_that_is_none_of_ours_applies_nothing(desk, group, amy):
    send(desk, [["Amy Adams", "01/03/2017", "Violin", "place"]])

    for token in ["", "\0", "é", "nonsense"]:
        answer = desk.post(PUPILS, {"confirmed": "yes", "token": token})
        assert answer.status_code == 302

    assert not group.enrolments.exists()
