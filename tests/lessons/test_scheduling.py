"""An agreed order becomes classes: all of them with everything, or none and why."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Charge
from bookings.models import Activity, Session, SessionStaff
from core.models import Email
from lessons.actions.scheduling import schedule_order
from lessons.models import HourKept, ProgrammeClass, SchoolOrder
from lessons.rules.orders import Incomplete, NotScheduled, WrongState
from people.models import School
from safeguarding.models import Check
from tests.factories.bookings import ClosureFactory, SessionFactory, SessionStaffFactory, spell
from tests.lessons.bought import FIRST_ON, JUNE, TOTAL, agreed, classes_in, draft, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    return stage()


def schedule(order, known, at=JUNE):
    return schedule_order(order=order, by=known.office, at=at)


def test_schedule_order_makes_every_class_with_its_lessons_and_teacher(known):
    order = agreed(known)

    made = schedule(order, known)

    first, second = classes_in(order)
    assert [each.class_name for each in made] == ["4A", "4B"]
    assert (first.title, second.title) == ("Ukulele, 4A", "Ukulele, 4B")
    assert (first.kind, first.status, first.school) == ("programme", "closed", known.school)
    assert (first.headcount, first.teacher, first.minutes) == (30, known.teacher, 45)
    assert (first.local_start, second.local_start) == (dt.time(9), dt.time(9, 45))
    assert first.sessions.count() == second.sessions.count() == 33
    assert set(first.sessions.values_list("school_id", flat=True)) == {known.school.pk}
    assert first.sessions.order_by("occurs_on").first().occurs_on == FIRST_ON
    assert set(SessionStaff.objects.values_list("person_id", "role")) == {
        (known.teacher.pk, "lead")
    }
    order.refresh_from_db()
    assert (order.status, order.scheduled_at) == ("scheduled", JUNE)


def test_schedule_order_keeps_the_clock_on_the_wall_when_clocks_go_back(known):
    order = agreed(known)

    schedule(order, known)

    sessions = classes_in(order)[0].sessions
    summer = sessions.get(occurs_on=dt.date(2026, 10, 20)).during.lower
    winter = sessions.get(occurs_on=dt.date(2026, 11, 3)).during.lower
    assert (summer.hour, winter.hour) == (8, 9)  # nine in the morning, both times


def test_schedule_order_leaves_out_half_term_and_closures_of_the_school(known):
    ClosureFactory(school=known.school, starts_on=dt.date(2026, 11, 17))
    order = agreed(known)

    schedule(order, known)

    days = set(classes_in(order)[0].sessions.values_list("occurs_on", flat=True))
    assert dt.date(2026, 10, 27) not in days  # half term
    assert dt.date(2026, 11, 17) not in days
    assert dt.date(2026, 11, 24) in days


def test_schedule_order_gives_each_class_its_set_its_counts_and_its_letters_day(known):
    order = agreed(known, pp_pupils=17, send_pupils=11)

    first, second = schedule(order, known)

    assert first.custody_id != second.custody_id
    assert {first.custody.status, second.custody.status} == {"allocated"}
    assert (first.pp_pupils, second.pp_pupils) == (9, 8)
    assert (first.send_pupils, second.send_pupils) == (6, 5)
    assert (first.year_group, first.learning_year) == (4, 1)
    assert first.letters_on == dt.date(2026, 11, 3)  # the eighth Tuesday taught


def test_schedule_order_puts_what_was_agreed_on_the_schools_account_once(known):
    order = agreed(known)

    schedule(order, known)
    schedule(order, known)

    charge = Charge.objects.get()
    assert (charge.account.school, charge.person) == (known.school, None)
    assert (charge.amount, charge.status) == (TOTAL, "pending")
    assert charge.source == f"order:{order.pk}:line:{order.lines.get().pk}"
    assert charge.explanation["subsidy"] == "-1229.60"
    assert ProgrammeClass.objects.count() == 2


def test_schedule_order_tells_the_school_and_each_teacher_once(known):
    known.teacher.email = "ngozi@music.example"
    known.teacher.save()
    order = agreed(known)

    schedule(order, known)

    written = {(mail.copy, mail.to_address): mail for mail in Email.objects.all()}
    assert set(written) == {
        ("order-scheduled", known.lead.email),
        ("order-scheduled", known.head.email),
        ("teaching-given", "ngozi@music.example"),
    }
    said = " ".join(written["order-scheduled", known.lead.email].body_text.split())
    first = "Ukulele, 4A: Tuesdays 9am to 9.45am from 8 September 2026, 33 lessons, with Ngozi"
    assert first in said


def test_schedule_order_lets_go_of_the_hours_it_was_promised(known):
    order = agreed(known)

    schedule(order, known)

    assert not HourKept.objects.filter(line__order=order, released_at=None).exists()


def nothing_of_it(order):
    order.refresh_from_db()
    return (
        order.status == SchoolOrder.Status.AGREED
        and not Activity.objects.filter(school=order.school).exists()
        and not Session.objects.filter(school=order.school).exists()
        and not Charge.objects.exists()
    )


def test_schedule_order_says_which_class_has_its_teacher_elsewhere_and_makes_none(known):
    order = agreed(known)
    busy = SessionFactory(
        activity__title="Choir",
        occurs_on=dt.date(2027, 1, 12),
        during=spell(dt.date(2027, 1, 12), "10:00"),
    )
    SessionStaffFactory(session=busy, person=known.teacher)

    with pytest.raises(NotScheduled) as refused:
        schedule(order, known)

    assert str(refused.value) == (
        f"Ukulele, 4B on Tuesdays at 9.45am: on Tuesday 12 January {known.teacher} teaches Choir at"
        f" {busy.activity.centre}, 10am to 10.45am. No class of this order was scheduled."
    )
    assert nothing_of_it(order)


def test_schedule_order_says_from_which_day_a_teacher_is_not_cleared(known):
    order = agreed(known)
    Check.objects.filter(person=known.teacher).update(expires_on=dt.date(2027, 1, 11))

    with pytest.raises(NotScheduled, match="is not cleared to teach on Tuesday 12 January"):
        schedule(order, known)

    assert nothing_of_it(order)


def test_schedule_order_says_which_class_nobody_is_kept_for(known):
    order = agreed(known)
    HourKept.objects.filter(ordinal=2).update(released_at=JUNE)

    with pytest.raises(NotScheduled, match="Ukulele, 4B: no teacher is kept for it"):
        schedule(order, known)

    assert nothing_of_it(order)


def test_schedule_order_says_which_class_has_no_set(known):
    order = agreed(known)
    order.lines.get().sets_kept.filter(ordinal=1).update(released_at=JUNE)

    with pytest.raises(NotScheduled, match="Ukulele, 4A: no class set is kept"):
        schedule(order, known)

    assert nothing_of_it(order)


def test_schedule_order_refuses_what_nobody_agreed_to(known):
    with pytest.raises(WrongState, match="is a draft"):
        schedule(draft(known), known)


def test_schedule_order_in_the_middle_of_the_year_plans_what_is_to_come(known):
    order = agreed(known)

    schedule(order, known, at=dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC))

    first = classes_in(order)[0].sessions.order_by("occurs_on").first()
    assert first.occurs_on == dt.date(2026, 11, 24)


def test_schedule_order_of_a_set_alone_owes_it_and_teaches_nobody(known):
    order = agreed(
        known,
        programme__slug="class-set-alone",
        programme__kind="class_set",
        programme__minutes=0,
        programme__tutors=0,
        hours=False,
    )

    assert schedule(order, known) == []
    assert Charge.objects.get().amount == TOTAL


def test_schedule_order_is_the_same_statements_for_two_classes_and_for_eight(known):
    schedule(agreed(stage()), known)  # the words of its letters are read once
    few, many = agreed(known), agreed(stage(), classes=8, pupils=240)
    with CaptureQueriesContext(connection) as for_two:
        schedule(few, known)
    with CaptureQueriesContext(connection) as for_eight:
        schedule(many, known)

    assert len(for_eight) == len(for_two) <= 40
    assert len(classes_in(many)) == 8


def test_schedule_order_of_a_school_that_closed_since_plans_nothing(known):
    order = agreed(known)
    School.objects.filter(pk=known.school.pk).update(status=School.Status.CLOSED)

    with pytest.raises(Incomplete, match="is not open"):
        schedule(order, known)

    assert not classes_in(order)
