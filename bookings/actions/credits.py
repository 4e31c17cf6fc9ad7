"""Lessons owed for meetings that are off: by the cause's policy, and void if they are on again."""

import datetime as dt
from collections.abc import Collection, Sequence

from billing.models import Charge
from bookings.models import Attendance, CancellationCause, Credit, Enrolment, Session
from bookings.queries.worth import worths

MANY = 1000
MINUTE = dt.timedelta(minutes=1)


def give_credits(
    sessions: Sequence[Session],
    lines: Sequence[Attendance],
    cause: CancellationCause,
    *,
    at: dt.datetime,
) -> int:
    """Each line is owed its meeting, unless the pupil pays for this cause. Return how many are.

    A meeting that made up another owes nothing of its own: what it made up is owed again.
    """
    if cause.pupil_pays:
        return 0
    Credit.objects.filter(made_up_in__in=[session.pk for session in sessions]).update(
        made_up_in=None
    )
    known = {session.pk: session for session in sessions if session.makes_up_id is None}
    owed = [line for line in lines if line.session_id in known]
    worth = worths(owed, known.values())
    given = Credit.objects.bulk_create(
        (
            Credit(
                person_id=line.person_id,
                attendance=line,
                minutes=_minutes(known[line.session_id]),
                value=worth[line.pk],
                given_at=at,
            )
            for line in owed
        ),
        batch_size=MANY,
        ignore_conflicts=True,
    )
    return len(given)


def void_credits(session_keys: Collection[int], *, why: str, at: dt.datetime) -> None:
    """Nothing is owed for these meetings any more, because they are on again."""
    Credit.objects.filter(
        attendance__session_id__in=session_keys, voided_at=None, made_up_in=None
    ).update(voided_at=at, voided_why=why)


def void_credits_of_waived(enrolment: Enrolment, *, at: dt.datetime) -> None:
    """What is not charged after all is not given back besides; what is billed stays owed."""
    waived = Charge.objects.filter(
        source__startswith=f"enrolment:{enrolment.pk}:", status=Charge.Status.WAIVED
    )
    for starts_on, ends_on in waived.values_list("term__starts_on", "term__ends_on"):
        Credit.objects.owed().filter(
            attendance__enrolment=enrolment,
            attendance__session__occurs_on__range=(starts_on, ends_on),
        ).update(voided_at=at, voided_why="The place was cancelled, and is not charged")


def take_back_credits(sessions: Sequence[Session]) -> None:
    """What these meetings make up, now that they are on again, is not owed besides."""
    for session in sessions:
        if session.makes_up_id:
            use_credits(session)


def use_credits(make_up: Session) -> int:
    """What is owed for the meeting called off is made up in this one, for those in its register."""
    assert make_up.makes_up_id is not None
    comes = make_up.register.filter(is_released=False).values("person_id")
    return (
        Credit.objects.owed()
        .filter(attendance__session_id=make_up.makes_up_id, person__in=comes)
        .update(made_up_in=make_up)
    )


def _minutes(session: Session) -> int:
    return int((session.during.upper - session.during.lower) / MINUTE)
