"""Roster work of staff: groups merged, and a place offered out of order."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from bookings import rules
from bookings.actions import letters
from bookings.actions.endings import move_place
from bookings.actions.locks import ITS_PARTS, lock_activities, lock_enrolment
from bookings.actions.places import check_may_join, look_at_line, offer_freed_places
from bookings.models import Activity, CancellationCause, Enrolment, Session
from core.actions import action, note_reason
from core.refusals import RuleBroken, in_words
from people.models import User

_STATUS = Enrolment.Status


@dataclass(frozen=True)
class Merged:
    """What a merge did: who moved, who waits there now, who stayed and why, what is closed."""

    moved: list[Enrolment] = field(default_factory=list)
    waiting: list[Enrolment] = field(default_factory=list)
    stayed: list[tuple[Enrolment, str]] = field(default_factory=list)
    closed: list[Activity] = field(default_factory=list)


@action
def merge_groups(
    *,
    into: Activity,
    others: Collection[Activity],
    cause: CancellationCause,
    by: User,
    at: dt.datetime,
    whole: bool = False,
) -> Merged:
    """Everybody of the other groups whom the one group suits and holds is there instead.

    Whoever does not fit stays where they were, and their group with them; or, if it is to be
    `whole`, nothing is merged. A group that is empty afterwards is closed, its meetings to come
    are off, and its room and teacher are free.
    """
    keys = {other.pk for other in others} - {into.pk}
    activities = lock_activities({into.pk, *keys}, *ITS_PARTS)
    into = activities[into.pk]
    merged = Merged()
    offer_freed_places(into, at=at)
    for enrolment in _live_of(keys):
        enrolment.activity = activities[enrolment.activity_id]
        _take_in(enrolment, into, merged, by=by, at=at)
    if whole and merged.stayed:
        raise rules.NotEverybodyFits(
            f"{len(merged.stayed)} would not fit, so nothing was merged. Look again who and why."
        )
    offer_freed_places(into, at=at)
    letters.line_changed(merged.waiting, at=at)
    left = {enrolment.activity_id for enrolment, _ in merged.stayed}
    for key in sorted(keys - left):
        _close(activities[key], into, cause=cause, at=at)
        merged.closed.append(activities[key])
    return merged


def _live_of(activity_ids: Collection[int]) -> list[Enrolment]:
    """Places first, in the order they were asked for; then the lines as one, in fair order."""
    rows = Enrolment.objects.live().filter(activity__in=activity_ids)
    rows = rows.select_for_update(no_key=True, of=("self",)).order_by(
        "-priority", "queued_at", "pk"
    )
    found = list(rows.select_related("person", "person__learner", "booked_by", "account"))
    return sorted(found, key=lambda row: row.status == _STATUS.WAITING)


def _take_in(
    enrolment: Enrolment, into: Activity, merged: Merged, *, by: User, at: dt.datetime
) -> None:
    """Move one, or say why not: one who does not fit undoes nobody else's move."""
    taken = into.places_taken
    try:
        with transaction.atomic():
            if enrolment.status == _STATUS.ACTIVE:
                merged.moved.append(move_place(enrolment, into, by=by, at=at))
            elif enrolment.status == _STATUS.WAITING:
                merged.waiting.extend(_join_line(enrolment, into, at=at))
            else:
                name = enrolment.person.first_name
                raise rules.NotBookable(f"{name} {rules.WHAT_IT_IS[enrolment.status]}.")
    except (RuleBroken, IntegrityError) as error:
        refused = in_words(error)
        if not isinstance(refused, RuleBroken):
            raise
        into.places_taken = taken
        merged.stayed.append((enrolment, str(refused)))


def _join_line(enrolment: Enrolment, into: Activity, *, at: dt.datetime) -> list[Enrolment]:
    """They wait there as long as they have waited here; who waits in both keeps the better place.

    Empty when they have a place there, or an offer, and need not wait.
    """
    standing = into.enrolments.live().filter(person_id=enrolment.person_id).first()
    if standing is None:
        check_may_join(into, enrolment.person, standing=None, at=at)
        enrolment.activity = into
        enrolment.save(update_fields=["activity"])
        return [enrolment]
    enrolment.status, enrolment.leave_reason = _STATUS.CANCELLED, f"Is in {into} already"
    enrolment.save(update_fields=["status", "leave_reason"])
    if standing.status == _STATUS.WAITING:
        standing.queued_at = min(standing.queued_at, enrolment.queued_at)
        standing.priority = max(standing.priority, enrolment.priority)
        standing.save(update_fields=["queued_at", "priority"])
    return []


def _close(group: Activity, into: Activity, *, cause: CancellationCause, at: dt.datetime) -> None:
    if group.status != Activity.Status.CLOSED:
        rules.check_activity_may_become(Activity.Status.CLOSED, group)
    group.status = Activity.Status.CLOSED
    group.save(update_fields=["status"])
    coming = group.sessions.filter(status=Session.Status.PLANNED, during__startswith__gt=at)
    coming.update(
        status=Session.Status.CANCELLED,
        cause=cause,
        public_comment=f"This group is part of {into} now.",
        changed_at=at,
    )


@action
def offer_to(*, enrolment: Enrolment, reason: str, by: User, at: dt.datetime) -> Enrolment:
    """They are offered a place before their turn; with none free, the next one is theirs.

    Never beyond capacity. The audit keeps who passed over the line for them, and why.
    """
    enrolment = lock_enrolment(enrolment)
    rules.check_enrolment_may_become(_STATUS.OFFERED, enrolment)
    activity = enrolment.activity
    line = look_at_line(activity, at=at)
    first = next(row for row in line if row.status == _STATUS.WAITING)
    if first.pk != enrolment.pk:
        enrolment.priority = max(enrolment.priority, first.priority + 1)
        enrolment.save(update_fields=["priority"])
    note_reason(enrolment, reason, by=by, at=at)
    offered = offer_freed_places(activity, at=at, line=[*_before(line, enrolment)])
    return next((row for row in offered if row.pk == enrolment.pk), enrolment)


def _before(line: list[Enrolment], enrolment: Enrolment) -> list[Enrolment]:
    """The line as looked at, with this one at its head."""
    return [enrolment, *(row for row in line if row.pk != enrolment.pk)]
