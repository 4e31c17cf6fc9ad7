"""Two who decide about one school at once; and the same with the guard off, to see it missed."""

import datetime as dt

import pytest

from core.models import Email
from people import actions, rules
from people.actions import school_accounts as at_work
from people.models import SchoolClaim, SchoolContact
from people.queries import school_accounts
from tests.factories.core import NOON
from tests.factories.people import (
    SchoolClaimFactory,
    SchoolFactory,
    UserFactory,
    administrator,
    contact_of,
)
from tests.races import ROUNDS, all_at_once, done, pause, refused, unlock

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + dt.timedelta(hours=1)
LIMITS = actions.Limits(lasts=dt.timedelta(days=7), most_a_day=99)
HEAD, LEAD = SchoolContact.Role.HEAD, SchoolContact.Role.MUSIC_LEAD


def two_answers():
    """One of the office says yes while another says no."""
    claim, one, another = SchoolClaimFactory(), administrator(), administrator()
    return claim, [
        lambda: actions.approve_claim(claim=claim, by=one, at=LATER),
        lambda: actions.refuse_claim(claim=claim, reason="No", by=another, at=LATER),
    ]


def stands(claim):
    """What the claim says, and whether its person is in."""
    claim.refresh_from_db()
    is_in = bool(school_accounts.parts_held(claim.person_id, claim.school))
    return claim.status, is_in


def test_a_claim_is_answered_once_and_the_person_is_in_or_out_as_it_says(monkeypatch):
    pause(monkeypatch, rules, "check_about_somebody_else", 0.05)
    for _ in range(ROUNDS):
        claim, answers = two_answers()

        outcomes = all_at_once(answers)

        assert len(done(outcomes)) == 1
        assert stands(claim) in {("approved", True), ("refused", False)}


def test_without_the_lock_both_answers_are_given(monkeypatch):
    unlock(monkeypatch)
    pause(monkeypatch, rules, "check_about_somebody_else", 0.5)  # both have read that it waits
    _, answers = two_answers()

    assert len(done(all_at_once(answers))) == 2


def accepting_as_the_writer_goes():
    """A colleague opens the letter in the moment in which a head takes its writer out."""
    school, ida = SchoolFactory(), UserFactory()
    lead, head = contact_of(school, LEAD), contact_of(school, HEAD)
    row = actions.invite_colleague(
        school=school,
        asked=actions.AskedColleague(ida.email, frozenset({LEAD})),
        limits=LIMITS,
        by=lead,
        at=NOON,
    )
    return (
        school,
        ida,
        [
            lambda: actions.accept_school_invitation(key_hash=row.key_hash, by=ida, at=LATER),
            lambda: actions.end_contact(school=school, person=lead.person, by=head, at=LATER),
        ],
    )


def test_a_letter_is_accepted_before_its_writer_goes_or_never(monkeypatch):
    pause(monkeypatch, at_work, "_open_letter", 0.05)
    for _ in range(ROUNDS):
        school, ida, acts = accepting_as_the_writer_goes()

        accepted, _ended = all_at_once(acts)

        is_in = bool(school_accounts.parts_held(ida.person_id, school))
        assert is_in is not isinstance(accepted, Exception)
        told = Email.objects.filter(copy="school-part-given", to_person_id=ida.person_id)
        assert told.exists() is is_in


def test_the_same_person_asks_once_however_often_they_press():
    for _ in range(ROUNDS):
        school, ida = SchoolFactory(), UserFactory()

        def ask(school=school, ida=ida):
            return actions.claim_school(
                school=school,
                asked=actions.AskedPart(frozenset({LEAD}), "Music"),
                is_vouched=False,
                most_a_day=99,
                by=ida,
                at=NOON,
            )

        outcomes = all_at_once([ask] * 3)

        assert (len(done(outcomes)), len(refused(outcomes))) == (1, 2)
        assert SchoolClaim.objects.filter(school=school).count() == 1
