"""The roster: what there is, who is in it, who waits, and what staff may do about it."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.filters import CentreFilter, TermFilter, WaitingFilter
from bookings.admin.forms import CancelDayForm
from bookings.admin.pupils import PupilInline
from bookings.models import Activity, Session
from bookings.queries import rosters
from core import sheets, words
from core.access import Permission
from core.admin import CentreScopedAdmin, asking, member_of


@admin.register(Activity)
class ActivityAdmin(CentreScopedAdmin):
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
        "state", "where", "room", "taught_by", "day", "time", "dates", "capacity", "places_taken",
        "waiting", "for_whom", "cost", "booking_opens", "booking_closes",
    ]  # fmt: skip
    readonly_fields = [
        "state", "where", "room", "taught_by", "day", "time", "dates", "places_taken", "waiting",
        "for_whom", "cost", "booking_opens", "booking_closes",
    ]  # fmt: skip
    inlines: ClassVar = [PupilInline]
    actions = [
        "offer_next", "cancel_day", "open_booking", "close_booking", "download", "print_registers",
    ]  # fmt: skip
    change_form_template = "admin/bookings/activity/change_form.html"

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
            activity=obj, capacity=obj.capacity, by=member_of(request), at=timezone.now()
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

    # What staff do

    @admin.action(description="Offer a free place to the next on the list")
    def offer_next(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda activity: bookings.offer_next(activity=activity, by=by, at=at),
            done="The next on the waiting list has an offer",
            undone="Nobody is waiting, or no place is free",
        )

    @admin.action(description="Open for booking")
    def open_booking(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda activity: bookings.open_activity(activity=activity, by=by, at=at),
            done="Open for booking",
        )

    @admin.action(description="Close to new bookings")
    def close_booking(self, request: HttpRequest, queryset: QuerySet[Activity]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda activity: bookings.close_activity(activity=activity, by=by, at=at),
            done="Closed to new bookings",
        )

    @admin.action(description="Cancel a day")
    def cancel_day(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse | None:
        at = timezone.now()
        days = rosters.days_to_come(queryset, at=at)
        if not days:
            messages.warning(request, "None of these meets again, so nothing was cancelled.")
            return None
        form = CancelDayForm(
            request.POST if asking.is_answered(request) else None,
            days=days,
            today=timezone.localdate(at),
        )
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="cancel_day", title="Cancel a day",
                button="Cancel these meetings",
                explained="Everybody with a place is told by email. This cannot be undone.",
            )  # fmt: skip
        self._cancel(request, queryset, form.cleaned_data, at=at)
        return None

    def _cancel(
        self, request: HttpRequest, activities: QuerySet[Activity], said: dict[str, Any],
        *, at: dt.datetime,
    ) -> None:  # fmt: skip
        by, day = member_of(request), said["day"]
        keys = list(activities.values_list("pk", flat=True))
        sessions = Session.objects.happening().filter(activity__in=keys, occurs_on=day)
        asking.do_each(
            request,
            sessions.select_related("activity").order_by("activity_id", "pk"),
            lambda session: bookings.cancel_session(
                session=session, cause=said["cause"], comment=said["comment"], by=by, at=at
            ),
            done="Cancelled",
        )

    @admin.action(description="Download pupils as a spreadsheet (CSV)")
    def download(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse:
        return _sheet(queryset, name="rosters")

    @admin.action(description="Print registers")
    def print_registers(self, request: HttpRequest, queryset: QuerySet[Activity]) -> HttpResponse:
        return _registers(request, queryset)

    # Pages of one activity

    def register_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return _registers(request, self._one(request, pk))

    def sheet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self._one(request, pk)
        return _sheet(rows, name=str(rows[0]))

    def _one(self, request: HttpRequest, pk: int) -> QuerySet[Activity]:
        rows = self.get_queryset(request).filter(pk=pk)
        activity = rows.first()
        if activity is None or not self.has_view_permission(request, activity):
            raise Http404
        return rows


def _sheet(activities: QuerySet[Activity], *, name: str) -> HttpResponse:
    today = timezone.localdate()
    rows = rosters.sheet_rows(activities, on=today)
    file_name = sheets.file_name(f"{name} {today.isoformat()}", "csv")
    return HttpResponse(
        sheets.csv_of(rosters.SHEET_HEADING, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def _registers(request: HttpRequest, activities: QuerySet[Activity]) -> HttpResponse:
    now = timezone.now()
    rows = activities.select_related("centre", "school", "room", "teacher")
    registers = [rosters.register_of(activity, at=now) for activity in rows]
    context = {"registers": registers, "title": "Registers", "printed_at": now}
    return render(request, "admin/bookings/register.html", context)
