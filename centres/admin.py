"""Staff's door to places and the calendar: heads of centre read, administrators edit."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet

from centres.models import Centre, OpeningHours, Room, Term, Year
from core.access import Permission
from core.admin import CentreScopedAdmin, OpenAdmin, ScopedInline
from core.admin.scoped import Member


class OpeningHoursInline(ScopedInline):
    model = OpeningHours
    see = Permission.RUN_CENTRE
    edit = Permission.RUN_COUNTY
    may_add = True
    can_delete = True
    ordering = ["weekday", "opens"]

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


class RoomInline(ScopedInline):
    """The rooms, to read; each has its own page."""

    model = Room
    see = Permission.RUN_CENTRE
    fields = readonly_fields = ("name", "capacity", "is_step_free", "suits_one_to_one", "is_active")
    ordering = ["name"]
    show_change_link = True


@admin.register(Centre)
class CentreAdmin(CentreScopedAdmin):
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["name", "town", "postcode", "phone", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "town", "postcode"]
    ordering = ["name", "pk"]
    inlines: ClassVar = [OpeningHoursInline, RoomInline]

    def rows_for(self, user: Member) -> QuerySet[Centre]:
        rows = Centre.objects.all()
        return rows if user.has_perm(self.see) else rows.filter(pk__in=user.centres_run())


@admin.register(Room)
class RoomAdmin(CentreScopedAdmin):
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["name", "centre", "capacity", "is_step_free", "suits_one_to_one", "is_active"]
    list_filter = ["is_step_free", "suits_one_to_one", "is_active"]
    list_select_related = ["centre"]
    autocomplete_fields = ["centre"]
    search_fields = ["name", "centre__name"]
    ordering = ["centre__name", "name", "pk"]

    def rows_for(self, user: Member) -> QuerySet[Room]:
        rows = Room.objects.all()
        return rows if user.has_perm(self.see) else rows.filter(centre_id__in=user.centres_run())


class TermInline(ScopedInline):
    """The terms, to read; each has its own page."""

    model = Term
    fields = readonly_fields = ("name", "starts_on", "ends_on", "booking_opens_at")
    ordering = ["starts_on"]
    show_change_link = True

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True


@admin.register(Year)
class YearAdmin(OpenAdmin):
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["name", "starts_on", "ends_on"]
    ordering = ["-starts_on"]
    inlines: ClassVar = [TermInline]


@admin.register(Term)
class TermAdmin(OpenAdmin):
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = [
        "name", "year", "starts_on", "half_term_starts_on", "half_term_ends_on", "ends_on",
        "booking_opens_at",
    ]  # fmt: skip
    list_filter = ["year"]
    list_select_related = ["year"]
    ordering = ["-starts_on"]
