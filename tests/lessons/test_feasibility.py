"""Yes, yes if or waiting: from real teachers, sets, rooms and roads, in few statements."""

import datetime as dt

import pytest

from lessons.models import OrderPolicy, Programme
from lessons.rules.feasibility import Answer
from loans.models import Custody
from safeguarding.models import Check
from tests.factories.bookings import ActivityFactory, ClosureFactory
from tests.factories.lessons import SubjectFactory
from tests.factories.loans import CustodyFactory, KindFactory
from tests.factories.people import StaffAbsenceFactory
from tests.factories.schools import (
    HourKeptFactory,
    OrderLineFactory,
    OrderPolicyFactory,
    ProgrammeClassFactory,
)
from tests.lessons.asking import (
    JUNE,
    SECOND_TUESDAY,
    TUESDAY,
    WATFORD,
    against,
    answer,
    asked,
    labels,
    school,
    stands_on,
    teacher,
    teaches,
    ukulele,
)

pytestmark = pytest.mark.django_db

TUESDAYS = 14  # that are taught in the autumn term


@pytest.fixture(autouse=True)
def programme():
    OrderPolicyFactory()
    return ukulele()


# Yes


def test_yes_names_who_when_the_sets_and_the_room():
    teacher()

    yes = answer()

    assert yes.answer == Answer.YES
    assert yes.title == "Year 4 ukulele, 2 classes, Tuesday mornings, autumn term"
    assert stands_on(yes) == [
        "Ngozi Eze is free 9am to 10.30am on Tuesdays, all term, and cleared",
        "2 class sets for ukulele, 32 instruments in each, are free from 3 September",
        "The hall is right for it",
    ]
    assert not against(yes)


def test_classes_of_a_line_follow_each_other_with_the_same_teacher():
    person = teacher()

    slots = answer().kept_slots

    assert [(slot.ordinal, slot.teacher_id, slot.from_minute) for slot in slots] == [
        (1, person.pk, 540),
        (2, person.pk, 585),
    ]
    assert {(slot.first_on, slot.last_on) for slot in slots} == {
        (TUESDAY, dt.date(2026, 11, 24))  # eleven Tuesdays, without half term
    }
    assert len({slot.asset_id for slot in slots}) == 2


def test_a_lesson_begins_when_the_teacher_has_come_from_the_one_before(settings):
    settings.STAFF_MINUTES_PER_MILE = 3
    person = teacher()
    teaches(person, TUESDAY, "08:30", at=school(WATFORD))  # 17 miles away, until 9.15am

    [first, _] = answer().kept_slots

    assert first.from_minute == 10 * 60 + 10


def test_one_who_is_at_the_school_already_needs_no_way():
    here = school()
    teaches(teacher(), TUESDAY, "09:00", at=here)

    assert answer(by=here).kept_slots[0].from_minute == 9 * 60 + 45


def test_small_groups_share_a_class_set():
    teacher()

    yes = answer(asked(classes=2, pupils=20))

    assert [slot.asset_id is None for slot in yes.kept_slots] == [False, True]


def test_two_tutors_come_together(programme):
    programme.tutors = 2
    teacher(name="Ngozi")
    assert answer(asked(programme)).answer == Answer.WAITING

    teacher(name="Babatunde")

    yes = answer(asked(programme))
    assert yes.is_yes
    assert {slot.tutor for slot in yes.kept_slots} == {1, 2}
    assert len({slot.teacher_id for slot in yes.kept_slots}) == 2


def test_the_one_who_taught_here_last_year_comes_again():
    teacher()
    known, here = teacher(name="Wren"), school()
    ProgrammeClassFactory(
        line__order__school=here,
        line__subject=SubjectFactory(),
        activity__teacher=known,
        activity__weekday=4,
        activity__local_start=dt.time(9),
        activity__first_on=dt.date(2025, 9, 4),
        activity__last_on=dt.date(2026, 7, 16),
    )

    assert answer(by=here).kept_slots[0].teacher == "Wren Eze"


def test_more_classes_than_a_half_day_holds_take_several():
    teacher()

    yes = answer(asked(classes=5, pupils=60, half_days=("2-am", "4-am")))

    assert [slot.half_day for slot in yes.kept_slots] == ["2-am"] * 4 + ["4-am"]


def test_a_day_the_school_is_shut_is_named_and_left_out():
    teacher()
    here = school()
    ClosureFactory(school=here, starts_on=SECOND_TUESDAY)

    yes = answer(by=here)

    assert stands_on(yes)[-1] == (
        "The hall is right for it; nobody comes on Tuesday 15 September, when you are shut"
    )
    assert yes.kept_slots[0].last_on == dt.date(2026, 12, 1)


def test_another_schools_closure_is_no_matter_of_ours():
    teacher()
    ClosureFactory(school=school(), starts_on=SECOND_TUESDAY)

    assert answer().kept_slots[0].last_on == dt.date(2026, 11, 24)


# Yes, if


def test_a_teacher_taught_elsewhere_in_one_week_cannot():
    teaches(teacher(), SECOND_TUESDAY, "09:30", minutes=120)

    answered = answer()

    assert answered.answer == Answer.IF
    assert against(answered) == [
        "Our ukulele teacher is not free for an hour and a half on Tuesday mornings, all term,"
        " with the way to you."
    ]
    assert labels(answered) == [
        "Make it Tuesday, 1pm",
        "Make it Monday, 9am",
        "Make it the spring term",
    ]
    assert answered.remedies[0].changes == {"half_days": ["2-pm"]}
    assert answered.kept_slots == ()


def test_every_remedy_is_a_yes_once_it_is_taken():
    teaches(teacher(), SECOND_TUESDAY, "09:30", minutes=120)

    for remedy in answer().remedies:
        assert answer(asked(**remedy.changes)).is_yes, remedy.label


def test_a_lesson_outside_the_weeks_asked_for_is_no_matter():
    teaches(teacher(), dt.date(2026, 12, 15), "09:30", minutes=120)  # the fourteenth week

    assert answer().is_yes


def test_one_who_is_away_on_a_line_is_free():
    line = teaches(teacher(), SECOND_TUESDAY, "09:30", minutes=120)
    line.is_away = True
    line.save()

    assert answer().is_yes


def test_a_teacher_whose_check_runs_out_in_the_term_cannot():
    person = teacher()
    Check.objects.filter(person=person).update(expires_on=dt.date(2026, 10, 1))

    answered = answer()

    assert not answered.is_yes
    assert against(answered)[0] == (
        "Nobody who teaches ukulele is cleared and with us for all of the autumn term."
    )


def test_a_teacher_who_told_us_they_are_away_cannot():
    person = teacher()
    day = dt.datetime(2026, 10, 6, 9, tzinfo=dt.UTC)
    StaffAbsenceFactory(staff=person.staff, during=(day, day + dt.timedelta(hours=2)))

    assert answer().answer == Answer.IF


def test_a_teacher_is_asked_only_within_their_hours():
    teacher(hours=[(2, "10:00", "12:00"), (3, "09:00", "15:30")])

    assert answer().kept_slots[0].from_minute == 600
    assert answer(asked(half_days=("4-am",))).answer == Answer.IF
    assert answer(asked(half_days=("3-am",))).is_yes


def test_hours_that_end_in_the_term_are_not_hours_for_all_of_it():
    person = teacher(hours=[(2, "09:00", "12:00")])
    person.staff.availability.update(to_on=dt.date(2026, 10, 20))

    assert not answer().is_yes


def test_an_hour_kept_for_another_school_is_not_free_until_it_runs_out():
    HourKeptFactory(
        teacher=teacher(), until_minute=720, kept_until=JUNE + dt.timedelta(days=1)
    )  # fmt: skip

    assert answer().answer == Answer.IF
    assert answer(at=JUNE + dt.timedelta(days=2)).is_yes


def test_the_last_set_is_asked_for_in_another_term():
    teacher()
    for one in KindFactory().assets.all():
        CustodyFactory(asset=one, last_on=dt.date(2026, 12, 18))

    answered = answer()

    assert against(answered) == ["Fewer than 2 class sets for ukulele are left in the autumn term."]
    assert labels(answered) == ["Make it the spring term"]


def test_what_is_paid_by_the_hour_and_not_free_all_year_is_asked_for_in_a_term():
    person = teacher()
    choir = ukulele(slug="choir", unit="hour", terms=3, weeks=30)
    teaches(person, TUESDAY, "09:00", minutes=180)

    answered = answer(asked(choir, term=None))

    assert "Make it the spring term" in labels(answered)


def test_a_set_given_back_or_retired_is_counted_as_it_is():
    teacher()
    first, second, third = KindFactory().assets.order_by("pk")
    CustodyFactory(asset=first, status=Custody.Status.BACK, out_on=TUESDAY, back_on=TUESDAY)
    second.retired_on = dt.date(2026, 8, 1)
    second.save()
    assert answer().is_yes

    third.retired_on = dt.date(2026, 8, 1)
    third.save()
    assert not answer().is_yes


def test_a_room_that_is_too_small_is_said_and_changed_in_a_press():
    teacher()

    answered = answer(asked(room="classroom"))

    assert answered.answer == Answer.IF
    assert against(answered) == ["It needs the hall; a classroom is too small for it."]
    assert answered.remedies[0].changes == {"room": "hall"}


def test_the_hall_holds_one_class_at_a_time():
    teacher(name="Ngozi")
    teacher(name="Wren")

    morning = asked(classes=2, pupils=20)
    both = [answered.kept_slots for answered in answer(morning, morning)]

    assert both[0][0].from_minute == 540
    assert both[1][0].from_minute == 630


def test_the_hall_is_not_free_while_a_class_of_ours_is_in_it():
    teacher()
    here = school()
    ProgrammeClassFactory(
        line=OrderLineFactory(order__school=here, room="hall"),
        activity=ActivityFactory(
            class_in_school=True, school=here, weekday=2, local_start=dt.time(9), minutes=180
        ),
    )

    answered = answer(by=here)

    assert answered.answer == Answer.IF
    assert "The hall has another class of yours at those times." in against(answered)


def test_a_term_that_is_nearly_over_is_asked_for_in_the_next():
    teacher()

    answered = answer(at=dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC))

    assert against(answered) == [
        "Only 3 weeks of the 11 we would teach are left in the autumn term."
    ]
    assert labels(answered) == ["Make it the spring term"]


@pytest.mark.parametrize(("short_by", "judged"), [(0, Answer.IF), (1, Answer.YES)])
def test_a_term_may_be_as_many_lessons_short_as_the_rules_say(short_by, judged):
    OrderPolicy.objects.update(lessons_short=short_by)
    Programme.objects.update(weeks=TUESDAYS + 1)
    teacher()

    assert answer().answer == judged


def test_a_weekday_on_which_the_school_is_always_shut():
    teacher()
    here = school()
    for week in range(16):
        day = dt.date(2026, 9, 4) + dt.timedelta(weeks=week)
        ClosureFactory(school=here, starts_on=day, slug=f"friday-{week}")

    answered = answer(asked(half_days=("5-am",)), by=here)

    assert against(answered) == ["Your school is shut on Fridays in the autumn term."]
    assert labels(answered)[0] == "Make it Monday, 9am"


def test_no_half_day_chosen_is_asked_for():
    teacher()

    answered = answer(asked(half_days=()))

    assert answered.answer == Answer.IF
    assert against(answered) == ["Say which half days could work."]
