"""What may stand in a draft order, and what of last year's goes into this year's."""

import datetime as dt

import pytest

from centres.models import Term, Year
from core.refusals import RuleBroken
from lessons.models import OrderLine, Programme, SchoolOrder, Subject
from lessons.rules import copying, drafts
from lessons.rules.drafts import Calendar, LineAsked, NeedsAsked, WrongLine
from people.models import School

TODAY = dt.date(2026, 6, 8)
UKULELE = Subject(pk=1, name="Ukulele")
YEAR = Year(pk=1, name="2026-27", starts_on=dt.date(2026, 9, 1), ends_on=dt.date(2027, 8, 31))
TERMS = tuple(
    Term(pk=place, year=YEAR, name=name, starts_on=dt.date.fromisoformat(starts))
    for place, (name, starts) in enumerate(
        [("Autumn", "2026-09-03"), ("Spring", "2027-01-04"), ("Summer", "2027-04-12")], start=1
    )
)
CALENDAR = Calendar(YEAR, TERMS)


def programme(**differs):
    usual = {
        "pk": 1,
        "name": "Whole-class ukulele",
        "kind": "whole_class",
        "unit": "class",
        "terms": 3,
        "min_year": 3,
        "max_year": 6,
        "smallest_class": 15,
        "largest_class": 32,
        "tutors": 1,
    }
    return Programme(**usual | differs)


def asked(**differs):
    usual = {
        "programme": programme(),
        "subject": UKULELE,
        "term": None,
        "year_groups": (4,),
        "classes": 2,
        "pupils": 60,
    }
    return LineAsked(**usual | differs)


def problems(line, *, on=TODAY, subjects=(1,), most_classes=8):
    try:
        drafts.check_line(
            line, subjects=subjects, calendar=CALENDAR, most_classes=most_classes, on=on
        )
    except WrongLine as wrong:
        return wrong.problems
    return {}


def test_two_classes_of_sixty_children_are_right():
    assert problems(asked()) == {}


@pytest.mark.parametrize(
    ("differs", "field", "words"),
    [
        pytest.param({"classes": 0}, "classes", "Enter how many classes", id="0 classes"),
        pytest.param(
            {"classes": 1, "pupils": 400},
            "pupils",
            "400 pupils are too many for 1 class: at most 32 can be in one. Order 13 classes",
            id="400 pupils in one class",
        ),
        pytest.param({"pupils": 20}, "pupils", "at least 15", id="classes too small"),
        pytest.param({"pupils": 0}, "pupils", "Enter about how many", id="no pupils"),
        pytest.param({"classes": 9, "pupils": 270}, "classes", "At most 8", id="too many classes"),
        pytest.param({"year_groups": ()}, "year_groups", "at least one", id="no year group"),
        pytest.param(
            {"year_groups": (2, 3)}, "year_groups", "is for Year 3 to Year 6", id="too young"
        ),
        pytest.param({"subject": Subject(pk=2)}, "programme", "Choose an instr", id="not taught"),
        pytest.param({"term": TERMS[1]}, "term", "for a whole year", id="a year in a term"),
        pytest.param(
            {"programme": programme(terms=1)}, "term", "for one term", id="a term for a year"
        ),
        pytest.param(
            {"programme": programme(terms=1), "term": Term(pk=9, year=YEAR, name="Autumn")},
            "term",
            "Choose a later one",
            id="another year’s term",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_answer(differs, field, words):
    found = problems(asked(**differs))

    assert list(found) == [field]
    assert words in found[field]


def test_everything_wrong_is_said_at_once():
    assert set(problems(asked(classes=0, year_groups=(), subject=Subject(pk=2)))) == {
        "programme",
        "year_groups",
        "classes",
    }


def test_a_year_that_has_begun_has_no_whole_year_left_but_its_later_terms():
    november = dt.date(2026, 11, 22)
    one_term = programme(terms=1)

    assert "has begun" in problems(asked(), on=november)["term"]
    assert "has begun" in problems(asked(programme=one_term, term=TERMS[0]), on=november)["term"]
    assert problems(asked(programme=one_term, term=TERMS[1]), on=november) == {}


def test_what_is_paid_by_the_hour_is_for_a_term_or_for_a_year():
    november = dt.date(2026, 11, 22)
    choir = programme(kind="choir", unit="hour")

    assert problems(asked(programme=choir)) == {}
    assert problems(asked(programme=choir, term=TERMS[1])) == {}
    assert problems(asked(programme=choir), on=november)["term"].endswith("Choose a term")
    assert "for a whole year" in problems(asked(term=TERMS[1]))["term"]


def test_a_set_alone_is_for_a_term_or_for_a_year():
    alone = programme(unit="term", terms=1, tutors=0)

    assert problems(asked(programme=alone)) == {}
    assert problems(asked(programme=alone, term=TERMS[2])) == {}


def needs_problems(needs, *, is_taught=True):
    try:
        drafts.check_needs(needs, pupils=60, is_taught=is_taught)
    except WrongLine as wrong:
        return wrong.problems
    return {}


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        pytest.param(NeedsAsked(("2-am",)), {}, id="a Tuesday morning"),
        pytest.param(
            NeedsAsked(()), {"half_days": "Select at least one half day"}, id="no half day"
        ),
        pytest.param(
            NeedsAsked(("2-am", "6-am")),
            {
                "half_days": (
                    "The school is shut on Saturdays. Choose half days from Monday to Friday"
                )
            },
            id="a day the school is shut",
        ),
        pytest.param(
            NeedsAsked(("9-zz",)),
            {"half_days": "The school is shut then. Choose half days from Monday to Friday"},
            id="no day at all",
        ),
        pytest.param(
            NeedsAsked(("2-am",), send_pupils=61),
            {"send_pupils": "There are 60 pupils in all. Enter 60 or fewer"},
            id="more with SEND than there are",
        ),
        pytest.param(
            NeedsAsked(("2-am",), pp_pupils=61),
            {"pp_pupils": "There are 60 pupils in all. Enter 60 or fewer"},
            id="more on Pupil Premium than there are",
        ),
    ],
)
def test_needs(needs, found):
    assert needs_problems(needs) == found


def test_what_is_only_lent_needs_no_half_day():
    assert needs_problems(NeedsAsked(()), is_taught=False) == {}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param("closed", "Larkhay closed on 31 August 2024", id="closed"),
        pytest.param("proposed", "has not opened yet", id="not open yet"),
    ],
)
def test_a_school_that_is_shut_orders_nothing(status, words):
    school = School(name="Larkhay", status=status, closed_on=dt.date(2024, 8, 31))

    with pytest.raises(drafts.SchoolShut, match=words):
        drafts.check_may_order(school)


@pytest.mark.parametrize("status", ["open", "closing"])
def test_an_open_school_may_order(status):
    drafts.check_may_order(School(name="Larkhay", status=status))


@pytest.mark.parametrize("status", [one for one in SchoolOrder.Status if one != "draft"])
def test_only_a_draft_is_written_in(status):
    with pytest.raises(drafts.NotADraft, match="stays as it is"):
        drafts.check_draft(SchoolOrder(pk=1, status=status))


def test_a_year_whose_terms_have_all_begun_is_over():
    with pytest.raises(RuleBroken, match="No term of 2026-27 is left"):
        drafts.check_year_ahead(CALENDAR, on=dt.date(2027, 4, 12))


@pytest.mark.parametrize(
    ("low", "high", "years"),
    [
        pytest.param(7, 11, (3, 6), id="junior"),
        pytest.param(4, 11, (0, 6), id="primary"),
        pytest.param(3, 7, (-1, 2), id="infant with a nursery"),
        pytest.param(11, 18, (7, 13), id="secondary"),
        pytest.param(None, None, (-1, 13), id="not known"),
    ],
)
def test_school_years(low, high, years):
    assert drafts.school_years(School(low_age=low, high_age=high)) == years


# Last year's order


def line(**differs):
    usual = {
        "pk": 5,
        "programme": programme(),
        "subject": UKULELE,
        "year_groups": [4],
        "classes": 2,
        "pupils": 62,
        "half_days": ["4-am"],
        "room": "hall",
        "needs": ["calm"],
        "send_pupils": 11,
        "pp_pupils": 17,
        "goes_home": True,
    }
    return OrderLine(**usual | differs)


def test_a_copy_is_for_other_children_so_their_needs_are_asked_anew():
    [copy] = copying.copies([line()], [programme()], CALENDAR, on=TODAY)

    assert (copy.classes, copy.pupils, copy.half_days, copy.room) == (2, 62, ["4-am"], "hall")
    assert (copy.needs, copy.send_pupils, copy.pp_pupils, copy.continues) == ([], None, None, None)


def test_a_copy_takes_the_term_of_the_same_name():
    old = line(programme=programme(terms=1), term=Term(pk=77, name="Summer", year=YEAR))

    [copy] = copying.copies([old], [programme()], CALENDAR, on=TODAY)

    assert copy.term == TERMS[2]


def test_a_copy_leaves_out_what_is_not_on_offer_and_a_term_that_has_begun():
    autumn = line(term=Term(pk=77, name="Autumn", year=YEAR))
    november = dt.date(2026, 11, 22)

    assert copying.copies([line()], [], CALENDAR, on=TODAY) == []
    assert copying.copies([autumn], [programme()], CALENDAR, on=november) == []


def test_of_a_year_that_has_begun_a_whole_year_is_left_out_or_becomes_the_next_term():
    november = dt.date(2026, 11, 22)
    choir = programme(pk=3, kind="choir", unit="hour")
    old = [line(), line(programme=choir)]

    [copy] = copying.copies(old, [programme(), choir], CALENDAR, on=november)

    assert (copy.programme, copy.term, copy.position) == (choir, TERMS[1], 1)


def test_the_same_children_go_on_in_the_next_term_of_a_year_that_has_begun():
    november = dt.date(2026, 11, 22)
    goes_on = programme(pk=2, kind="continuation", unit="hour", max_year=7)

    [later] = copying.a_year_on([line()], [goes_on], {2: {1}}, CALENDAR, on=november)

    assert later.term == TERMS[1]


def test_the_same_children_go_on_in_small_groups_with_what_they_need():
    goes_on = programme(pk=2, kind="continuation", largest_class=15, min_year=4, max_year=7)

    programmes = [programme(), goes_on]
    [later] = copying.a_year_on([line()], programmes, {1: {1}, 2: {1}}, CALENDAR, on=TODAY)

    assert (later.programme, later.year_groups, later.classes) == (goes_on, [5], 5)
    assert (later.continues.pk, later.needs, later.send_pupils) == (5, ["calm"], 11)


@pytest.mark.parametrize(
    "differs",
    [
        pytest.param({"year_groups": [7]}, id="too old"),
        pytest.param({"subject": Subject(pk=3)}, id="another instrument"),
        pytest.param({"programme": programme(kind="choir")}, id="no instrument"),
    ],
)
def test_not_everybody_can_go_on(differs):
    goes_on = programme(pk=2, kind="continuation", largest_class=15, min_year=4, max_year=7)

    assert copying.a_year_on([line(**differs)], [goes_on], {2: {1}}, CALENDAR, on=TODAY) == []
