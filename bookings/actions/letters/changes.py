"""Letters about meetings that change: one to each adult, about all of their children, and no more.

They carry no sum, for not everybody who may see a child may see the bill; and no child's surname.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.utils import timezone

from bookings.actions.letters.parts import at_place, letter, subject, when_of
from bookings.actions.letters.schools import to_schools
from bookings.models import CancellationCause, Closure, Session
from bookings.queries.closures import Following
from bookings.rules.closures import closing_key, meeting_key, reopening_key
from bookings.rules.credits import fee_words, pay_words
from core import mail, words
from people.models import Person
from people.queries import Told


def closing(closure: Closure, follows: Following) -> Iterator[mail.Letter]:
    """Everybody is told that it is off; families what it means for the fee, teachers for pay."""
    why, reason = closure.reason, closing_key(closure)
    yield from _off(follows, closure.cause, why=why, reason=reason)


def reopening(closure: Closure, follows: Following, told: Collection[int]) -> Iterator[mail.Letter]:
    """Whoever was told that it is off is told that it is on after all."""
    yield from _on_after_all(follows, told, reason=reopening_key(closure))


def cancelled(session: Session, follows: Following) -> Iterator[mail.Letter]:
    """One meeting is off."""
    assert session.cause is not None
    why, reason = session.public_comment or session.cause.name, meeting_key(session)
    yield from _off(follows, session.cause, why=why, reason=reason)


def not_needed(
    session: Session, follows: Following, told: Collection[int]
) -> Iterator[mail.Letter]:
    """A date that made up a meeting is off, because that meeting is on after all."""
    reason = meeting_key(session)
    why = "The first date is on after all, so this one is not needed."
    said = {"reason": why, "fee_effect": "Nothing changes.", "pay_effect": ""}
    yield from _to_families("cancelled-by-us", follows, said, reason=reason, only=told)
    yield from _to_teachers("cancelled-teacher", follows, said, reason=reason, only=told)
    yield from to_schools("class-off", follows, said, reason=reason, only=told)


def restored(session: Session, follows: Following, told: Collection[int]) -> Iterator[mail.Letter]:
    """One meeting is on after all."""
    yield from _on_after_all(follows, told, reason=meeting_key(session))


def moved(session: Session, follows: Following, *, before: str, why: str) -> Iterator[mail.Letter]:
    """One meeting is at another time, or in another room."""
    said = {
        "activity": session.activity.title,
        "date": words.weekday_and_day(timezone.localdate(session.during.lower)),
        "before": before,
        "now": time_and_place(session),
        "reason": why or "We had to change the plan.",
    }
    reason = meeting_key(session)
    yield from _to_families("moved", follows, said, reason=reason)
    yield from _to_teachers("moved-teacher", follows, said, reason=reason)
    yield from to_schools("class-moved", follows, said, reason=reason)


def made_up(make_up: Session, missed: Session, follows: Following) -> Iterator[mail.Letter]:
    """Another date for a meeting that did not happen."""
    said = {
        "activity": make_up.activity.title,
        "date": words.weekday_and_day(timezone.localdate(make_up.during.lower)),
        "missed": words.weekday_and_day(timezone.localdate(missed.during.lower)),
        "now": time_and_place(make_up),
    }
    reason = meeting_key(make_up)
    yield from _to_families("made-up", follows, said, reason=reason)
    yield from _to_teachers("made-up-teacher", follows, said, reason=reason)
    why = "Here is another date for the lesson that was off."
    said = said | {"before": time_and_place(missed), "reason": why}
    yield from to_schools("class-moved", follows, said, reason=reason)


def time_and_place(session: Session) -> str:
    """Saturday 5 December, 10am to 10.45am, St Albans Music Centre, room 3"""
    starts, ends = (
        timezone.localtime(each) for each in (session.during.lower, session.during.upper)
    )
    place = session.school or session.activity.place
    where = [str(part) for part in (place, session.room) if part]
    times = f"{words.clock(starts.time())} to {words.clock(ends.time())}"
    return ", ".join([words.weekday_and_day(starts.date()), times, *where])


def _off(
    follows: Following, cause: CancellationCause, *, why: str, reason: str
) -> Iterator[mail.Letter]:
    said = {"reason": why, "fee_effect": fee_words(cause)}
    yield from _to_families("cancelled-by-us", follows, said, reason=reason)
    yield from to_schools("class-off", follows, said, reason=reason)
    said = {"reason": why, "pay_effect": pay_words(cause)}
    yield from _to_teachers("cancelled-teacher", follows, said, reason=reason)


def _on_after_all(
    follows: Following, told: Collection[int], *, reason: str
) -> Iterator[mail.Letter]:
    yield from _to_families("on-after-all", follows, {}, reason=reason, only=told)
    yield from _to_teachers("on-after-all-teacher", follows, {}, reason=reason, only=told)
    yield from to_schools("class-on-after-all", follows, {}, reason=reason, only=told)


def _to_families(
    copy: str,
    follows: Following,
    said: Mapping[str, str],
    *,
    reason: str,
    only: Collection[int] | None = None,
) -> Iterator[mail.Letter]:
    meetings = follows.meetings_of()
    for each in follows.readers:
        if only is not None and each.adult.pk not in only:
            continue
        theirs = [(child, one) for child in each.about for one in meetings.get(child.pk, [])]
        yield letter(
            copy,
            each.adult,
            {
                **subject({one.pk: one for _, one in theirs}.values()),
                "meetings": "\n".join(_lines(each, theirs)),
                "children": _named(each),
                **said,
            },
            key=f"{reason}:family:{each.adult.pk}",
            page="bookings:my_family",
            reason=reason,
        )


def _to_teachers(
    copy: str,
    follows: Following,
    said: Mapping[str, str],
    *,
    reason: str,
    only: Collection[int] | None = None,
) -> Iterator[mail.Letter]:
    meetings = follows.taught_by()
    for teacher in follows.teachers:
        if not teacher.email or (only is not None and teacher.pk not in only):
            continue
        theirs = meetings[teacher.pk]
        lines = [f"{when_of(one)}: {one.activity.title}{at_place(one)}" for one in theirs]
        yield letter(
            copy,
            teacher,
            {**subject(theirs), "meetings": "\n".join(lines), **said},
            key=f"{reason}:teacher:{teacher.pk}",
            page="bookings:my_teaching",
            reason=reason,
        )


def _lines(told: Told, theirs: Iterable[tuple[Person, Session]]) -> list[str]:
    """In order of time; two children of one group in one line."""
    whose: dict[Session, list[str]] = {}
    for child, one in theirs:
        name = "you" if child.pk == told.adult.pk else child.first_name
        whose.setdefault(one, []).append(name)
    ordered = sorted(whose, key=lambda one: (one.during.lower, one.pk))
    return [
        f"{when_of(one)}: {one.activity.title}{at_place(one)}, for {' and '.join(whose[one])}"
        for one in ordered
    ]


def _named(told: Told) -> str:
    """Anya and Tom; you"""
    names = ["you" if one.pk == told.adult.pk else one.first_name for one in told.about]
    return " and ".join(names)
