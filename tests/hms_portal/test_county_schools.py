"""What `load_county --size demo` tells of schools: who speaks for them, what they have with us."""

import datetime as dt

import pytest
from django.db.models import F

from billing.models import Charge
from bookings.models import ClassReturn, Enrolment, Session
from hms_portal.county import shown
from lessons.models import ClaimCode, OrderPolicy, Programme, ProgrammeClass, SchoolOrder
from loans.models import Asset, Custody
from people.models import School, SchoolContact, User
from reports.queries.funnel import funnels, year_to_show
from reports.rules.funnel import Counted, rows

TODAY = dt.date(2026, 11, 22)

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("county")]


def test_three_people_of_schools_are_shown():
    parts = {
        each.email: list(
            SchoolContact.objects.filter(person__user__email=each.email).values_list(
                "role", flat=True
            )
        )
        for each in (shown.SCHOOL_LEAD, shown.SCHOOL_HEAD, shown.BURSAR)
    }

    assert parts == {
        shown.SCHOOL_LEAD.email: ["music_lead"],
        shown.SCHOOL_HEAD.email: ["head"],
        shown.BURSAR.email: ["finance"] * 3,
    }
    assert User.objects.get(email=shown.SCHOOL_LEAD.email).check_password(shown.PASSWORD)


def test_every_programme_can_be_ordered():
    programmes = Programme.objects.on_offer(TODAY)

    assert programmes.count() == 15
    assert not programmes.filter(instruments=None).exists()
    assert OrderPolicy.objects.get().subsidised_year_groups == 1


def test_only_invented_schools_ordered():
    assert not School.objects.filter(orders__isnull=False, is_invented=False).exists()


def test_orders_are_where_their_classes_are():
    running = SchoolOrder.objects.filter(status="running")
    completed = SchoolOrder.objects.filter(status="completed")

    assert running.exists()
    assert completed.exists()
    assert not running.filter(lines__programme_classes__activity__first_on__gt=TODAY).exists()
    assert not completed.filter(lines__programme_classes__activity__last_on__gte=TODAY).exists()


def test_the_shown_school_has_two_classes_of_ukulele_this_year():
    lead = SchoolContact.objects.get(person__user__email=shown.SCHOOL_LEAD.email)
    classes = ProgrammeClass.objects.filter(
        line__order__school=lead.school, line__order__year__name="2026-27"
    )

    assert [each.line.subject.name for each in classes] == ["Ukulele", "Ukulele"]


def test_every_lesson_given_to_a_class_has_its_headcount():
    taught = Session.objects.filter(activity__kind="programme", status="taught")

    assert ClassReturn.objects.count() == taught.count() > 0
    assert not ClassReturn.objects.filter(present__gt=F("session__activity__headcount")).exists()


def test_sets_are_where_the_days_say():
    assert not Custody.objects.filter(status="out", last_on__lt=TODAY).exists()
    assert not Custody.objects.filter(status="back", last_on__gte=TODAY).exists()
    assert Asset.objects.exclude(custody__status="out").exists()


def test_each_scheduled_order_has_its_charge():
    charges = Charge.objects.filter(person=None)

    assert charges.count() == SchoolOrder.objects.filter(scheduled_at__isnull=False).count()
    assert not charges.filter(account__school=None).exists()


def test_some_families_of_the_same_school_used_their_letters():
    claimed = ClaimCode.objects.exclude(claimed_at=None)

    assert claimed.filter(enrolment__isnull=False).exists()
    assert ClaimCode.objects.filter(claimed_at=None, opened_at__isnull=False).exists()
    assert not claimed.exclude(
        child__learner__school=F("programme_class__activity__school")
    ).exists()


def test_the_county_can_say_how_many_still_play_and_so_can_the_shown_school():
    here = SchoolContact.objects.get(person__user__email=shown.SCHOOL_LEAD.email).school
    for school in (None, here):
        year = year_to_show(school, today=TODAY, weeks=10)
        found = funnels(year, today=TODAY, weeks=10, school=school)
        counted = sum((one.counted for one in found), Counted())
        *_, used, took, plays = (row.everybody.number for row in rows(counted, hide_below=3))

        assert year.name == "2025-26"
        assert used > took > plays > took / 2


def test_whoever_used_a_letter_has_lessons_at_their_school_with_meetings_and_registers():
    began = Enrolment.objects.filter(claim_codes__isnull=False, starts_on__isnull=False)
    at_school = F("claim_codes__programme_class__activity__school")

    assert began.filter(activity__school=at_school).count() == began.count() > 50
    assert not began.filter(queued_at__lt=F("claim_codes__claimed_at")).exists()
    assert not began.filter(attendance=None).exists()
    stopped = began.filter(ends_on__lt=F("activity__last_on"))
    assert stopped.exists()
    assert not stopped.filter(leave_reason="").exists()
    assert began.filter(person__enrolments__activity__year__name="2026-27").exists()


def test_orders_in_hand_are_at_every_step():
    shown_school = SchoolContact.objects.get(person__user__email=shown.SCHOOL_LEAD.email).school
    in_hand = SchoolOrder.objects.exclude(status__in=["scheduled", "running", "completed"])

    assert set(in_hand.values_list("status", flat=True)) >= {"draft", "quoted", "agreed"}
    assert set(shown_school.orders.values_list("status", flat=True)) >= {"draft", "quoted"}
