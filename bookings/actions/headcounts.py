"""Registers by headcount: how many of a class came, and what two people counted differently.

As with marks, a count is written under the lock of its session, by the version its sender saw.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from bookings import rules
from bookings.actions.marks import REFUSED
from bookings.actions.opened import lock_register, take_note
from bookings.models import ClassReturn, CountReceived, MarkReceived, Session
from bookings.rules import headcounts
from bookings.rules.headcounts import Heads
from core import words
from core.actions import action
from core.refusals import RuleBroken, TryAgain
from people.models import User

_Outcome = MarkReceived.Outcome
_OUTCOMES = {
    rules.Landing.SAME: _Outcome.SAME,
    rules.Landing.KEPT: _Outcome.KEPT,
    rules.Landing.DIFFERS: _Outcome.DIFFERED,
}


@dataclass(frozen=True)
class SaidHeads:
    """A count as somebody made it. No note for the school: it stays as it is."""

    client_key: uuid.UUID
    heads: Heads
    note: str | None
    seen_version: int


@dataclass(frozen=True)
class CountAnswer:
    """What became of a count, and how the register stands now."""

    client_key: uuid.UUID
    ref: uuid.UUID
    outcome: str
    heads: Heads | None = None
    version: int = headcounts.NONE_YET
    words: str = ""


@dataclass
class _Count:
    """The register of a class under lock."""

    session: Session
    by: User
    at: dt.datetime
    stands: ClassReturn | None
    # The version that the sender brought about with an earlier count of the same sending.
    brought_about: int | None = None
    answers: list[CountAnswer] = field(default_factory=list)

    @property
    def heads(self) -> Heads | None:
        return heads_of(self.stands) if self.stands else None

    @property
    def expected(self) -> int:
        """As many as were expected when it was first counted."""
        return self.stands.expected if self.stands else self.session.heads_expected


@action
def keep_count(
    *,
    session: Session,
    said: Sequence[SaidHeads],
    note: str | None,
    by: User,
    at: dt.datetime,
    note_seen: str | None = None,
) -> list[CountAnswer]:
    """Each count stands, or is kept beside the one it differs from; a resend changes nothing.

    A class that is counted was taught.
    """
    session = lock_register(session, by=by, at=at)
    if not session.activity.counts_heads:
        return [refused_count(one, session.ref, "This register is taken by name.") for one in said]
    stands = (
        ClassReturn.objects.select_for_update(no_key=True, of=("self",))
        .select_related("returned_by")
        .filter(session=session)
        .first()
    )
    count = _Count(session, by, at, stands)
    answers = [_take(count, one) for one in said]
    fields = take_note(session, note=note, note_seen=note_seen)
    if count.stands and session.status == Session.Status.PLANNED:
        session.status = Session.Status.TAUGHT
        fields.append("status")
    if fields:
        session.save(update_fields=fields)
    version = count.stands.version if count.stands else headcounts.NONE_YET
    return [replace(one, heads=count.heads, version=version) for one in answers]


def keep_counts(
    *, batches: Iterable[tuple[Session, Sequence[SaidHeads]]], by: User, at: dt.datetime
) -> list[CountAnswer]:
    """The counts of several classes, each by itself; one that others are busy with comes again."""
    answers: list[CountAnswer] = []
    for session, said in batches:
        try:
            answers += keep_count(session=session, said=said, note=None, by=by, at=at)
        except TryAgain:
            continue
        except RuleBroken as broken:
            answers += [refused_count(one, session.ref, str(broken)) for one in said]
    return answers


@action
def settle_count(
    *, received: CountReceived, takes: bool, seen_version: int, by: User, at: dt.datetime
) -> ClassReturn:
    """Somebody has looked at both: if `takes`, the other count stands from now on."""
    lock_register(received.class_return.session, by=by, at=at)
    stands = ClassReturn.objects.select_for_update(no_key=True).get(pk=received.class_return_id)
    received = CountReceived.objects.select_for_update().get(pk=received.pk)
    if received.settled_at or received.outcome != _Outcome.DIFFERED:
        return stands
    if takes and seen_version != stands.version:
        raise rules.MarkedMeanwhile("Somebody counted this class meanwhile. Look at it again.")
    received.settled_at, received.settled_by = at, by.person
    received.save(update_fields=["settled_at", "settled_by"])
    if takes:
        stands.present, stands.joined_in = received.present, received.joined_in
        stands.returned_by, stands.returned_at = by.person, at
        stands.save(update_fields=["present", "joined_in", "returned_by", "returned_at"])
        stands.refresh_from_db(fields=["version"])
    return stands


def heads_of(counted: ClassReturn | CountReceived) -> Heads:
    return Heads(counted.present, counted.joined_in)


def refused_count(said: SaidHeads, ref: uuid.UUID, why: str) -> CountAnswer:
    return CountAnswer(said.client_key, ref, REFUSED, words=why)


def _take(count: _Count, said: SaidHeads) -> CountAnswer:
    ref = count.session.ref
    before = CountReceived.objects.filter(pk=said.client_key).first()
    if before is not None:
        return _answer_again(count, said, before)
    try:
        headcounts.check_heads(said.heads, expected=count.expected)
    except RuleBroken as broken:
        return refused_count(said, ref, str(broken))
    seen = said.seen_version if count.brought_about is None else count.brought_about
    version = count.stands.version if count.stands else headcounts.NONE_YET
    fate = headcounts.count_landing(said.heads, stands=count.heads, version=version, seen=seen)
    adds_note = said.note is not None and (count.stands is None or said.note != count.stands.note)
    if adds_note and count.stands and count.stands.note and version != seen:
        raise rules.NoteDiffers(
            f"Somebody else wrote to the school meanwhile: “{count.stands.note}” Put the two"
            " together, and save again."
        )
    if fate == rules.Landing.KEPT or (fate == rules.Landing.SAME and adds_note):
        _write(count, said)
    if fate != rules.Landing.DIFFERS and count.stands:
        count.brought_about = count.stands.version
    _remember(count, said, fate)
    text = _both(count.stands, said.heads) if fate == rules.Landing.DIFFERS else ""
    return CountAnswer(said.client_key, ref, fate.value, words=text)


def _answer_again(count: _Count, said: SaidHeads, before: CountReceived) -> CountAnswer:
    """What was said of this count when it first came, by how things stand now."""
    ref = count.session.ref
    if before.class_return_id != count.session.pk:
        return refused_count(said, ref, "This count was sent for another class before.")
    if before.outcome == _Outcome.DIFFERED and before.settled_at is None:
        text = _both(count.stands, heads_of(before))
        return CountAnswer(said.client_key, ref, rules.Landing.DIFFERS.value, words=text)
    if count.stands and heads_of(before) == count.heads:
        count.brought_about = count.stands.version
    was_kept = before.outcome == _Outcome.KEPT
    fate = rules.Landing.KEPT if was_kept else rules.Landing.SAME
    return CountAnswer(said.client_key, ref, fate.value)


def _write(count: _Count, said: SaidHeads) -> None:
    stands, heads = count.stands or ClassReturn(session=count.session), said.heads
    if count.heads and heads == Heads(count.heads.present):
        heads = count.heads  # who says nothing of joining in takes back nothing that was said
    stands.present, stands.joined_in = heads.present, heads.joined_in
    stands.expected = count.expected
    stands.note = stands.note if said.note is None else said.note
    stands.returned_by, stands.returned_at = count.by.person, count.at
    stands.client_key = said.client_key
    stands.save(force_insert=count.stands is None)
    stands.refresh_from_db(fields=["version"])
    count.stands = stands


def _remember(count: _Count, said: SaidHeads, fate: rules.Landing) -> None:
    assert count.stands is not None
    CountReceived.objects.create(
        client_key=said.client_key,
        class_return=count.stands,
        present=said.heads.present,
        joined_in=said.heads.joined_in,
        by=count.by.person,
        at=count.at,
        outcome=_OUTCOMES[fate],
    )


def _both(stands: ClassReturn | None, heads: Heads) -> str:
    """Whose count stands and since when, beside what was just said."""
    assert stands is not None
    when = words.clock(timezone.localtime(stands.returned_at).time())
    return (
        f"{stands.returned_by} counted {heads_of(stands).words} at {when}. You counted"
        f" {heads.words}. Both are kept until somebody settles it."
    )
