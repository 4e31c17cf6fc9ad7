"""The numbers of a staff home as tables to take away."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import sheets
from people.requests import SignedInRequest
from reports import queries
from reports.views import rooms
from reports.views import words as said
from reports.views.asked import Asked, asked_or_404

Rows = Iterable[Sequence[object]]
WAITING = ["Place", "Booked", "Waiting"]
ATTENDANCE = ["Week from", "Came", "Marked", "Share"]
DAY = ["Room", "From", "Until", "Group", "Teacher", "Expected", "Told us away", "What is different"]
DAY_BY_CENTRE = ["Centre", "Meetings", "Called off", "Expected", "Told us away"]


@require_safe
def staff_sheet(request: SignedInRequest, table: str) -> HttpResponse:
    """One table of the staff home, for a spreadsheet."""
    asked = asked_or_404(request)
    heading, rows = _table(table, asked)
    content = sheets.csv_of(heading, rows)
    name = sheets.file_name(f"{table} {asked.place.name} {asked.days.shown}", "csv")
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _table(table: str, asked: Asked) -> tuple[list[str], Rows]:
    place = asked.place
    if table == "waiting":
        return WAITING, ((one.name, one.booked, one.waiting) for one in queries.standings(place))
    if table == "attendance":
        weeks = queries.weeks(place, today=timezone.localdate())
        return ATTENDANCE, (
            (week.starts_on, week.came, week.marked, f"{week.share}%") for week in weeks
        )
    if table == "day":
        return (DAY, _meetings(asked)) if place.is_one_centre else (DAY_BY_CENTRE, _centres(asked))
    raise Http404


def _meetings(asked: Asked) -> Rows:
    meetings = queries.meetings_of(asked.place, day=asked.days.shown)
    for row in rooms.entries(meetings, at=timezone.now()):
        yield (
            row.room,
            said.clock(row.starts_at),
            said.clock(row.ends_at),
            row.title,
            row.teacher,
            row.expected,
            row.told_us,
            "; ".join(tag.words for tag in row.tags),
        )


def _centres(asked: Asked) -> Rows:
    for one in queries.centres_on(asked.place, day=asked.days.shown):
        yield one.name, one.meetings, one.called_off, one.expected, one.told_us
