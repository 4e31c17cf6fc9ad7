"""Merging groups, and offering a place before its turn."""

import datetime as dt

import pytest
from django.utils import timezone

from billing.models import Charge
from bookings import actions, rules
from bookings.models import Attendance, Enrolment, Session
from core.actions import rehearse
from core.models import AuditRow, Email
from tests.bookings.stage import HOUR, JULY, booked, family, open_group, waiting
from tests.factories.bookings import CancellationCauseFactory
from tests.factories.people import administrator

pytestmark = pytest.mark.django_db
S = Enrolment.Status


@pytest.fixture
def by():
    return administrator()


@pytest.fixture
def merge(by):
    cause = CancellationCauseFactory(slug="merged", name="Groups joined")

    def run(into, *others, **options):
        return actions.merge_groups(
            into=into, others=others, cause=cause, by=by, at=JULY, **options
        )

    return run


def children(enrolments):
    return [each.person for each in enrolments]


def statuses(activity):
    return [each.status for each in activity.enrolments.order_by("pk")]


def fill(group, number):
    """As many places as that are taken, through the front door."""
    return [booked(group) for _ in range(number)]


def test_merge_groups_moves_everybody_and_closes_what_is_empty(merge):
    into, other = open_group(capacity=8), open_group(capacity=8)
    stays, [amy, bea] = booked(into), fill(other, 2)

    merged = merge(into, other)

    into.refresh_from_db()
    other.refresh_from_db()
    assert children(merged.moved) == [amy.person, bea.person]
    assert (merged.stayed, merged.closed) == ([], [other])
    assert set(children(into.enrolments.live())) == {stays.person, amy.person, bea.person}
    assert (into.places_taken, other.places_taken) == (3, 0)
    assert (into.status, other.status) == ("open", "closed")
    assert statuses(other) == [S.ENDED, S.ENDED]


def test_merge_groups_frees_room_and_teacher_of_what_is_empty_and_tells_nobody_it_is_off(merge):
    into, other = open_group(), open_group()
    booked(other)

    merge(into, other)

    left = other.sessions.values_list("status", "cause__slug").distinct()
    assert list(left) == [(Session.Status.CANCELLED, "merged")]
    assert not Attendance.objects.filter(session__activity=other).exists()
    assert not Email.objects.filter(copy="cancelled-by-us").exists()


def test_merge_groups_tells_each_adult_and_charges_the_new_place_once(merge):
    into, other = open_group(), open_group(title="Saturday viols")
    place = booked(other)

    merged = merge(into, other)

    letter = Email.objects.get(copy="group-changed")
    assert letter.to_address == place.booked_by.email
    assert "Saturday viols" in letter.body_text
    charged = Charge.objects.filter(status=Charge.Status.PENDING)
    assert [charge.source.split(":")[1] for charge in charged] == [str(merged.moved[0].pk)]


def test_merge_groups_leaves_who_does_not_fit_and_their_group_open(merge):
    into, other = open_group(capacity=1), open_group(capacity=2, title="Viols")
    [early, late] = fill(other, 2)

    merged = merge(into, other)

    other.refresh_from_db()
    assert children(merged.moved) == [early.person]
    assert [each.person for each, _ in merged.stayed] == [late.person]
    assert "is full" in merged.stayed[0][1]
    assert (merged.closed, other.status, other.places_taken) == ([], "open", 1)
    late.refresh_from_db()
    assert (late.status, late.attendance.count()) == (S.ACTIVE, other.sessions.count())


def test_merge_groups_whole_or_not_at_all(merge):
    into, other = open_group(capacity=1), open_group(capacity=2)
    fill(other, 2)

    with pytest.raises(rules.NotEverybodyFits):
        merge(into, other, whole=True)

    assert statuses(other) == [S.ACTIVE, S.ACTIVE]
    assert not into.enrolments.exists()
    assert not Email.objects.filter(copy="group-changed").exists()


def test_merge_groups_says_who_is_too_old_and_who_is_elsewhere_then(merge, by):
    into = open_group(max_year=3, weekday=3, centre=None)
    other = open_group(weekday=6)
    older = booked(other)
    younger_guardian, younger = family(born_on=dt.date(2018, 10, 1))
    for activity in (other, open_group(weekday=3, title="Choir")):
        held = actions.hold_place(activity=activity, person=younger, by=younger_guardian, at=JULY)
        actions.confirm_place(enrolment=held, by=younger_guardian, at=JULY)

    merged = merge(into, other)

    said = {each.person: reason for each, reason in merged.stayed}
    assert "is for up to Year 3" in said[older.person]
    assert said[younger].startswith(f"{younger.first_name} has Choir at that time, for example on")
    assert merged.moved == []
    assert Enrolment.objects.filter(person=younger, status=S.ACTIVE).count() == 2


def test_merge_groups_joins_the_lines_by_need_and_then_by_who_came_first(merge):
    into, other = open_group(capacity=1), open_group(capacity=1)
    booked(into)
    booked(other)
    third = waiting(into, at=JULY + 3 * HOUR)
    second = waiting(other, at=JULY + 2 * HOUR)
    first = waiting(other, at=JULY + 4 * HOUR)
    Enrolment.objects.filter(pk=first.pk).update(priority=5)

    merged = merge(into, other)

    assert list(into.enrolments.waiting_in_order()) == [first, second, third]
    assert set(merged.waiting) == {first, second}
    second.refresh_from_db()
    assert second.queued_at == JULY + 2 * HOUR
    letters = Email.objects.filter(copy="line-changed").order_by("pk")
    assert sorted("number 1" in each.body_text for each in letters) == [False, True]


def test_merge_groups_keeps_the_better_of_two_places_in_line(merge):
    into, other = open_group(capacity=1), open_group(capacity=1)
    booked(into)
    guardian, child = family()
    booked(other)
    early = actions.join_waiting_list(activity=other, person=child, by=guardian, at=JULY)
    late = actions.join_waiting_list(activity=into, person=child, by=guardian, at=JULY + HOUR)

    merge(into, other)

    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.status, late.status, late.queued_at) == (S.CANCELLED, S.WAITING, JULY)


def test_merge_groups_leaves_an_offer_to_be_answered(merge, by):
    into, other = open_group(capacity=5), open_group(capacity=1)
    place, offered = booked(other), waiting(other)
    actions.cancel_enrolment(enrolment=place, reason="", by=by, at=JULY)

    merged = merge(into, other)

    assert [each for each, _ in merged.stayed] == [offered]
    assert merged.stayed[0][1].endswith("has an offer that waits for an answer.")
    offered.refresh_from_db()
    assert (offered.status, offered.activity) == (S.OFFERED, other)


def test_merge_groups_rehearsed_says_the_same_and_changes_nothing(merge):
    into, other = open_group(capacity=1), open_group(capacity=2)
    fill(other, 2)
    letters = Email.objects.count()

    would = rehearse(merge, into, other)

    assert (len(would.moved), len(would.stayed)) == (1, 1)
    assert statuses(other) == [S.ACTIVE, S.ACTIVE]
    assert Email.objects.count() == letters


def test_a_move_takes_the_last_day_of_notice_along(by):
    here, there = open_group(), open_group()
    place = booked(here)
    last_day = there.sessions.order_by("occurs_on")[3].occurs_on
    actions.end_enrolment(enrolment=place, last_day=last_day, reason="Moving away", by=by, at=JULY)

    moved = actions.move_enrolment(enrolment=place, to=there, by=by, at=JULY)

    assert (moved.status, moved.ends_on, moved.leave_reason) == (S.ACTIVE, last_day, "Moving away")
    assert moved.attendance.count() == 4


# Before their turn


def test_offer_to_offers_a_free_place_before_the_turn_and_keeps_why(by):
    group = open_group(capacity=1)
    place, first, second = booked(group), waiting(group), waiting(group, at=JULY + HOUR)
    Enrolment.objects.filter(pk=place.pk).update(status=S.CANCELLED)  # freed, and nobody told yet

    offered = actions.offer_to(enrolment=second, reason="Twin has a place", by=by, at=JULY + HOUR)

    first.refresh_from_db()
    group.refresh_from_db()
    assert (offered, offered.status, first.status) == (second, S.OFFERED, S.WAITING)
    assert group.places_taken == group.capacity
    why = AuditRow.objects.get(table="bookings_enrolment", row_id=str(second.pk), op="note")
    assert (why.new, why.actor, why.action) == (
        {"reason": "Twin has a place"}, str(by.pk), "bookings.offer_to",
    )  # fmt: skip


def test_offer_to_never_goes_beyond_capacity_but_the_next_place_is_theirs(by):
    group = open_group(capacity=1)
    place, first, second = booked(group), waiting(group), waiting(group, at=JULY + HOUR)

    told = actions.offer_to(enrolment=second, reason="Twin has a place", by=by, at=JULY + HOUR)
    group.refresh_from_db()
    taken = group.places_taken
    actions.cancel_enrolment(enrolment=place, reason="", by=by, at=JULY + HOUR)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (told.status, taken) == (S.WAITING, 1)
    assert (first.status, second.status) == (S.WAITING, S.OFFERED)


def test_offer_to_refuses_who_does_not_wait(by):
    place = booked(open_group())

    with pytest.raises(rules.WrongStatus, match="has a place, so nothing was changed"):
        actions.offer_to(enrolment=place, reason="Kind", by=by, at=timezone.now())
