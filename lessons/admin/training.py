"""Where each course runs, to read; training for school staff is planned here by the office."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bookings.models import Activity
from core.access import Permission
from core.admin import CentreScopedAdmin, asking, member_of
from core.admin.forms import ChangeForm
from lessons.actions import calling_off, courses
from lessons.forms.courses import CallOffForm, CoursePlanForm
from lessons.models import CourseRun
from lessons.queries.calling_off import ending_of
from lessons.rules.calling_off import what_follows
from lessons.rules.courses import Planned


@admin.register(CourseRun)
class CourseRunAdmin(CentreScopedAdmin):
    """Groups of families are read here and their rosters are among the activities."""

    form = CoursePlanForm
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["activity", "course", "centre", "day", "status"]
    list_filter = ["activity__status", "activity__kind"]
    list_select_related = ["activity__centre", "activity__school", "course"]
    search_fields = ["activity__title", "course__title"]
    ordering = ["activity__title", "pk"]
    actions = ["call_off"]
    change_form_template = "admin/lessons/courserun/change_form.html"

    def rows_for(self, user: Any) -> QuerySet[CourseRun]:
        rows = CourseRun.objects.filter(activity__in=Activity.objects.run_by(user))
        return rows.select_related("activity__centre", "activity__school", "course")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or _is_planned(obj))

    def get_fields(self, request: HttpRequest, obj: CourseRun | None = None) -> Any:
        if obj is None or _is_planned(obj):
            return [*Planned.__dataclass_fields__, "is_open"]
        return ["activity", "course"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        if obj is not None and not _is_planned(obj):
            kwargs["form"] = ChangeForm
        return super().get_form(request, obj, change, **kwargs)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        said = {"title": "Plan training for school staff", **(extra_context or {})}
        return super().add_view(request, form_url, said)

    def save_model(self, request: HttpRequest, obj: CourseRun, form: Any, change: bool) -> None:
        told = {
            "planned": form.planned,
            "is_open": form.cleaned_data["is_open"],
            "by": member_of(request),
            "at": timezone.now(),
        }
        if change:
            courses.change_course(run=obj, **told)
        else:
            obj.activity = courses.plan_course(**told).activity

    @admin.action(description="Call off training altogether", permissions=["change"])
    def call_off(self, request: HttpRequest, queryset: QuerySet[CourseRun]) -> HttpResponse | None:
        """What would end and what is dropped is said before."""
        at = timezone.now()
        form = CallOffForm(
            request.POST if asking.is_answered(request) else None, today=timezone.localdate(at)
        )
        if not form.is_valid():
            follows = what_follows(ending_of(run.activity) for run in queryset[: asking.MOST])
            return asking.ask(
                self, request, queryset, form, action="call_off", title="Call off training",
                button="Call it off, and tell everybody", explained=follows,
            )  # fmt: skip
        by = member_of(request)
        asking.do_each(
            request,
            queryset,
            lambda run: calling_off.call_off_course(
                activity=run.activity, **form.cleaned_data, by=by, at=at
            ),
            done="Called off",
        )
        return None

    @admin.display(ordering="activity__centre__name")
    def centre(self, run: CourseRun) -> str:
        return str(run.activity.place or "–")

    @admin.display(description="First day", ordering="activity__first_on")
    def day(self, run: CourseRun) -> Any:
        return run.activity.first_on or "–"

    def status(self, run: CourseRun) -> str:
        return str(run.activity.get_status_display())


def _is_planned(run: CourseRun) -> bool:
    """Written here: training, unless the whole of it is called off."""
    activity = run.activity
    return activity.kind == Activity.Kind.TRAINING and activity.status != activity.Status.CANCELLED
