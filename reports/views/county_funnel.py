"""The county reads how many of all it taught went on, by school and by instrument."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from centres.models import Year
from core import sheets
from core.access import Permission
from people.requests import SignedInRequest
from reports.queries import funnel as queries
from reports.queries.funnel import Funnel
from reports.rules import funnel as rules
from reports.rules.funnel import Counted, Row
from reports.rules.hiding import tables_beside_sums
from reports.views import funnel_words as said


@dataclass(frozen=True)
class Line:
    """An instrument, or a school's, with what of its steps is shown; where its own page is."""

    name: str
    cells: list[str]
    url: str = ""


@require_safe
def funnel(request: SignedInRequest) -> HttpResponse:
    """All children of a year, step by step; then each instrument and each school."""
    year = _year_or_404(request)
    found = _funnels(year)
    few, weeks = queries.hide_below(timezone.localdate()), settings.STILL_PLAYS_WEEKS
    counted = sum((one.counted for one in found), Counted())
    table = rules.rows(counted, hide_below=few)
    by_subject, by_school = tables_beside_sums(_parts(found), hide_below=few)
    return render(
        request,
        "reports/funnel.html",
        {
            "year": year,
            "years": queries.years_taught(),
            "table": table,
            "heading": rules.heading(table),
            "lede": said.lede(table, early=counted.early),
            "chart": said.chart(table, early=counted.early),
            "early": said.early_words(counted, weeks=weeks, hide_below=few),
            "by_subject": [Line(name, _everybody(shown)) for name, shown in by_subject.items()],
            "by_school": [
                Line(_name(one), _everybody(shown), _page(one, year))
                for one, shown in zip(found, by_school, strict=True)
            ],
            "steps": said.STEPS,
            "few": few,
            "weeks": weeks,
        },
    )


@require_safe
def funnel_csv(request: SignedInRequest) -> HttpResponse:
    """Each school and instrument with its groups; what the page leaves out is left out here."""
    year = _year_or_404(request)
    found = _funnels(year)
    few = queries.hide_below(timezone.localdate())
    _, shown = tables_beside_sums(_parts(found), hide_below=few)
    rows = [
        [
            one.school.urn,
            one.school.name,
            one.subject,
            str(year),
            *(word for column in said.csv_cells(table) for word in column),
        ]
        for one, table in zip(found, shown, strict=True)
    ]
    groups = ("", ", Pupil Premium", ", SEND")
    heading = ["URN", "School", "Instrument", "Year"]
    heading += [f"{step}{group}" for group in groups for step in said.STEPS]
    return sheets.download(heading, rows, name=f"first lessons {year}", suffix="csv")


def _everybody(table: Sequence[Row]) -> list[str]:
    return [row.everybody.words for row in table]


def _parts(found: Sequence[Funnel]) -> list[tuple[str, Counted]]:
    """As a school's own page counts: by instrument, so that no two pages give a third number."""
    return [(one.subject, one.counted) for one in found]


def _name(one: Funnel) -> str:
    return f"{one.school.name}, {one.subject.lower()}"


def _page(one: Funnel, year: Year) -> str:
    chosen = urlencode({"year": str(year), "subject": one.slug})
    return f"{reverse('school_reports:funnel', args=[one.school.urn])}?{chosen}"


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
