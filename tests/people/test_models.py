"""What the database itself holds about people, families, schools and roles."""

import datetime as dt

import pytest

from people.models import ConsentWording, RoleHeld, User
from tests.factories.centres import CentreFactory
from tests.factories.people import (
    ConsentFactory,
    ConsentWordingFactory,
    GuardianshipFactory,
    LearnerFactory,
    PersonFactory,
    RoleHeldFactory,
    SchoolContactFactory,
    StaffFactory,
    UserFactory,
)
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
JANUARY = dt.date(2026, 1, 1)
JUNE = dt.date(2026, 6, 30)


def test_a_person_has_a_name():
    with refuses("person_has_a_name"):
        PersonFactory(given_name="")


def test_a_users_address_is_in_lower_case():
    user = UserFactory()

    with refuses("user_address_in_lower_case"):
        User.objects.filter(pk=user.pk).update(email="Priya@family.example")


def test_a_consent_wording_has_one_text_per_version():
    first = ConsentWordingFactory(version=1)

    with refuses("consentwording_one_text_per_version"):
        ConsentWording.objects.create(
            kind=first.kind, audience=first.audience, version=1, from_on=first.from_on
        )


def test_a_consent_is_of_a_known_kind():
    with refuses("consent_of_a_known_kind"):
        ConsentFactory(kind="anything")


@pytest.mark.parametrize("year_group", [-2, 14])
def test_a_learners_year_group_exists(year_group):
    with refuses("learner_year_group_exists"):
        LearnerFactory(set_year_group=year_group)


def test_an_adult_is_linked_to_a_child_once():
    link = GuardianshipFactory()

    with refuses("guardianship_once_for_two_people"):
        GuardianshipFactory(adult=link.adult, child=link.child)


def test_nobody_is_their_own_guardian():
    person = PersonFactory()

    with refuses("guardianship_of_somebody_else"):
        GuardianshipFactory(adult=person, child=person)


@pytest.mark.parametrize("may", ["may_book", "may_see", "may_pay", "may_collect"])
def test_a_barred_adult_may_nothing(may):
    with refuses("guardianship_barred_may_nothing"):
        GuardianshipFactory(barred=True, **{may: True})


def test_a_contact_has_a_role_at_a_school_once():
    contact = SchoolContactFactory()

    with refuses("schoolcontact_once_in_a_role"):
        SchoolContactFactory(school=contact.school, person=contact.person)


def test_staff_leave_after_they_start():
    with refuses("staff_leave_after_they_start"):
        StaffFactory(starts_on=JUNE, ends_on=JANUARY)


def test_a_head_is_head_of_some_centre():
    with refuses("roleheld_head_of_some_centre"):
        RoleHeldFactory(role=RoleHeld.Role.HEAD_OF_CENTRE, centre=None)


@pytest.mark.parametrize(
    "place", [lambda: None, CentreFactory], ids=["everywhere", "at one centre"]
)
def test_a_role_is_held_once_at_a_time(place):
    centre = place()
    held = RoleHeldFactory(centre=centre, starts_on=JANUARY, ends_on=JUNE)

    with refuses("roleheld_once_at_a_time"):
        RoleHeldFactory(person=held.person, centre=centre, starts_on=JUNE)


def test_a_role_may_be_held_again_afterwards():
    held = RoleHeldFactory(starts_on=JANUARY, ends_on=JUNE)

    RoleHeldFactory(person=held.person, starts_on=JUNE + dt.timedelta(days=1))

    assert held.person.roles.count() == 2
