"""People found by what they are called."""

from typing import Any

from django.db.models import QuerySet

from people.models import Person, sort_name_of

MOST_KEYS = 3000


def people_named(sought: str) -> QuerySet[Person, Any]:
    """The keys of people with every one of these words in their name, accents or not."""
    people = Person.objects.all()
    for word in sort_name_of("", sought).split():
        people = people.filter(sort_name__contains=word)
    return people.values("pk")


def keys_of(rows: QuerySet[Any, Any]) -> Any:
    """The keys themselves, which an index finds; the question itself where they are too many."""
    found = {next(iter(row.values())) for row in rows[: MOST_KEYS + 1]}
    return rows if len(found) > MOST_KEYS else found
