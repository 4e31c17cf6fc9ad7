"""A calendar holds what is on at the schools its owner speaks for, and ends as they leave."""

import datetime as dt

import pytest

from bookings.models import Session
from people.models import SchoolContact
from tests.bookings.reading import address_of, only, read
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    SchoolContactFactory,
    SchoolFactory,
    UserFactory,
    contact_of,
)
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def now(time_machine, settings):
    settings.CALENDAR_READS_AN_HOUR = 1000
    time_machine.move_to(NOON)


@pytest.fixture
def school():
    return SchoolFactory(name="Larkhay Junior School")


def lesson_at(school, day=TUESDAY, **activity):
    activity = ActivityFactory(class_in_school=True, school=school, **activity)
    return SessionFactory(activity=activity, school=school, occurs_on=day)


def test_it_says_what_where_and_when_and_no_name(school):
    lesson_at(school, title="Ukulele, 4A", teacher=cleared_teacher(given_name="Ngozi"))

    event = only(address_of(contact_of(school)))

    assert event.summary.value == "Ukulele, 4A"
    assert event.location.value == "Larkhay Junior School"
    assert event.dtstart.value == dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC)
    assert event.url.value.endswith(f"/schools/{school.urn}/timetable/")
    assert "Ngozi" not in event.serialize()


def test_what_is_off_says_so_and_no_fee(school):
    session = lesson_at(school)
    cause = CancellationCauseFactory(name="Teacher ill", words_for_family="We will not charge.")
    Session.objects.filter(pk=session.pk).update(status="cancelled", cause=cause)

    event = only(address_of(contact_of(school)))

    assert event.status.value == "CANCELLED"
    assert event.description.value == "Not on. Teacher ill."


def test_it_holds_every_school_they_serve_and_no_other(school):
    other, stranger = SchoolFactory(name="Second School"), SchoolFactory()
    lead = contact_of(school)
    SchoolContactFactory(school=other, person=lead.person, role=SchoolContact.Role.FINANCE)
    for each in (school, other, stranger):
        lesson_at(each)

    events = read(address_of(lead)).values()

    assert {event.location.value for event in events} == {
        "Larkhay Junior School",
        "Second School",
    }


def test_it_is_empty_from_the_moment_they_leave(school):
    lesson_at(school)
    lead = contact_of(school)
    address = address_of(lead)
    before = len(read(address))

    SchoolContact.objects.filter(person=lead.person).update(ended_at=NOON)

    assert (before, len(read(address))) == (1, 0)


def test_two_parts_at_one_school_give_one_event_a_lesson(school):
    lesson_at(school)
    lead = contact_of(school)
    SchoolContactFactory(school=school, person=lead.person, role=SchoolContact.Role.DSL)

    assert len(read(address_of(lead))) == 1


def test_a_lesson_they_teach_themselves_is_there_once(school):
    session, teacher = lesson_at(school), cleared_teacher()
    SessionStaffFactory(session=session, person=teacher)
    SchoolContactFactory(school=school, person=teacher)

    event = only(address_of(UserFactory(person=teacher)))

    assert event.url.value.endswith("/places/calendar/")


def test_their_own_child_is_named_and_other_learners_are_not(school):
    lead = contact_of(school)
    own = ChildFactory(guardian=lead, given_name="Anaya")
    activity = ActivityFactory(centre=None, school=school, title="Flute in pairs")
    session = SessionFactory(
        activity=activity, school=school, occurs_on=TUESDAY, during=spell(TUESDAY, "13:30")
    )
    for child in (own, ChildFactory(given_name="Otherchild")):
        AttendanceFactory(session=session, person=child)

    events = read(address_of(lead)).values()

    assert sorted(event.summary.value for event in events) == [
        "Anaya: Flute in pairs",
        "Flute in pairs",
    ]
