"""What the database itself holds about activities, enrolments and closures."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from bookings.models import Activity, Enrolment
from tests.factories.bookings import ActivityFactory, ClosureFactory, EnrolmentFactory
from tests.factories.centres import CentreFactory
from tests.factories.core import NOON
from tests.factories.people import PersonFactory, SchoolFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
Status = Enrolment.Status


def taken(activity):
    """What the database counted; what there is to count."""
    counted = Activity.objects.get(pk=activity.pk).places_taken
    assert counted == activity.enrolments.filter(status__in=Enrolment.TAKING).count()
    return counted


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("activity_holds_somebody", {"capacity": 0}),
        ("activity_ages_in_order", {"min_age": 9, "max_age": 8}),
        ("activity_years_in_order", {"min_year": 4, "max_year": 3}),
        ("activity_price_not_negative", {"price": Decimal("-0.01")}),
        ("activity_free_costs_nothing", {"price_basis": "free", "price": Decimal("1.00")}),
        ("activity_pattern_whole_or_none", {"weekday": None}),
        ("activity_pattern_whole_or_none", {"weekday": 8}),
        ("activity_pattern_whole_or_none", {"local_start": None}),
        ("activity_pattern_whole_or_none", {"minutes": None}),
        ("activity_pattern_whole_or_none", {"minutes": 0}),
        ("activity_pattern_whole_or_none", {"first_on": None}),
        ("activity_pattern_whole_or_none", {"last_on": None}),
        ("activity_pattern_whole_or_none", {"last_on": dt.date(2026, 9, 4)}),
        ("activity_gives_time_to_answer", {"hold_minutes": 0}),
        ("activity_gives_time_to_answer", {"offer_hours": 0}),
    ],
)
def test_an_activity_is_refused(constraint, wrong):
    with refuses(constraint):
        ActivityFactory(**wrong)


def test_an_activity_is_in_one_place():
    with refuses("activity_in_one_place"):
        ActivityFactory(centre=CentreFactory(), school=SchoolFactory())


def test_an_activity_may_have_no_pattern_and_no_limit():
    activity = ActivityFactory(unscheduled=True, capacity=None)

    assert (activity.is_full, activity.places_left) == (False, None)


def test_an_activity_is_never_over_full():
    activity = ActivityFactory(capacity=1)
    EnrolmentFactory(activity=activity, held=True)

    with refuses("activity_never_over_full"):
        EnrolmentFactory(activity=activity, offered=True)
    assert taken(activity) == 1


def test_a_capacity_is_not_lowered_under_the_places_taken():
    activity = ActivityFactory(capacity=2)
    EnrolmentFactory.create_batch(2, activity=activity, active=True)

    with refuses("activity_never_over_full"):
        Activity.objects.filter(pk=activity.pk).update(capacity=1)


def test_who_waits_fills_nothing():
    activity = ActivityFactory(capacity=1)

    EnrolmentFactory.create_batch(3, activity=activity)

    assert taken(activity) == 0


def test_places_are_counted_through_every_status():
    enrolment = EnrolmentFactory()
    counts = []
    for status, fields in [
        (Status.OFFERED, {"offer_expires_at": NOON}),
        (Status.HELD, {}),
        (Status.LAPSED, {"offer_expires_at": None}),
        (Status.WAITING, {}),
    ]:
        Enrolment.objects.filter(pk=enrolment.pk).update(status=status, **fields)
        counts.append(taken(enrolment.activity))

    assert counts == [1, 1, 0, 0]


def test_places_are_counted_in_bulk():
    activity = ActivityFactory(capacity=None)
    batch = [
        EnrolmentFactory.build(
            activity=activity, person=PersonFactory(), booked_by=PersonFactory(), held=True
        )
        for _ in range(5)
    ]

    Enrolment.objects.bulk_create(batch)
    after_creation = taken(activity)
    activity.enrolments.filter(pk__in=[line.pk for line in batch[:2]]).update(
        status=Status.CANCELLED, offer_expires_at=None
    )

    assert (after_creation, taken(activity)) == (5, 3)


def test_places_are_counted_in_raw_sql_and_on_deletion():
    activity = ActivityFactory()
    EnrolmentFactory.create_batch(3, activity=activity, held=True)
    leaver = activity.enrolments.first()

    with connection.cursor() as sql:
        sql.execute(
            "UPDATE bookings_enrolment SET status = 'declined', offer_expires_at = NULL"
            " WHERE id = %s",
            [leaver.pk],
        )
    after_sql = taken(activity)
    activity.enrolments.filter(status=Status.HELD).delete()

    assert (after_sql, taken(activity)) == (2, 0)


def test_places_are_counted_when_an_enrolment_changes_activity():
    enrolment = EnrolmentFactory(active=True)
    other = ActivityFactory()

    Enrolment.objects.filter(pk=enrolment.pk).update(activity=other)

    assert (taken(enrolment.activity), taken(other)) == (0, 1)


def test_nobody_moves_into_a_full_activity():
    full = ActivityFactory(capacity=1)
    EnrolmentFactory(activity=full, active=True)
    enrolment = EnrolmentFactory(active=True)

    with refuses("activity_never_over_full"):
        Enrolment.objects.filter(pk=enrolment.pk).update(activity=full)
    assert taken(enrolment.activity) == 1


@pytest.mark.parametrize("again", ["waiting", "offered", "held", "active"])
def test_a_person_has_one_live_enrolment_in_an_activity(again):
    first = EnrolmentFactory(active=True)

    with refuses("enrolment_one_live_per_person"):
        EnrolmentFactory(activity=first.activity, person=first.person, **{again: True})


def test_a_person_may_come_back():
    first = EnrolmentFactory(ended=True)

    EnrolmentFactory(activity=first.activity, person=first.person, active=True)

    assert first.activity.enrolments.count() == 2


@pytest.mark.parametrize(
    ("status", "expires_at"),
    [
        (Status.OFFERED, None),
        (Status.HELD, None),
        (Status.WAITING, NOON),
        (Status.LAPSED, NOON),
    ],
)
def test_an_offer_or_a_hold_and_nothing_else_has_its_end(status, expires_at):
    with refuses("enrolment_offer_has_its_end"):
        EnrolmentFactory(status=status, offer_expires_at=expires_at)


@pytest.mark.parametrize("missing", ["starts_on", "account", "price_agreed"])
def test_a_place_is_agreed_and_dated(missing):
    with refuses("enrolment_active_agreed_and_dated"):
        EnrolmentFactory(active=True, **{missing: None})


def test_a_place_that_ended_has_its_day():
    with refuses("enrolment_ended_on_a_day"):
        EnrolmentFactory(ended=True, ends_on=None)


def test_whoever_gave_notice_has_a_last_day():
    with refuses("enrolment_notice_has_its_last_day"):
        EnrolmentFactory(active=True, notice_given_at=NOON)


def test_who_waits_is_in_order_of_priority_then_arrival():
    activity = ActivityFactory()
    later = NOON + dt.timedelta(minutes=1)
    last = EnrolmentFactory(activity=activity, queued_at=later)
    second = EnrolmentFactory(activity=activity)
    first = EnrolmentFactory(activity=activity, queued_at=later, priority=1)
    EnrolmentFactory(activity=activity, active=True)

    assert list(activity.enrolments.waiting_in_order()) == [first, second, last]


def test_a_closure_starts_before_it_ends():
    with refuses("closure_starts_before_it_ends"):
        ClosureFactory(starts_on=dt.date(2026, 11, 28), ends_on=dt.date(2026, 11, 27))


def test_a_closure_is_of_one_place_or_all():
    with refuses("closure_of_one_place_or_all"):
        ClosureFactory(centre=CentreFactory(), school=SchoolFactory())
