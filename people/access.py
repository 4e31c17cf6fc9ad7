"""Who may do what: the roles as a table, and the backend that answers every permission."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from core.access import Permission, Scope
from people.models import Guardianship, RoleHeld, User

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
    }
)
GUARDIAN: dict[str, frozenset[Permission]] = {
    "may_see": frozenset({Permission.SEE_PERSON, Permission.SEE_CARE, Permission.SEE_ENROLMENT}),
    "may_book": frozenset(
        {Permission.EDIT_PERSON, Permission.BOOK_FOR_PERSON, Permission.ANSWER_OFFER}
    ),
    "may_pay": frozenset({Permission.SEE_BILL}),
}
ROLES: dict[str, frozenset[Permission]] = {
    RoleHeld.Role.TEACHER: frozenset(),
    RoleHeld.Role.HEAD_OF_CENTRE: frozenset(
        {Permission.SEE_ROSTER, Permission.SEE_ENROLMENT, Permission.RUN_CENTRE}
    ),
    # Everything but care: being in charge of the system opens no child's medical note.
    RoleHeld.Role.ADMINISTRATOR: frozenset(Permission) - {Permission.SEE_CARE},
}


class RoleBackend(BaseBackend):
    """Answers `has_perm` for our permissions. Unknown role, permission or scope: no."""

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Model | None = None
    ) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        if perm not in set(Permission):
            return False
        permission = Permission(perm)
        if obj is None:
            return permission in _granted_anywhere(user_obj)
        scope = getattr(obj, "scope", None)
        return isinstance(scope, Scope) and _grants(user_obj, permission, scope)


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
    return any(_role_grants(held, permission, scope) for held in user.roles_held())


def _role_grants(held: RoleHeld, permission: Permission, scope: Scope) -> bool:
    here = held.centre_id is not None and held.centre_id == scope.centre_id
    return here and permission in ROLES.get(held.role, frozenset())


def _wards(user: User) -> list[Guardianship]:
    if not hasattr(user, "_wards"):
        user._wards = list(Guardianship.objects.filter(adult_id=user.person_id))  # type: ignore[attr-defined]  # read once a request
    return user._wards  # type: ignore[no-any-return, attr-defined]
