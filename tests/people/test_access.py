"""Who may do what to whom: the whole table, role by role, and that lists agree with it."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone

from bookings.models import Activity
from core.access import Permission, Scope, get_permitted_or_404
from people import access
from people.models import Learner, LearnerCare, Person, RoleHeld
from tests.factories.billing import AccountFactory, ChargeFactory
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    ActivityFactory,
    AttendanceFactory,
    CalendarFeedFactory,
    ClosureFactory,
    CreditFactory,
    EnrolmentFactory,
    MessageFactory,
    MessageReaderFactory,
    SessionFactory,
    SessionStaffFactory,
)
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.lessons import CourseRunFactory, TuitionFactory
from tests.factories.people import (
    AvailabilityFactory,
    ChildFactory,
    ConsentFactory,
    GuardianshipFactory,
    InvitationFactory,
    LearnerCareFactory,
    LearnerFactory,
    PersonFactory,
    RoleHeldFactory,
    SchoolContactFactory,
    SchoolFactory,
    StaffAbsenceFactory,
    StaffFactory,
    UserFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import CheckFactory, cleared_teacher

pytestmark = pytest.mark.django_db

NONE = frozenset()
# In the order they are declared.
SEE, EDIT, BOOK, CARE, BILL, ENROLMENT, OFFER, *_OTHERS = Permission
ROSTER, REGISTER, TELL, INVITE, RING, CENTRE, COUNTY = _OTHERS
ALL = frozenset(Permission)
SELF = ALL - {INVITE, RING, CENTRE, COUNTY}
MAY_SEE = frozenset({SEE, CARE, ENROLMENT, TELL})
MAY_BOOK = frozenset({EDIT, BOOK, OFFER, INVITE})
MAY_PAY = frozenset({BILL})
PARENT = MAY_SEE | MAY_BOOK | MAY_PAY
HEAD = frozenset({ROSTER, ENROLMENT, REGISTER, RING, CENTRE})
ADMINISTRATOR = ALL - {CARE, RING}

# The child, what is about the child alone, the child's place at the centre, and the centre itself.
THINGS = ("child", "care", "charge", "enrolment", "activity", "centre", "other child")
TABLE = {
    "nobody": [NONE] * 7,
    "stranger": [NONE] * 7,
    "the child": [SELF, SELF, SELF, SELF, NONE, NONE, NONE],
    "parent": [PARENT, PARENT, PARENT, PARENT, NONE, NONE, NONE],
    "parent who may see": [MAY_SEE, MAY_SEE, MAY_SEE, MAY_SEE, NONE, NONE, NONE],
    "parent who may book": [MAY_BOOK, MAY_BOOK, MAY_BOOK, MAY_BOOK, NONE, NONE, NONE],
    "parent who may pay": [MAY_PAY, MAY_PAY, MAY_PAY, MAY_PAY, NONE, NONE, NONE],
    "parent who may collect": [NONE] * 7,
    "barred parent": [NONE] * 7,
    "parent who is switched off": [NONE] * 7,
    "the child's teacher": [NONE, NONE, NONE, NONE, SELF, NONE, NONE],
    "another teacher": [NONE] * 7,
    "head of the centre": [NONE, NONE, NONE, HEAD, HEAD, HEAD, NONE],
    "head of another centre": [NONE] * 7,
    "head until yesterday": [NONE] * 7,
    "head until today": [NONE, NONE, NONE, HEAD, HEAD, HEAD, NONE],
    "head from tomorrow": [NONE] * 7,
    "administrator": [ADMINISTRATOR] * 7,
    "administrator until yesterday": [NONE] * 7,
    "administrator switched off": [NONE] * 7,
    # Django answers yes for a superuser before any of us is asked: but for care, which is ours.
    "superuser": [ADMINISTRATOR] * 7,
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


# What a list shows is what an answer allows: by which permission each model is seen.
SEEN_BY = {
    "Person": SEE,
    "Enrolment": ENROLMENT,
    "Attendance": ENROLMENT,
    "Session": ROSTER,
    "Closure": CENTRE,
    # What is published anybody sees: these are compared while they are drafts.
    "Activity": ROSTER,
    "CourseRun": ROSTER,
    "Tuition": ROSTER,
    "SessionStaff": ROSTER,
    "Learner": SEE,
    "LearnerCare": CARE,
    "Guardianship": SEE,
    "Consent": SEE,
    "SchoolContact": SEE,
    "Staff": SEE,
    "RoleHeld": SEE,
    "Account": BILL,
    "Charge": BILL,
    "Check": COUNTY,
    "AbsenceNotice": SEE,
    "Availability": ROSTER,
    "CalendarFeed": SEE,
    "Credit": ENROLMENT,
    "Invitation": SEE,
    "Message": CENTRE,
    "MessageReader": SEE,
    "StaffAbsence": ROSTER,
}


def about(child):
    """What is about one child alone, and the same about another."""
    return {
        "Learner": lambda: [
            Learner.objects.filter(person=child).first() or LearnerFactory(person=child),
            LearnerFactory(),
        ],
        "LearnerCare": lambda: [
            LearnerCare.objects.filter(learner_id=child.pk).first()
            or LearnerCareFactory(learner__person=child),
            LearnerCareFactory(),
        ],
        "Guardianship": lambda: [GuardianshipFactory(child=child), GuardianshipFactory()],
        "Consent": lambda: [ConsentFactory(person=child), ConsentFactory()],
        "SchoolContact": lambda: [SchoolContactFactory(person=child), SchoolContactFactory()],
        "Staff": lambda: [StaffFactory(person=child), StaffFactory()],
        "RoleHeld": lambda: [RoleHeldFactory(person=child), RoleHeldFactory()],
        "Account": lambda: [AccountFactory(person=child), AccountFactory()],
        "Charge": lambda: [ChargeFactory(person=child), ChargeFactory()],
        "Check": lambda: [CheckFactory(person=child), CheckFactory()],
        "AbsenceNotice": lambda: [AbsenceNoticeFactory(person=child), AbsenceNoticeFactory()],
        "CalendarFeed": lambda: [CalendarFeedFactory(person=child), CalendarFeedFactory()],
        "Invitation": lambda: [InvitationFactory(invited_by=child), InvitationFactory()],
        "MessageReader": lambda: [MessageReaderFactory(person=child), MessageReaderFactory()],
    }


def around(place, theirs):
    """What belongs to the place, to its staff, or to a meeting there; and the same elsewhere."""
    return {
        "Credit": lambda: [
            CreditFactory(attendance=AttendanceFactory(**theirs)),
            CreditFactory(),
        ],
        "Availability": lambda: [
            AvailabilityFactory(staff__base_centre=place["centre"]),
            AvailabilityFactory(staff__person=place["child"]),
            AvailabilityFactory(),
        ],
        "StaffAbsence": lambda: [
            StaffAbsenceFactory(staff__base_centre=place["centre"]),
            StaffAbsenceFactory(),
        ],
        "Message": lambda: [
            MessageFactory(centre=place["centre"]),
            MessageFactory(activity=place["activity"]),
            MessageFactory(activity=ActivityFactory()),
            MessageFactory(),
        ],
    }


def samples(model, place):
    """One at the place, one elsewhere."""
    draft = {"status": Activity.Status.DRAFT}
    here = {"centre": place["centre"], "teacher": place["activity"].teacher}
    at_the_place = {f"activity__{name}": value for name, value in (draft | here).items()}
    session = SessionFactory(activity=place["activity"])
    SessionStaffFactory(session=session, person=place["activity"].teacher)
    theirs = {"session": session, "person": place["child"], "enrolment": place["enrolment"]}
    return {
        "SessionStaff": lambda: [session.staff.get(), SessionStaffFactory()],
        **about(place["child"]),
        **around(place, theirs),
        "Person": lambda: [place["child"], place["other child"]],
        "Enrolment": lambda: [place["enrolment"], EnrolmentFactory()],
        "Attendance": lambda: [AttendanceFactory(**theirs), AttendanceFactory()],
        "Session": lambda: [session, SessionFactory()],
        "Closure": lambda: [
            ClosureFactory(centre=place["centre"]),
            ClosureFactory(activity=place["activity"]),
            ClosureFactory(room=RoomFactory(centre=place["centre"])),
            ClosureFactory(school=SchoolFactory()),
            ClosureFactory(),
        ],
        "Activity": lambda: [ActivityFactory(**draft, **here), ActivityFactory(**draft)],
        "CourseRun": lambda: [
            CourseRunFactory(**at_the_place),
            CourseRunFactory(activity__status="draft"),
        ],
        "Tuition": lambda: [
            TuitionFactory(**at_the_place),
            TuitionFactory(activity__status="draft"),
        ],
    }[model.__name__]()


def scoped_models():
    """Every model that has both a scope and visible_to."""
    return [
        model
        for model in apps.get_models()
        if hasattr(model, "scope") and hasattr(model._default_manager.all(), "visible_to")
    ]


def test_every_model_with_a_list_and_a_scope_is_compared():
    assert {model.__name__ for model in scoped_models()} == SEEN_BY.keys()


@pytest.mark.parametrize("model", scoped_models(), ids=lambda model: model.__name__)
@pytest.mark.parametrize("name", TABLE)
def test_lists_agree_with_answers(name, model, place):
    made = samples(model, place)
    user = actor(name, place)
    permission = SEEN_BY[model.__name__]

    listed = set(model._default_manager.visible_to(user)) & set(made)

    assert listed == {each for each in made if user.has_perm(permission, each)}


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
