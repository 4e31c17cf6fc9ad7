"""What a school is told about its take-home letters: which are ready, and where. No child."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core import mail, words
from lessons.models import ProgrammeClass
from people.models import Person, SchoolContact


def ready(classes: Sequence[ProgrammeClass], *, at: dt.datetime) -> None:
    """To the music leads of the school, or to its head where there is none: one letter each."""
    if not classes:
        return
    school = classes[0].activity.school
    assert school is not None
    names = [f"{row.line.subject.name}, {row.class_name}" for row in classes]
    for person in _told(school.pk):
        mail.queue(
            "letters-ready",
            to_address=person.email,
            to_person_id=person.pk,
            context={
                "first_name": person.first_name,
                "school": school.name,
                "classes": "; ".join(names),
                "how_many": words.count(len(classes), "class", "classes"),
            },
            key=f"letters-ready:{person.pk}:{classes[0].pk}:{timezone.localdate(at)}",
            link=reverse("schools:take_home", args=[school.urn]),
            at=at,
        )


def _told(school_id: int) -> list[Person]:
    contacts: QuerySet[SchoolContact] = SchoolContact.objects.filter(
        school_id=school_id, ended_at=None
    ).select_related("person")
    for role in (SchoolContact.Role.MUSIC_LEAD, SchoolContact.Role.HEAD):
        found = [row.person for row in contacts.filter(role=role).order_by("pk")]
        if found:
            return [person for person in found if person.email]
    return []
