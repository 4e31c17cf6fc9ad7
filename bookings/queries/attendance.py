"""Who came to how many of how many: by term and activity for one person, in all for a family."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bookings import rules
from bookings.models import Attendance, Credit, Enrolment, Session
from bookings.queries.calendar import KEPT, MADE_UP, lines_of
from centres.models import Term, Year
from people.models import Person

CAME = (Attendance.Mark.PRESENT, Attendance.Mark.LATE, Attendance.Mark.LEFT_EARLY)
MOST_LISTED = 30


@dataclass
class Tally:
    """What a register says of one person in one activity. Each meeting is in one number."""

    title: str
    came: int = 0
    away: int = 0
    told: int = 0
    let_off: int = 0
    unmarked: int = 0
    off: int = 0
    to_come: int = 0

    @property
    def marked(self) -> int:
        return self.came + self.away + self.told


@dataclass(frozen=True)
class TermTally:
    """A term, with what each activity's registers say."""

    term: Term
    tallies: tuple[Tally, ...]

    @property
    def came(self) -> int:
        return sum(tally.came for tally in self.tallies)

    @property
    def marked(self) -> int:
        return sum(tally.marked for tally in self.tallies)


def years_of(person: Person) -> list[Year]:
    """The years in which this person had a place in something, latest first."""
    places = Enrolment.objects.filter(person=person, status__in=KEPT)
    years = Year.objects.filter(pk__in=places.values("activity__year_id"))
    return list(years.order_by("-starts_on"))


def attendance_of(person: Person, year: Year, *, at: dt.datetime) -> list[TermTally]:
    """Each term of the year that has begun and has something in it, latest first."""
    terms = list(Term.objects.filter(year=year).order_by("starts_on"))
    today = at.astimezone(rules.LONDON).date()
    tallies: dict[int, dict[int, Tally]] = {term.pk: {} for term in terms}
    lines = _in_year(person, year).select_related("session__activity")
    for line in lines.order_by("session__during", "pk") if terms else []:
        activity = line.session.activity
        of_term = tallies[_term_of(line, terms).pk]
        tally = of_term.setdefault(activity.pk, Tally(activity.title))
        number = _number(line, at=at)
        setattr(tally, number, getattr(tally, number) + 1)
    return [
        TermTally(term, tuple(tallies[term.pk].values()))
        for term in reversed(terms)
        if tallies[term.pk] and term.starts_on <= today
    ]


def _in_year(person: Person, year: Year) -> QuerySet[Attendance]:
    starts_at = dt.datetime.combine(year.starts_on, dt.time.min, rules.LONDON)
    return lines_of([person], starts_at=starts_at, ends_at=rules.midnight_after(year.ends_on))


def _term_of(line: Attendance, terms: list[Term]) -> Term:
    """The term of a meeting; one in the holidays counts to the term before."""
    day = line.session.during.lower.astimezone(rules.LONDON).date()
    begun = [term for term in terms if term.starts_on <= day]
    return begun[-1] if begun else terms[0]


def _number(line: Attendance, *, at: dt.datetime) -> str:
    """Which of the tally's numbers this meeting counts to."""
    if line.session.status == Session.Status.CANCELLED:
        return "off"
    if line.is_released:
        return "let_off"
    if line.mark is None:
        return "unmarked" if line.session.during.upper <= at else "to_come"
    if line.mark in CAME:
        return "came"
    return "told" if line.mark == Attendance.Mark.ABSENT_TOLD else "away"


def called_off(person: Person, year: Year) -> list[Attendance]:
    """The meetings of the year that are off, latest first."""
    lines = _in_year(person, year).filter(session__status=Session.Status.CANCELLED)
    whole = lines.select_related("session__activity", "session__cause").annotate(made_up=MADE_UP)
    return list(whole.order_by("-session__during", "pk")[:MOST_LISTED])


def owed_to(people: Collection[Person]) -> list[Credit]:
    """What is owed to these people and not made up yet, oldest first."""
    credits = Credit.objects.owed().filter(person__in=people)
    whole = credits.select_related(
        "person", "attendance__session__activity", "attendance__session__cause"
    )
    return list(whole.order_by("given_at", "pk")[:MOST_LISTED])


def came_in_term(people: Collection[Person], term: Term) -> Mapping[int, tuple[int, int]]:
    """How often each came of how many that were marked, by person: one read for a family."""
    starts_at = dt.datetime.combine(term.starts_on, dt.time.min, rules.LONDON)
    lines = lines_of(people, starts_at=starts_at, ends_at=rules.midnight_after(term.ends_on))
    counted = (
        lines.filter(mark__isnull=False, is_released=False)
        .exclude(session__status=Session.Status.CANCELLED)
        .order_by()
        .values("person_id")
        .annotate(came=Count("pk", filter=Q(mark__in=CAME)), marked=Count("pk"))
    )
    return {row["person_id"]: (row["came"], row["marked"]) for row in counted}
