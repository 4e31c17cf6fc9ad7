"""Staff's door to the prospectus: courses are kept by administrators, groups are read by heads."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest

from bookings.models import Activity
from core.access import Permission
from core.admin import CentreScopedAdmin, OpenAdmin, member_of
from lessons.models import Course, Genre, Subject, Teaches, Tuition


@admin.register(Subject)
class SubjectAdmin(OpenAdmin):
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["name", "family", "youngest_age"]
    search_fields = ["name"]
    ordering = ["name"]


@admin.register(Genre)
class GenreAdmin(OpenAdmin):
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["name"]
    search_fields = ["name"]
    ordering = ["name"]


@admin.register(Course)
class CourseAdmin(OpenAdmin):
    """What families read about a course, wherever it runs."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["title", "subject", "audience", "stage", "is_published"]
    list_filter = ["audience", "stage", "subject", "is_published"]
    list_select_related = ["subject"]
    search_fields = ["title", "summary"]
    ordering = ["title", "pk"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Boxes to tick: a list that needs a key held down loses what was chosen."""
        kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(Tuition)
class TuitionAdmin(CentreScopedAdmin):
    """Weekly lesson slots, to read; their rosters are among the activities."""

    list_display = ["activity", "subject", "lesson_format", "teacher", "centre", "status"]
    list_filter = ["lesson_format", "subject", "activity__status"]
    list_select_related = ["activity__centre", "activity__school", "activity__teacher", "subject"]
    search_fields = ["activity__title", "activity__teacher__sort_name"]
    ordering = ["activity__title", "pk"]
    fields: ClassVar = [
        "activity",
        "subject",
        "lesson_format",
        "lessons_per_year",
        "rate",
        "billed",
    ]

    def rows_for(self, user: Any) -> QuerySet[Tuition]:
        return Tuition.objects.filter(activity__in=Activity.objects.run_by(user))

    def teacher(self, tuition: Tuition) -> str:
        return str(tuition.activity.teacher or "–")

    @admin.display(ordering="activity__centre__name")
    def centre(self, tuition: Tuition) -> str:
        return str(tuition.activity.place or "–")

    def status(self, tuition: Tuition) -> str:
        return str(tuition.activity.get_status_display())


@admin.register(Teaches)
class TeachesAdmin(CentreScopedAdmin):
    """What somebody can teach, for when another cannot come: kept by their own head."""

    edit = Permission.RUN_CENTRE
    may_add = True
    list_display = ["staff", "subject", "base"]
    list_filter = ["subject"]
    list_select_related = ["staff__person", "staff__base_centre", "subject"]
    search_fields = ["staff__person__sort_name"]
    search_help_text = "A name, or part of one"
    autocomplete_fields = ["staff", "subject"]
    ordering = ["staff__person__sort_name", "subject__name", "pk"]

    def rows_for(self, user: Any) -> QuerySet[Teaches]:
        if user.has_perm(Permission.RUN_COUNTY):
            return Teaches.objects.all()
        return Teaches.objects.filter(staff__base_centre_id__in=user.centres_run())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.opens_for(member_of(request))

    @admin.display(description="Centre", ordering="staff__base_centre__name")
    def base(self, teaches: Teaches) -> str:
        return str(teaches.staff.base_centre or "–")
