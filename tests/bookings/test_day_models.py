"""What the database itself holds about changes, registers, credits, feeds and messages."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from bookings.models import Attendance, Closure, MarkReceived, Session, SessionStaff
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    ActivityFactory,
    AttendanceFactory,
    CalendarFeedFactory,
    CancellationCauseFactory,
    ClosedSessionFactory,
    ClosureFactory,
    CreditFactory,
    MarkReceivedFactory,
    MessageFactory,
    MessageReaderFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.core import NOON
from tests.factories.people import PersonFactory, SchoolFactory
from tests.factories.safeguarding import cleared_teacher
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 9, 5)


def change(session, **fields):
    Session.objects.filter(pk=session.pk).update(**fields)
    session.refresh_from_db()


def test_a_meeting_that_moves_has_the_next_sequence_number():  # "count_changes"
    session = SessionFactory()

    change(session, during=spell(SATURDAY, "11:00"))

    assert session.sequence == 1
    assert session.changed_at is not None


def test_a_meeting_that_is_cancelled_and_restored_counts_twice():
    session = SessionFactory()
    change(session, status=Session.Status.CANCELLED, cause=CancellationCauseFactory())

    change(session, status=Session.Status.PLANNED, cause=None)

    assert session.sequence == 2


@pytest.mark.parametrize("fields", [{"note": "Scales"}, {"status": Session.Status.TAUGHT}])
def test_a_meeting_that_is_noted_or_taught_has_not_changed(fields):
    session = SessionFactory()

    change(session, **fields)

    assert session.sequence == 0


def test_the_moment_of_a_change_is_the_one_its_action_says():
    session = SessionFactory()

    change(session, during=spell(SATURDAY, "11:00"), changed_at=NOON)

    assert session.changed_at == NOON


def test_a_line_whose_mark_changes_has_the_next_version():  # "count_marks"
    line = AttendanceFactory()
    marks = Attendance.objects.filter(pk=line.pk)

    marks.update(mark=Attendance.Mark.PRESENT, marked_at=NOON)
    marks.update(marked_at=NOON)
    marks.update(note="Forgot the bow")

    assert marks.get().version == 2


def test_two_moments_of_a_day_cannot_hold_one_teacher():
    teacher = cleared_teacher()
    SessionStaffFactory(person=teacher)

    with refuses("sessionstaff_one_place_at_a_time"):
        SessionStaffFactory(person=teacher)


def test_a_teacher_who_is_away_claims_no_time():
    teacher = cleared_teacher()
    SessionStaffFactory(person=teacher, is_away=True)

    assert SessionStaffFactory(person=teacher).pk


def test_a_teacher_who_is_away_need_not_be_cleared():
    uncleared = PersonFactory()

    assert SessionStaffFactory(person=uncleared, is_away=True).pk
    with refuses("sessionstaff_only_cleared_adults"):
        SessionStaffFactory(person=uncleared)


def test_only_cover_replaces_somebody():
    with refuses("sessionstaff_only_cover_replaces"):
        SessionStaffFactory(role=SessionStaff.Role.LEAD, replaces=cleared_teacher())


def test_a_mark_that_was_kept_needs_no_settling():
    with refuses("markreceived_settled_by_somebody"):
        MarkReceivedFactory(settled_at=NOON, settled_by=PersonFactory())


def test_a_mark_that_differs_is_settled_by_somebody():
    with refuses("markreceived_settled_by_somebody"):
        MarkReceivedFactory(outcome=MarkReceived.Outcome.DIFFERED, settled_at=NOON)


def test_a_phone_sends_a_mark_once():
    key = uuid.uuid4()
    MarkReceivedFactory(client_key=key)

    with pytest.raises(IntegrityError, match="markreceived_pkey"):
        MarkReceivedFactory(client_key=key)


def test_a_notice_of_absence_starts_before_it_ends():
    with refuses("absencenotice_starts_before_it_ends"):
        AbsenceNoticeFactory(ends_on=dt.date(2026, 9, 11))


@pytest.mark.parametrize(
    "places",
    [("centre", "room"), ("centre", "activity"), ("school", "activity"), ("room", "activity")],
)
def test_a_closure_is_of_one_place_or_all(places):
    factories = {
        "centre": CentreFactory,
        "school": SchoolFactory,
        "room": RoomFactory,
        "activity": ActivityFactory,
    }

    with refuses("closure_of_one_place_or_all"):
        ClosureFactory(**{place: factories[place]() for place in places})


def test_a_part_of_a_day_has_its_start_and_its_end():
    with refuses("closure_part_of_a_day_in_order"):
        ClosureFactory(from_time=dt.time(10))
    with refuses("closure_part_of_a_day_in_order"):
        ClosureFactory(from_time=dt.time(10), until_time=dt.time(10))


def test_a_closure_is_undone_by_somebody():
    with refuses("closure_undone_by_somebody"):
        ClosureFactory(undone_at=NOON)


def test_what_was_undone_closes_nothing():
    closure = ClosureFactory(undone_at=NOON, undone_by=PersonFactory())

    assert closure not in Closure.objects.touching(closure.starts_on, closure.ends_on)


@pytest.mark.parametrize(
    ("of", "is_closed"),
    [
        pytest.param(lambda a: {}, True, id="everywhere"),
        pytest.param(lambda a: {"centre": a.centre}, True, id="its centre"),
        pytest.param(lambda a: {"centre": CentreFactory()}, False, id="another centre"),
        pytest.param(lambda a: {"room": a.room}, True, id="its room"),
        pytest.param(lambda a: {"room": RoomFactory(centre=a.centre)}, False, id="another room"),
        pytest.param(lambda a: {"activity": a}, True, id="itself"),
        pytest.param(lambda a: {"activity": ActivityFactory()}, False, id="another group"),
        pytest.param(
            lambda a: {"from_time": dt.time(10), "until_time": dt.time(12)}, True, id="while it is"
        ),
        pytest.param(
            lambda a: {"from_time": dt.time(10, 15), "until_time": dt.time(12)},
            False,
            id="from its end on",
        ),
    ],
)
def test_a_closure_covers_what_it_is_about(of, is_closed):
    activity = ActivityFactory(room=RoomFactory())
    closure = ClosureFactory(**of(activity))

    assert closure.covers(closure.starts_on, of=activity) is is_closed
    assert not closure.covers(closure.starts_on + dt.timedelta(days=7), of=activity)


def test_a_closure_calls_a_meeting_off_once():
    called_off = ClosedSessionFactory()

    with refuses("closedsession_once_in_a_closure"):
        ClosedSessionFactory(closure=called_off.closure, session=called_off.session)


def test_what_a_closure_calls_off_was_on_before():
    with refuses("closedsession_was_on_before"):
        ClosedSessionFactory(former_status=Session.Status.CANCELLED)


def test_a_meeting_is_credited_once():
    credit = CreditFactory()

    with refuses("credit_once_for_a_meeting"):
        CreditFactory(attendance=credit.attendance)


def test_a_meeting_may_be_credited_again_when_the_first_is_void():
    credit = CreditFactory(voided_at=NOON, voided_why="The closure was undone")

    assert CreditFactory(attendance=credit.attendance).pk


@pytest.mark.parametrize("worth", [{"minutes": 0}, {"value": -1}])
def test_a_credit_is_worth_something(worth):
    with refuses("credit_is_worth_something"):
        CreditFactory(**worth)


def test_a_credit_that_is_void_says_why_and_was_not_used():
    with refuses("credit_void_says_why"):
        CreditFactory(voided_at=NOON)
    with refuses("credit_void_says_why"):
        CreditFactory(voided_at=NOON, voided_why="Undone", made_up_in=SessionFactory())


def test_a_person_has_one_live_calendar_address():
    feed = CalendarFeedFactory()

    with refuses("calendarfeed_one_live_per_person"):
        CalendarFeedFactory(person=feed.person)


def test_a_revoked_calendar_address_makes_room_for_another():
    feed = CalendarFeedFactory(revoked_at=NOON)

    assert CalendarFeedFactory(person=feed.person).pk


def test_a_message_goes_to_one_place():
    with refuses("message_to_one_place"):
        MessageFactory(centre=CentreFactory(), activity=ActivityFactory())


@pytest.mark.parametrize("empty", ["subject", "body"])
def test_a_message_says_something(empty):
    with refuses("message_says_something"):
        MessageFactory(**{empty: ""})


def test_a_message_is_posted_once_it_was_sent():
    with refuses("message_posted_once_sent"):
        MessageFactory(posted_at=NOON)


def test_a_message_is_for_a_person_once():
    reader = MessageReaderFactory()

    with refuses("messagereader_once_each"):
        MessageReaderFactory(message=reader.message, person=reader.person)
