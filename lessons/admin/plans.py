"""What the national plan asks of a school's music: dated rows, kept by the county."""

from django.contrib import admin

from core.access import Permission
from core.admin import ScopedAdmin
from lessons.models import PlanFeature


@admin.register(PlanFeature)
class PlanFeatureAdmin(ScopedAdmin):
    """In our own short words; a new row, from the day the plan changes, ends the one before it."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["title", "position", "evidence", "next_programme", "from_on", "to_on"]
    list_filter = ["evidence"]
    list_select_related = ["next_programme"]
    ordering = ["position", "pk"]
