"""How often somebody came: in words, as a small chart, and as the table of the same numbers."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bookings import phrases
from bookings.models import Attendance, Credit
from bookings.queries import attendance as attendance_queries
from bookings.queries.attendance import Tally, TermTally
from bookings.views.meetings import day_of
from centres.models import Year
from core import words
from core.access import Permission, get_permitted_or_404
from people.models import Person
from people.requests import SignedInRequest

# The chart's own units: as wide as a telephone, a row for each activity.
CHART_WIDTH, ROW, BAR_WIDTH, LONGEST_TITLE = 320, 52, 232, 38


@require_safe
def attendance(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Came to nine of eleven: each term of a year, what was not on, and what is owed."""
    person = get_permitted_or_404(
        request.user, Permission.SEE_ENROLMENT, Person.objects.all(), ref=ref
    )
    years = attendance_queries.years_of(person)
    year = _chosen(years, request.GET.get("year", ""))
    now = timezone.now()
    terms = attendance_queries.attendance_of(person, year, at=now) if year else []
    off = attendance_queries.called_off(person, year) if year else []
    owed = attendance_queries.owed_to([person])
    sees_bill = request.user.has_perm(Permission.SEE_BILL, person)
    return render(
        request,
        "bookings/attendance.html",
        {
            "child": person,
            "is_self": person.pk == request.user.person_id,
            "year": year,
            "years": [_year(one, year, person) for one in years] if len(years) > 1 else [],
            "terms": [_term(one, person) for one in terms],
            "off": [_off(line) for line in off],
            "owed": [_owed(credit, with_value=sees_bill) for credit in owed],
        },
    )


def _chosen(years: list[Year], name: str) -> Year | None:
    """The year asked for; without one, the latest that has begun."""
    today = timezone.localdate()
    asked = [year for year in years if year.name == name]
    begun = [year for year in years if year.starts_on <= today]
    return next(iter([*asked, *begun, *years]), None)


def _year(one: Year, shown: Year | None, person: Person) -> dict[str, Any]:
    address = reverse("bookings:attendance", kwargs={"ref": person.ref})
    return {"name": one.name, "url": f"{address}?year={one.name}", "is_chosen": one == shown}


def finding(term: TermTally, name: str) -> str:
    """What the numbers of a term come to, in a sentence without its full stop."""
    when = f"in the {term.term.name.lower()} term"
    if not term.marked:
        return f"Nothing is marked yet {when}"
    if term.came == term.marked:
        return f"{name} came every time {when}"
    return f"{name} came to {term.came} of {term.marked} {when}"


def _term(term: TermTally, person: Person) -> dict[str, Any]:
    marked = [tally for tally in term.tallies if tally.marked]
    most = max((tally.marked for tally in marked), default=0)
    return {
        "key": f"term-{term.term.pk}",
        "finding": finding(term, person.first_name),
        "tallies": [{"tally": tally, "words": in_words(tally)} for tally in term.tallies],
        "bars": [_bar(tally, number, most) for number, tally in enumerate(marked)],
        "width": CHART_WIDTH,
        "height": ROW * len(marked),
    }


def _bar(tally: Tally, number: int, most: int) -> dict[str, Any]:
    """Where one bar stands: as long as the meetings marked, filled as far as they came."""
    of, came = (round(BAR_WIDTH * count / most) for count in (tally.marked, tally.came))
    return {
        "title": words.shortened(tally.title, LONGEST_TITLE),
        "label": f"{tally.came} of {tally.marked}",
        "of": of,
        "came": came,
        "text_y": number * ROW + 16,
        "bar_y": number * ROW + 24,
        "label_x": of + 8,
        "label_y": number * ROW + 39,
    }


def in_words(tally: Tally) -> str:
    """Came to 9 of 11. You told us of 1. 1 is not marked yet."""
    said = [f"Came to {tally.came} of {tally.marked}." if tally.marked else "Nothing marked yet."]
    if tally.told:
        said.append(f"You told us of {tally.told}.")
    if tally.let_off:
        said.append(f"Let off for something else: {tally.let_off}.")
    if tally.unmarked:
        said.append(f"Not marked yet: {tally.unmarked}.")
    if tally.off:
        said.append(f"Not on: {tally.off}.")
    return " ".join(said)


def _off(line: Attendance) -> dict[str, Any]:
    session = line.session
    return {
        "day": day_of(session),
        "title": session.activity.title,
        "why": phrases.why_off(session),
        "fee": phrases.fee_effect(session),
        "new_date": phrases.new_date(line.made_up),  # type: ignore[attr-defined]  # annotated
    }


def _owed(credit: Credit, *, with_value: bool) -> dict[str, Any]:
    session = credit.attendance.session
    by = session.cause.make_up_by if session.cause else ""
    value = f", worth {words.money(credit.value)}" if with_value and credit.value else ""
    return {
        "title": session.activity.title,
        "day": day_of(session),
        "words": f"{words.count(credit.minutes, 'minute')}{value}",
        "by": by,
    }
