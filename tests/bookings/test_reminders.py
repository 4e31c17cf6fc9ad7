"""The evening before a first meeting and the evening of a register: told once, and still true."""

import datetime as dt
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.actions import reminders as actions
from bookings.models import Attendance, Enrolment, Session
from bookings.queries import reminders as queries
from core import delivery
from core.models import Email
from tests.bookings.stage import booked, open_group
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    AttendanceFactory,
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.people import GuardianFactory, GuardianshipFactory
from tests.factories.safeguarding import cleared_teacher
from tests.races import all_at_once, done, pause, unlock

pytestmark = pytest.mark.django_db
LAST_ON = dt.date(2026, 9, 26)


def london(words):
    """A moment of that September, an hour ahead of UTC."""
    return dt.datetime.fromisoformat(words).replace(tzinfo=dt.UTC) - dt.timedelta(hours=1)


FRIDAY_NOON, FRIDAY_EVENING = london("2026-09-04 12:00"), london("2026-09-04 17:00")
SATURDAY_EARLY, SATURDAY_NOON = london("2026-09-05 08:00"), london("2026-09-05 12:00")
SATURDAY_EVENING = london("2026-09-05 18:00")


@pytest.fixture
def group():
    """Saturdays at 9.30am, four meetings from 5 September."""
    return open_group(title="Junior Voices", last_on=LAST_ON, capacity=None)


def first_meeting_letters():
    return Email.objects.filter(copy="first-meeting").order_by("pk")


def deliver(at, mailoutbox, copy):
    Email.objects.exclude(copy=copy).update(status="cancelled")
    delivery.deliver(clock=lambda: at)
    return len(mailoutbox)


def cancel(session):
    cause = CancellationCauseFactory()
    Session.objects.filter(pk=session.pk).update(status="cancelled", cause=cause)


def test_remind_first_meetings_tells_once_from_the_evening_before(group):
    booked(group)

    told = [
        actions.remind_first_meetings(at=at)
        for at in (FRIDAY_NOON, FRIDAY_EVENING, FRIDAY_EVENING, SATURDAY_EARLY)
    ]

    (letter,) = first_meeting_letters()
    assert told == [0, 1, 0, 0]
    assert letter.subject == "Saturday 5 September: Anaya's first Junior Voices"


def test_remind_first_meetings_makes_good_a_missed_evening_while_it_is_to_come(group):
    booked(group)

    assert actions.remind_first_meetings(at=SATURDAY_EARLY) == 1


def test_remind_first_meetings_says_nothing_of_what_has_begun(group):
    booked(group)

    assert actions.remind_first_meetings(at=SATURDAY_NOON) == 0


def test_a_place_taken_late_is_told_of_at_once(group):
    booked(group, at=SATURDAY_EARLY)

    assert actions.remind_first_meetings(at=SATURDAY_EARLY + dt.timedelta(minutes=5)) == 1


def test_remind_first_meetings_is_of_the_first_alone(group):
    booked(group)
    actions.remind_first_meetings(at=FRIDAY_EVENING)

    assert actions.remind_first_meetings(at=FRIDAY_EVENING + dt.timedelta(days=7)) == 0


def test_a_first_meeting_that_was_called_off_makes_the_next_one_the_first(group):
    booked(group)
    actions.remind_first_meetings(at=FRIDAY_EVENING)
    cancel(group.sessions.earliest("occurs_on"))

    next_week = FRIDAY_EVENING + dt.timedelta(days=7)
    told = [actions.remind_first_meetings(at=next_week) for _ in range(2)]

    assert told == [1, 0]
    assert [letter.subject[:21] for letter in first_meeting_letters()] == [
        "Saturday 5 September:",
        "Saturday 12 September",
    ]


def test_remind_first_meetings_tells_when_and_where_it_was_moved_to(group):
    booked(group)
    first = group.sessions.earliest("occurs_on")
    first.during = spell(first.occurs_on, "14:00")
    first.save()

    actions.remind_first_meetings(at=FRIDAY_EVENING)

    assert "Saturday 5 September at 2pm" in first_meeting_letters().get().body_text


def test_remind_first_meetings_tells_every_adult_who_may_see_and_no_other(group):
    enrolment = booked(group)
    sees, pays, barred = (GuardianFactory(person__given_name=name) for name in "SPB")
    no = {"may_book": False, "may_pay": False, "may_collect": False}
    GuardianshipFactory(adult=sees.person, child=enrolment.person, **no)
    GuardianshipFactory(
        adult=pays.person, child=enrolment.person, **{**no, "may_see": False, "may_pay": True}
    )
    GuardianshipFactory(adult=barred.person, child=enrolment.person, barred=True)

    actions.remind_first_meetings(at=FRIDAY_EVENING)

    told = set(first_meeting_letters().values_list("to_address", flat=True))
    assert told == {enrolment.booked_by.email, sees.person.email}


def test_remind_first_meetings_says_nothing_to_who_will_miss_it(group):
    enrolment = booked(group)
    AbsenceNoticeFactory(person=enrolment.person, starts_on=dt.date(2026, 9, 5))

    assert actions.remind_first_meetings(at=FRIDAY_EVENING) == 0


def end(enrolment):
    Enrolment.objects.filter(pk=enrolment.pk).update(status="ended", ends_on=dt.date(2026, 9, 4))


def move(enrolment):
    session = enrolment.activity.sessions.earliest("occurs_on")
    session.during = spell(session.occurs_on, "14:00")
    session.save()


@pytest.mark.parametrize(
    ("meanwhile", "at", "sent"),
    [
        pytest.param(lambda one: None, FRIDAY_EVENING, 1, id="as it was"),
        pytest.param(
            lambda one: cancel(one.activity.sessions.earliest("occurs_on")),
            FRIDAY_EVENING,
            0,
            id="called off",
        ),
        pytest.param(move, FRIDAY_EVENING, 0, id="moved"),
        pytest.param(end, FRIDAY_EVENING, 0, id="given up"),
        pytest.param(lambda one: None, SATURDAY_NOON, 0, id="begun"),
    ],
)
def test_a_first_meeting_is_asked_about_again_as_its_letter_goes(
    group, mailoutbox, meanwhile, at, sent
):
    enrolment = booked(group)
    actions.remind_first_meetings(at=FRIDAY_EVENING)
    meanwhile(enrolment)

    assert deliver(at, mailoutbox, "first-meeting") == sent


def test_remind_first_meetings_takes_as_many_statements_for_many(group):
    counts = []
    booked(group)
    actions.remind_first_meetings(at=FRIDAY_EVENING)
    for number in (5, 30):
        for _ in range(number):
            booked(group)
        with CaptureQueriesContext(connection) as captured:
            assert actions.remind_first_meetings(at=FRIDAY_EVENING) == number
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_remind_first_meetings_goes_on_past_a_full_batch(group, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    for _ in range(5):
        booked(group)

    assert actions.remind_first_meetings(at=FRIDAY_EVENING) == 5
    assert first_meeting_letters().count() == 5


def two_clocks():
    group = open_group(title="Junior Voices", last_on=LAST_ON, capacity=None)
    for _ in range(3):
        booked(group)
    return all_at_once([partial(actions.remind_first_meetings, at=FRIDAY_EVENING)] * 3)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_tell_of_a_first_meeting_once(monkeypatch):
    pause(monkeypatch, queries, "told_to_miss", 0.05)

    assert sum(done(two_clocks())) == 3
    assert first_meeting_letters().count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_clocks_both_think_they_told(monkeypatch):
    """The key of each letter still lets one through: that is the second guard."""
    unlock(monkeypatch)
    pause(monkeypatch, queries, "told_to_miss", 0.1)
    pause(monkeypatch, actions, "_first_meetings", 0.1)

    assert sum(done(two_clocks())) > 3
    assert first_meeting_letters().count() == 3


# Registers


@pytest.fixture
def register():
    """Saturday's register of two, which nobody has marked."""
    session = SessionFactory()
    for _ in range(2):
        AttendanceFactory(session=session)
    teacher = cleared_teacher(email="tomasz@music.example")
    SessionStaffFactory(session=session, person=teacher)
    return session


def test_remind_of_registers_asks_whoever_leads_once_from_the_evening(register):
    asked = [
        actions.remind_of_registers(by=None, at=at)
        for at in (SATURDAY_NOON, SATURDAY_EVENING, SATURDAY_EVENING + dt.timedelta(hours=9))
    ]

    (letter,) = Email.objects.all()
    assert asked == [0, 1, 0]
    assert (letter.to_address, letter.copy) == ("tomasz@music.example", "register-reminder")
    assert f"/registers/{register.ref}/" in letter.body_text


def test_remind_of_registers_asks_cover_and_not_who_is_away(register):
    register.staff.update(is_away=True)
    cover = cleared_teacher(email="cover@music.example")
    SessionStaffFactory(session=register, person=cover, role="cover")
    SessionStaffFactory(
        session=register, person=cleared_teacher(email="helps@music.example"), role="assistant"
    )

    actions.remind_of_registers(by=None, at=SATURDAY_EVENING)

    assert [letter.to_address for letter in Email.objects.all()] == ["cover@music.example"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda one: one.register.update(mark="present", marked_at=SATURDAY_NOON), id="taken"
        ),
        pytest.param(lambda one: one.register.all().delete(), id="nobody in it"),
        pytest.param(cancel, id="called off"),
    ],
)
def test_a_register_that_came_in_is_not_asked_for_and_not_sent(register, mailoutbox, change):
    actions.remind_of_registers(by=None, at=SATURDAY_EVENING)
    change(register)
    sent = deliver(SATURDAY_EVENING, mailoutbox, "register-reminder")
    Email.objects.all().delete()

    asked = actions.remind_of_registers(by=None, at=SATURDAY_EVENING)

    assert (sent, asked) == (0, 0)


def test_a_register_asked_for_is_sent_while_it_is_open(register, mailoutbox):
    actions.remind_of_registers(by=None, at=SATURDAY_EVENING)

    assert deliver(SATURDAY_EVENING, mailoutbox, "register-reminder") == 1


def test_a_register_of_two_days_ago_is_asked_for_no_more(register):
    assert actions.remind_of_registers(by=None, at=SATURDAY_EVENING + dt.timedelta(days=1)) == 0


def test_a_meeting_still_going_on_in_the_evening_is_asked_for_afterwards(register):
    late = spell(register.occurs_on, "18:30")
    Session.objects.filter(pk=register.pk).update(during=late)

    asked = [
        actions.remind_of_registers(by=None, at=SATURDAY_EVENING + dt.timedelta(hours=hours))
        for hours in (1, 2)
    ]

    assert asked == [0, 1]
    assert Attendance.objects.filter(session=register, mark=None).count() == 2
