"""Letters about what staff do to a roster: another group, another line, another room."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from bookings import queries
from bookings.actions.letters.places import price, where_and_when
from bookings.models import Activity, Enrolment
from bookings.rules import Cost
from core import mail, words
from people.queries import who_is_told


def group_changed(enrolment: Enrolment, cost: Cost, *, former: Activity, at: dt.datetime) -> None:
    """They have a place elsewhere from now on."""
    said = {
        **where_and_when(enrolment),
        "former": former.title,
        "first_date": words.weekday_and_day(cost.first_on),
        "price": price(cost),
    }
    _write("group-changed", enrolment, said, page="bookings:enrolment", key="", at=at)


def line_changed(enrolments: Iterable[Enrolment], *, at: dt.datetime) -> None:
    """Each waits in another group's line, with the time waited already."""
    for enrolment in enrolments:
        if enrolment.status == Enrolment.Status.WAITING:
            standing = queries.waiting_standing(enrolment, at=at)
            said = {"position": str(standing.position), **where_and_when(enrolment)}
            key = f"activity:{enrolment.activity_id}"
            _write("line-changed", enrolment, said, page="bookings:waiting", key=key, at=at)


def room_changed(enrolments: Iterable[Enrolment], *, at: dt.datetime) -> None:
    """The group meets in another room of the same place."""
    for enrolment in enrolments:
        said = where_and_when(enrolment)
        key = f"room:{enrolment.activity.room_id}:{at:%Y%m%d}"
        _write("room-changed", enrolment, said, page="bookings:enrolment", key=key, at=at)


def _write(
    copy: str, enrolment: Enrolment, said: dict[str, str], *, page: str, key: str, at: dt.datetime
) -> None:
    """To every adult who may know; each once."""
    for told in who_is_told([enrolment.person_id]):
        if told.adult.email:
            mail.queue(
                copy,
                to_address=told.adult.email,
                to_person_id=told.adult.pk,
                context={
                    "first_name": told.adult.first_name,
                    "child": enrolment.person.first_name,
                    "activity": enrolment.activity.title,
                    **said,
                },
                link=reverse(page, kwargs={"ref": enrolment.ref}),
                key=f"{copy}:enrolment:{enrolment.pk}:{key}:to:{told.adult.pk}",
                at=at,
                reason="",
            )
