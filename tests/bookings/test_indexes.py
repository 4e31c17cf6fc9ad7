"""The look-ups every booking makes use their index once a register is long."""

import pytest
from django.db import connection

from bookings import queries
from bookings.models import Attendance, Enrolment
from tests.bookings.stage import JULY, booked, family, open_group

pytestmark = pytest.mark.django_db

LINES = 9_000


@pytest.fixture
def long_registers():
    """As many register lines as a small service writes in a term, for people of their own."""
    enrolment = booked(open_group())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (ref, given_name, family_name, known_as, email, phone,"
            " address_line, town, postcode, sort_name, tile)"
            " SELECT gen_random_uuid(), 'A', '', '', '', '', '', '', '', 'a', ''"
            " FROM generate_series(1, %s)",
            [LINES // 30],
        )
        cursor.execute(
            "INSERT INTO bookings_attendance (session_id, person_id, enrolment_id, claimed,"
            " is_released) SELECT session.id, person.id, %s, session.claimed, false"
            " FROM bookings_session session CROSS JOIN people_person person"
            " WHERE person.given_name = 'A' AND session.activity_id = %s",
            [enrolment.pk, enrolment.activity_id],
        )
        cursor.execute("ANALYZE")
    assert Attendance.objects.count() >= LINES
    return enrolment


def test_the_clash_look_up_uses_its_index(long_registers):
    _, child = family()
    other = open_group()

    plan = queries.clash_of(child, other, at=JULY).explain()

    assert "attendance_one_place_at_a_time" in plan
    assert "Seq Scan on bookings_attendance" not in plan


def test_the_clash_look_up_reads_every_line_without_the_cast(long_registers):
    """The negative control: a bare literal does not match an index on bigint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT 1 FROM bookings_attendance WHERE person_id = 1"
            " AND claimed && tstzrange('2026-07-01', NULL) AND NOT is_released"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Index Cond: ((person_id" not in plan


def test_the_waiting_line_is_read_in_order_from_its_index(long_registers):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

        line = Enrolment.objects.filter(activity_id=long_registers.activity_id)
        plan = line.waiting_in_order().explain()

    assert "enrolment_waiting_in_order" in plan
