"""Registers: marks as they arrive, what two people said differently, and meetings not taught.

Every mark is written under the lock of its session, by the version its sender saw.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q

from bookings import rules
from bookings.actions.changes import cancel_session
from bookings.actions.locks import lock_activity
from bookings.actions.marks import Answer, Said, both, refusal
from bookings.actions.opened import lock_register, take_note
from bookings.models import (
    Attendance,
    CancellationCause,
    CountReceived,
    MarkReceived,
    Session,
)
from core.actions import action
from core.refusals import RuleBroken, TryAgain
from people.models import User

_OUTCOMES = {
    rules.Landing.SAME: MarkReceived.Outcome.SAME,
    rules.Landing.KEPT: MarkReceived.Outcome.KEPT,
    rules.Landing.DIFFERS: MarkReceived.Outcome.DIFFERED,
}
PRUNED_AT_ONCE = 5_000


@dataclass
class _Register:
    """A session under lock, with its lines, and what is to be written."""

    session: Session
    by: User
    at: dt.datetime
    lines: dict[int, Attendance]
    known: dict[uuid.UUID, MarkReceived]
    # How each line stood: mark, note and version.
    before: dict[int, tuple[str | None, str, int]]
    changed: dict[int, Attendance] = field(default_factory=dict)
    received: list[MarkReceived] = field(default_factory=list)
    # The version that the sender brought about with an earlier mark of the same sending.
    brought_about: dict[int, int] = field(default_factory=dict)


@action
def keep_marks(
    *,
    session: Session,
    said: Sequence[Said],
    note: str | None,
    by: User,
    at: dt.datetime,
    note_seen: str | None = None,
) -> list[Answer]:
    """Each mark stands, or is kept beside the one it differs from; a resend changes nothing.

    A register in which everybody is marked makes its session taught.
    """
    register = _locked(session, said, by=by, at=at)
    answers = [_take(register, one) for one in said]
    versions = _versions(register)
    Attendance.objects.bulk_update(
        register.changed.values(), ["mark", "note", "marked_by", "marked_at"]
    )
    MarkReceived.objects.bulk_create(register.received)
    _keep_session(register, note=note, note_seen=note_seen)
    return [replace(one, version=versions.get(one.line_id, 0)) for one in answers]


def keep_batches(
    *, batches: Iterable[tuple[Session, Sequence[Said]]], by: User, at: dt.datetime
) -> list[Answer]:
    """The marks of several registers, each register by itself.

    A register that others are busy with gives no answer: its marks stay where they are and come
    again.
    """
    answers: list[Answer] = []
    for session, said in batches:
        try:
            answers += keep_marks(session=session, said=said, note=None, by=by, at=at)
        except TryAgain:
            continue
        except RuleBroken as broken:
            answers += [refusal(one, str(broken)) for one in said]
    return answers


@action
def settle_mark(
    *,
    received: MarkReceived,
    mark: str,
    by: User,
    at: dt.datetime,
    seen_version: int | None = None,
) -> Attendance:
    """Somebody has looked at both: this mark stands, and the difference is over."""
    session = received.attendance.session
    register = _locked(session, [], by=by, at=at)
    received = MarkReceived.objects.select_for_update().get(pk=received.pk)
    line = register.lines[received.attendance_id]
    if received.settled_at or received.outcome != MarkReceived.Outcome.DIFFERED:
        return line
    if seen_version is not None and seen_version != line.version and mark != line.mark:
        raise rules.MarkedMeanwhile("Somebody marked this line meanwhile. Look at it again.")
    if mark not in Attendance.Mark.values:
        raise rules.MarkedMeanwhile("Choose which of the two is right.")
    received.settled_at, received.settled_by = at, by.person
    received.save(update_fields=["settled_at", "settled_by"])
    if line.mark != mark:
        line.mark, line.marked_by, line.marked_at = mark, by.person, at
        line.save(update_fields=["mark", "marked_by", "marked_at"])
        register.changed[line.pk] = line
    _keep_session(register, note=None, note_seen=None)
    return line


@action
def mark_not_taught(
    *, session: Session, cause: CancellationCause, comment: str, by: User, at: dt.datetime
) -> Session:
    """The meeting did not happen, for a cause that decides what families pay."""
    lock_activity(session.activity_id)  # before its session, as everywhere
    register = _locked(session, [], by=by, at=at)
    rules.check_not_taken(register.session)
    return cancel_session(session=session, cause=cause, comment=comment, by=by, at=at)


def prune_marks(*, older_than: dt.datetime) -> int:
    """Marks and counts received before this are not known again. What still differs stays."""
    return _prune(MarkReceived, older_than) + _prune(CountReceived, older_than)


def _prune(received: type[MarkReceived | CountReceived], older_than: dt.datetime) -> int:
    still_differs = Q(outcome=MarkReceived.Outcome.DIFFERED, settled_at=None)
    old = received._default_manager.filter(~still_differs, at__lt=older_than).order_by("at")
    keys = list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    received._default_manager.filter(pk__in=keys).delete()
    return len(keys)


def _locked(session: Session, said: Sequence[Said], *, by: User, at: dt.datetime) -> _Register:
    """The session as it stands, ours to mark, with its lines."""
    session = lock_register(session, by=by, at=at)
    lines = (
        Attendance.objects.select_for_update(no_key=True, of=("self",))
        .filter(session=session)
        .select_related("marked_by")
        .order_by("pk")
    )
    by_key = {line.pk: line for line in lines}
    return _Register(
        session=session,
        by=by,
        at=at,
        lines=by_key,
        known=MarkReceived.objects.in_bulk([one.client_key for one in said]) if said else {},
        before={key: (line.mark, line.note, line.version) for key, line in by_key.items()},
    )


def _versions(register: _Register) -> dict[int, int]:
    """The version of each line as the database will count it: once, if it changed at all."""
    for key, line in register.changed.items():
        mark, note, version = register.before[key]
        line.version = version + ((line.mark, line.note) != (mark, note))
    return {key: line.version for key, line in register.lines.items()}


def _take(register: _Register, said: Said) -> Answer:
    line = register.lines.get(said.line_id)
    if line is None:
        return refusal(said, "Somebody marked here is not in this register any more.")
    before = register.known.get(said.client_key)
    if before is not None:
        return _answer_again(register, said, line, before)
    mark = said.mark or line.mark or ""
    if mark and mark not in Attendance.Mark.values:
        return refusal(said, "One of the marks is none that a register knows.")
    seen = register.brought_about.get(line.pk, said.seen_version)
    fate = rules.landing(
        said=mark,
        note=said.note,
        stands=line.mark,
        stands_note=line.note,
        version=line.version,
        seen=seen,
    )
    if fate == rules.Landing.KEPT:
        _write(register, line, mark, said.note)
    if fate != rules.Landing.DIFFERS:
        register.brought_about[line.pk] = line.version
    if mark:
        _remember(register, said, line, mark, fate)
    return _answer(said, line, fate, mark)


def _answer_again(
    register: _Register, said: Said, line: Attendance, before: MarkReceived
) -> Answer:
    """What was said of this mark when it first came, by how things stand now."""
    if before.attendance_id != line.pk:
        return refusal(said, "This mark was sent for another line before.")
    if before.outcome == MarkReceived.Outcome.DIFFERED and before.settled_at is None:
        return _answer(said, line, rules.Landing.DIFFERS, before.mark)
    if line.mark == before.mark and line.marked_by_id == before.by_id:
        register.brought_about[line.pk] = line.version
    was_kept = before.outcome == MarkReceived.Outcome.KEPT
    return _answer(said, line, rules.Landing.KEPT if was_kept else rules.Landing.SAME, before.mark)


def _write(register: _Register, line: Attendance, mark: str, note: str | None) -> None:
    line.mark = mark or None
    line.note = line.note if note is None else note
    if mark:
        line.marked_by, line.marked_at = register.by.person, register.at
    if line.pk not in register.changed:
        line.version += 1  # as the database's trigger does
    register.changed[line.pk] = line


def _remember(
    register: _Register, said: Said, line: Attendance, mark: str, fate: rules.Landing
) -> None:
    received = MarkReceived(
        client_key=said.client_key,
        attendance=line,
        mark=mark,
        note=said.note or "",
        by=register.by.person,
        at=register.at,
        outcome=_OUTCOMES[fate],
    )
    register.received.append(received)
    register.known[said.client_key] = received


def _answer(said: Said, line: Attendance, fate: rules.Landing, mark: str) -> Answer:
    text = both(line, mark) if fate == rules.Landing.DIFFERS else ""
    return Answer(said.client_key, line.pk, fate.value, line.mark or "", line.version, text)


def _keep_session(register: _Register, *, note: str | None, note_seen: str | None) -> None:
    """The lesson's note, and that it was taught once everybody is marked."""
    session = register.session
    fields = take_note(session, note=note, note_seen=note_seen)
    wanted = [line for line in register.lines.values() if not line.is_released]
    is_planned = session.status == Session.Status.PLANNED
    if register.changed and is_planned and wanted and all(line.mark for line in wanted):
        session.status = Session.Status.TAUGHT
        fields.append("status")
    if fields:
        session.save(update_fields=fields)
