"""When things happen, and when they do not: meetings, and the causes of what is called off."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.desk import DeskPages
from bookings.admin.filters import CentreOfActivityFilter, WhenFilter
from bookings.admin.forms import CauseForm
from bookings.admin.staffing import MeetingStaffing, StaffInline
from bookings.models import Attendance, CancellationCause, Session
from bookings.queries import rosters
from bookings.queries.closures import undo_lasts
from core import words
from core.access import Permission
from core.admin import CentreScopedAdmin, OpenAdmin, ScopedInline, asking, member_of


class RegisterInline(ScopedInline):
    """Who is in the register, and their marks, to read."""

    model = Attendance
    see = Permission.RUN_CENTRE
    verbose_name_plural = "register"
    fields = readonly_fields = ("pupil", "mark", "marker", "marked_at")
    ordering = ["person__sort_name", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        rows = Attendance.objects.order_by(*self.ordering)
        return rows.select_related("session__activity", "person", "marked_by")

    def pupil(self, line: Attendance) -> str:
        return str(line.person)

    @admin.display(description="Marked by")
    def marker(self, line: Attendance) -> str:
        return str(line.marked_by or "–")


@admin.register(Session)
class SessionAdmin(MeetingStaffing, DeskPages, CentreScopedAdmin):
    list_display = ["activity", "occurs_on", "time", "room", "status", "cause"]
    list_filter: ClassVar = [CentreOfActivityFilter, WhenFilter, "status"]
    list_select_related = ["activity", "room", "cause"]
    search_fields = ["activity__title"]
    ordering = ["-occurs_on", "pk"]
    fields = ["activity", "occurs_on", "time", "room", "status", "cause", "public_comment"]
    readonly_fields: ClassVar = ["time"]
    inlines: ClassVar = [StaffInline, RegisterInline]
    actions = ["assign_teacher", "cancel_meetings"]
    change_list_template = "admin/bookings/session/change_list.html"

    def time(self, session: Session) -> str:
        starts, ends = (
            words.clock(timezone.localtime(moment).time())
            for moment in (session.during.lower, session.during.upper)
        )
        return f"{starts} to {ends}"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return rosters.sessions_found_by(queryset, search_term), False

    @admin.action(description="Cancel these meetings")
    def cancel_meetings(
        self, request: HttpRequest, queryset: QuerySet[Session]
    ) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = CauseForm(
            request.POST if asking.is_answered(request) else None, today=timezone.localdate(at)
        )
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="cancel_meetings", title="Cancel meetings",
                button="Cancel these meetings",
                explained="Everybody with a place is told by email. Each can be put back for"
                f" {undo_lasts()}: find its day on the staff home.",
            )  # fmt: skip

        said = form.cleaned_data

        def cancel(session: Session) -> bool:
            if session.status == Session.Status.CANCELLED:
                return False
            bookings.cancel_session(
                session=session, cause=said["cause"], comment=said["comment"], by=by, at=at
            )
            return True

        asking.do_each(
            request, queryset, cancel, done="Cancelled",
            undone="Cancelled already",
        )  # fmt: skip
        return None


@admin.register(CancellationCause)
class CancellationCauseAdmin(OpenAdmin):
    """Dated policy, to read."""

    list_display = ["name", "caused_by", "pupil_pays", "teacher_paid", "is_made_up", "from_on"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
