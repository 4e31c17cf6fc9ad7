"""A school gives one notice: lessons move or count as taught, all are told; it can be undone."""

import datetime as dt

import pytest

from bookings.models import Closure, Credit, Session
from bookings.queries import makeups
from bookings.rules.closures import TooLate
from core.models import Email
from lessons.actions import notices as actions
from lessons.rules import notices as rules
from tests.bookings.closing.stage import join
from tests.bookings.stage import family, open_group
from tests.factories.bookings import (
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.people import AvailabilityFactory, SchoolFactory
from tests.lessons.classes.stage import (
    LATER,
    MONDAY,
    NEXT_WEEK,
    TOMORROW,
    Larkhay,
    give,
    letters,
    moved,
    notice,
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


# The rule


def test_a_notice_is_cut_where_it_is_long_enough_for_a_kinder_rule(policy):
    moves, counts = policy

    found = rules.parts(TOMORROW, NEXT_WEEK, today=MONDAY.date(), causes=[moves, counts])

    assert found == [
        rules.Part(TOMORROW, dt.date(2026, 11, 15), counts),
        rules.Part(dt.date(2026, 11, 16), NEXT_WEEK, moves),
    ]
    assert rules.moves_from(MONDAY.date(), [moves, counts]) == dt.date(2026, 11, 16)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        pytest.param(NEXT_WEEK, TOMORROW, "after the first", id="backwards"),
        pytest.param(dt.date(2026, 11, 8), NEXT_WEEK, "from today on", id="yesterday"),
        pytest.param(TOMORROW, dt.date(2027, 1, 10), "two weeks at most", id="a term"),
    ],
)
def test_days_that_no_notice_is_for_are_refused_in_words(larkhay, first, last, words):
    with pytest.raises(rules.NoticeRefused, match=words):
        give(larkhay, first, last)


# What becomes of lessons


def test_with_a_weeks_notice_the_lesson_moves_to_the_first_day_that_suits(larkhay):
    outcome = give(larkhay)

    off = larkhay.on(NEXT_WEEK)
    assert off.status == Session.Status.CANCELLED
    assert [row.then for row in outcome.rows] == ["Moves to Monday 16 November, 9.30am"]
    new = makeups.made_up_in(off)
    assert new.school == larkhay.school
    assert [line.person for line in new.staff.all()] == [larkhay.teacher.person]
    assert moved(off) == "Mon 16 Nov 09:30"


def test_with_less_the_lesson_counts_as_taught(larkhay, policy):
    outcome = give(larkhay, TOMORROW)

    off = larkhay.on(TOMORROW)
    assert [row.then for row in outcome.rows] == ["Counts as taught"]
    assert (off.cause, moved(off)) == (policy[1], None)
    assert not makeups.still_owed([off])


def test_one_notice_over_both_treats_each_day_by_its_own_rule(larkhay):
    outcome = give(larkhay, TOMORROW, NEXT_WEEK)

    assert [row.then for row in outcome.rows] == [
        "Counts as taught",
        "Moves to Wednesday 18 November, 9.30am",
    ]
    assert len(outcome.closures) == 2


def test_only_the_part_of_the_day_that_was_said_is_off(larkhay):
    give(larkhay, from_time=dt.time(12), until_time=dt.time(23, 59))

    assert larkhay.on(NEXT_WEEK).status == Session.Status.PLANNED


def test_what_is_kept_on_stays(larkhay):
    give(larkhay, NEXT_WEEK, LATER, kept_on=[larkhay.on(LATER)])

    assert larkhay.on(LATER).status == Session.Status.PLANNED
    assert larkhay.on(NEXT_WEEK).status == Session.Status.CANCELLED


def test_another_schools_lessons_are_untouched(larkhay):
    other = Larkhay(name="Oak School", start="13:30", teacher=larkhay.teacher)

    give(larkhay)

    assert other.on(NEXT_WEEK).status == Session.Status.PLANNED


def test_a_lesson_moves_only_to_hours_its_teacher_can_be_asked_for(larkhay):
    for weekday in (2, 5):
        AvailabilityFactory(
            staff=larkhay.teacher.person.staff,
            weekday=weekday,
            from_time=dt.time(13),
            until_time=dt.time(16),
        )

    give(larkhay)

    assert moved(larkhay.on(NEXT_WEEK)) == "Fri 20 Nov 13:00"


def test_a_lesson_moves_to_no_time_at_which_its_teacher_is_on_the_road(larkhay):
    """On that Monday they teach elsewhere until 9.15, and half an hour is the road."""
    elsewhere = SchoolFactory()
    monday = dt.date(2026, 11, 16)
    session = SessionFactory(
        activity__class_in_school=True,
        activity__school=elsewhere,
        school=elsewhere,
        occurs_on=monday,
        during=spell(monday, "08:30"),
    )
    session.refresh_from_db()
    SessionStaffFactory(session=session, person=larkhay.teacher.person)

    give(larkhay)

    assert moved(larkhay.on(NEXT_WEEK)) == "Mon 16 Nov 09:45"


def test_two_lessons_of_one_notice_never_move_onto_each_other(larkhay):
    second = larkhay.meets(NEXT_WEEK - dt.timedelta(days=1))

    give(larkhay, NEXT_WEEK - dt.timedelta(days=1), NEXT_WEEK)

    assert sorted([moved(second), moved(larkhay.on(NEXT_WEEK))]) == [
        "Thu 19 Nov 09:30",
        "Wed 18 Nov 09:30",
    ]


def test_what_suits_nobody_stays_owed(larkhay):
    AvailabilityFactory(
        staff=larkhay.teacher.person.staff,
        weekday=6,
        from_time=dt.time(9),
        until_time=dt.time(12),
    )

    outcome = give(larkhay)

    assert [row.then for row in outcome.rows] == ["Owed: we look for a day with you"]
    assert makeups.still_owed([larkhay.on(NEXT_WEEK)]) == {larkhay.on(NEXT_WEEK).pk}


def test_a_childs_lesson_at_the_school_is_owed_by_the_same_rule(larkhay):
    """Lessons in pairs with families of their own: their credit is the kernel's."""
    group = open_group(
        centre=None,
        school=larkhay.school,
        weekday=3,
        first_on=dt.date(2026, 11, 4),
        last_on=dt.date(2026, 12, 16),
        local_start=dt.time(15, 30),
    )
    parent, child = family()
    join(group, parent, child)

    give(larkhay, dt.date(2026, 11, 11))
    give(larkhay, dt.date(2026, 11, 18))

    assert [credit.attendance.session.occurs_on for credit in Credit.objects.all()] == [
        dt.date(2026, 11, 18)
    ]
    assert letters("cancelled-by-us") == [parent.email] * 2


# The same notice, looked at first


def test_trying_a_notice_changes_nothing(larkhay):
    tried = actions.try_notice(notice=notice(larkhay), by=larkhay.lead, at=MONDAY)

    assert [row.then for row in tried.rows] == ["Moves to Monday 16 November, 9.30am"]
    assert larkhay.on(NEXT_WEEK).status == Session.Status.PLANNED
    assert (Closure.objects.count(), Email.objects.count()) == (0, 0)
    assert give(larkhay, seen=tried.fate).fate == tried.fate


def test_what_changed_since_it_was_looked_at_is_asked_again(larkhay):
    tried = actions.try_notice(notice=notice(larkhay), by=larkhay.lead, at=MONDAY)
    larkhay.meets(dt.date(2026, 11, 16), "11:00")

    with pytest.raises(rules.NoticeChanged):
        give(larkhay, seen=tried.fate)

    assert not Closure.objects.exists()


# Taking it back


def test_a_notice_is_taken_back_whole_within_the_hour(larkhay):
    outcome = give(larkhay, TOMORROW, NEXT_WEEK)
    Email.objects.update(status=Email.Status.SENT, sent_at=MONDAY)

    actions.undo_notice(closures=outcome.closures, by=larkhay.lead, at=MONDAY + HOUR / 2)

    assert [larkhay.on(day).status for day in (TOMORROW, NEXT_WEEK)] == ["planned"] * 2
    assert not Session.objects.happening().filter(makes_up__isnull=False).exists()
    assert letters("on-after-all-teacher") == ["ngozi@music.example"] * 2
    assert letters("school-notice-undone") == [larkhay.lead.email]


def test_after_the_hour_it_stands(larkhay):
    outcome = give(larkhay)

    with pytest.raises(TooLate):
        actions.undo_notice(closures=outcome.closures, by=larkhay.lead, at=MONDAY + 2 * HOUR)
