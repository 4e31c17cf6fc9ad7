"""The next meetings on the family's own page: who will be there, who is away, what makes up."""

import pytest
from django.urls import reverse

from bookings import actions
from bookings.models import Session, SessionStaff
from tests.bookings.stage import open_group
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    CancellationCauseFactory,
    SessionStaffFactory,
)
from tests.factories.core import NOON
from tests.factories.people import ChildFactory, GuardianFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HOME = "bookings:my_family"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def guardian(client):
    return sign_in(client, GuardianFactory())


def place(group, child, guardian):
    held = actions.hold_place(activity=group, person=child, by=guardian, at=NOON)
    return actions.confirm_place(enrolment=held, by=guardian, at=NOON)


def test_my_family_says_who_covers_and_who_is_away(client, guardian):
    child = ChildFactory(guardian=guardian, given_name="Anaya")
    mine = place(open_group(title="Choir"), child, guardian)
    session = mine.attendance.order_by("session__during").first().session
    cover = SessionStaffFactory(session=session, role=SessionStaff.Role.COVER).person
    AbsenceNoticeFactory(person=child, starts_on=session.occurs_on)

    response = client.get(reverse(HOME))

    meeting = response.context["cards"][0]["meetings"][0]
    assert meeting["when"].endswith(f", with {cover}, covering")
    assert meeting["note"] == "You told us: away."
    assert "You told us: away." in response.content.decode()


def test_a_date_that_makes_up_is_no_move(client, guardian):
    child = ChildFactory(guardian=guardian, given_name="Anaya")
    mine = place(open_group(title="Choir"), child, guardian)
    first, second = [line.session for line in mine.attendance.order_by("session__during")[:2]]
    Session.objects.filter(pk=first.pk).update(status="cancelled", cause=CancellationCauseFactory())
    Session.objects.filter(pk=second.pk).update(makes_up=first)

    response = client.get(reverse(HOME))

    off, instead = response.context["changes"]
    assert off["fee"].endswith("The new date is Saturday 5 December, 9.30am.")
    assert instead["change"] == "Makes up for Saturday 28 November."
    assert "Now 9.30am" not in response.content.decode()
