"""What happened lately at the shown centre, and what is to come: done as its staff would do it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from bookings import actions as bookings
from bookings.actions import messages
from bookings.models import (
    AbsenceNotice,
    Attendance,
    CancellationCause,
    MarkReceived,
    Message,
    Session,
)
from bookings.rules import messages as message_rules
from core.actions import action
from core.refusals import RuleBroken
from hms_portal.county import shown
from hms_portal.county.copying import copy_objects
from hms_portal.county.plan.days import A_WEEK, Scene, every, scene
from people.models import Consent, ConsentWording, Guardianship, Person, User
from people.queries import news_question, questions_in_force

SAID_YES_OF_TEN, ASKED_OF_TEN = 6, 8
AWAY_ONE_IN = 14
HOUR = dt.timedelta(hours=1)
MAKE_UP_WEEKS = 4
SUBJECT = "A music stand, if you have one"
BODY = """We have more players than stands this term. If you have a folding stand at home, please \
send it with your child for the next two weeks, with a name on it.

Thank you. The corridor is quieter already."""
THE_NIGHT_BEFORE = dt.timedelta(hours=14)


@action
def load_forgotten(*, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Some registers of the last day are not taken, and two meetings are as before their day.

    Before the registers are written, so that nobody has marked them.
    """
    here = scene(today)
    if here is None or Attendance.objects.exists():
        return 0
    chosen = [*here.forgotten(), *(one for one in (here.missed(), here.owed()) if one)]
    return Session.objects.filter(pk__in=[one.pk for one in chosen]).update(
        status=Session.Status.PLANNED, cause=None, public_comment=""
    )


@action
def load_answers(*, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Most were asked, adults about news and parents about photographs, and most said yes."""
    if Consent.objects.exists():
        return 0
    adults = Person.objects.filter(account__isnull=False).order_by("pk")
    parents = Guardianship.objects.filter(may_book=True, contact_order=1).order_by("child_id")
    return copy_objects(
        [
            *_answers(
                news_question(today),
                [(key, key) for key in adults.values_list("pk", flat=True)],
                at,
            ),
            *_answers(_photographs(today), parents.values_list("child_id", "adult_id"), at),
        ]
    )


def _photographs(today: dt.date) -> ConsentWording | None:
    return next(iter(questions_in_force(today, kinds=[ConsentWording.Kind.PHOTO])), None)


def _answers(
    wording: ConsentWording | None, pairs: Iterable[tuple[int, int]], at: dt.datetime
) -> list[Consent]:
    """What was answered about each first, by each second of these."""
    if wording is None:
        return []
    return [
        Consent(
            person_id=about,
            wording=wording,
            kind=wording.kind,
            is_given=about % 10 < SAID_YES_OF_TEN,
            by_person_id=by,
            at=at,
        )
        for about, by in pairs
        if about % 10 < ASKED_OF_TEN
    ]


def load_days(*, today: dt.date, at: dt.datetime) -> int:
    """A lesson was called off and has another date, one is moved, some are away; a message went.

    Each is the action that a person would have taken, at the moment when they would have.
    """
    here = scene(today)
    if here is None or Message.objects.exists():
        return 0
    head = User.objects.get(email=shown.HEAD.email)
    with transaction.atomic():
        done = _call_off(here, head, at=at) + _move(here, head, at=at)
        done += load_notices(here=here, by=None, at=at)
        done += load_second_mark(here=here, by=None, at=at)
        return done + _write(here, head, at=at)


def _call_off(here: Scene, head: User, *, at: dt.datetime) -> int:
    """Teachers were not well: of one group the next date stands, the other is owed its meeting."""
    missed, owed = here.missed(), here.still_owed()
    cause = CancellationCause.objects.get(slug="teacher-ill")
    off = [meeting for meeting in (missed, owed) if meeting]
    for meeting in off:
        moment = meeting.during.lower - THE_NIGHT_BEFORE
        bookings.cancel_session(session=meeting, cause=cause, comment="", by=head, at=moment)
    return len(off) + (_make_up(missed, head, at=at) if missed else 0)


def _make_up(missed: Session, head: User, *, at: dt.datetime) -> int:
    """In the first weeks' free hour after the usual one, on the usual day."""
    lasts = missed.during.upper - missed.during.lower
    for week in range(1, MAKE_UP_WEEKS):
        for later in (lasts, 2 * lasts, -lasts):
            starts_at = missed.during.lower + (week + 1) * A_WEEK + later
            try:
                bookings.plan_makeup(
                    session=missed,
                    starts_at=starts_at,
                    ends_at=starts_at + lasts,
                    room=missed.room,
                    by=head,
                    at=at,
                )
            except RuleBroken:
                continue
            return 1
    return 0


def _move(here: Scene, head: User, *, at: dt.datetime) -> int:
    """One of next week's groups is in another room."""
    for session in here.to_come():
        room = here.room_free_for(session)
        if room is None or session.activity_id == here.group.pk:
            continue
        try:
            bookings.move_session(
                session=session,
                starts_at=session.during.lower,
                ends_at=session.during.upper,
                room=room,
                comment="The usual room is being painted.",
                by=head,
                at=at,
            )
        except RuleBroken:
            continue
        return 1
    return 0


@action
def load_notices(*, here: Scene, by: User | None, at: dt.datetime) -> int:
    """Some families have told us that they will be away next week, the shown one too."""
    lines = Attendance.objects.filter(
        Q(session__in=here.to_come()) | Q(session__in=here.own_to_come())
    )
    people = dict(lines.order_by("person_id").values_list("person_id", "session__occurs_on"))
    chosen = set(every(people, AWAY_ONE_IN)) | _shown_child(here)
    first = Guardianship.objects.filter(child__in=chosen, contact_order=1)
    tellers = dict(first.values_list("child_id", "adult_id"))
    return copy_objects(
        [
            AbsenceNotice(
                ref=uuid.uuid5(uuid.NAMESPACE_OID, f"away:{person}"),
                person_id=person,
                starts_on=people[person],
                ends_on=people[person],
                reason=AbsenceNotice.Reason.values[person % 4],
                told_by_id=tellers.get(person, person),
                told_at=at - 3 * HOUR,
            )
            for person in sorted(chosen & people.keys())
        ]
    )


def _shown_child(here: Scene) -> set[int]:
    places = here.group.enrolments.filter(person__guardians__adult__email=shown.PARENT.email)
    return set(places.values_list("person_id", flat=True))


@action
def load_second_mark(*, here: Scene, by: User | None, at: dt.datetime) -> int:
    """At the door the head wrote somebody down as away whom the teacher marked as here."""
    line = (
        Attendance.objects.filter(
            session__in=here.meetings.filter(
                occurs_on__lt=here.today, occurs_on__gte=here.today - 2 * A_WEEK
            ),
            mark=Attendance.Mark.PRESENT,
        )
        .order_by("-claimed", "pk")
        .first()
    )
    if line is None or line.marked_at is None:
        return 0
    MarkReceived.objects.create(
        client_key=uuid.uuid5(uuid.NAMESPACE_OID, f"mark:{line.pk}"),
        attendance=line,
        mark=Attendance.Mark.ABSENT,
        by=Person.objects.get(email=shown.HEAD.email),
        at=line.marked_at + dt.timedelta(minutes=5),
        outcome=MarkReceived.Outcome.DIFFERED,
    )
    return 1


def _write(here: Scene, head: User, *, at: dt.datetime) -> int:
    """The head wrote to the families of the shown child's group."""
    draft = messages.Draft(Message.Kind.CHANGE, here.group, None, {}, SUBJECT, BODY)
    ref = uuid.uuid5(uuid.NAMESPACE_OID, f"message:{here.group.pk}")
    moment = at - 2 * 24 * HOUR
    message = messages.keep_draft(ref=ref, draft=draft, by=head, at=moment)
    seen = message_rules.fingerprint(message)
    messages.send_message(message=message, seen=seen, by=head, at=moment)
    return 1
