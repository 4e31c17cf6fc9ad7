"""Who may do what: the roles as a table, and the backend that answers every permission."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from core.access import Permission, Scope
from people.models import Guardianship, RoleHeld, SchoolContact, User
from people.models.persons import NOT_BY_OFFICE

SELF = frozenset(
    {
        Permission.SEE_PERSON,
        Permission.EDIT_PERSON,
        Permission.BOOK_FOR_PERSON,
        Permission.SEE_CARE,
        Permission.SEE_BILL,
        Permission.SEE_ENROLMENT,
        Permission.ANSWER_OFFER,
        Permission.SEE_ROSTER,  # of what one teaches: an activity's scope names its teacher
        Permission.TAKE_REGISTER,  # of a meeting one teaches: its scope names who does
        Permission.TELL_ABSENCE,
        Permission.SEE_SCHOOL,  # what they themselves are, or asked to be, at a school
    }
)
GUARDIAN: dict[str, frozenset[Permission]] = {
    "may_see": frozenset(
        {
            Permission.SEE_PERSON,
            Permission.SEE_CARE,
            Permission.SEE_ENROLMENT,
            Permission.TELL_ABSENCE,
        }
    ),
    "may_book": frozenset(
        {
            Permission.EDIT_PERSON,
            Permission.BOOK_FOR_PERSON,
            Permission.ANSWER_OFFER,
            Permission.INVITE_ADULT,
        }
    ),
    "may_pay": frozenset({Permission.SEE_BILL}),
}
# At a school: whom it named to us, and in which part.
SCHOOL: dict[str, frozenset[Permission]] = {
    SchoolContact.Role.HEAD: frozenset(
        {
            Permission.SEE_SCHOOL,
            Permission.SEE_BILL,
            Permission.ORDER_PROGRAMME,
            Permission.AGREE_ORDER,
            Permission.SPEAK_FOR_SCHOOL,
        }
    ),
    SchoolContact.Role.MUSIC_LEAD: frozenset(
        {
            Permission.SEE_SCHOOL,
            Permission.SEE_BILL,
            Permission.ORDER_PROGRAMME,
            Permission.SPEAK_FOR_SCHOOL,
        }
    ),
    SchoolContact.Role.FINANCE: frozenset(
        {Permission.SEE_SCHOOL, Permission.SEE_BILL, Permission.AGREE_ORDER}
    ),
    SchoolContact.Role.DSL: frozenset({Permission.SEE_SCHOOL, Permission.SEE_BILL}),
}
ROLE = ("role", "centre_id", "school_id")
CONTACT = ("role", "school_id")
_WARDS = "_wards"
WARD = ("child_id", *GUARDIAN)
ROLES: dict[str, frozenset[Permission]] = {
    RoleHeld.Role.TEACHER: frozenset(),
    RoleHeld.Role.HEAD_OF_CENTRE: frozenset(
        {
            Permission.SEE_ROSTER,
            Permission.SEE_ENROLMENT,
            Permission.TAKE_REGISTER,
            Permission.RING_HOME,  # whom to ring for who is expected that day: nothing medical
            Permission.RUN_CENTRE,
        }
    ),
    # Everything but what is sealed: being in charge of the system opens no child's medical note,
    # nor whom to ring. Whoever stands in for a head is made one, by somebody else. Nor does the
    # office say yes for a school.
    RoleHeld.Role.ADMINISTRATOR: frozenset(Permission) - NOT_BY_OFFICE,
}


class SignedIn(AuthenticationBackend):  # type: ignore[misc]  # allauth carries no types
    """Finds who is signed in, and all that they hold, in one read: every page asks.

    What they may do is for RoleBackend alone to answer: Django's own tables are not read.
    """

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Model | None = None
    ) -> bool:
        return False

    def get_user(self, user_id: int) -> User | None:
        today = timezone.localdate()
        roles = RoleHeld.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=today),
            person_id=OuterRef("person_id"),
            starts_on__lte=today,
        )
        wards = Guardianship.objects.filter(adult_id=OuterRef("person_id"))
        contacts = SchoolContact.objects.filter(person_id=OuterRef("person_id"), ended_at=None)
        user = (
            User.objects.filter(pk=user_id, is_active=True)
            .annotate(
                in_roles=_rows(roles, ROLE),
                as_guardian=_rows(wards, WARD),
                as_contact=_rows(contacts, CONTACT),
            )
            .first()
        )
        if user:
            user._roles_held = [RoleHeld(**row) for row in user.in_roles]
            user._contacts_held = [SchoolContact(**row) for row in user.as_contact]
            # Read with the user, so that `_wards` need not.
            setattr(user, _WARDS, [Guardianship(**row) for row in user.as_guardian])
        return user


def _rows(rows: QuerySet[Any], columns: tuple[str, ...]) -> ArraySubquery:
    """The rows as a list of dicts, in one column."""
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in columns})))


class RoleBackend(BaseBackend):
    """Answers `has_perm` for our permissions, and is the last word on them.

    Unknown role, permission or scope: no. A superuser is let in by Django before it is asked.
    """

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Model | None = None
    ) -> bool:
        if perm not in set(Permission):
            return False
        if isinstance(user_obj, User) and user_obj.is_active and may(user_obj, perm, obj):
            return True
        raise PermissionDenied  # so that no other backend is asked, and no table read


def may(user: User, perm: str, obj: Model | None = None) -> bool:
    """Whether the user's roles and relationships allow this, about this object or everywhere."""
    permission = Permission(perm)
    if obj is None:
        return permission in _granted_anywhere(user)
    scope = getattr(obj, "scope", None)
    return isinstance(scope, Scope) and _grants(user, permission, scope)


def runs_a_place(user: User) -> bool:
    """Whether they run the county, or are head of a centre."""
    return user.has_perm(Permission.RUN_COUNTY) or bool(user.centres_run())


def serves_a_school(user: User) -> bool:
    """Whether they speak for any school."""
    return bool(user.schools_served())


def cares_for_somebody(user: User) -> bool:
    """Whether any child here is theirs to see, book or pay for."""
    return bool(_wards(user))


def _granted_anywhere(user: User) -> set[Permission]:
    """What a role over the whole county allows, whoever it is about."""
    return {
        permission
        for held in user.roles_held()
        if held.role == RoleHeld.Role.ADMINISTRATOR
        for permission in ROLES[held.role]
    }


def _grants(user: User, permission: Permission, scope: Scope) -> bool:
    """Their own first, then their children's, then by role: a parent is answered in one read."""
    if user.person_id in scope.people and permission in SELF:
        return True
    own = any(
        link.child_id in scope.people and permission in allowed
        for link in _wards(user)
        for flag, allowed in GUARDIAN.items()
        if getattr(link, flag)
    )
    if own or permission in _granted_anywhere(user):
        return True
    for_school = any(
        contact.school_id == scope.school_id and permission in SCHOOL.get(contact.role, frozenset())
        for contact in user.contacts_held()
    )
    return for_school or any(_role_grants(held, permission, scope) for held in user.roles_held())


def _role_grants(held: RoleHeld, permission: Permission, scope: Scope) -> bool:
    here = held.centre_id is not None and held.centre_id == scope.centre_id
    return here and permission in ROLES.get(held.role, frozenset())


def _wards(user: User) -> list[Guardianship]:
    if not hasattr(user, _WARDS):
        setattr(user, _WARDS, list(Guardianship.objects.filter(adult_id=user.person_id)))
    return list(getattr(user, _WARDS))
