"""Letters of assurance follow who teaches where: written as somebody is first put to a school."""

import datetime as dt
from collections.abc import Iterable

from bookings.models import Session
from bookings.queries import assurance
from core.actions import action
from people.models import User
from safeguarding import actions as safeguarding


@action
def assure(
    *, sessions: Iterable[Session], person_id: int | None, by: User | None, at: dt.datetime
) -> int:
    """The school of each of these meetings has its letter about this adult."""
    schools = {session.school_id for session in sessions if session.school_id}
    if person_id is None or not schools:
        return 0
    pairs = {(person_id, school) for school in schools}
    return safeguarding.write_letters(pairs=pairs, by=by, at=at)


@action
def assure_school(*, school_id: int, by: User | None, at: dt.datetime) -> int:
    """The school has its letter about everybody who teaches there, whoever put them there."""
    pairs = assurance.without_letter(school_id, at=at)
    return safeguarding.write_letters(pairs=pairs, by=by, at=at) if pairs else 0


@action
def assure_schools(*, at: dt.datetime, by: User | None = None) -> int:
    """Every school has its letters: what came in otherwise, from an import or a script."""
    pairs = assurance.without_letter(at=at)
    return safeguarding.write_letters(pairs=pairs, by=by, at=at) if pairs else 0
