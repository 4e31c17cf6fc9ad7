"""What a closing says is true as it is read: how many, to whom, and when it could be made up."""

import datetime as dt

import pytest

from bookings.models import Attendance, Session
from bookings.queries import makeups
from bookings.rules import LONDON
from bookings.rules.credits import is_in_school
from core.models import Email
from tests.bookings.closing.coming import Coming
from tests.bookings.closing.stage import DAWN, Snow, join, meeting
from tests.bookings.closing.test_views import CLOSE
from tests.factories.centres import OpeningHoursFactory

pytestmark = pytest.mark.django_db

MONDAY_4PM = dt.datetime(2026, 11, 23, 16, tzinfo=LONDON)
TUESDAY = dt.datetime(2026, 11, 24, 10, 45, tzinfo=LONDON)
SATURDAY_9AM = dt.datetime(2026, 11, 28, 9, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("usual", "starts", "is_in"),
    [
        (MONDAY_4PM, TUESDAY, True),
        (SATURDAY_9AM, TUESDAY, True),
        (SATURDAY_9AM, SATURDAY_9AM.replace(hour=13), False),
        (MONDAY_4PM, TUESDAY.replace(hour=15, minute=30), False),
        (TUESDAY, TUESDAY + dt.timedelta(days=1), False),
    ],
)
def test_a_child_who_comes_after_school_is_not_asked_to_come_in_it(usual, starts, is_in):
    assert is_in_school(starts, usual=usual) is is_in


def test_no_other_date_of_a_saturday_is_in_school_hours():
    snow = Snow()
    for weekday in (2, 3):
        OpeningHoursFactory(
            centre=snow.centre, weekday=weekday, opens=dt.time(10), closes=dt.time(17)
        )
    snow.close()

    found = makeups.proposals(meeting(snow.first), at=DAWN + dt.timedelta(hours=1))

    assert {each.starts_at.time() for each in found} == {dt.time(15, 30)}


def test_two_children_of_one_meeting_are_one_meeting_in_the_subject():
    snow = Snow()
    join(snow.second, snow.parent, snow.child)
    Email.objects.all().delete()

    snow.close()

    letter = Email.objects.get(copy="cancelled-by-us")
    assert letter.subject == "Not on: 2 meetings, Saturday 5 December"
    assert "Djembe at St Albans Music Centre, for Anya and Tom" in " ".join(
        letter.body_text.split()
    )


def test_a_head_reads_of_the_teachers_and_plans_nothing_that_is_owed_to_nobody(client):
    coming = Coming()
    client.force_login(coming.head)
    Attendance.objects.filter(session=coming.djembe).delete()

    seen = client.post(CLOSE, coming.answers())
    confirmed = coming.answers(step="confirm", seen=str(seen.context["seen"]))
    closed = client.get(client.post(CLOSE, confirmed)["Location"])
    page = client.get(f"/places/meetings/{coming.djembe.ref}/make-up/").content.decode()

    assert "They are paid as if they had taught." in seen.content.decode()
    assert [row["is_owed"] for row in closed.context["sessions"]] == [True, False]
    assert "Owed to nobody" in closed.content.decode()
    assert "owed to nobody, so it needs no other date" in page
    assert not Session.objects.filter(makes_up=coming.djembe).exists()
