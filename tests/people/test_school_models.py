"""What the database itself holds about who speaks for a school."""

import datetime as dt

import pytest

from people.models import SchoolClaim
from tests.factories.core import NOON
from tests.factories.people import (
    PersonFactory,
    SchoolClaimFactory,
    SchoolInvitationFactory,
)
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_a_school_is_asked_for_once():
    claim = SchoolClaimFactory()

    with refuses("schoolclaim_one_open_each"):
        SchoolClaimFactory(school=claim.school, person=claim.person)


def test_whoever_asks_for_a_school_says_in_what_part():
    with refuses("schoolclaim_in_some_part"):
        SchoolClaimFactory(roles=[])


@pytest.mark.parametrize("wrong", [{"status": "approved"}, {"decided_at": NOON}])
def test_what_is_decided_says_when(wrong):
    with refuses("schoolclaim_decided_at_a_moment"):
        SchoolClaimFactory(**wrong)


def test_a_refusal_has_its_reason():
    with refuses("schoolclaim_refused_for_a_reason"):
        SchoolClaimFactory(status=SchoolClaim.Status.REFUSED, decided_at=NOON)


def test_an_address_has_one_open_invitation_to_a_school():
    known = SchoolInvitationFactory()

    with refuses("schoolinvitation_one_open_per_address"):
        SchoolInvitationFactory(school=known.school, email=known.email)


def test_whoever_is_invited_to_a_school_is_asked_for_some_part():
    with refuses("schoolinvitation_in_some_part"):
        SchoolInvitationFactory(roles=[])


def test_invited_addresses_of_schools_are_in_lower_case():
    with refuses("schoolinvitation_address_in_lower_case"):
        SchoolInvitationFactory(email="Bursar@school.example")


def test_an_invitation_to_a_school_is_accepted_once_by_somebody():
    with refuses("schoolinvitation_accepted_by_somebody"):
        SchoolInvitationFactory(accepted_at=NOON)
    with refuses("schoolinvitation_accepted_by_somebody"):
        SchoolInvitationFactory(accepted_at=NOON, accepted_by=PersonFactory(), withdrawn_at=NOON)


def test_an_invitation_to_a_school_lasts_for_some_time():
    with refuses("schoolinvitation_ends_after_it_was_made"):
        SchoolInvitationFactory(expires_at=NOON - dt.timedelta(days=1))
