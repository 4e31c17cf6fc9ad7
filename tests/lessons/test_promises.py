"""Hours kept for a school that decides: nothing else is planned in them, unless we insist."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings import actions as bookings
from bookings.models import Activity, SessionStaff
from bookings.rules.promises import HourPromised
from core.models import Email
from lessons import tasks
from lessons.actions import keeping, orders
from lessons.models import HourKept, OrderLine
from lessons.queries import cover, promises
from lessons.rules.feasibility import NotFeasible
from tests.factories.bookings import (
    ActivityFactory,
    ClosureFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.people import UserFactory, administrator, head_of
from tests.factories.safeguarding import cleared_teacher
from tests.factories.staff import client_of
from tests.lessons.asking import JUNE, SECOND_TUESDAY, TUESDAY, order, teacher
from tests.lessons.promised import kept_teacher, meeting, sent_order, standing

pytestmark = pytest.mark.django_db

HALF_TERM_TUESDAY = dt.date(2026, 10, 27)


@pytest.fixture
def ngozi():
    return kept_teacher()


@pytest.fixture
def sent(ngozi):
    return sent_order(ngozi)


def assign(session, person, at=JUNE, **fields):
    return bookings.assign_staff(
        session=session, person=person, role=SessionStaff.Role.LEAD, by=None, at=at, **fields
    )


# What is refused, and in which words


def test_an_hour_kept_for_a_school_is_not_planned_over(ngozi, sent):
    with pytest.raises(HourPromised) as refusal:
        assign(meeting(), ngozi)

    assert str(refusal.value) == (
        "Ngozi Eze is kept from 9am to 9.45am on Tuesday 8 September for Larkhay Junior School"
        " until Monday 22 June, while it decides on its order. Plan another time or ask somebody"
        " else; or, in the office, choose “Assign a teacher” in the list of meetings and tick “Plan"
        " it all the same”."
    )
    assert not SessionStaff.objects.exists()


@pytest.mark.parametrize(
    ("day", "start"),
    [
        pytest.param(TUESDAY, "10:30", id="after it"),
        pytest.param(TUESDAY + dt.timedelta(days=1), "09:15", id="another day"),
        pytest.param(HALF_TERM_TUESDAY, "09:15", id="half term"),
        pytest.param(dt.date(2027, 3, 2), "09:15", id="another term"),
    ],
)
def test_what_is_not_in_the_way_is_planned(ngozi, sent, day, start):
    assert assign(meeting(day, start), ngozi).person == ngozi


def test_a_day_on_which_the_school_is_shut_is_free(ngozi, sent):
    ClosureFactory(school=sent.school, centre=None, starts_on=TUESDAY, ends_on=TUESDAY)

    assert assign(meeting(), ngozi)
    with pytest.raises(HourPromised):
        assign(meeting(SECOND_TUESDAY), ngozi)


def test_what_ran_out_is_in_nobodys_way(ngozi, sent):
    assert assign(meeting(), ngozi, at=JUNE + dt.timedelta(days=8))


def test_others_are_asked_freely(sent):
    assert assign(meeting(), cleared_teacher())


# Every way a teacher is planned


def weekly(person):
    """Every Tuesday at 9.30am, from September, not yet open."""
    return ActivityFactory(
        weekday=2, local_start=dt.time(9, 30), minutes=30, teacher=person, status="draft",
        first_on=TUESDAY, last_on=dt.date(2026, 12, 15),
    )  # fmt: skip


def test_a_weekly_group_is_not_opened_over_it(ngozi, sent):
    group = weekly(ngozi)

    with pytest.raises(HourPromised) as refusal:
        bookings.open_activity(activity=group, by=None, at=JUNE)

    assert "on Tuesday 8 September and 21 times more for Larkhay" in str(refusal.value)
    assert str(refusal.value).endswith("choose “Open, over hours kept for schools” in the list of"
                                       " activities.")  # fmt: skip
    group.refresh_from_db()
    assert group.status == Activity.Status.DRAFT
    assert not group.sessions.exists()


def test_another_teacher_from_a_day_on_leaves_those_meetings_as_they_were(ngozi, sent):
    session = meeting()
    SessionStaffFactory(session=session, person=cleared_teacher())

    changed = bookings.change_lead(
        activity=session.activity, person=ngozi, from_on=TUESDAY, by=None, at=JUNE
    )

    assert not changed.done
    assert "for Larkhay Junior School" in changed.not_changed[0].why


def test_a_sheet_gives_no_group_a_teacher_who_is_kept(ngozi, sent):
    session = meeting()

    with pytest.raises(HourPromised, match=r"choose “Give another teacher from a day on” in the"):
        bookings.set_teacher(
            activity=session.activity, teacher=ngozi, reason="Asked", by=UserFactory(), at=JUNE
        )


def test_no_meeting_is_moved_into_it(ngozi, sent):
    session = meeting(start="13:00")
    SessionStaffFactory(session=session, person=ngozi)
    during = spell(TUESDAY, "09:15", 30)

    with pytest.raises(HourPromised, match=r"in the office, tick “Plan it all the same”\.$"):
        bookings.move_session(
            session=session, starts_at=during.lower, ends_at=during.upper, room=None, comment="",
            by=None, at=JUNE,
        )  # fmt: skip


def test_the_cover_finder_says_for_whom_a_teacher_is_kept(ngozi, sent):
    found = cover.candidates(meeting(), minutes_per_mile=4, page=1, at=JUNE)

    assert [each.name for each in found.can] == []
    [cannot] = found.cannot
    assert cannot.name == "Ngozi Eze"
    assert "kept for Larkhay Junior School, 9am to 9.45am, until Monday 22 June" in (
        cannot.judged.obstacles
    )


def test_asking_who_is_kept_takes_no_more_for_many_schools(
    ngozi, sent, django_assert_max_num_queries
):
    lines = [HourKept.objects.filter(line__order=sent).earliest("from_minute")]
    for _ in range(2):
        row = HourKept.objects.get(pk=lines[0].pk)
        row.pk, row.teacher = None, teacher()
        row.line = order(lines[0].line.programme).lines.get()
        row.save()
    during = meeting().during

    with django_assert_max_num_queries(3):  # the hours, the terms of their year, what is shut
        kept = promises.kept_for(during, at=JUNE)

    assert len(kept) == 3


# The office plans it all the same


def test_planned_all_the_same_the_hour_is_given_up_and_the_order_waits_to_be_answered(ngozi, sent):
    session = meeting()

    assign(session, ngozi, all_the_same=True)

    assert [line.person for line in session.staff.all()] == [ngozi]
    assert standing().count() == 1
    assert HourKept.objects.get(to_answer_since=JUNE).teacher == ngozi


def test_the_school_and_the_office_are_told_what_we_can_do_now(ngozi, sent, settings):
    assign(meeting(), ngozi, all_the_same=True)
    Email.objects.all().delete()

    assert orders.answer_planned_over(at=JUNE + dt.timedelta(minutes=5)) == 1

    letters = {each.copy: each for each in Email.objects.all()}
    assert set(letters) == {"order-answered-anew", "order-planned-over"}
    assert "You cannot agree to it as it stands" in letters["order-answered-anew"].body_text
    assert letters["order-planned-over"].to_address == settings.SERVICE_EMAIL
    assert sent.lines.get().answer != OrderLine.Answer.YES
    assert not standing().exists()
    assert tasks.answer_planned_over() == 0


def test_with_another_teacher_free_the_answer_stays_a_yes(ngozi, sent):
    wren = teacher(name="Wren")
    assign(meeting(), ngozi, all_the_same=True)
    Email.objects.all().delete()

    assert orders.answer_planned_over(at=JUNE) == 1

    assert {hour.teacher for hour in standing()} == {wren}
    told = Email.objects.filter(copy="order-answered-anew").first()
    assert "You need not do anything" in told.body_text


def test_before_the_clock_agreeing_works_it_out_anew(ngozi, sent):
    assign(meeting(), ngozi, all_the_same=True)

    with pytest.raises(NotFeasible):
        keeping.confirm_kept(sent, by=None, at=JUNE)


def test_what_a_school_has_agreed_to_stands(ngozi, sent):
    keeping.confirm_kept(sent, by=None, at=JUNE)

    with pytest.raises(HourPromised, match=r"which has agreed to it\. Schedule its order first"):
        assign(meeting(), ngozi, all_the_same=True)

    assert standing().count() == 2


def test_an_order_taken_back_meanwhile_is_not_answered(ngozi, sent):
    assign(meeting(), ngozi, all_the_same=True)
    orders.take_back_order(order=sent, by=UserFactory(), at=JUNE)
    Email.objects.all().delete()

    assert orders.answer_planned_over(at=JUNE) == 0
    assert not Email.objects.exists()
    assert not HourKept.objects.filter(to_answer_since__isnull=False).exists()


def test_a_weekly_group_opened_all_the_same_meets(ngozi, sent):
    group = weekly(ngozi)

    bookings.open_activity(activity=group, all_the_same=True, by=None, at=JUNE)

    assert group.sessions.count() == 14
    assert not standing().exists()


# At a desk


def at_desk(user, rows, action, **answers):
    """Run an action as the list's form does; with answers, as the page between does."""
    name = rows[0]._meta.model_name
    answered = {"answered": "1", **answers} if answers else {}
    return client_of(user).post(
        reverse(f"admin:bookings_{name}_changelist"),
        {"action": action, "_selected_action": [row.pk for row in rows], **answered},
        follow=True,
    ).content.decode()  # fmt: skip


def test_the_office_reads_who_is_promised_and_may_plan_it_all_the_same(ngozi, sent, time_machine):
    time_machine.move_to(JUNE)
    session, office = meeting(), administrator()
    chosen = {"teacher": ngozi.pk, "role": "lead"}

    asked = at_desk(office, [session], "assign_teacher")
    refused = at_desk(office, [session], "assign_teacher", **chosen)
    done = at_desk(office, [session], "assign_teacher", **chosen, all_the_same="on")

    assert "Plan it all the same" in asked
    assert "for Larkhay Junior School until Monday 22 June" in refused
    assert "Assigned Ngozi Eze" in done
    assert HourKept.objects.filter(to_answer_since__isnull=False).count() == 1


def test_a_head_of_centre_is_not_asked_and_cannot_insist(ngozi, sent, time_machine):
    time_machine.move_to(JUNE)
    session = meeting()
    head = head_of(session.activity.centre)

    asked = at_desk(head, [session], "assign_teacher")
    forged = at_desk(
        head, [session], "assign_teacher", teacher=ngozi.pk, role="lead", all_the_same="on"
    )

    assert "Plan it all the same" not in asked
    assert "for Larkhay Junior School" in forged
    assert not SessionStaff.objects.exists()


def test_only_the_office_opens_a_group_over_kept_hours(ngozi, sent, time_machine):
    time_machine.move_to(JUNE)
    group = weekly(ngozi)

    at_desk(head_of(group.centre), [group], "open_all_the_same")
    group.refresh_from_db()
    before = group.status
    at_desk(administrator(), [group], "open_all_the_same")

    group.refresh_from_db()
    assert (before, group.status) == ("draft", "open")
