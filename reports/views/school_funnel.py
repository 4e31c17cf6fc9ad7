"""A school reads how many of its classes went on to a first lesson."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from centres.models import Year
from core import sheets
from core.access import Permission, get_permitted_or_404
from people.models import School
from people.requests import SignedInRequest
from reports.queries import funnel as queries
from reports.queries.funnel import Funnel
from reports.rules import funnel as rules
from reports.rules.hiding import Table, tables_beside_sums
from reports.views import funnel_words as said


@require_safe
def funnel(request: SignedInRequest, urn: int) -> HttpResponse:
    """One instrument of one year: the chart, the table by group, what other schools did."""
    school = _school_or_404(request, urn)
    years = queries.years_taught(school)
    year = _year(request, school, years)
    found = _funnels(year, school)
    slugs = {one.slug: one for one in found}
    chosen = slugs.get(request.GET.get("subject", ""), found[0] if found else None)
    context = {
        "school": school,
        "years": years,
        "year": year,
        "found": found,
        "chosen": chosen,
        "may_send": request.user.has_perm(Permission.SPEAK_FOR_SCHOOL, school),
    }
    if chosen and year:
        [table] = _tables(request, year, [chosen])
        context |= _numbers(chosen, year, table)
    return render(request, "schools/funnel.html", context)


@require_safe
def funnel_csv(request: SignedInRequest, urn: int) -> HttpResponse:
    """The same numbers of every instrument of the year, with the same left out."""
    school = _school_or_404(request, urn)
    year = _year(request, school, queries.years_taught(school))
    found = _funnels(year, school)
    rows = [
        [one.subject, str(year), row.name, row.everybody.words, row.pp.words, row.send.words]
        for one, table in zip(found, _tables(request, year, found), strict=True)
        for row in table
    ]
    heading = ["Instrument", "Year", "Step", "All", "Pupil Premium", "SEND"]
    name = f"first lessons {school.name} {year}"
    return sheets.download(heading, rows, name=name, suffix="csv")


def _tables(request: SignedInRequest, year: Year | None, found: Sequence[Funnel]) -> list[Table]:
    """What is shown of each. Whoever reads the county's page as well reads no more here than there.

    A school knows no sum of schools; to whoever does, one number more could tell another school's.
    """
    few = queries.hide_below(timezone.localdate())
    if year is None or not request.user.has_perm(Permission.RUN_COUNTY):
        return [rules.rows(one.counted, hide_below=few) for one in found]
    county = _funnels(year)
    _, shown = tables_beside_sums([(one.subject, one.counted) for one in county], hide_below=few)
    by_key = {(one.school.pk, one.slug): table for one, table in zip(county, shown, strict=True)}
    return [by_key[one.school.pk, one.slug] for one in found]


def _numbers(chosen: Funnel, year: Year, table: Table) -> dict[str, object]:
    few, weeks = queries.hide_below(timezone.localdate()), settings.STILL_PLAYS_WEEKS
    early = chosen.counted.early
    return {
        "about": said.about(chosen, year),
        "table": table,
        "heading": rules.heading(table),
        "lede": said.lede(table, early=early),
        "chart": said.chart(table, early=early),
        "unused": said.unused_codes(table),
        "early": said.early_words(chosen.counted, weeks=weeks, hide_below=few),
        "tips": said.tips(queries.compared(year)),
        "few": few,
        "weeks": weeks,
    }


def _funnels(year: Year | None, school: School | None = None) -> list[Funnel]:
    if year is None:
        return []
    return queries.funnels(
        year, today=timezone.localdate(), weeks=settings.STILL_PLAYS_WEEKS, school=school
    )


def _year(request: SignedInRequest, school: School, years: list[Year]) -> Year | None:
    """The year asked for, or the newest of which something can be said."""
    asked = {str(year): year for year in years}.get(request.GET.get("year", ""))
    return asked or queries.year_to_show(
        school, today=timezone.localdate(), weeks=settings.STILL_PLAYS_WEEKS
    )


def _school_or_404(request: SignedInRequest, urn: int) -> School:
    return get_permitted_or_404(request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn)
