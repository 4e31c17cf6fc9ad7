"""A school reads of its classes: when, with whom, how many came; names for those who know them."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions as bookings
from bookings.actions import SaidHeads
from bookings.rules.headcounts import NONE_YET, Heads
from lessons.actions import notices
from lessons.queries import classes as queries
from tests.factories.people import SchoolFactory, administrator, contact_of
from tests.factories.schools import ClassPupilFactory, ProgrammeClassFactory
from tests.lessons.classes.stage import LATER, NEXT_WEEK, TOMORROW, Larkhay, notice_rules
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
AFTER = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(AFTER, tick=False)


@pytest.fixture
def larkhay():
    school = Larkhay()
    heads = SaidHeads(uuid.uuid4(), Heads(28, 27), "Loud and proud", NONE_YET)
    bookings.keep_count(
        session=school.on(TOMORROW), said=[heads], note="C chord", by=school.teacher, at=AFTER
    )
    return school


def page(larkhay):
    return reverse(
        "schools:class_page", kwargs={"urn": larkhay.school.urn, "ref": larkhay.activity.ref}
    )


def listing(larkhay):
    return reverse("schools:classes", kwargs={"urn": larkhay.school.urn})


def test_the_list_says_when_with_whom_and_how_many_came(client, larkhay):
    sign_in(client, larkhay.lead)

    shown = client.get(listing(larkhay)).content.decode()

    for words in ("Ukulele, 4A", "Tuesdays, 9.30am", "Ngozi Eze", "28 of 29 came", "To tell us"):
        assert words in shown
    assert "Next Tuesday 17 November" in shown


def test_whoever_sees_to_money_sees_numbers_and_no_names(client, larkhay):
    ClassPupilFactory(programme_class=larkhay.klass, given_name="Bartholomew")
    sign_in(client, larkhay.contact("finance"))

    listed, shown = (client.get(one).content.decode() for one in (listing(larkhay), page(larkhay)))

    assert "28 of 29 came" in listed
    assert "To tell us" not in listed
    assert "28 of 29 came, 27 joined in" in shown
    assert "Bartholomew" not in shown


def test_the_class_page_says_what_came_of_each_lesson(client, larkhay):
    notice_rules()
    notices.give_notice(
        notice=notices.Notice(larkhay.school, NEXT_WEEK, NEXT_WEEK, "Year 4 trip"),
        seen=None,
        by=larkhay.lead,
        at=AFTER - dt.timedelta(days=1),
    )

    meetings = queries.meetings_of(larkhay.klass, at=AFTER)

    assert [(one.session.occurs_on, one.then, one.note) for one in meetings] == [
        (TOMORROW, "28 of 29 came, 27 joined in", "Loud and proud"),
        (dt.date(2026, 11, 16), "Instead of Tuesday 17 November", ""),
        (NEXT_WEEK, "Not on: Year 4 trip. Moves to Monday 16 November, 9.30am", ""),
        (LATER, "", ""),
    ]
    sign_in(client, larkhay.lead)
    shown = client.get(page(larkhay)).content.decode()
    assert "Lessons: 1 taught, 2 to come." in shown
    assert "Loud and proud" in shown
    assert "C chord" not in shown


def test_what_was_ordered_adds_up_whatever_was_off(larkhay):
    """One counted, one off at short notice that counts all the same, one off that is owed."""
    moves, counts = notice_rules()
    for day, cause in ((NEXT_WEEK, counts), (LATER, moves)):
        bookings.cancel_session(
            session=larkhay.on(day), cause=cause, comment="", by=larkhay.lead, at=AFTER
        )

    meetings = queries.meetings_of(larkhay.klass, at=AFTER)

    assert queries.entitlement(meetings) == "2 taught, 0 to come, 1 owed"


def test_names_are_for_those_who_know_the_children(client, larkhay):
    ClassPupilFactory(programme_class=larkhay.klass, given_name="Bartholomew", has_pp=True)

    seen = {}
    for part in ("head", "music_lead", "dsl", "finance"):
        sign_in(client, larkhay.contact(part))
        seen[part] = "Bartholomew" in client.get(page(larkhay)).content.decode()
    sign_in(client, administrator())
    seen["office"] = "Bartholomew" in client.get(page(larkhay)).content.decode()

    assert seen == {
        "head": True, "music_lead": True, "dsl": True, "finance": False, "office": False,
    }  # fmt: skip


def test_another_school_and_the_teacher_find_no_such_page(client, larkhay):
    for stranger in (contact_of(SchoolFactory()), larkhay.teacher):
        sign_in(client, stranger)
        assert client.get(page(larkhay)).status_code == 404
        assert client.get(listing(larkhay)).status_code == 404


def test_a_class_of_another_school_is_not_found_under_ones_own(client, larkhay):
    other = Larkhay(name="Oak School", start="13:30", teacher=larkhay.teacher)
    sign_in(client, larkhay.lead)

    address = reverse(
        "schools:class_page", kwargs={"urn": larkhay.school.urn, "ref": other.activity.ref}
    )

    assert client.get(address).status_code == 404


def test_the_list_asks_as_little_for_many_classes_as_for_one(larkhay):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            queries.classes_of(larkhay.school, at=AFTER)
        return len(asked)

    one = statements()
    for ordinal in range(2, 6):
        ProgrammeClassFactory(line=larkhay.line, ordinal=ordinal)

    assert len(queries.classes_of(larkhay.school, at=AFTER)) == 5
    assert statements() == one
