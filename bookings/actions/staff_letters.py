"""Letters to those who teach and to heads of centre: what, when, where, whom to ask.

No child is named in any of them.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from bookings.models import Session, SessionStaff
from bookings.queries import staffing
from bookings.rules import staffing as rules
from core import mail, words
from people.models import Person, StaffAbsence, User

MOST_LISTED = 40  # meetings in one letter; the page has them all
ROLES = {
    SessionStaff.Role.LEAD: "teach",
    SessionStaff.Role.ASSISTANT: "assist in",
    SessionStaff.Role.COVER: "cover",
}


def reason_of_line(line: SessionStaff) -> str:
    """What a letter to whoever is asked hangs on: it is not sent once they are taken off."""
    return f"sessionstaff:{line.pk}"


def reason_of_absence(absence: StaffAbsence) -> str:
    return f"staffabsence:{absence.pk}"


def cover_arranged(line: SessionStaff, *, by: User | None, at: dt.datetime) -> None:
    """To whoever covers: what, when, where, and whom to ask."""
    session, away = line.session, line.replaces
    said = {
        **_about(session),
        "teacher": str(away) if away else "the teacher",
        "room": str(session.room or "The front desk will tell you"),
        "asker": _whom_to_ask(by),
    }
    _write("cover-arranged", line.person, said, line=line, at=at)
    if away:
        found = {**_about(session), "cover": str(line.person)}
        _write("cover-found", away, found, line=line, at=at)


def teaching_given(
    person: Person, sessions: Sequence[Session], role: str, *, by: User | None, at: dt.datetime
) -> None:
    """To whoever leads or assists from now on: one letter, however many meetings."""
    first = sessions[0]
    said = {
        "activity": first.activity.title,
        "role": ROLES[SessionStaff.Role(role)],
        "meetings": listed(sessions),
        "asker": _whom_to_ask(by),
    }
    _write("teaching-given", person, said, key=_key_of(sessions, at), at=at)


def teaching_taken(
    person: Person, sessions: Sequence[Session], *, by: User | None, at: dt.datetime
) -> None:
    """To whoever need not come after all."""
    said = {
        "activity": sessions[0].activity.title,
        "meetings": listed(sessions),
        "asker": _whom_to_ask(by),
    }
    _write("teaching-taken", person, said, key=_key_of(sessions, at), at=at)


def teacher_away(absence: StaffAbsence, lines: Sequence[SessionStaff], *, at: dt.datetime) -> None:
    """Once to each head of a centre concerned: what of theirs needs cover."""
    teacher = absence.staff.person
    for head, theirs in _by_head(absence, lines, at=at):
        said = {
            "teacher": str(teacher),
            "when": rules.spell_in_words(absence.during),
            "count": words.count(len(theirs), "meeting"),
            "meetings": listed([line.session for line in theirs]),
        }
        _write_to_head("teacher-away", head, said, absence, at=at)


def teacher_back(
    absence: StaffAbsence,
    back: Sequence[SessionStaff],
    covered: Mapping[SessionStaff, SessionStaff],
    *,
    at: dt.datetime,
) -> None:
    """Heads are told what is as usual again and what stays covered; both teachers of each, too."""
    mail.withdraw(reason_of_absence(absence))
    teacher = absence.staff.person
    for head, theirs in _by_head(absence, [*back, *covered], at=at):
        again = [line.session for line in theirs if line not in covered]
        still = [
            f"{_one_line(line.session)}: {covered[line].person} covers"
            for line in theirs
            if line in covered
        ]
        said = {
            "teacher": str(teacher),
            "when": rules.spell_in_words(absence.during),
            "meetings": listed(again) or "Nothing: all of it is covered",
            "covered": "\n".join(still[:MOST_LISTED]) or "Nothing",
        }
        _write_to_head("teacher-back", head, said, absence, at=at)
    for line, cover in covered.items():
        said = {**_about(line.session), "teacher": str(teacher), "cover": str(cover.person)}
        for reader in (teacher, cover.person):
            key = f"{absence.pk}:{line.pk}"
            _write("cover-stays", reader, said, key=key, line=cover, at=at)


def listed(sessions: Sequence[Session]) -> str:
    """A line each, soonest first; no more than anybody reads in a letter."""
    lines = [_one_line(session) for session in sessions[:MOST_LISTED]]
    more = len(sessions) - MOST_LISTED
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def _one_line(session: Session) -> str:
    return f"{rules.day_of_meeting(session)}: {rules.meeting_in_words(session)}"


def _about(session: Session) -> dict[str, str]:
    return {
        "activity": session.activity.title,
        "date": rules.day_of_meeting(session),
        "time": rules.hours(session),
        "place": rules.place_of(session) or "online",
    }


def _whom_to_ask(by: User | None) -> str:
    """Morag Bell, morag@music.example, 01632 960 001"""
    if by is None:
        return f"{settings.SERVICE_NAME}, {settings.SERVICE_PHONE}"
    person = by.person
    return ", ".join(each for each in (str(person), by.email, person.phone) if each)


def _by_head(
    absence: StaffAbsence, lines: Iterable[SessionStaff], *, at: dt.datetime
) -> list[tuple[Person | str, list[SessionStaff]]]:
    """Whom to write to, and of what: a meeting at a school is the teacher's own centre's."""
    base = absence.staff.base_centre_id
    by_centre: dict[int | None, list[SessionStaff]] = {}
    for line in lines:
        centre_id = line.session.activity.centre_id or base
        by_centre.setdefault(centre_id, []).append(line)
    heads = staffing.heads_of([pk for pk in by_centre if pk], on=timezone.localdate(at))
    theirs: dict[Person, list[SessionStaff]] = {}
    for centre_id, some in by_centre.items():
        for head in heads.get(centre_id or 0, []):
            theirs.setdefault(head, []).extend(some)
    told = {line for some in theirs.values() for line in some}
    unheard = [line for some in by_centre.values() for line in some if line not in told]
    for some in theirs.values():
        some.sort(key=lambda line: (line.session.during.lower, line.pk))
    pairs: list[tuple[Person | str, list[SessionStaff]]] = list(theirs.items())
    return [*pairs, (settings.SERVICE_EMAIL, unheard)] if unheard else pairs


def _write_to_head(
    copy: str,
    head: Person | str,
    said: Mapping[str, str],
    absence: StaffAbsence,
    *,
    at: dt.datetime,
) -> None:
    person = head if isinstance(head, Person) else None
    mail.queue(
        copy,
        to_address=person.email if person else str(head),
        to_person_id=person.pk if person else None,
        context={"first_name": person.first_name if person else "everybody", **said},
        key=f"{copy}:{absence.pk}:{person.pk if person else 'office'}",
        link=reverse("lessons:cover"),
        reason=reason_of_absence(absence) if copy == "teacher-away" else "",
        at=at,
    )


def _write(
    copy: str,
    reader: Person,
    said: Mapping[str, str],
    *,
    at: dt.datetime,
    line: SessionStaff | None = None,
    key: str = "",
) -> None:
    if not reader.email:
        return
    mail.queue(
        copy,
        to_address=reader.email,
        to_person_id=reader.pk,
        context={"first_name": reader.first_name, **said},
        key=f"{copy}:{reader.pk}:{key or (line and line.pk)}",
        link=reverse("bookings:my_cover"),
        reason=reason_of_line(line) if line else "",
        at=at,
    )


def _key_of(sessions: Sequence[Session], at: dt.datetime) -> str:
    return f"{sessions[0].pk}:{len(sessions)}:{at.isoformat()}"
