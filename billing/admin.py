"""Staff's door to prices and charges: to read. A charge changes only through its action."""

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.models import Charge, Rate
from core.admin import ScopedAdmin


@admin.register(Rate)
class RateAdmin(ScopedAdmin):
    list_display = ["description", "audience", "amount", "unit", "from_on", "to_on"]
    list_filter = ["audience", "unit"]
    search_fields = ["key", "description"]
    ordering = ["key", "audience", "-from_on", "pk"]


@admin.register(Charge)
class ChargeAdmin(ScopedAdmin):
    list_display = ["description", "person", "account", "term", "amount", "status"]
    list_filter = ["status", "term"]
    list_select_related = ["person", "account__person", "account__school", "term__year"]
    search_fields = ["person__sort_name", "account__person__sort_name", "description"]
    ordering = ["-pk"]
    fields = [
        "description", "person", "account", "term", "amount", "sum", "status", "raised_at",
    ]  # fmt: skip
    readonly_fields: ClassVar = ["sum"]

    @admin.display(description="How it was worked out")
    def sum(self, charge: Charge) -> SafeString:
        steps: dict[str, Any] = charge.explanation
        lines = (
            (name.replace("_", " "), said if isinstance(said, str) else json.dumps(said))
            for name, said in steps.items()
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", lines))
