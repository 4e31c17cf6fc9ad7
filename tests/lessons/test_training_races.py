"""Several at once after one place on a course, or at the button that gives one up."""

from decimal import Decimal
from functools import partial

import pytest

from billing.models import Charge
from bookings.actions import places
from bookings.models import Activity, Enrolment
from lessons.actions import training as actions
from tests.factories.people import SchoolFactory, contact_of
from tests.lessons.training_stage import course_on, days_before, send, steps
from tests.races import ROUNDS, all_at_once, done, pause, refused, unlock

pytestmark = pytest.mark.django_db(transaction=True)


def race_for_the_last_place():
    """Three schools; what each has in the end, and how many were told of a surprise."""
    course = course_on(capacity=1)
    schools = [SchoolFactory() for _ in range(3)]
    outcomes = all_at_once(
        [partial(send, course, school, contact_of(school)) for school in schools]
    )
    statuses = sorted(Enrolment.objects.filter(activity=course).values_list("status", flat=True))
    assert Activity.objects.get(pk=course.pk).places_taken <= 1
    return statuses, len(refused(outcomes))


def test_the_last_place_goes_to_one_school_and_the_others_wait():
    assert race_for_the_last_place() == (["active", "waiting", "waiting"], 0)


def test_without_the_lock_somebody_who_should_wait_is_turned_away(monkeypatch):
    """The database still lets nobody over the number; but whoever lost is in no line."""
    unlock(monkeypatch)
    pause(monkeypatch, places.billing, "account_for_school", 0.3)

    found = [race_for_the_last_place() for _ in range(ROUNDS)]

    assert any(each != (["active", "waiting", "waiting"], 0) for each in found)


def press_together(times):
    steps()
    school = SchoolFactory()
    lead = contact_of(school)
    place = send(course_on(), school, lead)
    press = partial(
        actions.cancel_training,
        enrolment=place,
        shown=Decimal("18.10"),
        by=lead,
        at=days_before(20),
    )
    return all_at_once([press] * times)


def test_two_presses_owe_it_once_and_neither_is_told_of_a_fault():
    done(press_together(4))

    owed = Charge.objects.exclude(status=Charge.Status.WAIVED)
    assert [charge.amount for charge in owed] == [Decimal("18.10")]


def test_without_the_lock_a_second_press_meets_a_fault(monkeypatch):
    """The charge's natural key still holds; it is the press that suffers."""
    unlock(monkeypatch)
    pause(monkeypatch, actions.bookings, "cancel_enrolment", 0.3)

    assert refused(press_together(4))
