"""Orders that are scheduled in one go: how far the job is, and what it could not do and why."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import ScopedAdmin, ScopedInline, asking, member_of
from lessons.actions import scheduling
from lessons.models import ScheduleRun, ScheduleRunOrder
from lessons.queries.scheduling import runs_with_counts


class RunOrderInline(ScopedInline):
    """One order of the run: done, still to do, or not done and why."""

    model = ScheduleRunOrder
    fields: ClassVar = ["its_order", "outcome", "why", "done_at"]
    readonly_fields: ClassVar = ["its_order", "outcome", "why", "done_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("order__school")
        # What could not be done comes first.
        well = Case(When(outcome="failed", then=0), default=1)
        ordered: QuerySet[Any] = rows.alias(is_well=well).order_by("is_well", "pk")
        return ordered

    @admin.display(description="Order")
    def its_order(self, row: ScheduleRunOrder) -> SafeString:
        address = reverse("admin:lessons_schoolorder_change", args=[row.order_id])
        order = row.order
        return format_html('<a href="{}">{}, {}</a>', address, order.number, order.school)


@admin.register(ScheduleRun)
class ScheduleRunAdmin(ScopedAdmin):
    """True when it is loaded: load it again to see how far it is."""

    list_display = ["asked_at", "asked_by", "far", "finished_at"]
    list_select_related = ["asked_by"]
    ordering = ["-asked_at", "-pk"]
    fields: ClassVar = ["far", "asked_by", "asked_at", "finished_at"]
    readonly_fields: ClassVar = ["far"]
    inlines: ClassVar = [RunOrderInline]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScheduleRun]:
        return runs_with_counts(super().get_queryset(request))

    @admin.display(description="How far it is")
    def far(self, run: Any) -> str:
        """12 of 40 scheduled, 1 could not be. Load this page again to see how far it is."""
        said = f"{run.done} of {run.number} scheduled"
        if run.failed:
            said += f", {run.failed} could not be"
        waiting = run.number - run.done - run.failed
        return f"{said}. {waiting} to do: load this page again." if waiting else f"{said}."

    @admin.action(description="Try again what could not be scheduled")
    def try_again(self, request: HttpRequest, queryset: QuerySet[ScheduleRun]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda run: scheduling.try_again(run=run, by=by, at=at),
            done="To be tried again",
            undone="Nothing of it is left to try",
        )
