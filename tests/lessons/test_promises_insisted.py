"""Moving a meeting, making it up or putting it back over a kept hour: only the office insists."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions as bookings
from bookings.models import Session
from core.models import Email
from lessons.actions import keeping, orders
from tests.bookings.closing.stage import weather
from tests.factories.bookings import (
    AttendanceFactory,
    EnrolmentFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.people import administrator, head_of
from tests.factories.staff import client_of
from tests.lessons.asking import JUNE, SECOND_TUESDAY, TUESDAY
from tests.lessons.promised import kept_teacher, meeting, planned_over, sent_order, standing

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
BOX = "Plan it all the same: the order of Larkhay Junior School is asked again"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(JUNE)


@pytest.fixture
def ngozi():
    return kept_teacher()


@pytest.fixture
def sent(ngozi):
    return sent_order(ngozi)


@pytest.fixture
def office():
    return administrator()


def led(person, **fields):
    """A meeting that this person leads."""
    session = meeting(**fields)
    SessionStaffFactory(session=session, person=person)
    return session


def press(user, name, session, **said):
    return client_of(user).post(reverse(f"bookings:{name}", args=[session.ref]), said)


def to(day, start="09:15"):
    return {"day": day.isoformat(), "starts": start, "minutes": "30", "room": "", "reason": ""}


def insisting(day=TUESDAY, start="09:15"):
    """What the box sends: the time that was refused."""
    during = spell(day, start, 30)
    return {"all_the_same": f"{during.lower.isoformat()} {during.upper.isoformat()}"}


def ticked(answer):
    """The box of a page, as it is sent when it is ticked."""
    field = answer.context["form"]["all_the_same"]
    assert "checked" not in str(field)
    return {"all_the_same": field.field.widget.attrs["value"]}


# Moved


def test_the_office_is_refused_with_a_box_and_ticked_the_meeting_moves(ngozi, sent, office):
    session = led(ngozi, start="13:00")

    refused = press(office, "move_session", session, **to(TUESDAY))
    assert refused.status_code == 422
    assert f'<label class="choice__label" for="id_all_the_same">{BOX}<' in refused.content.decode()
    assert standing().count() == 2
    moved = press(office, "move_session", session, **to(TUESDAY), **ticked(refused))

    session.refresh_from_db()
    assert (moved.status_code, session.during) == (302, spell(TUESDAY, "09:15", 30))
    assert (standing().count(), planned_over().count()) == (1, 1)


def test_the_order_of_an_hour_that_was_moved_over_is_asked_again(ngozi, sent, office):
    session = led(ngozi, start="13:00")
    refused = press(office, "move_session", session, **to(TUESDAY))
    press(office, "move_session", session, **to(TUESDAY), **ticked(refused))

    assert orders.answer_planned_over(at=JUNE + 5 * MINUTE) == 1

    copies = set(Email.objects.values_list("copy", flat=True))
    assert {"order-answered-anew", "order-planned-over"} <= copies


def test_no_box_before_anything_is_refused(ngozi, sent, office):
    session = led(ngozi, start="13:00")

    page = client_of(office).get(reverse("bookings:move_session", args=[session.ref]))

    assert "Plan it all the same" not in page.content.decode()


def test_a_tick_counts_for_the_time_that_was_refused(ngozi, sent, office):
    session = led(ngozi, start="13:00")
    refused = press(office, "move_session", session, **to(TUESDAY))

    again = press(office, "move_session", session, **to(SECOND_TUESDAY), **ticked(refused))

    assert again.status_code == 422
    assert "checked" not in str(again.context["form"]["all_the_same"])
    assert standing().count() == 2


def test_ticked_but_for_another_reason_refused_nothing_is_given_up(ngozi, sent, office):
    session = led(ngozi, start="13:00")
    child = AttendanceFactory(session=session).person
    AttendanceFactory(session=meeting(), person=child)
    refused = press(office, "move_session", session, **to(TUESDAY))

    again = press(office, "move_session", session, **to(TUESDAY), **ticked(refused))

    assert "1 child is in Beginner Strings" in again.content.decode()
    assert "checked" in str(again.context["form"]["all_the_same"])
    assert standing().count() == 2


def test_a_head_of_centre_has_no_box_and_cannot_send_one(ngozi, sent):
    session = led(ngozi, start="13:00")
    head = head_of(session.activity.centre)

    refused = press(head, "move_session", session, **to(TUESDAY))
    sent_anyway = press(head, "move_session", session, **to(TUESDAY), **insisting())

    assert "in the office, tick “Plan it all the same”" in refused.content.decode()
    for answer in (refused, sent_anyway):
        assert answer.status_code == 422
        assert 'name="all_the_same"' not in answer.content.decode()
    assert standing().count() == 2


def test_what_a_school_has_agreed_to_has_no_box(ngozi, sent, office):
    keeping.confirm_kept(sent, by=None, at=JUNE)
    session = led(ngozi, start="13:00")

    refused = press(office, "move_session", session, **to(TUESDAY), **insisting())

    assert "which has agreed to it. Schedule its order first" in refused.content.decode()
    assert BOX not in refused.content.decode()
    assert standing().count() == 2


# Made up


def missed(person, day=TUESDAY, start="13:00"):
    """A meeting with a child, called off, and owed."""
    session = led(person, start=start, day=day)
    enrolment = EnrolmentFactory(activity=session.activity, active=True, starts_on=day)
    AttendanceFactory(session=session, person=enrolment.person, enrolment=enrolment)
    return bookings.cancel_session(session=session, cause=weather(), comment="", by=None, at=JUNE)


def test_the_office_makes_up_a_meeting_over_a_kept_hour(ngozi, sent, office):
    off = missed(ngozi)

    refused = press(office, "plan_makeup", off, **to(SECOND_TUESDAY))
    assert (refused.status_code, BOX in refused.content.decode()) == (422, True)
    made = press(office, "plan_makeup", off, **to(SECOND_TUESDAY), **ticked(refused))

    assert made.status_code == 302
    assert Session.objects.get(makes_up=off).during == spell(SECOND_TUESDAY, "09:15", 30)
    assert (standing().count(), planned_over().count()) == (1, 1)
