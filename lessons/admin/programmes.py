"""What schools can order, and the dated rules of ordering: kept by the county."""

from typing import Any, ClassVar

from django.contrib import admin

from core.access import Permission
from core.admin import ScopedAdmin, ScopedInline
from lessons.models import OrderPolicy, Programme, ProgrammeInstrument


class InstrumentInline(ScopedInline):
    """What it is taught on, and the class set that takes."""

    model = ProgrammeInstrument
    edit = Permission.RUN_COUNTY
    may_add = True
    fields = ["subject", "kind", "position"]


@admin.register(Programme)
class ProgrammeAdmin(ScopedAdmin):
    """What schools read about a programme; its price is a rate, by its key."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["name", "kind", "unit", "price_key", "from_on", "to_on", "is_published"]
    list_filter = ["kind", "is_published"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
    inlines: ClassVar[list[Any]] = [InstrumentInline]


@admin.register(OrderPolicy)
class OrderPolicyAdmin(ScopedAdmin):
    """The rules of ordering in force between two days: a new row ends the one before it."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["from_on", "to_on", "subsidised_year_groups", "hold_days", "quote_days"]
    ordering = ["-from_on"]
