"""Reminders: told once, by data, however often the clock asks."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone

from bookings.actions import letters
from bookings.actions.locks import lock_enrolment
from bookings.models import Attendance, Enrolment
from bookings.queries import reminders as queries
from bookings.queries.reminders import NotTaken
from core import mail, words
from core.actions import action
from people import queries as people
from people.models import Person, User
from people.queries import Told

BATCH = 200
HOUR = Value(dt.timedelta(hours=1), output_field=DurationField())


def remind_first_meetings(*, at: dt.datetime) -> int:
    """Who starts tomorrow has been told since this evening; who starts today, at once.

    Return how many now were. What was missed is made good while the meeting is still to come.
    """
    due = queries.starting(at=at)
    batches = (due[start : start + BATCH] for start in range(0, len(due), BATCH))
    return sum(
        remind_some(lines=queries.lines_with_place(batch), by=None, at=at) for batch in batches
    )


@action
def remind_some(*, lines: list[Attendance], by: User | None, at: dt.datetime) -> int:
    """The families of these lines were told of the first meeting, once, each who may see the child.

    Whom another clock is telling at this moment is left to it.
    """
    missed = queries.told_to_miss(lines)
    coming = {
        line.enrolment_id: line for line in lines if (line.session_id, line.person_id) not in missed
    }
    mine = _not_told_by_another(coming)
    told = people.who_is_told([coming[key].person_id for key in mine])
    mail.queue_many(_first_meetings([coming[key] for key in mine], told), at=at)
    Enrolment.objects.filter(pk__in=mine).update(start_reminded_at=at)
    return len(mine)


def _not_told_by_another(coming: Mapping[int, Attendance]) -> list[int]:
    """Ours to tell: locked, and as they were when they were found."""
    rows = Enrolment.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    now = rows.filter(pk__in=coming, status=Enrolment.Status.ACTIVE).order_by("pk")
    return [
        row.pk for row in now if row.start_reminded_at == coming[row.pk].enrolment.start_reminded_at
    ]


def _first_meetings(lines: list[Attendance], told: list[Told]) -> Iterator[mail.Letter]:
    adults: dict[int, list[Person]] = defaultdict(list)
    for each in told:
        for person in each.about:
            adults[person.pk].append(each.adult)
    for line in lines:
        for adult in adults[line.person_id]:
            if adult.email:
                yield _first_meeting(line, adult)


def _first_meeting(line: Attendance, adult: Person) -> mail.Letter:
    """When and where this meeting is, which may not be when and where the group meets."""
    session, activity = line.session, line.session.activity
    starts = timezone.localtime(session.during.lower)
    room = session.room or activity.room
    return mail.Letter(
        copy="first-meeting",
        to_address=adult.email,
        to_person_id=adult.pk,
        context={
            "first_name": adult.first_name,
            "child": line.enrolment.person.first_name,
            "activity": activity.title,
            "first_date": words.weekday_and_day(starts.date()),
            "time": words.clock(starts.time()),
            "place": str(session.school or activity.place or "online"),
            "room": str(room or "the front desk will tell you"),
            "what_to_bring": "See the page for what to bring.",
        },
        key=f"first-meeting:{line.enrolment_id}:{session.pk}:{adult.pk}",
        link=reverse("bookings:enrolment", kwargs={"ref": line.enrolment.ref}),
        reason=f"first-meeting:{line.enrolment_id}:{session.pk}:{session.sequence}",
    )


@action
def remind_of_registers(*, by: User | None, at: dt.datetime) -> int:
    """Who leads a meeting whose register has not come in by the evening is asked for it, once."""
    return mail.queue_many(
        [_register(one) for one in queries.registers_to_ask_for(at=at) if one.staff.person.email],
        at=at,
    )


def _register(one: NotTaken) -> mail.Letter:
    teacher, session = one.staff.person, one.staff.session
    starts = timezone.localtime(session.during.lower)
    return mail.Letter(
        copy="register-reminder",
        to_address=teacher.email,
        to_person_id=teacher.pk,
        context={
            "first_name": teacher.first_name,
            "activity": session.activity.title,
            "date": words.weekday_and_day(starts.date()),
            "time": words.clock(starts.time()),
        },
        key=one.key,
        link=reverse("bookings:register", kwargs={"ref": session.ref}),
        reason=f"register:{session.pk}",
    )


def remind_offers(*, at: dt.datetime) -> int:
    """Whose offer ends within its activity's notice has been reminded. Return how many now were."""
    ending = Enrolment.objects.filter(
        status=Enrolment.Status.OFFERED,
        offer_reminded_at=None,
        offer_expires_at__gt=at,
        offer_expires_at__lte=Value(at) + _hours("activity__offer_reminder_hours"),
        activity__offer_hours__gt=F("activity__offer_reminder_hours"),
    )
    due = list(ending.order_by("pk"))
    for enrolment in due:
        remind_offer(enrolment=enrolment, by=None, at=at)
    return len(due)


@action
def remind_offer(*, enrolment: Enrolment, by: User | None, at: dt.datetime) -> None:
    """Whoever was offered a place has been told when the offer ends, once."""
    enrolment = lock_enrolment(enrolment)
    if enrolment.offer_reminded_at or enrolment.status != Enrolment.Status.OFFERED:
        return
    enrolment.offer_reminded_at = at
    enrolment.save(update_fields=["offer_reminded_at"])
    letters.offer_ending(enrolment, at=at)


def _hours(field: str) -> Combinable:
    return ExpressionWrapper(F(field) * HOUR, output_field=DurationField())
