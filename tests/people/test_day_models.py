"""What the database itself holds about staff's hours and absences, and about invitations."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from people.models import ConsentWording
from tests.factories.core import NOON
from tests.factories.lessons import TeachesFactory
from tests.factories.people import (
    AvailabilityFactory,
    ConsentWordingFactory,
    InvitationFactory,
    PersonFactory,
    StaffAbsenceFactory,
)
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_hours_start_before_they_end():
    with refuses("availability_starts_before_it_ends"):
        AvailabilityFactory(until_time=dt.time(9))


def test_hours_are_on_a_weekday():
    with refuses("availability_on_a_weekday"):
        AvailabilityFactory(weekday=8)


def test_hours_are_said_once():
    hours = AvailabilityFactory()

    with refuses("availability_once_each"):
        AvailabilityFactory(staff=hours.staff)


@pytest.mark.parametrize("during", [DateTimeTZRange(NOON, None), DateTimeTZRange(empty=True)])
def test_an_absence_starts_and_ends(during):
    with refuses("staffabsence_starts_and_ends"):
        StaffAbsenceFactory(during=during)


def test_an_absence_is_told_once():
    absence = StaffAbsenceFactory()

    with refuses("staffabsence_told_once"):
        StaffAbsenceFactory(staff=absence.staff)


def test_an_absence_taken_back_may_be_told_again():
    absence = StaffAbsenceFactory(withdrawn_at=NOON)

    assert StaffAbsenceFactory(staff=absence.staff).pk


def test_an_address_has_one_open_invitation_for_a_child():
    invitation = InvitationFactory()

    with refuses("invitation_one_open_per_address"):
        InvitationFactory(
            child=invitation.child, email=invitation.email, invited_by=invitation.invited_by
        )


def test_two_who_invite_the_same_address_do_not_learn_of_each_other():
    invitation = InvitationFactory()

    assert InvitationFactory(child=invitation.child, email=invitation.email).pk


def test_a_letter_asks_for_a_child_once_and_for_several_children():
    invitation = InvitationFactory()

    assert InvitationFactory(key_hash=invitation.key_hash).pk
    with refuses("invitation_one_key_per_letter"):
        InvitationFactory(key_hash=invitation.key_hash, child=invitation.child)


def test_an_invitation_allows_something():
    with refuses("invitation_to_do_something"):
        InvitationFactory(may_see=False)


def test_an_invitation_is_kept_in_lower_case():
    with refuses("invitation_address_in_lower_case"):
        InvitationFactory(email="Ada@family.example")


def test_an_invitation_is_accepted_by_somebody_and_then_stands():
    with refuses("invitation_accepted_by_somebody"):
        InvitationFactory(accepted_at=NOON)
    with refuses("invitation_accepted_by_somebody"):
        InvitationFactory(accepted_at=NOON, accepted_by=PersonFactory(), withdrawn_at=NOON)


def test_an_invitation_lasts_for_some_time():
    with refuses("invitation_ends_after_it_was_made"):
        InvitationFactory(expires_at=NOON)


def test_a_subject_is_taught_by_somebody_once():
    teaches = TeachesFactory()

    with refuses("teaches_once_each"):
        TeachesFactory(staff=teaches.staff, subject=teaches.subject)


def test_the_words_of_a_consent_stand():  # "words_stand"
    wording = ConsentWordingFactory()

    with refuses("consentwording_words_stand"):
        ConsentWording.objects.filter(pk=wording.pk).update(wording="Something else")


def test_a_consent_may_be_given_its_last_day():
    wording = ConsentWordingFactory()

    assert ConsentWording.objects.filter(pk=wording.pk).update(to_on=dt.date(2027, 8, 31)) == 1
