"""What is taught on one day is tried on each day that it could be, the soonest first."""

import datetime as dt

import pytest

from lessons.actions import keeping
from lessons.models import HourKept
from lessons.queries import feasibility
from lessons.rules.feasibility import Word
from tests.factories.bookings import ClosureFactory
from tests.factories.centres import YearFactory
from tests.factories.lessons import SubjectFactory
from tests.factories.schools import OrderPolicyFactory
from tests.lessons.asking import (
    JUNE,
    SECOND_TUESDAY,
    TUESDAY,
    against,
    answer,
    asked,
    autumn,
    order,
    school,
    stands_on,
    teacher,
    teaches,
    ukulele,
)

pytestmark = pytest.mark.django_db

WEEK = dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def taster():
    """A day of it, in one of the Tuesday mornings of the autumn."""
    OrderPolicyFactory()
    return ukulele(name="Taster day", kind="taster", weeks=1, unit="day")


def test_the_first_day_is_taken_where_it_is_free():
    teacher()

    answered = answer()

    assert {slot.first_on for slot in answered.kept_slots} == {TUESDAY}
    assert stands_on(answered)[0] == (
        "Ngozi Eze is free 9am to 10.30am on Tuesday 8 September, and cleared"
    )


def test_the_next_one_is_tried_where_the_teacher_is_elsewhere():
    ngozi = teacher()
    teaches(ngozi, TUESDAY, "09:00", minutes=180)
    teaches(ngozi, SECOND_TUESDAY, "09:00", minutes=180)

    answered = answer()

    assert answered.is_yes
    days = {(slot.first_on, slot.last_on) for slot in answered.kept_slots}
    assert days == {(SECOND_TUESDAY + WEEK, SECOND_TUESDAY + WEEK)}


def test_a_day_on_which_the_school_is_shut_is_passed_over():
    teacher()
    here = school()
    ClosureFactory(school=here, centre=None, starts_on=TUESDAY, ends_on=TUESDAY)

    assert {slot.first_on for slot in answer(by=here).kept_slots} == {SECOND_TUESDAY}


def test_more_classes_than_a_morning_holds_are_on_one_day():
    ngozi = teacher()
    teaches(ngozi, TUESDAY, "13:00", minutes=120)  # the first afternoon is gone

    answered = answer(asked(classes=6, pupils=180, half_days=("2-am", "2-pm")))

    assert {slot.first_on for slot in answered.kept_slots} == {SECOND_TUESDAY}


def test_where_no_day_of_the_term_is_free_the_answer_says_so():
    ngozi = teacher()
    for week in range(15):
        teaches(ngozi, TUESDAY + week * WEEK, "09:00", minutes=180)

    answered = answer()

    assert not answered.is_yes
    assert against(answered)[0].startswith("Our ukulele teacher is not free for")


def test_the_day_that_is_kept_stays_though_an_earlier_one_comes_free(taster):
    ngozi = teacher()
    elsewhere = teaches(ngozi, TUESDAY, "09:00", minutes=180)
    sent = order(taster)
    keeping.keep_for(sent, by=None, at=JUNE)
    elsewhere.delete()

    keeping.confirm_kept(sent, by=None, at=JUNE)

    kept = HourKept.objects.filter(released_at=None)
    assert {hour.first_on for hour in kept} == {SECOND_TUESDAY}


def test_the_word_of_a_half_day_is_about_the_day_it_would_be(taster):
    ngozi = teacher()
    teaches(ngozi, TUESDAY, "09:00", minutes=180)

    words = feasibility.half_day_words(
        programme=taster, subject=SubjectFactory(), term=autumn(), classes=2, school=school(),
        year=YearFactory(), at=JUNE,
    )  # fmt: skip

    assert words["2-am"] == Word.ONE_LEFT


def test_without_room_on_one_day_it_is_taught_on_two():
    teacher()

    answered = answer(asked(classes=6, pupils=180, half_days=("2-am", "4-am")))

    assert {slot.first_on for slot in answered.kept_slots} == {
        dt.date(2026, 9, 3), dt.date(2026, 9, 8),
    }  # fmt: skip
