"""The counter never drifts: whatever happens to enrolments, in any order, it is what there is."""

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings.models import Activity, Enrolment
from tests.factories.bookings import ActivityFactory, EnrolmentFactory
from tests.factories.core import NOON
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

SETTINGS = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TRAITS = st.sampled_from(["waiting", "offered", "held", "active", "ended"])
WHICH = st.integers(min_value=0, max_value=999)


class Enrolments(RuleBasedStateMachine):
    """Two activities of three places; rows come, change, move and go, singly and in bulk."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.activities = ActivityFactory.create_batch(2, capacity=3)
        self.payer = PersonFactory()

    def any_row(self, which):
        keys = list(Enrolment.objects.order_by("pk").values_list("pk", flat=True))
        return Enrolment.objects.filter(pk=keys[which % len(keys)])

    def has_rows(self):
        return Enrolment.objects.exists()

    def attempt(self, change):
        """A full activity may refuse; half a change may not remain."""
        try:
            with transaction.atomic():
                change()
        except IntegrityError:
            pass

    @rule(which=WHICH, trait=TRAITS)
    def enrol(self, which, trait):
        activity = self.activities[which % 2]
        self.attempt(
            lambda: EnrolmentFactory(activity=activity, booked_by=self.payer, **{trait: True})
        )

    @precondition(has_rows)
    @rule(which=WHICH, trait=TRAITS)
    def change(self, which, trait):
        made = EnrolmentFactory.build(booked_by=self.payer, **{trait: True})
        self.attempt(
            lambda: self.any_row(which).update(
                status=made.status, offer_expires_at=made.offer_expires_at, ends_on=made.ends_on
            )
        )

    @precondition(has_rows)
    @rule(which=WHICH)
    def move(self, which):
        self.attempt(lambda: self.any_row(which).update(activity=self.activities[which % 2]))

    @precondition(has_rows)
    @rule(which=WHICH)
    def delete(self, which):
        self.any_row(which).delete()

    @rule(which=WHICH)
    def lapse_all_by_sql(self, which):
        with connection.cursor() as sql:
            sql.execute(
                "UPDATE bookings_enrolment SET status = 'lapsed', offer_expires_at = NULL"
                " WHERE activity_id = %s AND status IN ('offered', 'held')",
                [self.activities[which % 2].pk],
            )

    @rule(which=WHICH)
    def offer_to_all_who_wait(self, which):
        waiting = self.activities[which % 2].enrolments.filter(status="waiting")
        self.attempt(lambda: waiting.update(status="offered", offer_expires_at=NOON))

    @invariant()
    def counted_is_what_there_is(self):
        for activity in Activity.objects.all():
            there = activity.enrolments.filter(status__in=Enrolment.TAKING).count()
            assert activity.places_taken == there <= activity.capacity


def test_places_taken_never_drifts():
    run_state_machine_as_test(Enrolments, settings=SETTINGS)


def test_places_taken_drifts_without_its_trigger():
    without_shrinking = settings(SETTINGS, phases=[Phase.generate])

    with pgtrigger.ignore("bookings.Enrolment:count_places"), pytest.raises(AssertionError):
        run_state_machine_as_test(Enrolments, settings=without_shrinking)
