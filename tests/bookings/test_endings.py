"""Leaving, moving, and days that do not happen."""

import datetime as dt

import pytest

from billing.models import Charge
from bookings import actions, rules
from bookings.models import Attendance, Session
from core.models import Email
from tests.bookings.stage import HOUR, JULY, booked, open_group, waiting
from tests.factories.bookings import CancellationCauseFactory
from tests.factories.people import administrator

pytestmark = pytest.mark.django_db

HALF_TERM = dt.date(2026, 10, 24)
LAST_EVENING = dt.datetime(2026, 10, 24, 20, tzinfo=dt.UTC)


def test_end_enrolment_keeps_registers_until_the_last_day_and_what_was_charged(group):
    enrolment = booked(group)

    actions.end_enrolment(
        enrolment=enrolment, last_day=HALF_TERM, reason="stopping", by=None, at=JULY
    )

    days = Attendance.objects.filter(enrolment=enrolment).values_list("session__occurs_on")
    assert max(days) == (HALF_TERM,)
    assert Charge.objects.get().status == "pending"


def test_a_family_is_told_when_staff_end_its_place(group):
    enrolment = booked(group)

    actions.end_enrolment(
        enrolment=enrolment, last_day=HALF_TERM, reason="", by=administrator(), at=JULY
    )

    letter = Email.objects.get(copy="place-ended")
    assert letter.to_address == enrolment.booked_by.email
    assert "ends on 24 October 2026" in letter.body_text


def test_a_family_is_told_when_staff_cancel_its_place_but_not_its_line():
    group = open_group(capacity=1)
    placed, in_line = booked(group), waiting(group)

    actions.cancel_enrolment(enrolment=in_line, reason="", by=administrator(), at=JULY)
    actions.cancel_enrolment(enrolment=placed, reason="", by=administrator(), at=JULY)

    told = Email.objects.filter(copy="place-ended").values_list("to_address", flat=True)
    assert list(told) == [placed.booked_by.email]


def test_a_place_is_theirs_until_the_last_day_and_then_the_lines():
    group = open_group(capacity=1)
    leaver, next_in_line = booked(group), waiting(group)

    actions.end_enrolment(enrolment=leaver, last_day=HALF_TERM, reason="", by=None, at=JULY)
    actions.sweep_places(at=LAST_EVENING)
    leaver.refresh_from_db()
    next_in_line.refresh_from_db()
    assert (leaver.status, next_in_line.status) == ("active", "waiting")

    actions.sweep_places(at=LAST_EVENING + dt.timedelta(hours=6))
    leaver.refresh_from_db()
    next_in_line.refresh_from_db()
    assert (leaver.status, next_in_line.status) == ("ended", "offered")


def test_give_notice_in_time_leaves_at_the_end_of_the_term_with_a_receipt(group):
    enrolment = booked(group)
    friday = dt.datetime(2026, 10, 23, 20, tzinfo=dt.UTC)

    actions.give_notice(enrolment=enrolment, reason="", by=enrolment.booked_by.user, at=friday)

    enrolment.refresh_from_db()
    assert (enrolment.status, enrolment.ends_on) == ("active", dt.date(2026, 12, 18))
    assert enrolment.notice_given_at == friday
    assert Email.objects.filter(copy="notice-received").count() == 1


def test_give_notice_a_day_late_leaves_a_term_later(group):
    enrolment = booked(group)
    saturday = dt.datetime(2026, 10, 24, 9, tzinfo=dt.UTC)

    actions.give_notice(enrolment=enrolment, reason="", by=enrolment.booked_by.user, at=saturday)

    enrolment.refresh_from_db()
    assert enrolment.ends_on == dt.date(2027, 3, 25)


def test_give_notice_twice_is_one_notice(group):
    enrolment = booked(group)
    by = enrolment.booked_by.user

    actions.give_notice(enrolment=enrolment, reason="", by=by, at=JULY)
    actions.give_notice(enrolment=enrolment, reason="", by=by, at=JULY + HOUR)

    enrolment.refresh_from_db()
    assert enrolment.notice_given_at == JULY
    assert Email.objects.filter(copy="notice-received").count() == 1


def test_somebody_who_leaves_is_in_no_register_planned_after_their_last_day():
    group = open_group(last_on=dt.date(2026, 10, 17))
    enrolment = booked(group)
    actions.end_enrolment(enrolment=enrolment, last_day=HALF_TERM, reason="", by=None, at=JULY)
    group.last_on = dt.date(2026, 11, 14)
    group.save(update_fields=["last_on"])

    actions.plan_sessions(activity=group, by=None, at=JULY)

    days = enrolment.attendance.values_list("session__occurs_on", flat=True)
    assert max(days) == HALF_TERM


def test_end_enrolment_refuses_a_last_day_before_the_first(group):
    enrolment = booked(group)

    with pytest.raises(rules.WrongStatus, match="starts on 5 September 2026"):
        actions.end_enrolment(
            enrolment=enrolment, last_day=dt.date(2026, 9, 4), reason="", by=None, at=JULY
        )

    enrolment.refresh_from_db()
    assert enrolment.status == "active"


def test_cancel_enrolment_leaves_no_register_line_and_no_debt(group):
    enrolment = booked(group)

    actions.cancel_enrolment(enrolment=enrolment, reason="mistake", by=None, at=JULY)

    assert not Attendance.objects.filter(enrolment=enrolment).exists()
    assert Charge.objects.get().status == "waived"


def test_cancel_enrolment_keeps_lines_that_are_marked(group):
    enrolment = booked(group)
    line = enrolment.attendance.order_by("claimed")[0]
    Attendance.objects.filter(pk=line.pk).update(mark="present", marked_at=JULY)

    actions.cancel_enrolment(enrolment=enrolment, reason="mistake", by=None, at=JULY)

    assert list(Attendance.objects.filter(enrolment=enrolment)) == [line]


def test_move_enrolment_changes_groups_in_one_step(group):
    enrolment = booked(group)
    other = open_group(local_start=dt.time(11))

    moved = actions.move_enrolment(enrolment=enrolment, to=other, by=administrator(), at=JULY)

    enrolment.refresh_from_db()
    assert (enrolment.status, moved.status, moved.activity) == ("ended", "active", other)
    assert Attendance.objects.filter(person=moved.person, enrolment=moved).exists()
    assert sorted(Charge.objects.values_list("status", flat=True)) == ["pending", "waived"]


def test_move_enrolment_may_go_to_a_group_at_the_same_time(group):
    enrolment = booked(group)
    same_time = open_group()

    moved = actions.move_enrolment(enrolment=enrolment, to=same_time, by=administrator(), at=JULY)

    assert moved.status == "active"


def test_move_enrolment_refuses_a_full_group_and_changes_nothing(group):
    enrolment = booked(group)
    full = open_group(capacity=1)
    booked(full)

    with pytest.raises(rules.ActivityFull):
        actions.move_enrolment(enrolment=enrolment, to=full, by=administrator(), at=JULY)

    enrolment.refresh_from_db()
    assert enrolment.status == "active"


def test_cancel_session_leaves_a_tombstone_frees_time_and_tells_the_family(group):
    booked(group)
    session = group.sessions.order_by("during")[0]
    cause = CancellationCauseFactory()

    actions.cancel_session(session=session, cause=cause, comment="", by=None, at=JULY)

    session.refresh_from_db()
    assert session.status == "cancelled"
    assert session.claimed.isempty
    assert session.register.get().claimed.isempty
    assert Email.objects.filter(copy="cancelled-by-us").count() == 1


def test_a_cancelled_session_is_never_planned_again(group):
    session = group.sessions.order_by("during")[0]
    actions.cancel_session(
        session=session, cause=CancellationCauseFactory(), comment="", by=None, at=JULY
    )

    made = actions.plan_sessions(activity=group, by=None, at=JULY)

    assert made == 0


def test_close_place_cancels_that_centre_alone(group):
    elsewhere = open_group()
    booked(group)
    day = group.sessions.order_by("during")[0].occurs_on

    closure = actions.close_place(
        centre=group.centre,
        school=None,
        starts_on=day,
        ends_on=day,
        reason="Snow",
        cause=CancellationCauseFactory(slug="weather", name="Snow, flood or storm"),
        by=administrator(),
        at=JULY,
    )

    cancelled = Session.objects.filter(status="cancelled")
    assert [session.activity for session in cancelled] == [group]
    assert [session.closure for session in cancelled] == [closure]
    assert not elsewhere.sessions.filter(status="cancelled").exists()
    assert Email.objects.filter(copy="cancelled-by-us").count() == 1
