"""What an answer reads is found by an index, however long teachers have taught."""

import datetime as dt

import pgtrigger
import pytest
from django.db import connection

from bookings.models import SessionStaff
from lessons.queries import teaching_pool
from people.models import Staff
from tests.bookings.stage import open_group
from tests.factories.people import StaffFactory
from tests.races import without

pytestmark = pytest.mark.django_db

TEACHERS, HOURS = 60, (8, 10, 12, 14)
ASKED = 5  # of them
LEADERS = """
    INSERT INTO bookings_sessionstaff (session_id, person_id, role, claimed)
    SELECT session.id, staff.person_id, 'assistant', session.claimed
      FROM bookings_session session CROSS JOIN people_staff staff
"""
AUTUMN = teaching_pool.Spell(
    dt.date(2026, 9, 3),
    dt.date(2026, 12, 18),
    dt.date(2026, 8, 31),
    (dt.date(2026, 9, 3),),
    {"2-am": (540, 720)},
)


@pytest.fixture
def long_diaries():
    """As many lines as a small service writes in a year."""
    for hour in HOURS:
        open_group(local_start=dt.time(hour))
    for _ in range(TEACHERS):
        StaffFactory()
    with pgtrigger.ignore("bookings.SessionStaff:only_cleared"), connection.cursor() as cursor:
        cursor.execute(LEADERS)
        cursor.execute("ANALYZE")
    assert SessionStaff.objects.count() > 5_000
    return list(Staff.objects.order_by("pk").values_list("pk", flat=True)[:ASKED])


def plan_of(teachers):
    asked = {
        "teachers": teachers,
        "weekdays": [2],
        "during": AUTUMN.during,
        "monday": AUTUMN.monday,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {teaching_pool.TIMETABLE}", asked)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_timetable_is_read_by_the_index_of_the_exclusion(long_diaries):
    plan = plan_of(long_diaries)

    assert "sessionstaff_one_place_at_a_time" in plan
    assert "Seq Scan on bookings_sessionstaff" not in plan


@pytest.mark.django_db(transaction=True)
def test_a_timetable_reads_more_without_it(long_diaries):
    """The negative control."""
    with without(SessionStaff, "sessionstaff_one_place_at_a_time"):
        assert "sessionstaff_one_place_at_a_time" not in plan_of(long_diaries)
