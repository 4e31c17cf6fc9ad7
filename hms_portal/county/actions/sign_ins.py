"""Lets invented adults sign in: staff, and whoever books for a family, all with one password."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from core.actions import action
from hms_portal.county.copying import copy_objects, reserve_keys
from hms_portal.county.shown import PASSWORD
from people.models import Person, RoleHeld, User

STAFF_PAGES = {RoleHeld.Role.HEAD_OF_CENTRE, RoleHeld.Role.ADMINISTRATOR}


@action
def load_sign_ins(*, by: User | None, at: dt.datetime) -> int:
    """All staff, payers and people of schools have a user whose address is verified."""
    people = Person.objects.exclude(email="").filter(user=None)
    staff, payers = people.exclude(staff=None), people.exclude(account=None)
    of_schools = people.exclude(school_contacts=None)
    known = User.objects.exists()
    adults = [] if known else list((staff | payers | of_schools).distinct().order_by("pk"))
    admitted = set(
        RoleHeld.objects.filter(role__in=STAFF_PAGES).values_list("person_id", flat=True)
    )
    password = make_password(PASSWORD)
    users = [
        User(
            pk=key,
            email=adult.email,
            person=adult,
            password=password,
            is_staff=adult.pk in admitted,
            joined_at=at,
        )
        for adult, key in zip(adults, reserve_keys(User, len(adults)), strict=True)
    ]
    addresses = [
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    ]
    return copy_objects(users) + copy_objects(addresses)
