"""A school gives one notice: its lessons move or count as taught, and everybody is told once."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from bookings import actions as bookings
from bookings.models import Closure, Session
from bookings.queries import makeups
from bookings.rules.closures import closing_key, reopening_key
from bookings.rules.promises import HourPromised
from core import mail, words
from core.actions import action
from core.refusals import RuleBroken
from lessons.queries import notices as queries
from lessons.queries.notices import Row
from lessons.rules import notices as rules
from people.models import School, User


@dataclass(frozen=True)
class Notice:
    """What a school says: the days, a part of each or all of it, and why."""

    school: School
    starts_on: dt.date
    ends_on: dt.date
    reason: str
    from_time: dt.time | None = None
    until_time: dt.time | None = None
    kept_on: tuple[Session, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a notice did, or would do."""

    closures: list[Closure]
    rows: list[Row]

    @property
    def fate(self) -> str:
        return ".".join(row.fate for row in self.rows)


@action
def give_notice(*, notice: Notice, seen: str | None, by: User, at: dt.datetime) -> Outcome:
    """Every lesson of ours there moves to another day, is owed, or counts as taught; all are told.

    `seen`: what the page showed would follow. Where it would be otherwise now, nothing happens.
    """
    today = timezone.localdate(at)
    rules.check_days(notice.starts_on, notice.ends_on, today=today)
    School.objects.select_for_update(no_key=True).get(pk=notice.school.pk)
    parts = rules.parts(
        notice.starts_on, notice.ends_on, today=today, causes=queries.causes_on(today)
    )
    closures = [_close(notice, part, by=by, at=at) for part in parts]
    for closure in closures:
        if rules.moves(closure.cause):
            _move(closure, by=by, at=at)
    outcome = Outcome(closures, queries.rows_of(closures))
    if seen is not None and seen != outcome.fate:
        raise rules.NoticeChanged(
            "It is not as you saw it a moment ago: a lesson or a teacher changed meanwhile."
            " Nothing has happened. Look again, then confirm."
        )
    _tell_school(notice.school, outcome, by=by, at=at)
    return outcome


def try_notice(*, notice: Notice, by: User, at: dt.datetime) -> Outcome:
    """What the notice would do: it is given, looked at, and taken back before anybody hears of it.

    So a preview cannot promise what the act would not do.
    """
    with transaction.atomic():
        outcome = give_notice(notice=notice, seen=None, by=by, at=at)
        transaction.set_rollback(True)
    return outcome


@action
def undo_notice(*, closures: Collection[Closure], by: User, at: dt.datetime) -> None:
    """Every lesson is back where it was, or none is; whoever was told is told again."""
    try:
        undone = [bookings.undo_closure(closure=one, by=by, at=at) for one in closures]
    except HourPromised as promised:  # whose order it is for is not for this school to read
        raise rules.NoticeRefused(
            "A teacher of these lessons is promised elsewhere since, so nothing was put"
            " back. Call us, and we find another day."
        ) from promised
    for closure in undone:
        assert closure.school is not None
        mail.queue_many(
            (
                mail.Letter(
                    "school-notice-undone",
                    to_address=contact.person.email,
                    to_person_id=contact.person_id,
                    context={
                        "first_name": contact.person.first_name,
                        "school": str(closure.school),
                        "days": _days(closure.starts_on, closure.ends_on),
                    },
                    key=f"{reopening_key(closure)}:school:{contact.person_id}",
                    link=_page_of(closure),
                    reason=reopening_key(closure),
                )
                for contact in queries.readers_at(closure.school)
            ),
            at=at,
        )
        break  # one letter about one notice


def _close(notice: Notice, part: rules.Part, *, by: User, at: dt.datetime) -> Closure:
    return bookings.close_place(
        starts_on=part.first,
        ends_on=part.last,
        from_time=notice.from_time,
        until_time=notice.until_time,
        school=notice.school,
        reason=notice.reason,
        cause=part.cause,
        kept_on=notice.kept_on,
        by=by,
        at=at,
    )


def _move(closure: Closure, *, by: User, at: dt.datetime) -> None:
    """Each lesson to the first day that suits everybody; what suits nobody stays owed.

    Our teachers have as long a notice of the new day as the school gave of the old one.
    """
    since = timezone.localdate(at) + dt.timedelta(days=closure.cause.notice_days)
    place = ("activity__centre", "activity__school", "room", "cause", "school")
    off = closure.sessions.filter(status=Session.Status.CANCELLED).select_related(*place)
    for session in off.order_by("during", "pk"):
        for found in makeups.proposals(session, at=at, since=since):
            try:
                bookings.plan_makeup(
                    session=session,
                    starts_at=found.starts_at,
                    ends_at=found.ends_at,
                    room=found.room,
                    by=by,
                    at=at,
                )
            except RuleBroken:
                continue  # taken by another lesson of this notice, or a child is busy
            break


def _tell_school(school: School, outcome: Outcome, *, by: User, at: dt.datetime) -> None:
    """Whoever speaks for the school's music has it in writing, with what became of each lesson."""
    if not outcome.rows:
        return
    first, last = outcome.closures[0], outcome.closures[-1]
    lines = [f"{row.when}: {row.session.activity.title}. {row.then}." for row in outcome.rows]
    mail.queue_many(
        (
            mail.Letter(
                "school-notice",
                to_address=contact.person.email,
                to_person_id=contact.person_id,
                context={
                    "first_name": contact.person.first_name,
                    "school": str(school),
                    "days": _days(first.starts_on, last.ends_on),
                    "reason": first.reason,
                    "giver": str(by),
                    "lessons": "\n".join(lines),
                },
                key=f"{closing_key(first)}:school:{contact.person_id}",
                link=_page_of(first),
                reason=closing_key(first),
            )
            for contact in queries.readers_at(school)
        ),
        at=at,
    )


def _page_of(closure: Closure) -> str:
    assert closure.school is not None
    return reverse("schools:notice", kwargs={"urn": closure.school.urn, "slug": closure.slug})


def _days(first: dt.date, last: dt.date) -> str:
    said = words.weekday_and_day(first)
    return said if first == last else f"{said} to {words.weekday_and_day(last)}"
