"""A term of a school: its pattern, what is not as usual, every date, and the reader's calendar."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions
from tests.factories.bookings import (
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import YearFactory
from tests.factories.core import NOON
from tests.factories.people import contact_of
from tests.factories.safeguarding import cleared_teacher
from tests.lessons.school_stage import TUESDAY, change, class_at, larkhay, lesson_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)
    YearFactory()


@pytest.fixture
def school():
    return larkhay()


@pytest.fixture
def lead(client, school):
    return sign_in(client, contact_of(school))


@pytest.fixture
def taught(school):
    return class_at(school, teacher=cleared_teacher(given_name="Ngozi", family_name="Eze"))


def page(client, school, **asked):
    return client.get(reverse("schools:timetable", kwargs={"urn": school.urn}), asked)


def said(response):
    return " ".join(response.content.decode().split())


def test_timetable_says_the_pattern_of_each_class(client, lead, school, taught):
    for day in (3, 10, 17, 24):
        lesson_of(taught, dt.date(2026, 11, day), teacher=taught.activity.teacher)

    (line,) = page(client, school).context["patterns"]

    assert line["when"] == "Tuesdays, 9.30am to 10.15am"
    assert (line["title"], str(line["teacher"]), line["place"]) == (
        "Ukulele, 4A",
        "Ngozi Eze",
        "hall",
    )
    assert (line["number"], line["first"], line["last"]) == (4, dt.date(2026, 11, 3), TUESDAY)


def test_timetable_lists_only_what_is_not_as_usual(client, lead, school, taught):
    lesson_of(taught, dt.date(2026, 11, 17), teacher=taught.activity.teacher)
    off = lesson_of(taught, dt.date(2026, 12, 1))
    change(off, status="cancelled", cause=CancellationCauseFactory(name="Teacher ill"))
    moved = lesson_of(taught, dt.date(2026, 12, 8), teacher=taught.activity.teacher)
    change(moved, during=spell(dt.date(2026, 12, 10), "11:00"))
    extra = SessionFactory(
        activity=taught.activity, school=school, makes_up=off,
        occurs_on=dt.date(2026, 12, 14), during=spell(dt.date(2026, 12, 14), "09:30"),
    )  # fmt: skip
    SessionStaffFactory(session=extra, person=cleared_teacher())

    response = page(client, school)

    assert [(each["day"].day, each["said"]) for each in response.context["changes"]] == [
        (1, "Teacher ill."),
        (10, "Moved from Tuesday 8 December at 9.30am."),
        (14, "Makes up for Tuesday 1 December."),
    ]
    assert "<s>Ukulele, 4A</s>, not on" in said(response)


def test_timetable_lists_every_date_of_the_term_by_week(client, lead, school, taught):
    days = [dt.date(2026, 9, 8), dt.date(2026, 11, 24), dt.date(2026, 11, 26)]
    for day in days:
        SessionFactory(activity=taught.activity, school=school, occurs_on=day, during=spell(day))
    lesson_of(taught, dt.date(2027, 1, 12))

    weeks = page(client, school).context["weeks"]

    assert [(week["monday"], len(week["visits"])) for week in weeks] == [
        (dt.date(2026, 9, 7), 1),
        (dt.date(2026, 11, 23), 2),
    ]


def test_timetable_shows_the_term_asked_for(client, lead, school, taught):
    lesson_of(taught, dt.date(2027, 1, 12))

    response = page(client, school, term="2027-spring")

    assert (response.context["term"].name, len(response.context["weeks"])) == ("Spring", 1)


@pytest.mark.parametrize("asked", ["", "2026-winter", "1", "'"])
def test_timetable_shows_this_term_where_no_other_was_asked_for(client, lead, school, asked):
    assert page(client, school, term=asked).context["term"].name == "Autumn"


def test_timetable_shows_nothing_of_another_school(client, lead, school):
    lesson_of(class_at(larkhay(name="Other School"), title="Canary"), TUESDAY)

    response = page(client, school)

    assert "Canary" not in said(response)
    assert "Nobody of ours comes in this term." in said(response)


def test_timetable_gives_the_reader_their_own_calendar(client, lead, school):
    assert "Make my calendar address" in said(page(client, school))

    actions.renew_calendar_feed(by=lead, at=NOON)

    response = page(client, school)
    assert response.context["address"].startswith("http")
    assert response.context["address"] in said(response)


def test_timetable_is_not_there_for_another_school(client, lead):
    assert page(client, larkhay(name="Other School")).status_code == 404


def test_timetable_takes_as_many_statements_for_a_full_term_as_for_a_week(
    client, lead, school, django_assert_max_num_queries
):
    for number in range(8):
        one = class_at(school, class_name=f"{number}A", teacher=cleared_teacher())
        for week in range(5):
            lesson_of(one, dt.date(2026, 9, 8) + week * dt.timedelta(days=7))

    with django_assert_max_num_queries(10):
        page(client, school)
