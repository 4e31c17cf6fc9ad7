"""When things happen, and when they do not: meetings, closures and their causes."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.desk import DeskPages
from bookings.admin.filters import CentreOfActivityFilter, WhenFilter
from bookings.admin.forms import CauseForm, causes_on
from bookings.models import Attendance, CancellationCause, Closure, Session
from bookings.queries import rosters
from core import words
from core.access import Permission
from core.admin import CentreScopedAdmin, OpenAdmin, ScopedInline, asking, member_of
from core.admin.forms import ChangeForm


class RegisterInline(ScopedInline):
    """Who is in the register, and their marks, to read."""

    model = Attendance
    see = Permission.RUN_CENTRE
    verbose_name_plural = "register"
    fields = readonly_fields = ("pupil", "mark", "marker", "marked_at")
    ordering = ["person__sort_name", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        rows = super().get_queryset(request)
        return rows.select_related("session__activity", "person", "marked_by")

    def pupil(self, line: Attendance) -> str:
        return str(line.person)

    @admin.display(description="Marked by")
    def marker(self, line: Attendance) -> str:
        return str(line.marked_by or "–")


@admin.register(Session)
class SessionAdmin(DeskPages, CentreScopedAdmin):
    list_display = ["activity", "occurs_on", "time", "room", "status", "cause"]
    list_filter: ClassVar = [CentreOfActivityFilter, WhenFilter, "status"]
    list_select_related = ["activity", "room", "cause"]
    search_fields = ["activity__title"]
    ordering = ["-occurs_on", "pk"]
    fields = ["activity", "occurs_on", "time", "room", "status", "cause", "public_comment"]
    readonly_fields: ClassVar = ["time"]
    inlines: ClassVar = [RegisterInline]
    actions = ["cancel_meetings"]
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
                explained="Everybody with a place is told by email. This cannot be undone.",
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


class ClosureForm(ChangeForm):
    """A head of centre closes their centre; only the county closes everything or a school."""

    may_close_everything: ClassVar[bool] = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("centre") and "centre" in self.fields and not self.may_close_everything:
            self.add_error("centre", "Choose the centre that is closed.")
        return cleaned


@admin.register(Closure)
class ClosureAdmin(CentreScopedAdmin):
    """A closure is added, with everything that follows from it, and then stands."""

    form = ClosureForm
    edit = Permission.RUN_CENTRE
    may_add = True
    list_display = ["reason", "where", "starts_on", "ends_on", "cause", "notice_given_on"]
    list_select_related = ["centre", "school", "cause"]
    ordering = ["-starts_on", "-pk"]
    autocomplete_fields: ClassVar = ["school"]

    def rows_for(self, user: Any) -> QuerySet[Closure]:
        return Closure.objects.visible_to(user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.opens_for(member_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        everywhere = member_of(request).has_perm(Permission.RUN_COUNTY)
        place = ["centre", "school"] if obj or everywhere else ["centre"]
        fixed = ["notice_given_on"] if obj else []
        return [*place, "starts_on", "ends_on", "reason", "cause", *fixed]

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """Who runs one centre need not choose it."""
        run = member_of(request).centres_run()
        return {"centre": next(iter(run))} if len(run) == 1 else {}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        form = super().get_form(request, obj, change, **kwargs)
        everywhere = member_of(request).has_perm(Permission.RUN_COUNTY)
        return type(form.__name__, (form,), {"may_close_everything": everywhere})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cause":
            kwargs["queryset"] = causes_on(timezone.localdate())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        made = bookings.close_place(
            centre=obj.centre, school=obj.school, starts_on=obj.starts_on, ends_on=obj.ends_on,
            reason=obj.reason, cause=obj.cause, by=member_of(request), at=timezone.now(),
        )  # fmt: skip
        obj.pk = made.pk

    @admin.display(description="Where")
    def where(self, closure: Closure) -> str:
        return str(closure.centre or closure.school or "Everywhere")
