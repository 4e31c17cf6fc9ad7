"""Moving one meeting, putting it back, and another date for it, through the pages."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.models import Session
from tests.bookings.closing.coming import Coming
from tests.bookings.closing.stage import off
from tests.bookings.closing.test_views import confirm

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming():
    return Coming()


@pytest.fixture
def desk(client, coming):
    client.force_login(coming.head)
    return client


def move(session, day, **said):
    return {"day": day.isoformat(), "starts": "14:00", "minutes": "45", "room": ""} | said


def test_move_session_moves_and_says_so(desk, coming):
    page = reverse("bookings:move_session", kwargs={"ref": coming.voices.ref})
    assert desk.get(page).status_code == 200

    response = desk.post(page, move(coming.voices, coming.day, reason="Flood"), follow=True)

    coming.voices.refresh_from_db()
    assert timezone.localtime(coming.voices.during.lower).hour == 14
    assert "is at 2pm" in response.content.decode()


def test_a_meeting_leads_back_to_its_day_and_on_to_its_cover(desk, coming):
    ref = coming.djembe.ref
    said = desk.get(reverse("bookings:move_session", kwargs={"ref": ref})).content.decode()

    assert f"day={coming.day.isoformat()}#day" in said
    assert reverse("lessons:find_cover", kwargs={"ref": ref}) in said


def test_move_session_refuses_a_clash_in_words(desk, coming):
    page = reverse("bookings:move_session", kwargs={"ref": coming.djembe.ref})

    response = desk.post(
        page, move(coming.djembe, coming.day, starts="09:15", room=str(coming.room.pk))
    )

    assert response.status_code == 422
    assert "Room 3 has Junior Voices at 9am" in response.content.decode()


def test_move_session_of_one_called_off_offers_to_put_it_back(desk, coming):
    confirm(desk, coming)
    Session.objects.filter(pk=coming.voices.pk).update(closure=None)
    coming.voices.closed_by.update(closure=None)

    said = desk.get(reverse("bookings:move_session", kwargs={"ref": coming.voices.ref}))
    assert "Put it back until" in said.content.decode()

    desk.post(reverse("bookings:restore_session", kwargs={"ref": coming.voices.ref}))
    assert off() == [coming.djembe]


def test_plan_makeup_offers_dates_and_plans_the_one_pressed(desk, coming):
    confirm(desk, coming)
    page = reverse("bookings:plan_makeup", kwargs={"ref": coming.voices.ref})

    shown = desk.get(page)
    proposal = shown.context["proposals"][0]
    response = desk.post(
        page,
        {
            "proposal": proposal.starts_at.isoformat(),
            "minutes": shown.context["form"].initial["minutes"],
            "room": proposal.room.pk,
        },
        follow=True,
    )

    made = Session.objects.get(makes_up=coming.voices)
    assert (made.during.lower, made.room) == (proposal.starts_at, proposal.room)
    assert "is made up at" in response.content.decode()


@pytest.mark.parametrize(
    "said",
    ["nonsense", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59Z"],
)
def test_plan_makeup_takes_nothing_that_is_no_proposal(desk, coming, said):
    confirm(desk, coming)
    page = reverse("bookings:plan_makeup", kwargs={"ref": coming.voices.ref})

    assert desk.post(page, {"proposal": said, "minutes": "45"}).status_code == 422


@pytest.mark.parametrize("page", ["move_session", "plan_makeup"])
def test_a_day_at_the_end_of_time_is_refused_in_words(desk, coming, page):
    said = move(coming.voices, dt.date.max, starts="23:59", minutes="720")

    response = desk.post(reverse(f"bookings:{page}", kwargs={"ref": coming.voices.ref}), said)

    assert response.status_code == 422
    assert "Choose a day within a year from now" in response.content.decode()
