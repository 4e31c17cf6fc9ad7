"""Waiting and what else there is, what is only lent, the words of half days, and what it costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centres.models import Term
from lessons.models import ProgrammeInstrument
from lessons.queries import feasibility
from lessons.rules.feasibility import Answer, Word
from tests.factories.centres import YearFactory
from tests.factories.lessons import SubjectFactory
from tests.factories.loans import AssetFactory, CustodyFactory, KindFactory
from tests.factories.schools import (
    HourKeptFactory,
    OrderPolicyFactory,
    ProgrammeClassFactory,
    ProgrammeFactory,
    ProgrammeInstrumentFactory,
)
from tests.lessons.asking import (
    JUNE,
    TUESDAY,
    against,
    answer,
    asked,
    autumn,
    labels,
    order,
    school,
    teacher,
    teaches,
    ukulele,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def programme():
    OrderPolicyFactory()
    return ukulele()


# Waiting


def test_waiting_says_who_asked_before_and_until_when_it_is_kept(programme):
    only = teacher(hours=[(2, "09:00", "10:30")])
    first, second = order(programme), order(programme)
    HourKeptFactory(
        line=first.lines.get(), teacher=only, until_minute=630,
        kept_until=JUNE + dt.timedelta(days=7),
    )  # fmt: skip
    second.lines.update(answer=Answer.WAITING)

    answered = answer(asked(term=None), at=JUNE + dt.timedelta(hours=1))

    assert answered.answer == Answer.WAITING
    assert (answered.place, answered.known_by) == (3, dt.date(2026, 6, 22))
    assert against(answered)[-1] == (
        "2 schools asked before you. You are number 3. If it comes free we tell you by"
        " Monday 22 June."
    )


def test_a_school_that_has_one_hour_kept_and_waits_for_another_is_one_school(programme):
    only = teacher(hours=[(2, "09:00", "10:30")])
    here = school()
    has, waits = order(programme, by=here), order(programme, by=here)
    HourKeptFactory(
        line=has.lines.get(), teacher=only, until_minute=630,
        kept_until=JUNE + dt.timedelta(days=7),
    )  # fmt: skip
    waits.lines.update(answer=Answer.WAITING)

    assert answer(asked(term=None), at=JUNE + dt.timedelta(hours=1)).place == 2


def test_another_instrument_at_the_same_price_is_offered_where_nothing_else_helps(programme):
    djembe = SubjectFactory(slug="djembe")
    ProgrammeInstrumentFactory(programme=programme, subject=djembe, kind=None)
    teacher(subject=djembe)

    answered = answer()

    assert answered.answer == Answer.IF
    assert labels(answered) == ["Make it djembe"]
    assert answer(asked(**answered.remedies[0].changes)).is_yes


def test_an_instrument_for_other_years_or_at_another_price_is_not_offered():
    for number, fields in enumerate([{"max_year": 3}, {"price_key": "dear"}, {"terms": 3}]):
        subject = SubjectFactory(slug=f"other-{number}")
        other = ProgrammeFactory(**{"slug": f"other-{number}", "terms": 1} | fields)
        ProgrammeInstrumentFactory(programme=other, subject=subject, kind=None)
        teacher(subject=subject)

    assert answer().answer == Answer.WAITING


def test_a_year_without_terms_or_long_over_is_waiting_in_words():
    teacher()

    answered = answer(at=dt.datetime(2027, 8, 1, tzinfo=dt.UTC))

    assert answered.answer == Answer.WAITING
    assert against(answered) == ["The autumn term is over."]


# What is only lent


def test_a_class_set_alone_needs_nobody(programme):
    lent = ProgrammeFactory(
        slug="class-set", kind="class_set", terms=1, minutes=0, tutors=0, unit="term"
    )
    ProgrammeInstrumentFactory(programme=lent, subject=SubjectFactory(), kind=KindFactory())

    yes = answer(asked(lent, half_days=(), room="", classes=2))

    assert yes.is_yes
    assert [slot.teacher_id for slot in yes.kept_slots] == [None, None]
    assert {slot.asset_from for slot in yes.kept_slots} == {dt.date(2026, 9, 3)}


# The words of the half days


def words_for(programme, by=None, **fields):
    return feasibility.half_day_words(
        **{
            "programme": programme,
            "subject": SubjectFactory(),
            "term": autumn(),
            "classes": 2,
            "school": by or school(),
            "year": YearFactory(),
            "at": JUNE,
        }
        | fields
    )


def test_words_of_the_half_days(programme):
    teacher(hours=[(1, "09:00", "12:00"), (2, "09:00", "12:00")])
    known = teacher(hours=[(2, "09:00", "12:00"), (3, "09:00", "12:00")])
    here = school()
    ProgrammeClassFactory(
        line__order__school=here,
        line__subject=SubjectFactory(),
        activity__teacher=known,
        activity__weekday=3,
        activity__local_start=dt.time(9),
        activity__first_on=dt.date(2025, 9, 3),
        activity__last_on=dt.date(2026, 7, 15),
    )

    words = words_for(programme, by=here)

    assert len(words) == 10
    assert [words[f"{weekday}-am"] for weekday in range(1, 5)] == [
        Word.ONE_LEFT,
        Word.LIKELY,
        Word.AS_LAST_YEAR,
        Word.FULL,
    ]


def test_without_a_set_every_half_day_is_full(programme):
    teacher()
    ProgrammeInstrument.objects.update(kind=KindFactory(slug="none-left"))

    assert set(words_for(programme).values()) == {Word.FULL}


def test_what_is_lent_has_no_half_days():
    lent = ProgrammeFactory(slug="class-set", minutes=0, tutors=0)

    assert words_for(lent) == {}


# What it costs


def statements(*lines, at=JUNE):
    with CaptureQueriesContext(connection) as captured:
        answer(*lines, at=at)
    return len(captured)


def test_the_number_of_statements_does_not_grow(programme):
    here = asked(programme)
    teacher()
    few = statements(here)
    for number in range(6):
        person = teacher(name=f"Teacher {number}")
        teaches(person, TUESDAY, "13:00")
        HourKeptFactory(teacher=person, weekday=5)
        CustodyFactory(asset=AssetFactory(kind=KindFactory()))
        AssetFactory(kind=KindFactory())

    three = [asked(programme, half_days=(f"{weekday}-am",)) for weekday in (2, 3, 4)]
    assert all(answered.is_yes for answered in answer(*three))
    assert statements(*three) == few
    assert few <= 19


def test_a_line_that_fails_costs_a_bounded_number_more(programme):
    djembe = SubjectFactory(slug="djembe")
    ProgrammeInstrumentFactory(programme=programme, subject=djembe, kind=None)
    teacher(subject=djembe)

    assert statements(asked(programme)) <= 26


def test_no_other_instrument_is_looked_up_for_weeks_that_are_not_left(programme):
    ProgrammeInstrumentFactory(programme=programme, subject=SubjectFactory(slug="djembe"))
    summer = asked(programme, term=Term.objects.get(year=YearFactory(), name="Summer"))

    assert statements(summer, at=dt.datetime(2027, 7, 1, tzinfo=dt.UTC)) <= 17
