"""Few teachers' lessons are read, and the answer is the one that rests on everybody's."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lessons.queries import known
from lessons.rules.feasibility import Answer
from lessons.rules.free_hours import Busy, Dates, Offered, Teacher, Unread
from lessons.rules.placing import Taken, Wanted, spots_for
from tests.factories.schools import OrderPolicyFactory
from tests.lessons.asking import SECOND_TUESDAY, TUESDAY, answer, asked, teacher, teaches, ukulele

MORNING = (9 * 60, 12 * 60)
TUESDAYS = Dates("2-am", (TUESDAY, SECOND_TUESDAY), weeks=0b110)
ALL_MORNING = Busy(2, *MORNING, weeks=0b010)


# What is known decides


def somebody(key, *busy, **fields):
    return Teacher(key, f"Teacher {key}", frozenset({1}), busy={2: busy}, **fields)


def placed(*teachers, classes=2, tutors=1):
    wanted = Wanted(minutes=45, classes=classes, tutors=tutors)
    spots = spots_for(wanted, [TUESDAYS], teachers, {"2-am": MORNING}, Taken())
    return [one.id for spot in spots for one in spot.teachers]


def test_whoever_comes_after_the_first_that_is_free_need_not_be_read():
    assert placed(somebody(1, ALL_MORNING), somebody(2), somebody(3, is_read=False)) == [2]


def test_nobody_is_passed_over_unread():
    unread = somebody(2, is_read=False)

    with pytest.raises(Unread) as raised:
        placed(somebody(1, ALL_MORNING), unread, somebody(3))

    assert raised.value.teachers == (unread,)


def test_two_who_come_together_are_chosen_from_everybody():
    with pytest.raises(Unread):
        placed(somebody(1), somebody(2), somebody(3, is_read=False), tutors=2)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"offered": {4: [Offered(540, 720, dt.date(2020, 9, 1))]}}, id="no hours"),
        pytest.param({"busy": {2: [ALL_MORNING]}}, id="away or kept"),
    ],
)
def test_one_who_cannot_whatever_they_teach_need_not_be_read(fields):
    cannot = Teacher(1, "Ngozi Eze", frozenset({1}), is_read=False, **{"busy": {2: []}} | fields)

    assert placed(cannot, somebody(2)) == [2]


def test_nobody_is_read_for_more_classes_than_the_half_day_holds():
    assert placed(somebody(1, is_read=False), classes=5) == []


# What is read


@pytest.fixture
def near(monkeypatch):
    """So many are read at first."""
    OrderPolicyFactory()
    return lambda number: monkeypatch.setattr(known, "NEAREST", number)


def read_by(*lines):
    """The answers, and how many times lessons were read for them."""
    with CaptureQueriesContext(connection) as captured:
        answers = answer(*lines)
    return answers, sum("bookings_sessionstaff" in each["sql"] for each in captured)


@pytest.mark.django_db
def test_the_nearest_alone_are_read_where_one_of_them_is_free(near):
    near(1)
    first = teacher()
    teacher(name="Wren")

    yes, read = read_by(asked(ukulele()))

    assert {slot.teacher_id for slot in yes.kept_slots} == {first.pk}
    assert read == 1


@pytest.mark.django_db
def test_the_others_are_read_where_none_of_them_is(near):
    near(1)
    teaches(teacher(), TUESDAY, "09:00", minutes=180)
    teaches(teacher(name="Robin"), SECOND_TUESDAY, "09:00", minutes=180)
    free = teacher(name="Wren")

    yes, read = read_by(asked(ukulele()))

    assert yes.answer == Answer.YES
    assert {slot.teacher_id for slot in yes.kept_slots} == {free.pk}
    assert read == 2


@pytest.mark.django_db
def test_answers_are_the_same_however_few_are_read(near):
    programme = ukulele(sets=9)
    for weekday, name in enumerate(["Ngozi", "Robin", "Wren"]):
        person = teacher(name=name)
        teaches(person, TUESDAY + dt.timedelta(days=weekday), "09:00", minutes=180)
        teaches(person, TUESDAY, "13:00", minutes=135)
    lines = [
        asked(programme),
        asked(programme, classes=3),
        asked(programme, classes=4, half_days=("2-pm",)),
        asked(programme, half_days=("3-am", "2-pm"), room="classroom"),
    ]
    near(60)
    answers, read = read_by(*lines)
    assert read == 1
    assert {each.answer for each in answers} == {Answer.YES, Answer.IF}

    near(1)

    assert read_by(*lines) == (answers, 2)
