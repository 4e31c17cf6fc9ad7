"""The office calls off a whole course for school staff: nobody pays, and everybody is told once."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse

from billing import actions as billing
from bookings import actions as bookings
from bookings.actions.calling_off import call_off
from bookings.actions.locks import lock_activity
from bookings.actions.places import offer_freed_places
from bookings.actions.staff_letters import teaching_taken
from bookings.models import Activity, CancellationCause, Enrolment, Session
from bookings.queries.sessions import begins_at
from bookings.rules import check_activity_may_become
from bookings.rules.closures import meeting_key
from core import mail, words
from core.actions import action
from lessons.queries import calling_off as queries
from lessons.queries.orders import teachers_of
from lessons.queries.training import first_day_of, late_source
from lessons.rules import calling_off as rules
from people.models import Person, User


@action
def call_off_course(
    *, activity: Activity, cause: CancellationCause, reason: str, by: User, at: dt.datetime
) -> Activity:
    """Every place ends and is not paid for, nor is having cancelled late; its meetings are off.

    Whoever comes, waits or booked has one letter. A place that is billed already comes off the
    bill, as for any meeting that we call off. Asked a second time, it changes nothing.
    """
    activity = lock_activity(activity.pk, "centre", "school")
    if activity.status == Activity.Status.CANCELLED:
        return activity
    rules.check_may_call_off(activity, cause, begins_at=begins_at(activity), at=at)
    check_activity_may_become(Activity.Status.CANCELLED, activity)
    activity.status = Activity.Status.CANCELLED  # before any place ends: none is offered again
    activity.save(update_fields=["status"])
    offer_freed_places(activity, at=at)  # and what has run out lapses first
    meetings = _lock_meetings(activity)
    places, late = queries.places_on(activity), queries.cancelled_late(activity)
    letters = _letters(activity, places, late, reason=reason)
    teachers = teachers_of(meetings)
    billed = [place for place in places if queries.is_billed(place)]
    _end([place for place in places if place not in billed], by=by, at=at)
    _call_off(meetings, cause, reason=reason, at=at)
    _end(billed, by=by, at=at)
    for place in late:
        billing.waive_charges(source_prefix=late_source(place), by=by, at=at)
    for person, theirs in teachers.items():
        teaching_taken(person, theirs, by=by, at=at)
    mail.queue_many(letters, at=at)
    return activity


def _end(places: Sequence[Enrolment], *, by: User, at: dt.datetime) -> None:
    for place in places:
        bookings.cancel_enrolment(
            enrolment=place, reason="The course was called off", is_told=False, by=by, at=at
        )


def _lock_meetings(activity: Activity) -> list[Session]:
    rows = Session.objects.happening().select_for_update(no_key=True, of=("self",))
    of_course = rows.filter(activity=activity).select_related("activity__centre", "school")
    return list(of_course.order_by("pk"))


def _call_off(
    meetings: Sequence[Session], cause: CancellationCause, *, reason: str, at: dt.datetime
) -> None:
    """Tombstones. What is credited is what is billed: the other places have ended by now."""
    for meeting in meetings:
        mail.withdraw(meeting_key(meeting))
    if meetings:
        call_off(meetings, closure=None, cause=cause, comment=reason, at=at)


def _letters(
    activity: Activity,
    places: Iterable[Enrolment],
    late: Iterable[Enrolment],
    *,
    reason: str,
) -> list[mail.Letter]:
    """One to each, about all whom they hear of, as it stands before anything is changed."""
    late, first = list(late), first_day_of(activity) or activity.first_on
    said = {
        "activity": activity.title,
        "day": words.weekday_and_day(first) if first else "which had no day yet",
        "time": words.clock(activity.local_start) if activity.local_start else "",
        "place": str(activity.place or "online"),
        "reason": reason,
    }
    return [
        _letter(activity, reader, theirs, late, said)
        for reader, theirs in queries.readers_of([*places, *late]).items()
    ]


def _letter(
    activity: Activity,
    reader: Person,
    theirs: Sequence[Enrolment],
    late: Sequence[Enrolment],
    said: dict[str, str],
) -> mail.Letter:
    was_late = any(place in late for place in theirs)
    has_price = any(place.price_agreed for place in theirs if place not in late)
    people = dict.fromkeys(
        "you" if place.person_id == reader.pk else str(place.person) for place in theirs
    )
    return mail.Letter(
        "training-called-off",
        to_address=reader.email,
        to_person_id=reader.pk,
        context={
            "first_name": reader.first_name,
            "people": " and ".join(people),
            "cost": rules.for_the_bill(has_price=has_price, was_late=was_late),
            **said,
        },
        key=f"training-called-off:{activity.pk}:{reader.pk}",
        link=reverse("lessons:training"),
    )
