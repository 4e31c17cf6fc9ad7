"""However large a closing is, it is said in as many statements."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import actions
from bookings.models import Attendance, Credit, Session, SessionStaff
from bookings.queries import closures as queries
from bookings.rules.closures import Span
from core.recall import forget
from tests.bookings.closing.stage import DAWN, SATURDAY, weather
from tests.factories.bookings import ActivityFactory, EnrolmentFactory, spell
from tests.factories.centres import CentreFactory
from tests.factories.people import ChildFactory, GuardianFactory, head_of
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db


def a_day_of(number):
    """That many meetings of one centre on one Saturday: ten of each group, each with one child."""
    centre = CentreFactory()
    for activity in ActivityFactory.create_batch(number // 10, centre=centre):
        child = ChildFactory(guardian=GuardianFactory())
        place = EnrolmentFactory(activity=activity, person=child, active=True)
        teacher = cleared_teacher(email=f"teacher{activity.pk}@music.example")
        sessions = Session.objects.bulk_create(
            Session(
                activity=activity,
                occurs_on=SATURDAY,
                ordinal=turn,
                during=spell(SATURDAY, f"{7 + turn:02}:00"),
            )
            for turn in range(1, 11)
        )
        Attendance.objects.bulk_create(
            Attendance(session=one, claimed=one.during, person=child, enrolment=place)
            for one in sessions
        )
        SessionStaff.objects.bulk_create(
            SessionStaff(session=one, claimed=one.during, person=teacher) for one in sessions
        )
    with connection.cursor() as cursor:
        # As autovacuum keeps it: tests that were undone leave pages full of what is no more, and
        # whoever does not know how little lives in them reads all of them for each meeting.
        cursor.execute("ANALYZE bookings_session, bookings_sessionstaff, bookings_attendance")
    return centre, head_of(centre)


def statements(work):
    """What was asked, each by how it begins."""
    forget()  # the words of letters are read anew
    with CaptureQueriesContext(connection) as asked:
        work()
    return [query["sql"].split()[0] for query in asked]


def closed(number):
    centre, head = a_day_of(number)
    cause = weather()
    asked = statements(
        lambda: actions.close_place(
            centre=centre, starts_on=SATURDAY, ends_on=SATURDAY, reason="Snow", cause=cause,
            by=head, at=DAWN,
        )
    )  # fmt: skip
    assert Session.objects.filter(activity__centre=centre, status="cancelled").count() == number
    assert Credit.objects.filter(attendance__session__activity__centre=centre).count() == number
    return asked


def test_a_closing_asks_as_much_of_ten_meetings_as_of_three_hundred():
    few, many = closed(10), closed(300)

    assert many == few
    assert len(few) <= 30


def test_its_preview_too():
    def preview(number):
        centre, _ = a_day_of(number)
        return statements(lambda: queries.preview(Span(SATURDAY, SATURDAY, centre=centre), at=DAWN))

    assert len(preview(300)) == len(preview(10)) <= 8


def test_undoing_too():
    def undone(number):
        centre, head = a_day_of(number)
        closure = actions.close_place(
            centre=centre, starts_on=SATURDAY, ends_on=SATURDAY, reason="Snow", cause=weather(),
            by=head, at=DAWN,
        )  # fmt: skip
        later = DAWN + dt.timedelta(minutes=5)
        return statements(lambda: actions.undo_closure(closure=closure, by=head, at=later))

    assert len(undone(300)) == len(undone(10)) <= 35
