"""What each action on a roster does, refuses and says."""

import datetime as dt

import pytest

from billing.models import Charge
from bookings.models import Session
from core.models import Email
from tests.bookings.admin.office import LIST, PUPILS, S, act, named, told
from tests.factories.bookings import (
    ActivityFactory,
    CancellationCauseFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.factories.people import ChildFactory, GuardianshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


# Actions


def test_offer_next_offers_to_the_first_and_says_who_had_nobody(desk, here):
    group = ActivityFactory(centre=here, title="Violin", capacity=1)
    full = ActivityFactory(centre=here, title="Cello", capacity=1)
    EnrolmentFactory(activity=full, active=True)
    first = EnrolmentFactory(activity=group, priority=1)
    second = EnrolmentFactory(activity=group)
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))

    response = act(desk, "offer_next", [group, full])

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (S.OFFERED, S.WAITING)
    assert told(response) == [
        "The next on the waiting list has an offer: Violin.",
        "Nobody is waiting, or no place is free: Cello.",
    ]


def test_open_and_close_say_what_was_refused(desk, here):
    draft = ActivityFactory(centre=here, title="Violin", status="draft")
    over = ActivityFactory(centre=here, title="Cello", status="finished")

    opened = act(desk, "open_booking", [draft, over])
    closed = act(desk, "close_booking", [draft])

    draft.refresh_from_db()
    assert told(opened) == ["Open for booking: Violin.", "Cello: Cello is finished."]
    assert told(closed)[-1] == "Closed to new bookings: Violin."
    assert (draft.status, draft.sessions.count() > 0) == ("closed", True)


@pytest.mark.parametrize(
    ("action", "address"),
    [("offer_next", LIST), ("close_booking", LIST), ("take_off_list", PUPILS)],
)
def test_forged_rows_of_another_centre_are_left_alone(desk, elsewhere, action, address):
    theirs = EnrolmentFactory(activity=ActivityFactory(centre=elsewhere))
    SessionFactory(activity=theirs.activity, occurs_on=dt.date(2026, 11, 28))

    act(desk, action, [theirs.activity if address == LIST else theirs], address)

    theirs.refresh_from_db()
    theirs.activity.refresh_from_db()
    assert (theirs.status, theirs.activity.status) == (S.WAITING, "open")


def test_cancel_a_day_asks_then_cancels_and_tells_families(desk, here):
    group = ActivityFactory(centre=here, title="Violin")
    place = EnrolmentFactory(activity=group, active=True, booked_by__email="priya@home.example")
    GuardianshipFactory(child=place.person, adult=place.booked_by)
    meeting = SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))
    next_week = SessionFactory(activity=group, occurs_on=dt.date(2026, 12, 5))
    place.attendance.create(session=meeting, person=place.person, claimed=meeting.during)
    cause = CancellationCauseFactory()

    asked = act(desk, "cancel_day", [group])
    assert "Each can be put back for 1 hour" in asked.content.decode()
    answered = act(
        desk, "cancel_day", [group], day="2026-11-28", cause=cause.pk, comment="The boiler is out"
    )

    meeting.refresh_from_db()
    next_week.refresh_from_db()
    assert [value for value, _ in asked.context["form"].fields["day"].choices] == [
        "", "2026-11-28", "2026-12-05",
    ]  # fmt: skip
    assert (meeting.status, meeting.public_comment) == ("cancelled", "The boiler is out")
    assert next_week.status == "planned"
    assert told(answered) == ["Cancelled: Violin on 28 November 2026."]
    assert [mail.to_address for mail in Email.objects.all()] == ["priya@home.example"]


@pytest.mark.parametrize("day", ["2026-11-29", "yesterday", ""])
def test_cancel_a_day_refuses_a_day_nothing_meets(desk, here, day):
    group = ActivityFactory(centre=here)
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))

    response = act(desk, "cancel_day", [group], day=day, cause=CancellationCauseFactory().pk)

    assert "day" in response.context["form"].errors
    assert not Session.objects.filter(status="cancelled").exists()


def test_move_offers_only_bookable_activities_of_ones_own(desk, here, elsewhere):
    place = EnrolmentFactory(activity=ActivityFactory(centre=here), active=True)
    open_to = ActivityFactory(centre=here, title="Cello")
    ActivityFactory(centre=here, status="closed")
    theirs = ActivityFactory(centre=elsewhere)

    asked = act(desk, "move_pupils", [place], PUPILS)
    forged = act(desk, "move_pupils", [place], PUPILS, to=theirs.pk)

    place.refresh_from_db()
    assert list(asked.context["form"].fields["to"].queryset) == [open_to]
    assert "to" in forged.context["form"].errors
    assert place.status == S.ACTIVE


def test_move_counts_truly_when_only_some_fit(desk, here):
    start, to = (
        ActivityFactory(centre=here),
        ActivityFactory(centre=here, title="Cello", capacity=1),
    )
    SessionFactory(activity=to, occurs_on=dt.date(2026, 11, 28))
    amy = EnrolmentFactory(activity=start, person=ChildFactory(**named("Amy", "A")), active=True)
    bea = EnrolmentFactory(activity=start, person=ChildFactory(**named("Bea", "B")), active=True)

    response = act(desk, "move_pupils", [amy, bea], PUPILS, to=to.pk)

    moved = to.enrolments.get()
    said = told(response)
    amy.refresh_from_db()
    bea.refresh_from_db()
    assert (moved.person, moved.status) == (amy.person, S.ACTIVE)
    assert (amy.status, bea.status) == (S.ENDED, S.ACTIVE)
    assert said[0] == f"Moved to Cello: {amy}."
    assert len(said) == 2
    assert said[1].startswith(f"{bea}: Cello is full")
    assert Charge.objects.filter(source__startswith=f"enrolment:{moved.pk}:").count() == 1


def test_end_places_asks_for_the_last_day_and_why(desk, here):
    place = EnrolmentFactory(activity=ActivityFactory(centre=here), active=True)
    waits = EnrolmentFactory(activity=place.activity)

    empty = act(desk, "end_places", [place], PUPILS, last_day="", reason="")
    far = act(desk, "end_places", [place], PUPILS, last_day="2099-01-01", reason="Moved")
    response = act(
        desk, "end_places", [place, waits], PUPILS, last_day="2026-12-05", reason="Moved away"
    )

    place.refresh_from_db()
    assert empty.context["form"].errors == {
        "last_day": ["Enter the last day"],
        "reason": ["Write why, for the record"],
    }
    assert set(far.context["form"].errors) == {"last_day"}
    assert (place.status, place.ends_on, place.leave_reason) == (
        S.ACTIVE, dt.date(2026, 12, 5), "Moved away",
    )  # fmt: skip
    assert told(response)[0] == f"Last day 5 December 2026: {place}."
    assert "on the waiting list" in told(response)[1]


def test_take_off_list_leaves_those_who_do_not_wait(desk, here):
    group = ActivityFactory(centre=here)
    waits, has_place = (
        EnrolmentFactory(activity=group),
        EnrolmentFactory(activity=group, active=True),
    )

    response = act(desk, "take_off_list", [waits, has_place], PUPILS)

    waits.refresh_from_db()
    has_place.refresh_from_db()
    assert (waits.status, has_place.status) == (S.CANCELLED, S.ACTIVE)
    assert told(response) == [f"Off the list: {waits}.", f"Not on a waiting list: {has_place}."]
