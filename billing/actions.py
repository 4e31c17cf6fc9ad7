"""Everything that changes what is owed."""

import datetime as dt
from decimal import Decimal

from billing.models import Account, Charge
from centres.models import Term
from core.actions import action
from people.models import Person, School, User


@action
def account_for(*, person: Person, by: User | None, at: dt.datetime) -> Account:
    """The account this person pays from, opened if they had none."""
    # One statement, whether or not it was there, and safe when two ask at once.
    [account] = Account.objects.bulk_create(
        [Account(person=person)],
        update_conflicts=True,
        unique_fields=["person"],
        update_fields=["person"],
    )
    return account


@action
def account_for_school(*, school: School, by: User | None, at: dt.datetime) -> Account:
    """The account this school pays from, opened if it had none."""
    [account] = Account.objects.bulk_create(
        [Account(school=school)],
        update_conflicts=True,
        unique_fields=["school"],
        update_fields=["school"],
    )
    return account


@action
def raise_charge(
    *,
    account: Account,
    person: Person | None,
    term: Term,
    description: str,
    explanation: dict[str, str | int | None],
    amount: Decimal,
    source: str,
    by: User | None,
    at: dt.datetime,
) -> Charge:
    """The account owes the amount for the term, for a person or, a school's, for nobody by name.

    A source is charged once, ever.
    """
    return Charge.objects.create(
        account=account,
        person=person,
        term=term,
        description=description,
        explanation=explanation,
        amount=amount,
        source=source,
        raised_at=at,
    )


@action
def name_in_charges(*, source_prefix: str, person: Person, by: User | None, at: dt.datetime) -> int:
    """What came of this source and is not yet billed is for this person. Return how many."""
    pending = Charge.objects.filter(source__startswith=source_prefix, status=Charge.Status.PENDING)
    return pending.update(person=person)


@action
def waive_charges(*, source_prefix: str, by: User | None, at: dt.datetime) -> int:
    """What came of this source and is not yet billed is owed no longer. Return how many."""
    pending = Charge.objects.filter(source__startswith=source_prefix, status=Charge.Status.PENDING)
    return pending.update(status=Charge.Status.WAIVED)
