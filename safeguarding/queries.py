"""The one question: may this adult teach on this day? The database answers it."""

from datetime import date

from django.db.models import BooleanField, F, Func, QuerySet, Value

from people.models import Person


class Cleared(Func):
    """True where the person may teach on the day: the function the database's own guard asks."""

    function = "safeguarding_cleared_to_teach"
    output_field = BooleanField()


def cleared_to_teach(people: QuerySet[Person], *, on: date) -> QuerySet[Person]:
    """Narrow to those who have every check required on that day, in force on that day."""
    return people.filter(Cleared(F("pk"), Value(on)))
