"""May this adult teach on this day, which the database answers; and what was seen of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from people.models import Person
from safeguarding.models import Check, CheckKind


class Cleared(Func):
    """True where the person may teach on the day: the function the database's own guard asks."""

    function = "safeguarding_cleared_to_teach"
    output_field = BooleanField()


@dataclass(frozen=True)
class Seen:
    """A check that holds: what, and the day on which it was made. Never what it said."""

    name: str
    on: date


def cleared_to_teach(people: QuerySet[Person], *, on: date) -> QuerySet[Person]:
    """Narrow to those who have every check required on that day, in force on that day."""
    return people.filter(Cleared(F("pk"), Value(on)))


def checks_seen(person: Person, *, on: date) -> list[Seen]:
    """The latest of each kind that holds on the day, in the order of the record."""
    holding = Check.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=on),
        Q(withdrawn_on=None) | Q(withdrawn_on__gt=on),
        person=person,
        checked_on__lte=on,
    )
    latest = dict(holding.order_by("checked_on").values_list("kind", "checked_on"))
    return [Seen(str(kind.label), latest[kind]) for kind in CheckKind if kind in latest]
