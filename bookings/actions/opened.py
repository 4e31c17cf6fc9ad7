"""A register under lock, and its lesson note: what registers by name and by headcount share."""

import datetime as dt

from bookings import queries, rules
from bookings.models import Session
from core.access import Permission
from people.models import User


def lock_register(session: Session, *, by: User, at: dt.datetime) -> Session:
    """The session as it stands, ours to mark now; or why not."""
    runs = by.has_perm(Permission.RUN_CENTRE, session)
    session = (
        Session.objects.select_for_update(no_key=True, of=("self",))
        .select_related("activity")
        .get(pk=session.pk)
    )
    rules.check_register_open(session, runs_centre=runs, window=queries.register_window(), at=at)
    return session


def take_note(session: Session, *, note: str | None, note_seen: str | None) -> list[str]:
    """The lesson's note, not saved yet; refused where somebody else wrote another meanwhile."""
    if note is None or note == session.note:
        return []
    if note_seen is not None and session.note != note_seen:
        raise rules.NoteDiffers(
            f"Somebody else wrote a lesson note meanwhile: “{session.note}” Put the two"
            " together, and save again."
        )
    session.note = note
    return ["note"]
