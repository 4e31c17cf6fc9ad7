"""A class has more or fewer children: its register asks for so many, and all concerned know."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from bookings import actions as bookings
from core import mail, words
from core.actions import action
from lessons.models import ProgrammeClass
from lessons.queries import class_sizes as queries
from lessons.queries.notices import readers_at
from lessons.rules import class_sizes as rules
from people.models import Person, User


@action
def change_class_size(
    *,
    programme_class: ProgrammeClass,
    number: int,
    from_on: dt.date,
    by: User,
    at: dt.datetime,
    set_is_seen_to: bool = False,
) -> ProgrammeClass:
    """From this day on the class has so many children; its teachers and its school are told.

    What was counted, what was ordered and what it costs stay. `set_is_seen_to`: staff have found
    instruments for more than the class set has.
    """
    row = _locked(programme_class)
    standing = queries.standing_of(row, from_on=from_on, at=at)
    today = timezone.localdate(at)
    rules.check_size(number, from_on, standing, today=today, set_is_seen_to=set_is_seen_to)
    bookings.expect_heads(activity=row.activity, number=number, from_on=from_on, by=by, at=at)
    said = {
        "activity": row.activity.title,
        "school": str(row.activity.school),
        "size": words.count(number, "child", "children"),
        "before": str(standing.size),
        "date": words.weekday_and_day(from_on),
    }
    mail.withdraw(_reason(row))
    _tell_teachers(row, said | {"number": str(number)}, from_on=from_on, by=by, at=at)
    _tell_school(row, said, by=by, at=at)
    return row


def _locked(programme_class: ProgrammeClass) -> ProgrammeClass:
    """With all classes of its line: they may share a set."""
    rows = ProgrammeClass.objects.select_for_update(no_key=True, of=("self",))
    of_line = rows.filter(line=programme_class.line_id).select_related("activity__school")
    return {row.pk: row for row in of_line.order_by("pk")}[programme_class.pk]


def _tell_teachers(
    row: ProgrammeClass, said: dict[str, str], *, from_on: dt.date, by: User, at: dt.datetime
) -> None:
    asker = f"{settings.SERVICE_NAME}, {settings.SERVICE_PHONE}"
    mail.queue_many(
        [
            _letter("class-size", row, teacher, said | {"asker": asker}, at=at)
            for teacher in queries.teachers_from(row.activity, from_on=from_on, at=at)
        ],
        at=at,
    )


def _tell_school(row: ProgrammeClass, said: dict[str, str], *, by: User, at: dt.datetime) -> None:
    """Its head and its music lead; not whoever has just said so."""
    assert row.activity.school is not None
    mail.queue_many(
        [
            _letter("school-class-size", row, contact.person, said | {"giver": str(by)}, at=at)
            for contact in readers_at(row.activity.school)
            if contact.person_id != by.person_id
        ],
        at=at,
    )


def _letter(
    copy: str, row: ProgrammeClass, reader: Person, said: dict[str, str], *, at: dt.datetime
) -> mail.Letter:
    assert row.activity.school is not None
    page = reverse("schools:class_page", args=[row.activity.school.urn, row.activity.ref])
    return mail.Letter(
        copy,
        to_address=reader.email,
        to_person_id=reader.pk,
        context={"first_name": reader.first_name, **said},
        key=f"{copy}:{row.pk}:{reader.pk}:{at.isoformat()}",
        link=page if copy == "school-class-size" else reverse("bookings:my_teaching"),
        reason=_reason(row),
    )


def _reason(row: ProgrammeClass) -> str:
    """What is not sent yet says an old number as soon as there is a new one."""
    return f"class-size:{row.pk}"
