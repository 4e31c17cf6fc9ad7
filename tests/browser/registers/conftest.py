"""A group that meets now, its teacher, and a phone that may keep registers."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.bookings.registers.stage import line, teacher
from tests.browser.conftest import PHONE
from tests.browser.registers.stage import NAMES
from tests.factories.bookings import (
    ActivityFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def tomasz():
    return teacher(given_name="Tomasz", family_name="Bell")


@pytest.fixture
def session(tomasz):
    """A group that meets now, wherever in time the test runs, and is taught by Tomasz."""
    now = timezone.localtime()
    # Within today, so that what is kept for the day is: shortly after midnight it began then.
    start = max(now - 10 * MINUTE, now.replace(hour=0, minute=0, second=0, microsecond=0))
    activity = ActivityFactory(title="Year 4 ukulele", centre=CentreFactory(), capacity=None)
    meets = SessionFactory(
        activity=activity,
        occurs_on=start.date(),
        during=spell(start.date(), f"{start:%H:%M}", minutes=45),
    )
    meets.refresh_from_db()
    SessionStaffFactory(session=meets, person=tomasz.person)
    for name in NAMES:
        line(meets, name)
    return meets


@pytest.fixture
def phone(make_page):
    return make_page(PHONE, service_workers="allow")
