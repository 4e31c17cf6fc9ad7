"""Who may do what to whom: the whole table, role by role, and that lists agree with it."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from core.access import Permission, Scope, get_permitted_or_404
from people import access
from people.models import Person, RoleHeld, SchoolContact
from tests.factories.billing import ChargeFactory
from tests.factories.bookings import (
    ClosureFactory,
    EnrolmentFactory,
)
from tests.factories.centres import CentreFactory
from tests.factories.core import NOON
from tests.factories.people import (
    ChildFactory,
    GuardianshipFactory,
    LearnerCareFactory,
    PersonFactory,
    RoleHeldFactory,
    SchoolContactFactory,
    SchoolFactory,
    UserFactory,
    administrator,
    contact_of,
    head_of,
)
from tests.factories.safeguarding import (
    cleared_teacher,
)
from tests.factories.schools import (
    SchoolOrderFactory,
)
from tests.people.lists import SEEN_BY, samples

pytestmark = pytest.mark.django_db

NONE = frozenset()
# In the order they are declared.
SEE, EDIT, BOOK, CARE, BILL, ENROLMENT, OFFER, *_OTHERS = Permission
ROSTER, REGISTER, TELL, INVITE, RING, *_PLACES = _OTHERS
SCHOOL, ORDER, AGREE, SPEAK, CENTRE, COUNTY = _PLACES
ALL = frozenset(Permission)
SELF = ALL - {INVITE, RING, ORDER, AGREE, SPEAK, CENTRE, COUNTY}
MAY_SEE = frozenset({SEE, CARE, ENROLMENT, TELL})
MAY_BOOK = frozenset({EDIT, BOOK, OFFER, INVITE})
MAY_PAY = frozenset({BILL})
PARENT = MAY_SEE | MAY_BOOK | MAY_PAY
HEAD = frozenset({ROSTER, ENROLMENT, REGISTER, RING, CENTRE})
ADMINISTRATOR = ALL - {CARE, RING, AGREE}
DSL = frozenset({SCHOOL, BILL})
MUSIC_LEAD = DSL | {ORDER, SPEAK}
FINANCE = DSL | {AGREE}
SCHOOL_HEAD = MUSIC_LEAD | FINANCE

# The child, what is about the child alone, the child's place at the centre, and the centre itself.
# And an order of a school.
THINGS = ("child", "care", "charge", "enrolment", "activity", "centre", "other child", "order")
TABLE = {
    "nobody": [NONE] * 8,
    "stranger": [NONE] * 8,
    "the child": [SELF, SELF, SELF, SELF, NONE, NONE, NONE, NONE],
    "parent": [PARENT, PARENT, PARENT, PARENT, NONE, NONE, NONE, NONE],
    "parent who may see": [MAY_SEE, MAY_SEE, MAY_SEE, MAY_SEE, NONE, NONE, NONE, NONE],
    "parent who may book": [MAY_BOOK, MAY_BOOK, MAY_BOOK, MAY_BOOK, NONE, NONE, NONE, NONE],
    "parent who may pay": [MAY_PAY, MAY_PAY, MAY_PAY, MAY_PAY, NONE, NONE, NONE, NONE],
    "parent who may collect": [NONE] * 8,
    "barred parent": [NONE] * 8,
    "parent who is switched off": [NONE] * 8,
    "the child's teacher": [NONE, NONE, NONE, NONE, SELF, NONE, NONE, NONE],
    "another teacher": [NONE] * 8,
    "head of the centre": [NONE, NONE, NONE, HEAD, HEAD, HEAD, NONE, NONE],
    "head of another centre": [NONE] * 8,
    "head until yesterday": [NONE] * 8,
    "head until today": [NONE, NONE, NONE, HEAD, HEAD, HEAD, NONE, NONE],
    "head from tomorrow": [NONE] * 8,
    "administrator": [ADMINISTRATOR] * 8,
    "administrator until yesterday": [NONE] * 8,
    "administrator switched off": [NONE] * 8,
    "head of the school": [*[NONE] * 7, SCHOOL_HEAD],
    "music lead": [*[NONE] * 7, MUSIC_LEAD],
    "the school's finance": [*[NONE] * 7, FINANCE],
    "the school's safeguarding lead": [*[NONE] * 7, DSL],
    "music lead who left": [NONE] * 8,
    "head of another school": [NONE] * 8,
    # Django answers yes for a superuser before any of us is asked: but for care, which is ours.
    "superuser": [ADMINISTRATOR] * 8,
}


@pytest.fixture
def place():
    """One centre, one child with a place there, another child elsewhere."""
    centre, child, teacher = CentreFactory(), ChildFactory(), cleared_teacher()
    enrolment = EnrolmentFactory(
        person=child, active=True, activity__centre=centre, activity__teacher=teacher
    )
    return {
        "child": child,
        "care": LearnerCareFactory(learner__person=child),
        "charge": ChargeFactory(person=child),
        "enrolment": enrolment,
        "activity": enrolment.activity,
        "centre": centre,
        "other child": ChildFactory(),
        "order": SchoolOrderFactory(),
    }


def parent_of(child, *, is_active=True, **standing):
    """A user with these rights and no others towards the child."""
    rights = dict.fromkeys(["may_book", "may_see", "may_pay", "may_collect"], False)
    user = UserFactory(is_active=is_active)
    GuardianshipFactory(adult=user.person, child=child, **(rights | standing))
    return user


def holding(role, *, centre=None, starts_in=-30, ends_in=None, **user):
    today = timezone.localdate()
    user = UserFactory(**user)
    RoleHeldFactory(
        person=user.person,
        role=role,
        centre=centre,
        starts_on=today + dt.timedelta(days=starts_in),
        ends_on=None if ends_in is None else today + dt.timedelta(days=ends_in),
    )
    return user


def actor(name, place):
    child, centre = place["child"], place["centre"]
    school, parts = place["order"].school, SchoolContact.Role
    roles = RoleHeld.Role
    everything = {"may_book": True, "may_see": True, "may_pay": True}
    return {
        "nobody": AnonymousUser,
        "stranger": lambda: parent_of(ChildFactory(), **everything),
        "the child": lambda: UserFactory(person=child),
        "parent": lambda: parent_of(child, **everything),
        "parent who may see": lambda: parent_of(child, may_see=True),
        "parent who may book": lambda: parent_of(child, may_book=True),
        "parent who may pay": lambda: parent_of(child, may_pay=True),
        "parent who may collect": lambda: parent_of(child, may_collect=True),
        "barred parent": lambda: parent_of(child, is_barred=True),
        "parent who is switched off": lambda: parent_of(child, is_active=False, **everything),
        "the child's teacher": lambda: UserFactory(person=place["activity"].teacher),
        "another teacher": lambda: UserFactory(person=cleared_teacher()),
        "head of the centre": lambda: head_of(centre),
        "head of another centre": head_of,
        "head until yesterday": lambda: holding(roles.HEAD_OF_CENTRE, centre=centre, ends_in=-1),
        "head until today": lambda: holding(roles.HEAD_OF_CENTRE, centre=centre, ends_in=0),
        "head from tomorrow": lambda: holding(roles.HEAD_OF_CENTRE, centre=centre, starts_in=1),
        "administrator": administrator,
        "administrator until yesterday": lambda: holding(roles.ADMINISTRATOR, ends_in=-1),
        "administrator switched off": lambda: administrator(is_active=False),
        "superuser": lambda: UserFactory(is_superuser=True),
        "head of the school": lambda: contact_of(school, parts.HEAD),
        "music lead": lambda: contact_of(school),
        "the school's finance": lambda: contact_of(school, parts.FINANCE),
        "the school's safeguarding lead": lambda: contact_of(school, parts.DSL),
        "music lead who left": lambda: (
            SchoolContactFactory(
                school=school, person=UserFactory().person, ended_at=NOON
            ).person.user
        ),
        "head of another school": lambda: contact_of(SchoolFactory(), parts.HEAD),
    }[name]()


@pytest.mark.parametrize("name", TABLE)
def test_access_is_what_the_table_says(name, place):
    user = actor(name, place)

    allowed = {
        thing: frozenset(each for each in Permission if user.has_perm(each, place[thing]))
        for thing in THINGS
    }

    assert allowed == dict(zip(THINGS, TABLE[name], strict=True))


@pytest.mark.parametrize("name", TABLE)
def test_access_to_no_thing_in_particular_is_for_who_runs_the_county(name, place):
    user = actor(name, place)

    allowed = frozenset(each for each in Permission if user.has_perm(each))

    assert allowed == {"administrator": ADMINISTRATOR, "superuser": ADMINISTRATOR}.get(name, NONE)


def test_asked_themselves_the_roles_open_no_care_to_a_superuser(place):
    superuser = UserFactory(is_superuser=True)

    assert not access.may(superuser, CARE, place["care"])


def test_an_unknown_permission_is_refused_even_to_an_administrator(place):
    assert not administrator().has_perm("core.open_everything", place["child"])


def test_a_thing_without_a_scope_is_refused_even_to_an_administrator():
    assert not administrator().has_perm(SEE, RoleHeld.Role.TEACHER)


def test_a_scope_of_nobody_and_nowhere_is_refused_to_a_head_without_a_centre():
    """A role at no centre must not match what is at no centre."""
    user = holding(RoleHeld.Role.TEACHER)
    user._roles_held = [RoleHeld(role=RoleHeld.Role.HEAD_OF_CENTRE, centre=None)]

    assert not user.has_perm(CENTRE, ClosureFactory())


def test_two_children_share_nothing_through_one_parent(place):
    """Their siblings' other parent sees only their own."""
    user = parent_of(place["child"], may_see=True)
    parent_of(place["other child"], may_see=True)

    assert list(Person.objects.visible_to(user).order_by("pk")) == sorted(
        [user.person, place["child"]], key=lambda person: person.pk
    )


def scoped_models():
    """Every model that has both a scope and visible_to."""
    return [
        model
        for model in apps.get_models()
        if hasattr(model, "scope") and hasattr(model._default_manager.all(), "visible_to")
    ]


def test_every_model_with_a_list_and_a_scope_is_compared():
    assert {model.__name__ for model in scoped_models()} == SEEN_BY.keys()


def disagreement(name, model, made, place):
    """What one actor's list and the answers about each of these say differently."""
    with transaction.atomic():
        user = actor(name, place)
        listed = set(model._default_manager.visible_to(user)) & set(made)
        allowed = {each for each in made if user.has_perm(SEEN_BY[model.__name__], each)}
        transaction.set_rollback(True)
    return listed ^ allowed


@pytest.mark.parametrize("model", scoped_models(), ids=lambda model: model.__name__)
def test_lists_agree_with_answers(model, place):
    made = samples(model, place)

    found = {name: disagreement(name, model, made, place) for name in TABLE}

    assert {name: rows for name, rows in found.items() if rows} == {}


def test_get_permitted_gives_what_is_ones_own(place):
    user = parent_of(place["child"], may_see=True)

    found = get_permitted_or_404(user, SEE, Person.objects.all(), ref=place["child"].ref)

    assert found == place["child"]


@pytest.mark.parametrize("name", ["nobody", "stranger", "barred parent", "head of the centre"])
def test_get_permitted_knows_nothing_of_what_is_not_ones_own(name, place):
    user = actor(name, place)

    with pytest.raises(Http404):
        get_permitted_or_404(user, SEE, Person.objects.all(), ref=place["child"].ref)


@pytest.mark.parametrize("made", [PersonFactory, CentreFactory])
def test_scopes_are_scopes(made):
    assert isinstance(made().scope, Scope)
