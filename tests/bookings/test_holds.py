"""Holding a place and booking it."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.models import Charge
from bookings import actions, rules
from bookings.models import Activity, Attendance, Enrolment
from core.models import AuditRow, Email
from core.refusals import RuleBroken
from tests.bookings.stage import HOUR, JULY, MINUTE, booked, family, open_group, waiting
from tests.factories.bookings import ActivityFactory

pytestmark = pytest.mark.django_db


def test_hold_place_keeps_a_place_for_fifteen_minutes(group, home):
    guardian, child = home

    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    group.refresh_from_db()
    assert (held.status, held.offer_expires_at) == ("held", JULY + 15 * MINUTE)
    assert group.places_taken == 1
    assert not Charge.objects.exists()


def test_hold_place_finds_the_hold_of_the_first_click(group, home):
    guardian, child = home
    first = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    second = actions.hold_place(activity=group, person=child, by=guardian, at=JULY + MINUTE)

    assert second == first
    assert second.offer_expires_at == first.offer_expires_at


def test_hold_place_takes_at_most_fourteen_statements(group, home, django_assert_max_num_queries):
    guardian, child = home

    with django_assert_max_num_queries(14):
        actions.hold_place(activity=group, person=child, by=guardian, at=JULY)


def test_confirm_place_takes_at_most_fourteen_statements(
    group, home, django_assert_max_num_queries
):
    guardian, child = home
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    with django_assert_max_num_queries(14):
        actions.confirm_place(enrolment=held, by=guardian, at=JULY)


def test_hold_place_refuses_a_full_group():
    group = open_group(capacity=1)
    booked(group)
    guardian, child = family()

    with pytest.raises(rules.ActivityFull, match=r"is full. Nothing was booked"):
        actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    assert not child.enrolments.exists()


def test_hold_place_refuses_somebody_who_is_in_it_already(group):
    enrolment = booked(group)

    with pytest.raises(rules.AlreadyJoined, match=r"has a place in Ukulele Group .* already"):
        actions.hold_place(
            activity=group, person=enrolment.person, by=enrolment.booked_by.user, at=JULY
        )


def test_hold_place_refuses_before_booking_opens(home):
    group = open_group(booking_opens_at=JULY + HOUR)
    guardian, child = home

    with pytest.raises(rules.NotBookable, match=r"opens at noon on Wednesday 1 July"):
        actions.hold_place(activity=group, person=child, by=guardian, at=JULY)


def test_hold_place_refuses_after_booking_closed(home):
    group = open_group(booking_closes_at=JULY)
    guardian, child = home

    with pytest.raises(rules.NotBookable, match="closed at 11am"):
        actions.hold_place(activity=group, person=child, by=guardian, at=JULY)


def test_hold_place_refuses_when_no_meeting_is_left(group, home):
    guardian, child = home
    after_the_year = dt.datetime(2027, 8, 1, tzinfo=dt.UTC)

    with pytest.raises(rules.NotBookable, match="no more dates this year"):
        actions.hold_place(activity=group, person=child, by=guardian, at=after_the_year)


def test_hold_place_refuses_a_clash_with_what_the_child_does(group, home):
    guardian, child = home
    other = open_group(title="Beginner violin", local_start=dt.time(10))
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)
    actions.confirm_place(enrolment=held, by=guardian, at=JULY)

    with pytest.raises(rules.Clash, match="at that time, for example on Saturday 5 September"):
        actions.hold_place(activity=other, person=child, by=guardian, at=JULY)


def test_confirm_place_leaves_the_hold_when_the_constraint_refuses_a_clash(group, home):
    guardian, child = home
    other = open_group(title="Beginner violin", local_start=dt.time(10))
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)
    elsewhere = actions.hold_place(activity=other, person=child, by=guardian, at=JULY)
    actions.confirm_place(enrolment=elsewhere, by=guardian, at=JULY)

    with pytest.raises(RuleBroken, match="clashes with something else they do"):
        actions.confirm_place(enrolment=held, by=guardian, at=JULY)

    held.refresh_from_db()
    assert held.status == "held"
    assert not Charge.objects.filter(source__startswith=f"enrolment:{held.pk}:").exists()


def test_confirm_place_writes_registers_charges_the_term_and_tells(group, home):
    guardian, child = home
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    enrolment = actions.confirm_place(enrolment=held, by=guardian, at=JULY)

    charge = Charge.objects.get()
    assert enrolment.status == "active"
    assert enrolment.starts_on == dt.date(2026, 9, 5)
    assert Attendance.objects.filter(person=child).count() == group.sessions.count()
    assert charge.amount == Decimal("90.00")
    assert charge.source == f"enrolment:{enrolment.pk}:2026-autumn"
    assert charge.account.person == guardian.person
    assert [letter.copy for letter in Email.objects.all()] == ["place-booked"]


def test_confirm_place_twice_is_one_place_one_charge_and_one_letter(group, home):
    guardian, child = home
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    actions.confirm_place(enrolment=held, by=guardian, at=JULY)
    actions.confirm_place(enrolment=held, by=guardian, at=JULY)

    assert Charge.objects.count() == 1
    assert Email.objects.count() == 1


def test_confirm_place_charges_only_the_meetings_that_are_left(group, home):
    guardian, child = home
    november = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    held = actions.hold_place(activity=group, person=child, by=guardian, at=november)

    actions.confirm_place(enrolment=held, by=guardian, at=november)

    charge = Charge.objects.get()
    assert charge.explanation["meetings"] == 3
    assert charge.explanation["of_meetings"] == 15
    assert charge.amount == Decimal("18.00")


def test_confirm_place_refuses_once_the_hold_has_run_out(group, home):
    guardian, child = home
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    with pytest.raises(rules.OfferOver, match=r"kept until 11.15am on Wednesday 1 July"):
        actions.confirm_place(enrolment=held, by=guardian, at=JULY + 15 * MINUTE)


def test_extend_hold_gives_the_minutes_once_more_and_only_once(group, home):
    guardian, child = home
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    extended = actions.extend_hold(enrolment=held, by=guardian, at=JULY + 10 * MINUTE)

    assert extended.offer_expires_at == JULY + 25 * MINUTE
    with pytest.raises(rules.WrongStatus, match="more time once already"):
        actions.extend_hold(enrolment=held, by=guardian, at=JULY + 11 * MINUTE)


def test_release_hold_frees_the_place_for_the_first_in_line():
    group = open_group(capacity=1)
    guardian, child = family()
    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)
    next_in_line = waiting(group)

    actions.release_hold(enrolment=held, by=guardian, at=JULY + MINUTE)

    next_in_line.refresh_from_db()
    assert next_in_line.status == "offered"


def test_hold_place_gives_a_lapsed_hold_to_the_line_before_a_newcomer():
    group = open_group(capacity=1)
    guardian, child = family()
    actions.hold_place(activity=group, person=child, by=guardian, at=JULY)
    first = waiting(group)
    newcomer, her_child = family()

    with pytest.raises(rules.ActivityFull):
        actions.hold_place(activity=group, person=her_child, by=newcomer, at=JULY + HOUR)

    actions.sweep_places(at=JULY + HOUR)
    first.refresh_from_db()
    assert first.status == "offered"


@pytest.mark.parametrize(
    ("born_on", "sentence"),
    [
        pytest.param("2020-03-01", "is for Year 4 to Year 6. Anaya is in Year 2", id="too young"),
        pytest.param("2012-03-01", "is for Year 4 to Year 6. Anaya is in Year 10", id="too old"),
        pytest.param("2026-01-01", "Anaya is in no school year", id="a baby"),
        pytest.param(None, "Add the child’s date of birth", id="no date of birth"),
    ],
)
def test_hold_place_refuses_another_school_year(born_on, sentence):
    group = open_group(min_year=4, max_year=6)
    guardian, child = family(born_on=born_on and dt.date.fromisoformat(born_on))

    with pytest.raises(rules.NotBookable, match=sentence):
        actions.hold_place(activity=group, person=child, by=guardian, at=JULY)


def test_every_booking_is_signed_by_who_did_it(group, home):
    guardian, child = home

    held = actions.hold_place(activity=group, person=child, by=guardian, at=JULY)

    row = AuditRow.objects.get(table="bookings_enrolment", row_id=str(held.pk))
    assert (row.action, row.actor, row.actor_name) == (
        "bookings.hold_place",
        str(guardian.pk),
        str(guardian.person),
    )


def test_a_draft_cannot_be_booked(home):
    guardian, child = home
    draft = ActivityFactory(status=Activity.Status.DRAFT)

    with pytest.raises(rules.NotBookable, match="is draft, so it cannot be booked"):
        actions.hold_place(activity=draft, person=child, by=guardian, at=JULY)

    assert not Enrolment.objects.exists()
