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
