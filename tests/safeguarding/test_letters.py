"""Letters of assurance: written once, withdrawn for a reason, written again by somebody."""

import datetime as dt

import pytest

from core.models import AuditRow
from safeguarding import actions, queries, rules
from safeguarding.models import AssuranceLetter, CheckKind
from tests.factories.core import NOON
from tests.factories.people import PersonFactory, SchoolFactory, administrator
from tests.factories.safeguarding import AssuranceLetterFactory, CheckFactory

DAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("LA7-Q2M-94T", "LA7-Q2M-94T"),
        (" la7 q2m 94t ", "LA7-Q2M-94T"),
        ("la7q2m94t", "LA7-Q2M-94T"),
        ("LA7–Q2M–94T.", "LA7-Q2M-94T"),
        ("LA7-Q2M-94", ""),
        ("LA7-Q2M-94T1", ""),
        ("'; DROP--", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_however_it_is_typed(typed, code):
    assert rules.code_in(typed) == code


@pytest.mark.django_db
def test_write_letters_writes_one_a_pair_with_a_code_that_can_be_typed():
    school, people = SchoolFactory(), [PersonFactory(), PersonFactory()]
    pairs = {(person.pk, school.pk) for person in people}

    written = [actions.write_letters(pairs=pairs, by=None, at=NOON) for _ in range(2)]

    letters = AssuranceLetter.objects.all()
    assert written == [2, 0]
    assert {(letter.person_id, letter.school_id) for letter in letters} == pairs
    assert all(rules.code_in(letter.code) == letter.code for letter in letters)
    assert len({letter.code for letter in letters}) == 2


@pytest.mark.django_db
def test_write_letters_leaves_a_withdrawn_letter_withdrawn():
    letter = AssuranceLetterFactory(withdrawn_at=NOON)

    actions.write_letters(pairs={(letter.person_id, letter.school_id)}, by=None, at=NOON)

    assert list(AssuranceLetter.objects.all()) == [letter]


@pytest.mark.django_db
def test_withdraw_letter_keeps_why_in_the_audit_alone():
    letter, by = AssuranceLetterFactory(), administrator()

    actions.withdraw_letter(letter=letter, reason="Under review", by=by, at=NOON)
    actions.withdraw_letter(letter=letter, reason="Again", by=by, at=NOON + dt.timedelta(hours=1))

    letter.refresh_from_db()
    assert letter.withdrawn_at == NOON
    assert [row.new for row in AuditRow.objects.filter(op="note")] == [{"reason": "Under review"}]


@pytest.mark.django_db
def test_write_letter_again_makes_a_successor_of_a_withdrawn_letter_only():
    letter, by = AssuranceLetterFactory(withdrawn_at=NOON), administrator()

    again = actions.write_letter_again(letter=letter, by=by, at=NOON)
    once_more = actions.write_letter_again(letter=letter, by=by, at=NOON)

    assert again == once_more
    assert (again.person, again.school) == (letter.person, letter.school)
    assert again.code != letter.code


@pytest.mark.django_db
def test_checks_seen_are_the_latest_that_hold_in_the_order_of_the_record():
    person = PersonFactory()
    CheckFactory(person=person, kind=CheckKind.REFERENCE, checked_on=dt.date(2019, 8, 20))
    for year in (2025, 2022):
        CheckFactory(person=person, kind=CheckKind.ENHANCED_DBS, checked_on=dt.date(year, 8, 14))
    CheckFactory(person=person, kind=CheckKind.IDENTITY, expires_on=dt.date(2026, 11, 21))
    CheckFactory(person=person, kind=CheckKind.OVERSEAS, withdrawn_on=DAY)
    CheckFactory(person=person, kind=CheckKind.PROHIBITION, checked_on=dt.date(2026, 11, 23))
    CheckFactory(kind=CheckKind.BARRED_LIST)

    assert queries.checks_seen(person, on=DAY) == [
        queries.Seen("Enhanced DBS", dt.date(2025, 8, 14)),
        queries.Seen("References", dt.date(2019, 8, 20)),
    ]
