"""What the database itself holds about orders, classes, codes and plans."""

import datetime as dt

import pytest

from lessons.models import OrderLine, ScheduleRunOrder, SchoolOrder
from tests.factories.core import NOON
from tests.factories.people import ChildFactory
from tests.factories.schools import (
    ClaimCodeFactory,
    ClassPupilFactory,
    HourKeptFactory,
    OrderLineFactory,
    OrderPolicyFactory,
    PlanAnswerFactory,
    ProgrammeClassFactory,
    ProgrammeFactory,
    ProgrammeInstrumentFactory,
    ScheduleRunOrderFactory,
    SchoolOrderFactory,
    SchoolPlanFactory,
    SetKeptFactory,
    TakeHomeWordingFactory,
)
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_a_programmes_years_are_in_order():
    with refuses("programme_years_in_order"):
        ProgrammeFactory(slug="odd", min_year=7)


@pytest.mark.parametrize("wrong", [{"smallest_class": 33}, {"smallest_class": 0}])
def test_a_programmes_class_sizes_are_in_order(wrong):
    with refuses("programme_class_sizes_in_order"):
        ProgrammeFactory(slug="odd", **wrong)


@pytest.mark.parametrize("wrong", [{"tutors": 0}, {"minutes": 0}, {"weeks": 0}])
def test_a_programme_is_taught_by_somebody_or_lent(wrong):
    with refuses("programme_taught_by_somebody_or_lent"):
        ProgrammeFactory(slug="odd", **wrong)


def test_a_programme_has_an_instrument_once():
    known = ProgrammeInstrumentFactory()

    with refuses("programmeinstrument_once_each"):
        type(known).objects.create(programme=known.programme, subject=known.subject)


def test_rules_of_ordering_do_not_overlap():
    OrderPolicyFactory()

    with refuses("orderpolicy_one_at_a_time"):
        OrderPolicyFactory(from_on=dt.date(2026, 9, 1))


@pytest.mark.parametrize(
    "missing", [{"agreed_by": None}, {"agreement": None}, {"agreed_name": ""}, {"agreed_role": ""}]
)
@pytest.mark.parametrize("status", SchoolOrder.BINDING)
def test_an_agreed_order_names_who_agreed_and_to_what(status, missing):
    with refuses("schoolorder_agreed_by_name_and_text"):
        SchoolOrderFactory(agreed=True, **{"status": status} | missing)


def test_a_quote_has_its_end():
    with refuses("schoolorder_quote_has_its_end"):
        SchoolOrderFactory(quoted=True, quote_ends_on=None)


def test_only_a_draft_was_never_sent():
    with refuses("schoolorder_sent_at_a_moment"):
        SchoolOrderFactory(submitted=True, submitted_at=None)


@pytest.mark.parametrize("status", ["declined", "cancelled"])
def test_an_order_ends_for_a_reason(status):
    with refuses("schoolorder_ended_for_a_reason"):
        SchoolOrderFactory(submitted=True, status=status, ended_at=NOON)


@pytest.mark.parametrize("number", [" PO 1", "PO 1 ", "PO  1"])
def test_a_purchase_order_number_is_tidy(number):
    with refuses("schoolorder_purchase_order_tidy"):
        SchoolOrderFactory(po_number=number)


def test_one_line_in_a_position():
    line = OrderLineFactory()

    with refuses("orderline_one_in_a_position"):
        OrderLineFactory(order=line.order, position=line.position)


@pytest.mark.parametrize("wrong", [{"classes": 0}, {"pupils": 0}])
def test_a_line_is_for_somebody(wrong):
    with refuses("orderline_for_somebody"):
        OrderLineFactory(**wrong)


def test_a_price_is_adjusted_for_a_reason():
    with refuses("orderline_adjusted_for_a_reason"):
        OrderLineFactory(adjustment=-20)


@pytest.mark.parametrize("wrong", [{"send_pupils": 61}, {"pp_pupils": 61}])
def test_no_group_is_larger_than_all(wrong):
    with refuses("orderline_groups_within_pupils"):
        OrderLineFactory(**wrong)


def test_a_subsidy_lowers_the_price():
    with refuses("orderline_subsidy_lowers_the_price"):
        OrderLineFactory(subsidy=1)


@pytest.mark.parametrize("status", SchoolOrder.BINDING)
def test_an_agreed_orders_lines_are_frozen(status):
    """The trigger "frozen_once_agreed"."""
    line = OrderLineFactory(
        order__agreed=True, order__status="quoted", order__quote_ends_on="2027-01-01"
    )
    SchoolOrder.objects.filter(pk=line.order_id).update(status=status)

    with refuses("orderline_agreed_is_frozen"):
        OrderLine.objects.filter(pk=line.pk).update(pupils=59)
    with refuses("orderline_agreed_is_frozen"):
        line.delete()
    with refuses("orderline_agreed_is_frozen"):
        OrderLineFactory(order=line.order)


def test_an_agreed_orders_answer_is_worked_out_again():
    line = OrderLineFactory(order__quoted=True, order__agreement=None)
    SchoolOrder.objects.filter(pk=line.order_id).update(
        status="cancelled", ended_at=NOON, end_reason="No room"
    )

    assert OrderLine.objects.filter(pk=line.pk).update(answer="waiting") == 1


def test_a_teacher_is_promised_once():
    kept = HourKeptFactory()

    with refuses("hourkept_teacher_promised_once"):
        HourKeptFactory(teacher=kept.teacher, from_minute=9 * 60 + 30, until_minute=600)


@pytest.mark.parametrize(
    "other",
    [
        {"weekday": 3},
        {"from_minute": 9 * 60 + 45, "until_minute": 630},
        {"first_on": dt.date(2027, 7, 21), "last_on": dt.date(2027, 7, 22)},
    ],
)
def test_a_teacher_is_promised_at_other_times(other):
    kept = HourKeptFactory()

    assert HourKeptFactory(teacher=kept.teacher, **other).pk


def test_a_released_hour_is_free():
    kept = HourKeptFactory(released_at=NOON)

    assert HourKeptFactory(teacher=kept.teacher).pk


def test_one_hour_is_kept_for_a_class():
    kept = HourKeptFactory()

    with refuses("hourkept_one_for_each_class"):
        HourKeptFactory(line=kept.line)


@pytest.mark.parametrize(
    "wrong", [{"until_minute": 540}, {"until_minute": 1441}, {"last_on": "2026-09-07"}]
)
def test_hours_start_before_they_end(wrong):
    with refuses("hourkept_starts_before_it_ends"):
        HourKeptFactory(**wrong)


def test_one_set_is_kept_for_a_class():
    kept = SetKeptFactory()

    with refuses("setkept_one_for_each_class"):
        SetKeptFactory(line=kept.line)


def test_an_order_is_in_a_run_once():
    known = ScheduleRunOrderFactory()

    with refuses("schedulerunorder_once_in_a_run"):
        ScheduleRunOrderFactory(run=known.run, order=known.order)


def test_what_failed_says_why():
    with refuses("schedulerunorder_failed_for_a_reason"):
        ScheduleRunOrderFactory(outcome=ScheduleRunOrder.Outcome.FAILED)


def test_each_class_of_an_order_is_scheduled_once():
    known = ProgrammeClassFactory()

    with refuses("programmeclass_each_class_once"):
        ProgrammeClassFactory(line=known.line)


def test_years_of_learning_count_from_one():
    with refuses("programmeclass_learning_year_counts_from_one"):
        ProgrammeClassFactory(learning_year=0)


def test_a_child_is_on_a_class_list_once():
    known = ClassPupilFactory()

    with refuses("classpupil_once_in_a_class"):
        ClassPupilFactory(programme_class=known.programme_class, given_name=known.given_name)


def test_a_class_has_one_letter_of_a_number():
    known = ClaimCodeFactory()

    with refuses("claimcode_one_of_a_number"):
        ClaimCodeFactory(programme_class=known.programme_class, number=known.number)


def test_a_child_has_one_letter():
    pupil = ClassPupilFactory()
    ClaimCodeFactory(programme_class=pupil.programme_class, pupil=pupil)

    with refuses("claimcode_one_live_per_child"):
        ClaimCodeFactory(programme_class=pupil.programme_class, pupil=pupil)


def test_a_code_is_claimed_by_somebody_for_a_child():
    with refuses("claimcode_claimed_by_somebody"):
        ClaimCodeFactory(claimed_at=NOON)
    with refuses("claimcode_claimed_by_somebody"):
        ClaimCodeFactory(child=ChildFactory())
    with refuses("claimcode_claimed_by_somebody"):
        ClaimCodeFactory(claimed=True, withdrawn_at=NOON)


def test_a_code_lasts_some_time():
    with refuses("claimcode_lasts_some_time"):
        ClaimCodeFactory(expires_at=NOON)


def test_words_in_a_language_do_not_overlap():
    known = TakeHomeWordingFactory()

    with refuses("takehomewording_one_at_a_time"):
        type(known).objects.create(language="en", from_on=dt.date(2026, 9, 1))


def test_a_school_has_one_plan_a_year():
    plan = SchoolPlanFactory()

    with refuses("schoolplan_one_a_year"):
        SchoolPlanFactory(school=plan.school, year=plan.year)


def test_a_plan_answers_each_question_once():
    answer = PlanAnswerFactory()

    with refuses("plananswer_one_each"):
        PlanAnswerFactory(plan=answer.plan, feature=answer.feature)
