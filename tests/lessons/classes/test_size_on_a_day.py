"""A class changes its size from a day on: what is made for a day has the number of that day."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings import actions as bookings
from lessons.actions import class_sizes, take_home
from lessons.rules.claims import Groups
from tests.factories.bookings import CancellationCauseFactory, spell
from tests.factories.schools import OrderPolicyFactory
from tests.lessons.classes.stage import LATER, MONDAY, NEXT_WEEK, TOMORROW, Larkhay
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LAST = LATER + dt.timedelta(weeks=1)
BETWEEN = NEXT_WEEK + dt.timedelta(days=2)
AFTERWARDS = LATER + dt.timedelta(days=2)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def larkhay():
    """29 children, and 18 from the third of its four lessons."""
    OrderPolicyFactory()
    school = Larkhay(days=[TOMORROW, NEXT_WEEK, LATER, LAST])
    class_sizes.change_class_size(
        programme_class=school.klass, number=18, from_on=LATER, by=school.lead, at=MONDAY
    )
    return school


def morning_of(day):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(6)))


def planned_for(larkhay, day, groups=None):
    return take_home.plan_letters(
        programme_class=larkhay.klass,
        letters_on=day,
        languages=[],
        groups=groups or Groups(),
        by=larkhay.lead,
        at=MONDAY,
    )


# Letters home


@pytest.mark.parametrize(
    ("day", "number"),
    [
        pytest.param(NEXT_WEEK, 29, id="before it changes"),
        pytest.param(LATER, 18, id="as it changes"),
        pytest.param(LAST, 18, id="after it changed"),
    ],
)
def test_letters_are_as_many_as_the_class_has_on_their_day(larkhay, client, day, number):
    planned_for(larkhay, day)
    sign_in(client, larkhay.lead)
    where = {"urn": larkhay.school.urn, "ref": larkhay.activity.ref}
    shown = client.get(reverse("schools:class_letters", kwargs=where)).content.decode()

    take_home.make_due_letters(at=morning_of(day))

    assert larkhay.klass.claim_codes.count() == number
    assert f"We make {number} on" in shown
    assert f"so there will be {number} letters without names" in shown


def test_letters_made_now_are_for_the_class_as_it_is_now(larkhay):
    planned_for(larkhay, LATER)

    made = take_home.make_letters(
        programme_class=larkhay.klass, groups=Groups(20, 5), by=larkhay.lead, at=MONDAY
    )

    assert made == 29


def test_groups_are_counted_within_the_class_of_that_day(larkhay):
    planned_for(larkhay, NEXT_WEEK, Groups(20, 0))

    with pytest.raises(take_home.rules.RuleBroken, match="There are 18 in this class"):
        planned_for(larkhay, LATER, Groups(20, 0))


def test_after_its_last_lesson_a_class_is_as_it_was_said_last(larkhay):
    take_home.make_letters(
        programme_class=larkhay.klass, groups=None, by=larkhay.lead, at=morning_of(AFTERWARDS)
    )

    assert larkhay.klass.claim_codes.count() == 18


# Lessons that get another time


@pytest.mark.parametrize(
    ("day", "number"),
    [
        pytest.param(TOMORROW + dt.timedelta(days=2), 29, id="before it changes"),
        pytest.param(AFTERWARDS, 18, id="after it changed"),
    ],
)
def test_a_make_up_planned_afterwards_has_the_number_of_its_day(larkhay, day, number):
    cause = CancellationCauseFactory()
    off = bookings.cancel_session(
        session=larkhay.on(TOMORROW), cause=cause, comment="", by=larkhay.lead, at=MONDAY
    )
    during = spell(day, "09:30")

    make_up = bookings.plan_makeup(
        session=off, starts_at=during.lower, ends_at=during.upper, room=None, by=larkhay.lead,
        at=MONDAY,
    )  # fmt: skip

    make_up.refresh_from_db()
    assert make_up.heads_expected == number


@pytest.mark.parametrize(
    ("which", "day", "number"),
    [
        pytest.param(NEXT_WEEK, AFTERWARDS, 18, id="past the day it changes"),
        pytest.param(LAST, TOMORROW + dt.timedelta(days=2), 29, id="ahead of that day"),
        pytest.param(NEXT_WEEK, BETWEEN, 29, id="within its own week"),
    ],
)
def test_a_lesson_that_moves_has_the_number_of_its_day(larkhay, which, day, number):
    during = spell(day, "09:30")

    bookings.move_session(
        session=larkhay.on(which), starts_at=during.lower, ends_at=during.upper, room=None,
        comment="", by=larkhay.lead, at=MONDAY,
    )  # fmt: skip

    assert larkhay.on(which).heads_expected == number


def test_a_week_of_another_number_keeps_it_where_it_moves_past_no_other(larkhay):
    for number, from_on in ((18, NEXT_WEEK), (29, LATER), (20, LAST)):
        class_sizes.change_class_size(
            programme_class=larkhay.klass, number=number, from_on=from_on, by=larkhay.lead,
            at=MONDAY,
        )  # fmt: skip
    during = spell(BETWEEN, "09:30")

    bookings.move_session(
        session=larkhay.on(NEXT_WEEK), starts_at=during.lower, ends_at=during.upper, room=None,
        comment="", by=larkhay.lead, at=MONDAY,
    )  # fmt: skip

    assert larkhay.on(NEXT_WEEK).heads_expected == 18
