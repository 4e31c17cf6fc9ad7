"""The one vocabulary of permissions, and the one way to fetch what a URL names."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

M = TypeVar("M", bound=Model)


class Permission(StrEnum):
    """Everything that may be allowed. `people.access` says to whom."""

    SEE_PERSON = "core.see_person"
    EDIT_PERSON = "core.edit_person"
    BOOK_FOR_PERSON = "core.book_for_person"
    SEE_CARE = "core.see_care"
    SEE_BILL = "core.see_bill"
    SEE_ENROLMENT = "core.see_enrolment"
    ANSWER_OFFER = "core.answer_offer"
    SEE_ROSTER = "core.see_roster"
    TAKE_REGISTER = "core.take_register"
    TELL_ABSENCE = "core.tell_absence"
    INVITE_ADULT = "core.invite_adult"
    RING_HOME = "core.ring_home"
    SEE_SCHOOL = "core.see_school"
    ORDER_PROGRAMME = "core.order_programme"
    AGREE_ORDER = "core.agree_order"
    SPEAK_FOR_SCHOOL = "core.speak_for_school"
    RUN_CENTRE = "core.run_centre"
    RUN_COUNTY = "core.run_county"


@dataclass(frozen=True)
class Scope:
    """Whom a record is about and which place it belongs to: all an answer may depend on."""

    people: frozenset[int] = field(default_factory=frozenset)
    school_id: int | None = None
    centre_id: int | None = None


def get_permitted_or_404(
    user: AbstractBaseUser | AnonymousUser,
    permission: Permission,
    queryset: QuerySet[M],
    **lookup: Any,
) -> M:
    """Fetch one object the user may act on. Another family's child does not exist."""
    found = get_object_or_404(queryset, **lookup)
    if not isinstance(user, PermissionsMixin) or not user.has_perm(permission, found):
        raise Http404
    return found
