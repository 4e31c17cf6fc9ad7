"""Whatever staff do in whatever order: nobody uncleared or in two places is at a meeting."""

import datetime as dt

import pgtrigger
import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings import actions
from bookings.models import CancellationCause, Session, SessionStaff
from core.refusals import RuleBroken, in_words
from people.models import StaffAbsence
from safeguarding.models import Check
from safeguarding.queries import Cleared
from tests.bookings.stage import JULY
from tests.factories.bookings import (
    LONDON,
    CancellationCauseFactory,
    SessionFactory,
    spell,
)
from tests.factories.safeguarding import cleared_teacher
from tests.races import without

pytestmark = pytest.mark.django_db

SATURDAY = dt.date(2026, 9, 12)
CLOCKS = ("09:00", "09:30", "10:00", "10:45")
TEACHERS, MEETINGS = 3, 4
WHO, WHICH = st.integers(0, TEACHERS - 1), st.integers(0, MEETINGS - 1)
ROLES = st.sampled_from(SessionStaff.Role.values)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("assign"), WHO, WHICH, ROLES),
        st.tuples(st.just("unassign"), WHO, WHICH),
        st.tuples(st.just("away"), WHO, WHICH),
        st.tuples(st.just("back"), WHO),
        st.tuples(st.just("move"), WHICH, st.sampled_from(CLOCKS)),
        st.tuples(st.just("cancel"), WHICH),
        st.tuples(st.just("lose_clearance"), WHO),
        st.tuples(st.just("change_lead"), WHO, WHICH),
    ),
    min_size=4,
    max_size=14,
)


class Stage:
    """Three teachers and four meetings of one morning, and what staff may do with them."""

    def __init__(self):
        self.people = [cleared_teacher() for _ in range(TEACHERS)]
        self.cause = CancellationCauseFactory()
        self.sessions = [
            SessionFactory(occurs_on=SATURDAY, during=spell(SATURDAY, clock)) for clock in CLOCKS
        ]

    def assign(self, who, which, role):
        actions.assign_staff(
            session=self.sessions[which], person=self.people[who], role=role, by=None, at=JULY
        )

    def unassign(self, who, which):
        actions.unassign_staff(
            session=self.sessions[which], person=self.people[who], by=None, at=JULY
        )

    def away(self, who, which):
        starts = dt.datetime.combine(SATURDAY, dt.time.fromisoformat(CLOCKS[which]), LONDON)
        actions.report_absence(
            staff=self.people[who].staff,
            starts_at=starts,
            ends_at=starts + dt.timedelta(hours=1),
            kind="other",
            by=None,
            at=JULY,
        )

    def back(self, who):
        absence = StaffAbsence.objects.filter(staff=self.people[who].pk, withdrawn_at=None).first()
        if absence:
            actions.withdraw_absence(absence=absence, by=None, at=JULY)

    def move(self, which, clock):
        """As any code might, past our actions: the database alone is asked."""
        during = spell(SATURDAY, clock)
        Session.objects.filter(pk=self.sessions[which].pk).update(during=during)
        self.sessions[which].refresh_from_db()

    def cancel(self, which):
        Session.objects.filter(pk=self.sessions[which].pk).update(
            status="cancelled", cause=CancellationCause.objects.get(pk=self.cause.pk)
        )

    def lose_clearance(self, who):
        """The checks of somebody who is not yet at a meeting run out before the day."""
        if not SessionStaff.objects.filter(person=self.people[who]).exists():
            Check.objects.filter(person=self.people[who]).update(
                expires_on=SATURDAY - dt.timedelta(days=1)
            )

    def change_lead(self, who, which):
        actions.change_lead(
            activity=self.sessions[which].activity,
            person=self.people[who],
            from_on=SATURDAY,
            by=None,
            at=JULY,
        )

    def do(self, step):
        name, *arguments = step
        try:
            with transaction.atomic():
                getattr(self, name)(*arguments)
        except Exception as error:
            if not isinstance(error, RuleBroken) and in_words(error) is error:
                raise


def expected():
    return SessionStaff.objects.here().exclude(claimed__isempty=True)


def in_two_places():
    lines = list(expected())
    return [
        (one, other)
        for one in lines
        for other in lines
        if one.pk < other.pk
        and one.person_id == other.person_id
        and one.claimed.lower < other.claimed.upper
        and other.claimed.lower < one.claimed.upper
    ]


def uncleared():
    return list(expected().exclude(Cleared(F("person_id"), SATURDAY)))


def expected_while_away():
    """Put there by our actions; a meeting moved past them is the mover's to mend."""
    return [
        line
        for line in expected().select_related("session")
        if StaffAbsence.objects.filter(
            staff=line.person_id, withdrawn_at=None, during__overlap=line.claimed
        ).exists()
    ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_no_order_of_steps_puts_somebody_where_they_may_not_be(steps):
    with transaction.atomic():
        stage = Stage()
        moved = False
        for step in steps:
            moved = moved or step[0] == "move"
            stage.do(step)
            assert in_two_places() == []
            assert uncleared() == []
            assert moved or expected_while_away() == []
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_somebody_in_two_places_would_be_noticed():
    """With the database's own guard off, the same steps put somebody in two places."""
    stage = Stage()
    with without(SessionStaff, "sessionstaff_one_place_at_a_time"):
        stage.do(("assign", 0, 0, "lead"))
        stage.do(("assign", 0, 1, "lead"))

        assert in_two_places() != []


def test_somebody_uncleared_would_be_noticed():
    stage = Stage()
    stage.do(("lose_clearance", 0))
    with pgtrigger.ignore("bookings.SessionStaff:only_cleared"):
        stage.do(("assign", 0, 0, "lead"))

    assert uncleared() != []
