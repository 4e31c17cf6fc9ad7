"""The roster: what there is, who is in it, who waits, and what staff may do about it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.filters import CentreFilter, TermFilter, WaitingFilter
from bookings.admin.forms import CapacityForm
from bookings.admin.pupils import PupilInline
from bookings.admin.roster_actions import RosterActions, registers, sheet
from bookings.admin.sheets import ActivitySheet, PupilSheet
from bookings.admin.staffing import GroupStaffing
from bookings.models import Activity
from bookings.queries import rosters
from core import words
from core.access import Permission
from core.admin import CentreScopedAdmin, member_of
from core.admin.importing import ImportPages


@admin.register(Activity)
class ActivityAdmin(RosterActions, GroupStaffing, ImportPages, CentreScopedAdmin):
    """Only its capacity is changed here; everything else that happens to it has an action."""

    edit = Permission.RUN_CENTRE
    list_display = [
        "title", "where", "day", "starts", "taught_by", "capacity", "booked", "waiting", "state",
    ]  # fmt: skip
    list_filter: ClassVar = [
        CentreFilter, "weekday", TermFilter, "kind", "status", WaitingFilter,
    ]  # fmt: skip
    list_select_related = ["centre", "school", "teacher"]
    search_fields = ["title"]  # and names: see get_search_results
    search_help_text = "An activity, or the name of a pupil, a parent or a teacher"
    ordering = ["weekday", "local_start", "title", "pk"]
    fields = [
        "state", "where", "room", "taught_by", "day", "time", "dates", "capacity", "reason",
        "places_taken", "waiting", "for_whom", "cost", "booking_opens", "booking_closes",
    ]  # fmt: skip
    readonly_fields = [
        "state", "where", "room", "taught_by", "day", "time", "dates", "places_taken", "waiting",
        "for_whom", "cost", "booking_opens", "booking_closes",
    ]  # fmt: skip
    inlines: ClassVar = [PupilInline]
    form = CapacityForm
    sheet_resources: ClassVar = {"pupils": PupilSheet, "activities": ActivitySheet}
    actions = [
        "offer_next", "merge", "change_teacher", "cancel_day", "open_booking",
        "open_all_the_same", "close_booking",
        "download", "download_xlsx", "download_activities", "print_registers",
    ]  # fmt: skip
    change_form_template = "admin/bookings/activity/change_form.html"
    change_list_template = "admin/bookings/activity/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        return rosters.with_counts(super().get_queryset(request))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Whoever runs one centre needs not read its name on every line."""
        one_centre = len(member_of(request).centres_run()) == 1
        return [
            name
            for name in super().get_list_display(request)
            if name != "where"
            or not one_centre
            or member_of(request).has_perm(Permission.RUN_COUNTY)
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found = rosters.found_by(queryset, search_term) if search_term.strip() else queryset
        return found, False

    def save_model(self, request: HttpRequest, obj: Activity, form: Any, change: bool) -> None:
        bookings.set_capacity(
            activity=obj,
            capacity=obj.capacity,
            reason=form.cleaned_data["reason"],
            by=member_of(request),
            at=timezone.now(),
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/register/", view(self.register_view), name="bookings_activity_register"),
            path("<int:pk>/pupils.csv", view(self.sheet_view), name="bookings_activity_sheet"),
            *super().get_urls(),
        ]

    # Columns

    @admin.display(ordering="weekday")
    def day(self, activity: Activity) -> str:
        return activity.get_weekday_display() if activity.weekday else "–"

    @admin.display(description="Centre", ordering="centre__name")
    def where(self, activity: Activity) -> str:
        return str(activity.place or "Not yet decided")

    @admin.display(description="Teacher", ordering="teacher__sort_name")
    def taught_by(self, activity: Activity) -> str:
        return str(activity.teacher or "–")

    @admin.display(ordering="local_start")
    def starts(self, activity: Activity) -> str:
        return words.clock(activity.local_start) if activity.local_start else "–"

    def time(self, activity: Activity) -> str:
        if activity.local_start is None or activity.local_end is None:
            return "–"
        return f"{words.clock(activity.local_start)} to {words.clock(activity.local_end)}"

    @admin.display(ordering="booked")
    def booked(self, activity: Any) -> str:
        deciding = f" + {activity.deciding} deciding" if activity.deciding else ""
        return f"{activity.booked}{deciding}"

    @admin.display(ordering="waiting")
    def waiting(self, activity: Any) -> int:
        return int(activity.waiting)

    @admin.display(description="Status", ordering="status")
    def state(self, activity: Activity) -> str:
        bookable = activity.status in {Activity.Status.OPEN, Activity.Status.RUNNING}
        said = activity.status.capitalize()
        return f"{said}, full" if bookable and activity.is_full else said

    def dates(self, activity: Activity) -> str:
        if activity.first_on is None or activity.last_on is None:
            return "–"
        return f"{words.day(activity.first_on)} to {words.day(activity.last_on)}"

    def for_whom(self, activity: Activity) -> str:
        return str(activity.get_audience_display()).capitalize()

    def cost(self, activity: Activity) -> str:
        if activity.price_basis == Activity.PriceBasis.FREE:
            return "Free"
        return f"{words.money(activity.price)} {activity.get_price_basis_display()}"

    def booking_opens(self, activity: Activity) -> str:
        return words.moment(activity.booking_opens_at)

    def booking_closes(self, activity: Activity) -> str:
        return words.moment(activity.booking_closes_at) if activity.booking_closes_at else "–"

    # Pages of one activity

    def register_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return registers(request, self._one(request, pk))

    def sheet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self._one(request, pk)
        return sheet(rows, name=str(rows[0]), suffix="csv")

    def _one(self, request: HttpRequest, pk: int) -> QuerySet[Activity]:
        rows = self.get_queryset(request).filter(pk=pk)
        activity = rows.first()
        if activity is None or not self.has_view_permission(request, activity):
            raise Http404
        return rows
