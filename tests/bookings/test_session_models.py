"""What the database itself holds about meetings, who teaches them and who is there."""

import datetime as dt

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Case, Value, When

from bookings.models import Attendance, Session, SessionStaff
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    CancellationCauseFactory,
    EnrolmentFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import RoomFactory
from tests.factories.core import NOON
from tests.factories.people import ChildFactory
from tests.factories.safeguarding import cleared_teacher
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 9, 5)
ELEVEN = spell(SATURDAY, "11:00")


def move(session, during):
    Session.objects.filter(pk=session.pk).update(during=during)


def cancel(session):
    Session.objects.filter(pk=session.pk).update(
        status=Session.Status.CANCELLED, cause=CancellationCauseFactory()
    )


def test_an_occurrence_happens_once():
    session = SessionFactory()

    with refuses("session_each_occurrence_once"):
        SessionFactory(activity=session.activity, during=ELEVEN)


def test_a_cancelled_meeting_stays_as_its_tombstone():
    tombstone = SessionFactory(cancelled=True)

    with refuses("session_each_occurrence_once"):
        SessionFactory(activity=tombstone.activity)


def test_an_occurrence_moved_to_another_day_is_still_itself():
    session = SessionFactory()
    move(session, spell(SATURDAY + dt.timedelta(days=1)))

    with refuses("session_each_occurrence_once"):
        SessionFactory(activity=session.activity)


def test_a_cancelled_meeting_has_a_cause():
    with refuses("session_cancelled_for_a_cause"):
        SessionFactory(status=Session.Status.CANCELLED)


def test_a_planned_meeting_has_no_cause():
    with refuses("session_cancelled_for_a_cause"):
        SessionFactory(cause=CancellationCauseFactory())


@pytest.mark.parametrize(
    "during",
    [
        DateTimeTZRange(empty=True),
        DateTimeTZRange(NOON, None),
        DateTimeTZRange(None, NOON),
        DateTimeTZRange(NOON, NOON),
    ],
    ids=["empty", "no end", "no start", "no time at all"],
)
def test_a_meeting_starts_and_ends(during):
    with refuses("session_starts_and_ends"):
        SessionFactory(during=during)


def test_a_room_holds_one_meeting_at_a_time():
    room = RoomFactory()
    SessionFactory(room=room)

    with refuses("session_room_holds_one_at_a_time"):
        SessionFactory(room=room, during=spell(SATURDAY, "10:14"))


def test_a_room_is_free_back_to_back_and_after_a_cancellation():
    room = RoomFactory()
    SessionFactory(room=room)
    SessionFactory(room=room, during=spell(SATURDAY, "10:15"))
    cancelled = SessionFactory(room=room, during=ELEVEN)
    cancel(cancelled)

    SessionFactory(room=room, during=ELEVEN)

    assert room.sessions.count() == 4


def test_meetings_without_a_room_share_none():
    SessionFactory(room=None)
    SessionFactory(room=None)

    assert Session.objects.count() == 2


def test_two_back_to_back_meetings_swap_in_one_update():
    """With their room, teacher and pupil: no moment in between is judged."""
    room, teacher, pupil = RoomFactory(), cleared_teacher(), ChildFactory()
    early = SessionFactory(room=room)
    late = SessionFactory(room=room, during=spell(SATURDAY, "10:15"))
    for session in (early, late):
        SessionStaffFactory(session=session, person=teacher)
        AttendanceFactory(session=session, person=pupil)

    Session.objects.filter(pk__in=[early.pk, late.pk]).update(
        during=Case(When(pk=early.pk, then=Value(late.during)), default=Value(early.during))
    )

    for line in (early.staff.get(), early.register.get()):
        assert line.claimed == late.during
    for line in (late.staff.get(), late.register.get()):
        assert line.claimed == early.during


def test_an_adult_is_once_at_a_meeting():
    line = SessionStaffFactory()

    with refuses("sessionstaff_once_in_a_session"):
        SessionStaffFactory(session=line.session, person=line.person)


def test_an_adult_is_in_one_place_at_a_time():
    line = SessionStaffFactory()

    with refuses("sessionstaff_one_place_at_a_time"):
        SessionStaffFactory(person=line.person)


def test_an_adults_time_is_the_meetings():
    session = SessionFactory()

    with refuses("sessionstaff_time_follows_session"):
        SessionStaffFactory(session=session, claimed=ELEVEN)


def test_a_pupil_has_one_line_in_a_register():
    line = AttendanceFactory()

    with refuses("attendance_one_line_per_person"):
        AttendanceFactory(session=line.session, person=line.person, enrolment=line.enrolment)


def test_a_pupil_is_in_one_place_at_a_time():
    line = AttendanceFactory()

    with refuses("attendance_one_place_at_a_time"):
        AttendanceFactory(person=line.person)


def test_a_pupil_may_be_released_from_one_of_two():
    line = AttendanceFactory(is_released=True)

    AttendanceFactory(person=line.person)

    assert line.person.attendance.count() == 2


@pytest.mark.parametrize(
    "mark", [{"mark": Attendance.Mark.PRESENT}, {"marked_at": NOON}], ids=["no moment", "no mark"]
)
def test_a_mark_has_its_moment(mark):
    with refuses("attendance_mark_has_its_moment"):
        AttendanceFactory(**mark)


def test_a_pupils_time_is_the_meetings():
    with refuses("attendance_time_follows_session"):
        AttendanceFactory(claimed=ELEVEN)


def test_moving_a_meeting_moves_its_staff_and_its_register():
    line = AttendanceFactory()
    staff = SessionStaffFactory(session=line.session)

    move(line.session, ELEVEN)

    line.refresh_from_db()
    staff.refresh_from_db()
    assert (line.claimed, staff.claimed) == (ELEVEN, ELEVEN)


def test_a_meeting_is_not_moved_onto_a_busy_teacher():
    staff = SessionStaffFactory()
    SessionStaffFactory(person=staff.person, session=SessionFactory(during=ELEVEN))

    with refuses("sessionstaff_one_place_at_a_time"):
        move(staff.session, ELEVEN)


def test_a_meeting_is_not_moved_onto_a_busy_pupil():
    line = AttendanceFactory()
    AttendanceFactory(person=line.person, session=SessionFactory(during=ELEVEN))

    with refuses("attendance_one_place_at_a_time"):
        move(line.session, ELEVEN)


def test_cancelling_a_meeting_frees_its_teacher_and_its_pupils():
    line = AttendanceFactory()
    staff = SessionStaffFactory(session=line.session)
    cancel(line.session)

    session = SessionFactory()
    SessionStaffFactory(session=session, person=staff.person)
    AttendanceFactory(session=session, person=line.person)

    assert [session.staff.count(), session.register.count()] == [1, 1]


def test_a_cancelled_meeting_is_not_revived_onto_a_busy_teacher():
    staff = SessionStaffFactory()
    cancel(staff.session)
    SessionStaffFactory(person=staff.person)

    with refuses("sessionstaff_one_place_at_a_time"):
        Session.objects.filter(pk=staff.session.pk).update(
            status=Session.Status.PLANNED, cause=None
        )


@pytest.mark.parametrize("factory", [SessionStaffFactory, AttendanceFactory])
def test_a_meeting_with_somebody_in_it_is_not_deleted_under_them(factory):
    line = factory()
    follows = {
        SessionStaff: "sessionstaff_time_follows_session",
        Attendance: "attendance_time_follows_session",
    }[type(line)]

    with refuses(follows), connection.cursor() as sql:
        sql.execute("DELETE FROM bookings_session WHERE id = %s", [line.session_id])


def test_a_register_line_belongs_to_a_real_meeting():
    activity = ActivityFactory()
    enrolment = EnrolmentFactory(activity=activity, active=True)

    with refuses("attendance_time_follows_session"):
        Attendance.objects.create(
            session_id=0, person=enrolment.person, enrolment=enrolment, claimed=ELEVEN
        )
