"""Invented people, families, schools and staff.

ChildFactory(guardian=somebody) also links the two; `somebody` is a Person or a User.
"""

import datetime as dt
import uuid

import factory
from allauth.account.models import EmailAddress
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from factory.django import DjangoModelFactory

from centres.models import Weekday
from people.models import (
    Availability,
    Consent,
    ConsentWording,
    Guardianship,
    Invitation,
    Learner,
    LearnerCare,
    Person,
    Photograph,
    RoleHeld,
    School,
    SchoolClaim,
    SchoolContact,
    SchoolInvitation,
    Staff,
    StaffAbsence,
    User,
    sort_name_of,
)
from tests.drawn import square
from tests.factories.centres import CentreFactory
from tests.factories.core import NOON

PASSWORD = "a long enough password"
LONG_AGO = dt.date(2020, 1, 1)


class PersonFactory(DjangoModelFactory):
    """An adult."""

    class Meta:
        model = Person

    given_name = "Priya"
    family_name = factory.Sequence("Sharma{}".format)
    sort_name = factory.LazyAttribute(
        lambda person: sort_name_of(person.given_name, person.family_name)
    )


class GuardianshipFactory(DjangoModelFactory):
    """An adult who may book, see, pay and collect; `barred=True` may nothing."""

    class Meta:
        model = Guardianship

    class Params:
        barred = factory.Trait(
            is_barred=True, may_book=False, may_see=False, may_pay=False, may_collect=False
        )

    adult = factory.SubFactory(PersonFactory)
    child = factory.SubFactory("tests.factories.people.ChildFactory")
    parental_responsibility = Guardianship.Responsibility.YES
    may_book = True
    may_see = True
    may_pay = True
    may_collect = True


class ChildFactory(PersonFactory):
    """A child of ten; with `guardian=`, the child of that Person or User."""

    class Meta:
        skip_postgeneration_save = True

    given_name = "Anaya"
    born_on = dt.date(2016, 5, 14)

    @factory.post_generation
    def guardian(child, create, adult, **_):  # noqa: N805 - factory_boy hands over the object made
        if create and adult is not None:
            person = adult.person if isinstance(adult, User) else adult
            GuardianshipFactory(adult=person, child=child)


class UserFactory(DjangoModelFactory):
    """Somebody who can sign in with PASSWORD, at an address that is confirmed."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence("person{}@family.example".format)
    person = factory.SubFactory(PersonFactory, email=factory.SelfAttribute("..email"))
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(user, create, wanted, **_):  # noqa: N805 - factory_boy hands over the object made
        if create and wanted is not False:
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


class GuardianFactory(UserFactory):
    """A user meant as a parent: ChildFactory(guardian=GuardianFactory())."""


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    urn = factory.Sequence(lambda n: 900001 + n)
    name = factory.Sequence("St Aldwina's School {}".format)
    sort_name = factory.LazyAttribute(lambda school: school.name.casefold())
    phase = "Primary"
    town = "Hertford"
    is_invented = True


class SchoolContactFactory(DjangoModelFactory):
    class Meta:
        model = SchoolContact

    school = factory.SubFactory(SchoolFactory)
    person = factory.SubFactory(PersonFactory)
    role = SchoolContact.Role.MUSIC_LEAD


class SchoolClaimFactory(DjangoModelFactory):
    """A music lead asks to speak for a school; nobody has answered."""

    class Meta:
        model = SchoolClaim

    school = factory.SubFactory(SchoolFactory)
    person = factory.SubFactory(PersonFactory)
    roles = factory.LazyFunction(lambda: [SchoolContact.Role.MUSIC_LEAD])
    job_title = "Music lead"
    asked_at = NOON


class SchoolInvitationFactory(DjangoModelFactory):
    """A colleague is asked to see to finance; it lasts for a week."""

    class Meta:
        model = SchoolInvitation

    school = factory.SubFactory(SchoolFactory)
    email = factory.Sequence("bursar-{}@school.example".format)
    roles = factory.LazyFunction(lambda: [SchoolContact.Role.FINANCE])
    invited_by = factory.SubFactory(PersonFactory)
    key_hash = factory.LazyFunction(lambda: uuid.uuid4().hex * 2)
    made_at = NOON
    expires_at = NOON + dt.timedelta(days=7)


class LearnerFactory(DjangoModelFactory):
    class Meta:
        model = Learner

    person = factory.SubFactory(ChildFactory)


class LearnerCareFactory(DjangoModelFactory):
    """Nothing said; what is sealed goes in through people.care."""

    class Meta:
        model = LearnerCare

    learner = factory.SubFactory(LearnerFactory)
    updated_at = NOON


class ConsentWordingFactory(DjangoModelFactory):
    class Meta:
        model = ConsentWording
        django_get_or_create = ("kind", "audience", "version")

    kind = ConsentWording.Kind.PHOTO
    version = 1
    audience = "pupil"
    title = "Photographs"
    wording = "We may take photographs of {child}."
    from_on = dt.date(2025, 9, 1)


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    person = factory.SubFactory(ChildFactory)
    wording = factory.SubFactory(ConsentWordingFactory)
    kind = factory.SelfAttribute("wording.kind")
    is_given = True
    by_person = factory.SubFactory(PersonFactory)
    at = NOON


class StaffFactory(DjangoModelFactory):
    class Meta:
        model = Staff

    person = factory.SubFactory(PersonFactory, given_name="Tomasz")
    employment = Staff.Employment.EMPLOYED
    starts_on = LONG_AGO


class PhotographFactory(DjangoModelFactory):
    """A drawn face, put up by its owner."""

    class Meta:
        model = Photograph

    staff = factory.SubFactory(StaffFactory)
    picture = factory.LazyFunction(lambda: square().jpeg)
    put_up_at = NOON
    put_up_by = factory.SelfAttribute("staff.person")


class RoleHeldFactory(DjangoModelFactory):
    """An administrator, in force; say `role` and `centre` for others."""

    class Meta:
        model = RoleHeld

    person = factory.SubFactory(PersonFactory)
    role = RoleHeld.Role.ADMINISTRATOR
    starts_on = LONG_AGO


class AvailabilityFactory(DjangoModelFactory):
    """Saturdays from nine to one, at any centre."""

    class Meta:
        model = Availability

    staff = factory.SubFactory(StaffFactory)
    weekday = Weekday.SATURDAY
    from_time = dt.time(9)
    until_time = dt.time(13)
    from_on = dt.date(2026, 9, 1)


class StaffAbsenceFactory(DjangoModelFactory):
    """Away on Saturday 12 September 2026."""

    class Meta:
        model = StaffAbsence

    staff = factory.SubFactory(StaffFactory)
    during = DateTimeTZRange(
        dt.datetime(2026, 9, 11, 23, tzinfo=dt.UTC), dt.datetime(2026, 9, 12, 23, tzinfo=dt.UTC)
    )
    kind = StaffAbsence.Kind.UNWELL
    told_by = factory.SelfAttribute("staff.person")
    told_at = NOON


class InvitationFactory(DjangoModelFactory):
    """A parent asks another to share the care of a child; it lasts for a week."""

    class Meta:
        model = Invitation

    child = factory.SubFactory(ChildFactory)
    email = factory.Sequence("other-parent-{}@family.example".format)
    relationship = "parent"
    may_see = True
    invited_by = factory.SubFactory(PersonFactory)
    key_hash = factory.LazyFunction(lambda: uuid.uuid4().hex * 2)
    made_at = NOON
    expires_at = NOON + dt.timedelta(days=7)


def administrator(**user):
    """A user who runs the county and may enter the admin."""
    user = UserFactory(is_staff=True, **user)
    RoleHeldFactory(person=user.person)
    return user


def head_of(centre=None, **user):
    """A user who runs this centre and may enter the admin."""
    user = UserFactory(is_staff=True, **user)
    RoleHeldFactory(
        person=user.person,
        role=RoleHeld.Role.HEAD_OF_CENTRE,
        centre=centre or CentreFactory(),
    )
    return user


def contact_of(school, role=SchoolContact.Role.MUSIC_LEAD, **user):
    """A user who speaks for this school, as its music lead unless told otherwise."""
    user = UserFactory(**user)
    SchoolContactFactory(school=school, person=user.person, role=role)
    return user
