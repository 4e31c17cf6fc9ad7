"""How the pages of a closing say it: where, when, for how many, how far it is."""

import datetime as dt
import uuid
from collections import Counter

from django.utils import timezone

from bookings.models import CancellationCause, Closure, Session
from bookings.queries.closures import MAY_BE_READ, Following
from bookings.rules.closures import Span
from core import words
from core.models import Email

SHOWN = 60
Row = dict[str, object]


def heading(follows: Following) -> str:
    """173 children are told to stay home"""
    number = len(follows.children)
    if not follows.sessions:
        return "Nothing meets then"
    if not number:
        return f"{words.count(len(follows.sessions), 'meeting')} off, and no child in them"
    return f"{words.count(number, 'child is', 'children are')} told to stay home"


def place_of(place: object) -> str:
    return str(place) if place else "Every centre and school"


def when_of(span: Span | Closure) -> str:
    """Saturday 5 December, 10am to 1pm; Saturday 5 to ..."""
    said = words.weekday_and_day(span.starts_on)
    if span.ends_on != span.starts_on:
        said = f"{said} to {words.weekday_and_day(span.ends_on)}"
    if span.from_time and span.until_time:
        said = f"{said}, {words.clock(span.from_time)} to {words.clock(span.until_time)}"
    return said


def rows_of(
    sessions: list[Session],
    children: Counter[int],
    cause: CancellationCause,
    *,
    kept: set[uuid.UUID],
) -> list[Row]:
    """One row a meeting: what, how many, what then, and whether it stays on."""
    then = "Counts as taught" if cause.pupil_pays else "Owed"
    if cause.is_made_up and not cause.pupil_pays:
        then = "Made up, or owed"
    several = len({session.occurs_on for session in sessions}) > 1
    return [
        {
            "ref": session.ref,
            "when": _when(session, with_day=several),
            "title": session.activity.title,
            "room": session.room,
            "children": children[session.pk],
            "then": then,
            "is_kept": session.ref in kept,
        }
        for session in sessions
    ]


def _when(session: Session, *, with_day: bool) -> str:
    starts = timezone.localtime(session.during.lower)
    clock = words.clock(starts.time())
    return f"{words.weekday_and_day(starts.date())}, {clock}" if with_day else clock


def far(
    closure: Closure, letters: Counter[str], follows: Following, *, at: dt.datetime
) -> list[Row]:
    """What is done, what goes on, what is to come: in order."""
    status = Email.Status
    written, gone = sum(letters.values()), sum(letters[each] for each in MAY_BE_READ)
    waiting, failed = letters[status.QUEUED], letters[status.FAILED]
    said = closure.undone_at or closure.closed_at
    back = "back as they were" if closure.undone_at else "called off"
    steps: list[Row] = [
        {
            "state": "done",
            "title": f"{words.count(len(follows.sessions), 'meeting')} {back}",
            "words": f"{words.moment(said)}." if said else "",
        }
    ]
    is_done = closure.told_at is not None and not waiting
    of = written if closure.told_at else follows.letters
    steps.append(
        {
            "state": "done" if is_done else "now",
            "title": f"{gone:,} of {words.count(of, 'message has', 'messages have')} left",
            "words": " ".join(_left(closure, waiting, failed)),
        }
    )
    return steps


def _left(closure: Closure, waiting: int, failed: int) -> list[str]:
    said = []
    if closure.told_at is None:
        said.append("The rest are being written.")
    elif waiting:
        said.append("The rest leave within a minute or two.")
    if failed:
        said.append(f"{words.count(failed, 'message')} came back.")
    return said or ["Each adult has one, whatever number of their children it is about."]
