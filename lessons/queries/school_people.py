"""Our people in a school: who they are, what they do there, and whether their letter holds."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Min
from django.utils import timezone

from bookings.models import SessionStaff
from bookings.queries import assurance
from bookings.queries.assurance import Standing
from centres.models import Weekday
from people.models import Person, School
from safeguarding.models import AssuranceLetter

ALONE = {SessionStaff.Role.LEAD, SessionStaff.Role.COVER}


@dataclass(frozen=True)
class Adult:
    """Somebody of ours who teaches at the school in this year."""

    person: Person
    titles: tuple[str, ...]
    weekdays: tuple[int, ...]
    assists: bool  # only ever beside somebody who leads
    first_at: dt.datetime
    last_at: dt.datetime
    standing: Standing | None = None

    @property
    def days(self) -> str:
        """Tuesdays and Thursdays. Empty where there is no pattern."""
        return _listed(f"{Weekday(day).label}s" for day in self.weekdays)

    @property
    def what(self) -> str:
        """Ukulele, 4A; Ukulele, 4B"""
        return "; ".join(self.titles)

    @property
    def is_in_force(self) -> bool:
        return bool(self.standing and self.standing.is_in_force)


@dataclass(frozen=True)
class OurPeople:
    """Those who still come, and those who came earlier in the year: three statements."""

    coming: list[Adult]
    earlier: list[Adult]


def our_people(school: School, *, at: dt.datetime) -> OurPeople:
    """Everybody expected at a meeting in this school in this year; nobody of any other school."""
    lines = _lines(school, at=at)
    letters = _letters(school, {row["person"] for row in lines}, at=at)
    people = Person.objects.in_bulk({row["person"] for row in lines})
    adults = [
        _adult(person, [row for row in lines if row["person"] == key], letters.get(key))
        for key, person in people.items()
    ]
    adults.sort(key=lambda adult: (adult.assists, adult.person.sort_name, adult.person.pk))
    return OurPeople(
        coming=[adult for adult in adults if adult.last_at > at],
        earlier=[adult for adult in adults if adult.last_at <= at],
    )


def adult_of(letter: AssuranceLetter, *, at: dt.datetime) -> Adult | None:
    """What whom this letter is about does at its school; None where they do nothing there."""
    lines = [row for row in _lines(letter.school, at=at) if row["person"] == letter.person_id]
    if not lines:
        return None
    return _adult(letter.person, lines, assurance.standing(letter, at=at))


def _lines(school: School, *, at: dt.datetime) -> list[dict[str, Any]]:
    """A row for each adult, part and group: once a group, however often it meets."""
    since = assurance.this_year_on(timezone.localdate(at))
    if since is None:
        return []
    lines = SessionStaff.objects.here().filter(session__school=school, claimed__overlap=since)
    rows = lines.order_by().values(
        "person",
        "role",
        title=F("session__activity__title"),
        weekday=F("session__activity__weekday"),
    )
    timed = rows.annotate(first=Min("claimed__startswith"), last=Max("claimed__endswith"))
    return [dict(row) for row in timed]


def _letters(school: School, people: Iterable[int], *, at: dt.datetime) -> dict[int, Standing]:
    """The letter of each: the one in force, or else the newest."""
    letters = AssuranceLetter.objects.filter(school=school, person__in=people)
    found: dict[int, Standing] = {}
    for standing in assurance.standings(letters.order_by("written_at", "pk"), at=at):
        known = found.get(standing.letter.person_id)
        if known is None or not known.is_in_force:
            found[standing.letter.person_id] = standing
    return found


def _adult(person: Person, rows: list[dict[str, Any]], standing: Standing | None) -> Adult:
    return Adult(
        person=person,
        titles=tuple(sorted({row["title"] for row in rows})),
        weekdays=tuple(sorted({row["weekday"] for row in rows if row["weekday"]})),
        assists=not any(row["role"] in ALONE for row in rows),
        first_at=min(row["first"] for row in rows),
        last_at=max(row["last"] for row in rows),
        standing=standing,
    )


def _listed(words: Iterable[str]) -> str:
    """a, b and c"""
    *before, last = [*words] or [""]
    return f"{', '.join(before)} and {last}" if before else last
