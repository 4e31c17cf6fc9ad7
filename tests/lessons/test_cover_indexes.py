"""Where every teacher is on one day is found by an index, however long they have taught."""

import datetime as dt

import pgtrigger
import pytest
from django.db import connection

from bookings.models import SessionStaff
from lessons.queries import cover
from people.models import RoleHeld
from tests.bookings.stage import open_group
from tests.factories.people import RoleHeldFactory, StaffFactory
from tests.races import without

pytestmark = pytest.mark.django_db

TEACHERS, HOURS = 60, (8, 10, 12, 14)
LEADERS = """
    INSERT INTO bookings_sessionstaff (session_id, person_id, role, claimed)
    SELECT session.id, staff.person_id, 'assistant', session.claimed
      FROM bookings_session session CROSS JOIN people_staff staff
"""


@pytest.fixture
def long_diaries():
    """As many lines as a small service writes in a year; return one of its meetings."""
    for hour in HOURS:
        group = open_group(local_start=dt.time(hour))
    for _ in range(TEACHERS):
        RoleHeldFactory(person=StaffFactory().person, role=RoleHeld.Role.TEACHER)
    with pgtrigger.ignore("bookings.SessionStaff:only_cleared"), connection.cursor() as cursor:
        cursor.execute(LEADERS)
        cursor.execute("ANALYZE")
    assert SessionStaff.objects.count() > 5_000
    return group.sessions.order_by("occurs_on").first()


def plan_of(session):
    return cover._staff_on(session.occurs_on, session, name="").explain()


def test_the_busy_look_up_uses_its_index(long_diaries):
    plan = plan_of(long_diaries)

    assert "sessionstaff_one_place_at_a_time" in plan
    assert "Seq Scan on bookings_sessionstaff" not in plan


@pytest.mark.django_db(transaction=True)
def test_the_busy_look_up_reads_more_without_it(long_diaries):
    """The negative control."""
    with without(SessionStaff, "sessionstaff_one_place_at_a_time"):
        assert "sessionstaff_one_place_at_a_time" not in plan_of(long_diaries)
