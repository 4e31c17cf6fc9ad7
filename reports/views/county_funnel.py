"""The county reads how many of all it taught went on, by school and by instrument."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from centres.models import Year
from core import sheets
from core.access import Permission
from people.requests import SignedInRequest
from reports.queries import funnel as queries
from reports.queries.funnel import Funnel
from reports.rules import funnel as rules
from reports.rules.funnel import NOT_SHOWN, Counted, Row
from reports.views import funnel_words as said


@dataclass(frozen=True)
class Line:
    """An instrument, or a school's, with what of its steps is shown."""

    name: str
    cells: list[str]


@require_safe
def funnel(request: SignedInRequest) -> HttpResponse:
    """All children of a year, step by step; then each instrument and each school."""
    year = _year_or_404(request)
    found = _funnels(year)
    few, weeks = queries.hide_below(timezone.localdate()), settings.STILL_PLAYS_WEEKS
    counted = sum((one.counted for one in found), Counted())
    table = rules.rows(counted, hide_below=few)
    return render(
        request,
        "reports/funnel.html",
        {
            "year": year,
            "years": queries.years_taught(),
            "table": table,
            "heading": rules.heading(table),
            "lede": said.lede(table),
            "chart": said.chart(table),
            "early": said.early_words(counted, weeks=weeks, hide_below=few),
            "by_subject": _lines(_by_subject(found), few=few),
            "by_school": _lines(_by_school(found), few=few),
            "steps": said.STEPS,
            "few": few,
            "weeks": weeks,
        },
    )


@require_safe
def funnel_csv(request: SignedInRequest) -> HttpResponse:
    """Each school and instrument with its groups; what the page leaves out is left out here."""
    year = _year_or_404(request)
    few = queries.hide_below(timezone.localdate())
    found = _funnels(year)
    shown = _lines(_by_school(found), few=few)
    rows = []
    for one, line in zip(found, shown, strict=True):
        everybody, pp, send = said.csv_cells(rules.rows(one.counted, hide_below=few))
        cells = list(line.cells)
        for group in (pp, send):
            cells += [
                word if whole == all_word else NOT_SHOWN
                for word, whole, all_word in zip(group, everybody, line.cells, strict=True)
            ]
        rows.append([one.school.urn, one.school.name, one.subject, str(year), *cells])
    groups = ("", ", Pupil Premium", ", SEND")
    heading = ["URN", "School", "Instrument", "Year"]
    heading += [f"{step}{group}" for group in groups for step in said.STEPS]
    return sheets.download(heading, rows, name=f"first lessons {year}", suffix="csv")


def _lines(named: Sequence[tuple[str, Counted]], *, few: int) -> list[Line]:
    """A line each, as far as no number can be worked out from the sum of a column."""
    tables = [rules.rows(counted, hide_below=few) for _, counted in named]
    columns = [
        rules.spared([counted.everybody.each[place] for _, counted in named], hide_below=few)
        for place in range(len(said.STEPS))
    ]
    return [
        Line(name, _cells(table, [column[place] for column in columns]))
        for place, ((name, _), table) in enumerate(zip(named, tables, strict=True))
    ]


def _cells(table: Sequence[Row], may_be_shown: Sequence[bool]) -> list[str]:
    return [
        NOT_SHOWN if row.everybody.number is not None and not shown else row.everybody.words
        for row, shown in zip(table, may_be_shown, strict=True)
    ]


def _by_subject(found: Sequence[Funnel]) -> list[tuple[str, Counted]]:
    together: defaultdict[str, Counted] = defaultdict(Counted)
    for one in found:
        together[one.subject] += one.counted
    return sorted(together.items())


def _by_school(found: Sequence[Funnel]) -> list[tuple[str, Counted]]:
    """As a school's own page counts: by instrument, so that no two pages give a third number."""
    return [(f"{one.school.name}, {one.subject.lower()}", one.counted) for one in found]


def _funnels(year: Year) -> list[Funnel]:
    return queries.funnels(year, today=timezone.localdate(), weeks=settings.STILL_PLAYS_WEEKS)


def _year_or_404(request: SignedInRequest) -> Year:
    """Whoever runs the county; the year asked for, or the newest of which something can be said."""
    if not request.user.has_perm(Permission.RUN_COUNTY):
        raise Http404
    asked = {str(year): year for year in queries.years_taught()}.get(request.GET.get("year", ""))
    year = asked or queries.year_to_show(
        today=timezone.localdate(), weeks=settings.STILL_PLAYS_WEEKS
    )
    year = year or Year.objects.order_by("-starts_on").first()
    if year is None:
        raise Http404
    return year
