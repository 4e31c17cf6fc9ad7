"""The one way a visitor becomes somebody who can sign in."""

from datetime import datetime

from core.actions import action
from people.models import Person, User
from people.models.persons import sort_name_of


@action
def open_account(
    *,
    given_name: str,
    family_name: str,
    email: str,
    phone: str,
    password: str,
    by: User | None,
    at: datetime,
) -> User:
    """There is a person of this name, and a user who can prove the address is theirs."""
    person = Person.objects.create(
        given_name=given_name,
        family_name=family_name,
        email=email,
        phone=phone,
        sort_name=sort_name_of(given_name, family_name),
    )
    return User.objects.create_user(email, password, person=person)


@action
def open_account_by_directory(
    *, given_name: str, family_name: str, email: str, by: User | None, at: datetime
) -> User:
    """There is a person of this name, and a user whom a directory brings in: no password opens it.

    They prove the address, and may choose a password, as everybody does.
    """
    person = Person.objects.create(
        given_name=given_name,
        family_name=family_name,
        email=email,
        sort_name=sort_name_of(given_name, family_name),
    )
    return User.objects.create_user(email, None, person=person)
