"""The waiting list is fair."""

import datetime as dt

import pytest

from billing.models import Charge
from bookings import actions, queries, rules
from bookings.models import Enrolment
from core.models import Email
from core.refusals import RuleBroken
from tests.bookings.stage import HOUR, JULY, MINUTE, booked, family, open_group, waiting

pytestmark = pytest.mark.django_db

OFFER = dt.timedelta(hours=72)


@pytest.fixture
def full_group():
    """A group of one, taken."""
    group = open_group(capacity=1)
    booked(group)
    return group


def leave(group, at=JULY):
    """Whoever has the place leaves."""
    enrolment = group.enrolments.get(status="active")
    return actions.cancel_enrolment(
        enrolment=enrolment, reason="moved away", by=enrolment.booked_by.user, at=at
    )


def test_join_waiting_list_refuses_while_a_place_is_free(group, home):
    guardian, child = home

    with pytest.raises(rules.PlaceFree, match=r"has a free place. You can book it now"):
        actions.join_waiting_list(activity=group, person=child, by=guardian, at=JULY)


def test_join_waiting_list_tells_the_position(full_group):
    waiting(full_group)

    second = waiting(full_group, at=JULY + MINUTE)

    standing = queries.waiting_standing(second, at=JULY + MINUTE)
    assert (standing.position, standing.waiting) == (2, 2)
    assert [gate.name for gate in standing.blocks] == ["A place", "A teacher"]
    assert Email.objects.filter(copy="waiting").count() == 2


def test_a_freed_place_is_offered_before_anybody_else_can_book_it(full_group):
    first = waiting(full_group)
    newcomer, child = family()

    leave(full_group)

    first.refresh_from_db()
    assert (first.status, first.offer_expires_at) == ("offered", JULY + OFFER)
    with pytest.raises(rules.ActivityFull):
        actions.hold_place(activity=full_group, person=child, by=newcomer, at=JULY)


def test_priority_comes_before_arrival(full_group):
    early = waiting(full_group)
    late = waiting(full_group, at=JULY + HOUR)
    Enrolment.objects.filter(pk=late.pk).update(priority=1)

    leave(full_group, at=JULY + 2 * HOUR)

    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.status, late.status) == ("waiting", "offered")


def test_accept_offer_gives_the_place_and_charges_for_it(full_group):
    offered = waiting(full_group)
    leave(full_group)

    accepted = actions.accept_offer(enrolment=offered, by=offered.booked_by.user, at=JULY + HOUR)

    assert accepted.status == "active"
    assert Charge.objects.filter(source__startswith=f"enrolment:{offered.pk}:").count() == 1


def test_decline_offer_passes_it_on_at_once(full_group):
    first = waiting(full_group)
    second = waiting(full_group, at=JULY + MINUTE)
    leave(full_group)

    actions.decline_offer(enrolment=first, by=first.booked_by.user, at=JULY + HOUR)

    second.refresh_from_db()
    assert (second.status, second.offer_expires_at) == ("offered", JULY + HOUR + OFFER)
    assert Email.objects.get(copy="offer", to_person_id=first.booked_by_id).status == "cancelled"


def test_an_offer_that_ran_out_passes_on_and_says_so(full_group):
    first = waiting(full_group)
    second = waiting(full_group, at=JULY + MINUTE)
    leave(full_group)

    actions.sweep_places(at=JULY + OFFER)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("lapsed", "offered")
    assert Email.objects.filter(copy="offer-lapsed", to_person_id=first.booked_by_id).count() == 1


def test_accept_offer_refuses_after_its_end(full_group):
    offered = waiting(full_group)
    leave(full_group)

    with pytest.raises(rules.OfferOver, match=r"that has passed. Nothing was booked"):
        actions.accept_offer(enrolment=offered, by=offered.booked_by.user, at=JULY + OFFER)


def test_somebody_whose_offer_lapsed_may_join_again_at_the_back(full_group):
    first = waiting(full_group)
    waiting(full_group, at=JULY + MINUTE)
    leave(full_group)
    actions.sweep_places(at=JULY + OFFER)

    again = actions.join_waiting_list(
        activity=full_group,
        person=first.person,
        by=first.booked_by.user,
        at=JULY + OFFER + MINUTE,
    )

    assert again.status == "waiting"
    assert again != first


def test_raising_the_capacity_offers_to_the_line_first(full_group):
    first = waiting(full_group)

    actions.set_capacity(
        activity=full_group, capacity=2, reason="A bigger room", by=first.booked_by.user, at=JULY
    )

    first.refresh_from_db()
    assert first.status == "offered"


def test_lowering_the_capacity_below_what_is_taken_is_refused_in_words():
    group = open_group(capacity=2)
    enrolment = booked(group)
    booked(group)

    with pytest.raises(RuleBroken, match="More places are taken than this would allow"):
        actions.set_capacity(
            activity=group,
            capacity=1,
            reason="A smaller room",
            by=enrolment.booked_by.user,
            at=JULY,
        )


def test_nobody_is_offered_a_place_in_a_closed_group(full_group):
    first = waiting(full_group)
    actions.close_activity(activity=full_group, by=first.booked_by.user, at=JULY)

    leave(full_group)

    first.refresh_from_db()
    assert first.status == "waiting"


def test_sweeping_twice_writes_one_letter(full_group):
    waiting(full_group)
    leave(full_group)

    actions.sweep_places(at=JULY + MINUTE)
    actions.sweep_places(at=JULY + MINUTE)

    assert Email.objects.filter(copy="offer").count() == 1


def test_remind_offers_tells_once_when_the_offer_is_about_to_end(full_group):
    waiting(full_group)
    leave(full_group)

    early = actions.remind_offers(at=JULY + OFFER - 25 * HOUR)
    once = actions.remind_offers(at=JULY + OFFER - 23 * HOUR)
    again = actions.remind_offers(at=JULY + OFFER - 22 * HOUR)

    assert (early, once, again) == (0, 1, 0)
    assert Email.objects.filter(copy="offer-ending").count() == 1
