"""Letters about places: what each says, once for each thing that happens.

They go to whoever booked; a booker who may not know of the child any more, by a court's order, is
told nothing, and another adult who may is told instead.
"""

import datetime as dt
from collections.abc import Mapping

from django.urls import reverse

from bookings.models import Activity, Enrolment
from bookings.rules import Cost
from core import mail, words
from people.models import Guardianship, Person, User

# Whom a school sends is no child, and has no terms to leave by.
_FOR_TRAINING = {
    "place-booked": "training-booked",
    "waiting": "training-waiting",
    "offer": "training-offer",
    "offer-ending": "training-offer-ending",
    "offer-lapsed": "training-offer-lapsed",
    "place-ended": "training-ended",
}


def reason_of(enrolment: Enrolment) -> str:
    """What a letter that may lapse hangs on: the letter is withdrawn with it."""
    return f"enrolment:{enrolment.pk}:{enrolment.status}"


def write(
    copy: str,
    enrolment: Enrolment,
    said: Mapping[str, str],
    *,
    at: dt.datetime,
    page: str,
    key: str = "",
    lapses: bool = False,
    by: User | None = None,
) -> None:
    """Queue one letter to whoever booked; the same thing is told once. `by`: who acts now."""
    reader = _reader(enrolment, by=by)
    if reader is None or not reader.email:
        return
    link = reverse(page, kwargs={"ref": enrolment.ref})
    if enrolment.activity.kind == Activity.Kind.TRAINING:
        link, copy = _page_of_training(enrolment, reader), _FOR_TRAINING.get(copy, copy)
    mail.queue(
        copy,
        to_address=reader.email,
        to_person_id=reader.pk,
        context={
            "first_name": reader.first_name,
            "child": enrolment.person.first_name,
            "activity": enrolment.activity.title,
            **said,
        },
        link=link,
        key=f"{copy}:enrolment:{enrolment.pk}{key and ':'}{key}",
        at=at,
        reason=reason_of(enrolment) if lapses else "",
    )


def _reader(enrolment: Enrolment, *, by: User | None) -> Person | None:
    """Whoever booked, or who may be told instead. Who books at this moment may be told."""
    booker = enrolment.booked_by
    if booker.pk == enrolment.person_id or (by and by.person_id == booker.pk):
        return booker
    if enrolment.activity.kind == Activity.Kind.TRAINING:
        return booker if _still_serves(booker, enrolment) else enrolment.person
    links = Guardianship.objects.filter(child_id=enrolment.person_id).select_related("adult")
    adults = list(links.order_by("contact_order", "pk"))
    shut_out = any(
        link.adult_id == booker.pk and not (link.may_see or link.may_book) for link in adults
    )
    if not shut_out:
        return booker
    told = (link.adult for link in adults if link.may_see and link.may_book and link.adult.email)
    return next(told, None)


def _page_of_training(enrolment: Enrolment, reader: Person) -> str:
    """Of the place; or of the course, for who sent a colleague and speaks for no school."""
    if reader.pk == enrolment.person_id or _still_serves(reader, enrolment):
        return reverse("lessons:training_place", kwargs={"ref": enrolment.ref})
    return reverse("lessons:activity", kwargs={"ref": enrolment.activity.ref})


def _still_serves(booker: Person, enrolment: Enrolment) -> bool:
    """Whoever has left the school that sends somebody hears of them no more."""
    if enrolment.account is None or enrolment.account.school_id is None:
        return False
    here = booker.school_contacts.filter(school_id=enrolment.account.school_id, ended_at=None)
    return here.exists()


def place_booked(
    enrolment: Enrolment, cost: Cost, *, at: dt.datetime, by: User | None = None
) -> None:
    said = {
        **where_and_when(enrolment),
        "first_date": words.weekday_and_day(cost.first_on),
        "price": price(cost),
    }
    write("place-booked", enrolment, said, at=at, page="bookings:enrolment", by=by)


def waiting_joined(enrolment: Enrolment, *, position: int, at: dt.datetime, by: User) -> None:
    said = {"position": str(position), "keep_for": enrolment.activity.offer_lasts}
    write("waiting", enrolment, said, at=at, page="bookings:waiting", by=by)


def place_offered(enrolment: Enrolment, cost: Cost, *, at: dt.datetime) -> None:
    activity = enrolment.activity
    said = {
        **where_and_when(enrolment),
        "answer_by": _answer_by(enrolment),
        "day": activity.get_weekday_display() if activity.weekday else "",
        "first_date": words.weekday_and_day(cost.first_on),
        "price": price(cost),
    }
    write("offer", enrolment, said, at=at, page="bookings:offer", lapses=True)


def offer_ending(enrolment: Enrolment, *, at: dt.datetime) -> None:
    said = {"answer_by": _answer_by(enrolment)}
    write("offer-ending", enrolment, said, at=at, page="bookings:offer", lapses=True)


def offer_lapsed(enrolment: Enrolment, *, until: dt.datetime, at: dt.datetime) -> None:
    said = {"answer_by": words.moment(until)}
    write("offer-lapsed", enrolment, said, at=at, page="bookings:offer")


def notice_received(enrolment: Enrolment, *, at: dt.datetime) -> None:
    assert enrolment.ends_on is not None
    said = {"last_day": words.day(enrolment.ends_on)}
    write("notice-received", enrolment, said, at=at, page="bookings:enrolment")


def place_ended(enrolment: Enrolment, last_day: dt.date, *, at: dt.datetime) -> None:
    said = {"last_day": words.day(last_day)}
    write("place-ended", enrolment, said, at=at, page="bookings:enrolment", key=str(last_day))


def where_and_when(enrolment: Enrolment) -> dict[str, str]:
    activity = enrolment.activity
    return {
        "place": str(activity.place or "online"),
        "room": str(activity.room or "the front desk will tell you"),
        "time": words.clock(activity.local_start) if activity.local_start else "",
    }


def price(cost: Cost) -> str:
    """£21.75 for 3 lessons this term"""
    if not cost.amount:
        return "free"
    return f"{words.money(cost.amount)} for {words.count(cost.meetings, cost.noun)} this term"


def _answer_by(enrolment: Enrolment) -> str:
    assert enrolment.offer_expires_at is not None
    return words.moment(enrolment.offer_expires_at)
