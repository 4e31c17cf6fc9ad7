"""Who hears that a lesson at a school is off or moves: from the school's notice, or from us."""

import datetime as dt

import pytest

from bookings import actions as bookings
from bookings.models import Closure
from core.models import Email
from tests.factories.bookings import (
    CancellationCauseFactory,
)
from tests.factories.people import administrator
from tests.lessons.classes.stage import (
    LATER,
    MONDAY,
    NEXT_WEEK,
    TOMORROW,
    Larkhay,
    give,
    letters,
    notice_rules,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture(autouse=True)
def policy():
    return notice_rules()


@pytest.fixture
def larkhay():
    return Larkhay()


def test_teacher_and_school_are_told_once_each(larkhay):
    larkhay.contact("head", email="head@school.example")
    larkhay.contact("finance", email="bursar@school.example")

    give(larkhay)
    give(larkhay)

    assert letters("cancelled-teacher") == ["ngozi@music.example"]
    assert letters("made-up-teacher") == ["ngozi@music.example"]
    assert letters("school-notice") == ["head@school.example", larkhay.lead.email]
    letter = " ".join(Email.objects.filter(copy="school-notice").first().body_text.split())
    assert "9.30am: Ukulele, 4A. Moves to Monday 16 November" in letter
    assert Closure.objects.count() == 1


# What we change ourselves, the school hears from us


def test_a_lesson_that_we_call_off_move_or_make_up_is_told_to_the_school(larkhay):
    ill = CancellationCauseFactory(make_up_by="end of the academic year")
    office = administrator()

    bookings.cancel_session(
        session=larkhay.on(TOMORROW), cause=ill, comment="", by=office, at=MONDAY
    )
    bookings.move_session(
        session=larkhay.on(LATER),
        starts_at=MONDAY + dt.timedelta(days=16),
        ends_at=MONDAY + dt.timedelta(days=16, minutes=45),
        room=None,
        comment="",
        by=office,
        at=MONDAY,
    )
    bookings.plan_makeup(
        session=larkhay.on(TOMORROW),
        starts_at=MONDAY + dt.timedelta(days=9),
        ends_at=MONDAY + dt.timedelta(days=9, minutes=45),
        room=None,
        by=office,
        at=MONDAY,
    )

    assert letters("class-off") == [larkhay.lead.email]
    assert letters("class-moved") == [larkhay.lead.email] * 2


def test_a_county_that_closes_and_opens_again_tells_the_school_both(larkhay, policy):
    closed = bookings.close_place(
        starts_on=TOMORROW,
        ends_on=TOMORROW,
        reason="Snow",
        cause=policy[0],
        by=administrator(),
        at=MONDAY,
    )
    Email.objects.update(status=Email.Status.SENT, sent_at=MONDAY)

    bookings.undo_closure(closure=closed, by=administrator(), at=MONDAY + HOUR / 2)

    assert letters("class-off") == [larkhay.lead.email]
    assert letters("class-on-after-all") == [larkhay.lead.email]


def test_what_the_school_did_itself_it_hears_of_in_one_letter(larkhay):
    give(larkhay, TOMORROW, NEXT_WEEK)

    assert letters("school-notice") == [larkhay.lead.email]
    assert letters("class-off") + letters("class-moved") == []
