"""A teacher's day in order: where, when, whom, what is new, and the week after it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions
from bookings.models import Session
from bookings.queries.teaching import Gap
from bookings.views.teaching import way
from people.care import keep_care
from tests.bookings.registers.stage import DAY, DURING, STARTS, line, meeting, said, teacher
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    ActivityFactory,
    CancellationCauseFactory,
    SessionStaffFactory,
)
from tests.factories.centres import CentreFactory
from tests.factories.people import GuardianFactory, SchoolFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HERE = reverse("bookings:my_teaching")
WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DURING, tick=False)


@pytest.fixture
def tomasz(client):
    return sign_in(client, teacher(given_name="Tomasz", family_name="Bell"))


def group(title, **fields):
    return ActivityFactory(title=title, capacity=None, **{"centre": CentreFactory()} | fields)


def words_of(answer):
    return " ".join(answer.content.decode().split())


def test_the_day_is_in_order_with_what_is_done_now_and_next(client, tomasz):
    meeting(by=tomasz, activity=group("Cello"), start="12:00")
    early, (amelia,) = meeting(by=tomasz, activity=group("Guitar"), start="08:40", names=["Amelia"])
    meeting(by=tomasz, activity=group("Choir"), start="09:30")
    actions.keep_marks(session=early, said=[said(amelia)], note=None, by=tomasz, at=STARTS)

    stops = client.get(HERE).context["stops"]

    assert [(stop["title"], stop["state"], stop["is_done"]) for stop in stops] == [
        ("Guitar", "is-done", True),
        ("Choir", "is-now", False),
        ("Cello", "is-next", False),
    ]
    assert (stops[0]["came"], stops[0]["number"]) == (1, 1)


def test_the_day_is_summed_up_in_a_sentence(client, tomasz):
    meeting(by=tomasz, names=["Amelia", "Ella"])
    meeting(by=tomasz, activity=group("Choir"), start="16:35", names=["Kofi"])

    summary = client.get(HERE).context["summary"]

    assert summary == "2 sessions at 2 places, 3 people, done by 5.20pm."


def test_who_is_new_and_who_is_away_is_said_and_no_medical_word(client, tomasz):
    choir = group("Choir")
    before, _ = meeting(by=tomasz, activity=choir, day=DAY - WEEK, names=[])
    session, (amelia, kofi) = meeting(by=tomasz, activity=choir, names=["Amelia", "Kofi"])
    for one in (amelia, kofi):
        one.pk, one.session, one.claimed = None, before, before.claimed
        one.save(force_insert=True)
    line(session, "Ella")
    AbsenceNoticeFactory(person=kofi.person, starts_on=DAY, reason="unwell")
    keep_care(
        learner=amelia.person.learner,
        what_helps="",
        medical="zqCanary",
        emergency_contacts="",
        by=None,
        at=DURING,
    )

    answer = client.get(HERE)

    (stop,) = answer.context["stops"]
    assert [(one.name, one.is_new, one.told_ahead) for one in stop["pupils"]] == [
        ("Amelia Brooks", False, False),
        ("Ella Brooks", True, False),
        ("Kofi Brooks", False, True),
    ]
    assert [one["name"] for one in answer.context["new_names"]] == ["Ella Brooks"]
    assert "Away, family told us" in words_of(answer)
    assert "As usual: Amelia Brooks." in words_of(answer)
    assert "zqCanary" not in words_of(answer)
    assert "Not well" not in words_of(answer)


def test_cover_says_whose_and_shows_the_note_that_was_left(client, tomasz):
    choir, away = group("Choir"), teacher(given_name="Daniel", family_name="Roper")
    before, _ = meeting(by=away, activity=choir, day=DAY - WEEK, names=[])
    Session.objects.filter(pk=before.pk).update(note="They are at bar 9.")
    session, _ = meeting(activity=choir)
    SessionStaffFactory(session=session, person=away.person, is_away=True)
    SessionStaffFactory(session=session, person=tomasz.person, role="cover", replaces=away.person)

    words = words_of(client.get(HERE))

    assert "Cover for Daniel Roper" in words
    assert "“They are at bar 9.”" in words
    assert "Note left on Saturday 21 November." in words


@pytest.mark.parametrize("is_covered", [True, False])
def test_what_one_cannot_come_to_says_who_covers(client, tomasz, is_covered):
    session, _ = meeting()
    SessionStaffFactory(session=session, person=tomasz.person, is_away=True)
    if is_covered:
        cover = teacher(given_name="Morag", family_name="Lister")
        SessionStaffFactory(
            session=session, person=cover.person, role="cover", replaces=tomasz.person
        )

    words = words_of(client.get(HERE))

    assert "You told us you cannot come" in words
    assert ("Morag Lister covers you." in words) == is_covered
    assert ("Nobody covers it yet." in words) != is_covered
    assert "Take the register" not in words


def test_a_meeting_that_is_off_is_said_and_not_hidden(client, tomasz):
    session, _ = meeting(by=tomasz)
    actions.cancel_session(
        session=session, cause=CancellationCauseFactory(), comment="Snow", by=None, at=DURING
    )

    words = words_of(client.get(HERE))

    assert "Not on</span> Teacher ill. Snow" in words
    assert "Take the register" not in words


def test_a_day_without_teaching_shows_the_next_one(client, tomasz):
    meeting(by=tomasz, activity=group("Choir"), day=DAY + WEEK)

    answer = client.get(HERE)

    assert answer.context["day"] == DAY + WEEK
    assert "You teach nothing today. This is your next day." in words_of(answer)
    assert [stop["title"] for stop in answer.context["stops"]] == ["Choir"]


def test_another_day_is_shown_when_asked_for(client, tomasz):
    meeting(by=tomasz, activity=group("Choir"))
    meeting(by=tomasz, activity=group("Cello"), day=DAY + dt.timedelta(days=2))

    answer = client.get(HERE, {"day": "2026-11-30"})

    assert [stop["title"] for stop in answer.context["stops"]] == ["Cello"]
    assert answer.context["day_before"] == DAY


@pytest.mark.parametrize("day", ["", "soon", "2026-13-01", "2026-02-30", "9999-12-31\0"])
def test_a_day_of_no_sense_is_today(client, tomasz, day):
    assert client.get(HERE, {"day": day}).context["day"] == DAY


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_is_break_nothing(client, tomasz, day):
    assert client.get(HERE, {"day": day}).status_code == 200


def test_the_week_lists_the_days_after(client, tomasz):
    meeting(by=tomasz, activity=group("Choir"))
    meeting(by=tomasz, activity=group("Cello"), day=DAY + dt.timedelta(days=2), names=["Kofi"])
    meeting(by=tomasz, activity=group("Guitar"), day=DAY + WEEK)

    week = client.get(HERE).context["week"]

    assert [(one["day"], [each["title"] for each in one["lessons"]]) for one in week] == [
        (dt.date(2026, 11, 30), ["Cello"])
    ]


def test_registers_to_finish_are_those_with_somebody_unmarked(client, tomasz):
    meeting(by=tomasz, activity=group("Choir"), day=DAY - WEEK, names=["Kofi"])
    taken, (amelia,) = meeting(
        by=tomasz, activity=group("Cello"), day=DAY - 2 * WEEK, names=["Amelia"]
    )
    meeting(by=tomasz, activity=group("Guitar"), day=DAY - 3 * WEEK, names=["Ella"])
    actions.keep_marks(
        session=taken, said=[said(amelia)], note=None, by=tomasz, at=DURING - 2 * WEEK
    )

    to_finish = client.get(HERE).context["to_finish"]

    assert [one["title"] for one in to_finish] == ["Choir"]


def test_between_two_places_is_the_way_in_miles_and_minutes(client, tomasz):
    hertford = CentreFactory(latitude=51.7959, longitude=-0.0780)
    ware = SchoolFactory(latitude=51.8109, longitude=-0.0286)
    meeting(by=tomasz, activity=group("Choir", centre=hertford), start="09:30")
    meeting(by=tomasz, activity=group("Cello", centre=hertford), start="10:30")
    meeting(by=tomasz, activity=group("Guitar", centre=None, school=ware), start="11:40")

    ways = [stop["way"] for stop in client.get(HERE).context["stops"]]

    assert [each and (each["icon"], each["strong"]) for each in ways] == [
        None,
        ("coffee", "15 minutes free."),
        ("car", "2.4 miles, 25 minutes between."),
    ]


@pytest.mark.parametrize(
    ("gap", "icon", "strong"),
    [
        (Gap(25, False, 0.6), "footprints", "0.6 miles, 25 minutes between."),
        (Gap(75, False, 12.4), "car", "12 miles, 1 hour 15 minutes between."),
        (Gap(30, False, None), "route", "30 minutes between."),
        (Gap(-5, False, 4), "car", "4 miles, 0 minutes between."),
    ],
)
def test_the_way_is_said_without_a_guess(gap, icon, strong):
    said = way(gap)

    assert (said["icon"], said["strong"]) == (icon, strong)


def test_the_same_place_at_once_needs_no_words():
    assert way(Gap(0, True, None)) is None


def test_somebody_who_teaches_nothing_is_told_so(client):
    sign_in(client, GuardianFactory())

    assert "You teach nothing today, and nothing is planned" in words_of(client.get(HERE))


def test_the_day_of_another_is_not_shown(client, tomasz):
    meeting(by=teacher(), activity=group("Choir"))

    assert client.get(HERE).context["stops"] == []


def test_a_day_of_ten_takes_as_many_statements_as_one_of_two(client, tomasz):
    def teach(hour):
        meeting(by=tomasz, activity=group(f"Group {hour}"), start=f"{hour}:00", names=["Ella"])

    def statements():
        with CaptureQueriesContext(connection) as caught:
            client.get(HERE)
        return len(caught)

    teach(10)
    teach(11)
    two = statements()
    for hour in range(12, 20):
        teach(hour)

    assert statements() == two
    assert len(client.get(HERE).context["stops"]) == 10
