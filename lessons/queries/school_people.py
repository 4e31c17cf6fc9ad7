"""Our people in a school: who they are, what they do there, and whether their letter holds."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from bookings.models import SessionStaff
from bookings.queries import assurance
from bookings.queries.assurance import Standing
from centres.models import Weekday
from people.models import Person, Photograph, School
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
    photograph: uuid.UUID | None = None  # of whoever still comes, and put one up

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
    people = _with_photographs(at).in_bulk({row["person"] for row in lines})
    adults = [
        _adult(
            person,
            [row for row in lines if row["person"] == key],
            letters.get(key),
            photograph=person.photograph_ref,
            at=at,
        )
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
    person = _with_photographs(at).get(pk=letter.person_id)
    standing = assurance.standing(letter, at=at)
    return _adult(person, lines, standing, photograph=person.photograph_ref, at=at)


def photographs_at(school: School, *, at: dt.datetime) -> QuerySet[Photograph]:
    """Of everybody who still comes: nobody's who came earlier, has left or is of another school."""
    coming = _expected(school, at=at).filter(claimed__endswith__gt=at)
    shown = Photograph.objects.shown_on(timezone.localdate(at))
    return shown.filter(staff__in=coming.order_by().values("person"))


def face_of(adult: Adult) -> bytes:
    """The picture itself, to print; nothing where there is none to be shown."""
    if adult.photograph is None:
        return b""
    return bytes(Photograph.objects.values_list("picture", flat=True).get(ref=adult.photograph))


def _with_photographs(at: dt.datetime) -> QuerySet[Any]:
    """People, each with the name of their photograph; none with the picture itself."""
    shown = Photograph.objects.shown_on(timezone.localdate(at))
    theirs = shown.filter(staff=OuterRef("pk")).values("ref")
    return Person.objects.annotate(photograph_ref=Subquery(theirs))


def _expected(school: School, *, at: dt.datetime) -> QuerySet[SessionStaff]:
    """Who is to be at which meeting in this school, in this year and after it."""
    since = assurance.this_year_on(timezone.localdate(at))
    if since is None:
        return SessionStaff.objects.none()
    return SessionStaff.objects.here().filter(session__school=school, claimed__overlap=since)


def _lines(school: School, *, at: dt.datetime) -> list[dict[str, Any]]:
    """A row for each adult, part and group: once a group, however often it meets."""
    rows = (
        _expected(school, at=at)
        .order_by()
        .values(
            "person",
            "role",
            title=F("session__activity__title"),
            weekday=F("session__activity__weekday"),
        )
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


def _adult(
    person: Person,
    rows: list[dict[str, Any]],
    standing: Standing | None,
    *,
    photograph: uuid.UUID | None,
    at: dt.datetime,
) -> Adult:
    last_at = max(row["last"] for row in rows)
    return Adult(
        person=person,
        titles=tuple(sorted({row["title"] for row in rows})),
        weekdays=tuple(sorted({row["weekday"] for row in rows if row["weekday"]})),
        assists=not any(row["role"] in ALONE for row in rows),
        first_at=min(row["first"] for row in rows),
        last_at=last_at,
        standing=standing,
        photograph=photograph if last_at > at else None,
    )


def _listed(words: Iterable[str]) -> str:
    """a, b and c"""
    *before, last = [*words] or [""]
    return f"{', '.join(before)} and {last}" if before else last
