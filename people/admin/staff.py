"""Staff's door to those who work for the service: when they can be asked, and their photograph."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from core.access import Permission
from core.admin import CentreScopedAdmin, ScopedInline, member_of
from core.admin.forms import ChangeForm
from people import actions as people
from people.admin.persons import NameSearchAdmin
from people.forms import SquareField
from people.models import Availability, Staff
from people.queries import photographs

PHOTOGRAPH = ("new_photograph", "takes_photograph_down")


class StaffForm(ChangeForm):
    """What we know of somebody who works for us, and a photograph if they gave us one."""

    new_photograph = SquareField(
        label="Put up a photograph",
        required=False,
        help_text="Only with their word for it: a photograph is their choice. JPEG, PNG or WebP.",
    )
    takes_photograph_down = forms.BooleanField(label="Take the photograph away", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if all(cleaned.get(name) for name in PHOTOGRAPH):
            self.add_error("new_photograph", "Put one up or take it away, not both")
        return cleaned


class AvailabilityInline(ScopedInline):
    """When they can be asked; hours that end get a last day."""

    model = Availability
    edit = Permission.RUN_COUNTY
    may_add = True
    fields = ("weekday", "from_time", "until_time", "centre", "from_on", "to_on")
    ordering = ["weekday", "from_time", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Availability]:
        return Availability.objects.order_by(*self.ordering).select_related(
            "staff__person", "centre"
        )


@admin.register(Staff)
class StaffAdmin(NameSearchAdmin, CentreScopedAdmin):
    """A head of centre reads of those whose base it is; the county keeps them."""

    form = StaffForm
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["person", "base_centre", "employment", "starts_on", "ends_on"]
    list_filter = ["employment"]
    list_select_related = ["person", "base_centre"]
    search_fields = ["person__sort_name__contains"]
    autocomplete_fields = ["person", "base_centre"]
    ordering = ["person__sort_name", "pk"]
    fields = ["person", "base_centre", "employment", "about", "starts_on", "ends_on"]
    inlines: ClassVar = [AvailabilityInline]

    def rows_for(self, user: Any) -> QuerySet[Staff]:
        if user.has_perm(Permission.RUN_COUNTY):
            return Staff.objects.all()
        return Staff.objects.filter(base_centre_id__in=user.centres_run())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["person", "photograph_up"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """A photograph is put up once its row is there, by whoever may change it."""
        if obj is None:
            return [*self.fields]
        asked = PHOTOGRAPH if self.has_change_permission(request, obj) else ()
        return [*self.fields, "photograph_up", *asked]

    @admin.display(description="Photograph")
    def photograph_up(self, staff: Staff) -> str:
        up = photographs.photograph_of(staff, on=timezone.localdate())
        if up is None:
            return "None is up"
        return format_html(
            '<img src="{}" alt="{}" width="96" height="96">',
            reverse("people:photograph", args=[up.ref]),
            staff,
        )

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        """The office puts a photograph up or takes it away as its owner would."""
        super().save_model(request, obj, form, change)
        by, at = member_of(request), timezone.now()
        if form.cleaned_data.get("takes_photograph_down"):
            people.take_down_photograph(staff=obj, by=by, at=at)
        elif picture := form.cleaned_data.get("new_photograph"):
            people.put_up_photograph(staff=obj, picture=picture, by=by, at=at)


@admin.register(Availability)
class AvailabilityAdmin(NameSearchAdmin, CentreScopedAdmin):
    """When a teacher can be asked: kept by the head of their own centre."""

    edit = Permission.RUN_CENTRE
    may_add = True
    list_display = ["staff", "weekday", "from_time", "until_time", "centre", "from_on", "to_on"]
    list_filter = ["weekday"]
    list_select_related = ["staff__person", "centre"]
    search_fields = ["staff__person__sort_name__contains"]
    autocomplete_fields = ["staff", "centre"]
    ordering = ["staff__person__sort_name", "weekday", "from_time", "pk"]

    def rows_for(self, user: Any) -> QuerySet[Availability]:
        if user.has_perm(Permission.RUN_COUNTY):
            return Availability.objects.all()
        return Availability.objects.filter(staff__base_centre_id__in=user.centres_run())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.opens_for(member_of(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["staff", "weekday", "from_on"] if obj else []
