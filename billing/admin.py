"""Staff's door to prices and charges: to read. A charge changes only through its action."""

import json
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.models import Account, Charge, LateCancellation, Rate
from core.access import Permission
from core.admin import ScopedAdmin
from people import queries


@admin.register(Rate)
class RateAdmin(ScopedAdmin):
    list_display = ["description", "audience", "amount", "unit", "from_on", "to_on"]
    list_filter = ["audience", "unit"]
    search_fields = ["key", "description"]
    ordering = ["key", "audience", "-from_on", "pk"]


@admin.register(LateCancellation)
class LateCancellationAdmin(ScopedAdmin):
    """What cancelling costs by the notice given: a new row ends the one before it."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["applies_to", "days_before", "percent", "from_on", "to_on"]
    list_filter = ["applies_to"]
    ordering = ["applies_to", "-days_before", "pk"]


@admin.register(Charge)
class ChargeAdmin(ScopedAdmin):
    list_display = ["description", "person", "account", "term", "amount", "status"]
    list_filter = ["status", "term"]
    list_select_related = ["person", "account__person", "account__school", "term__year"]
    search_fields = [
        "person__sort_name__contains", "account__person__sort_name__contains", "description",
    ]  # fmt: skip
    ordering = ["-pk"]
    fields = [
        "description", "person", "account", "term", "amount", "sum", "status", "raised_at",
    ]  # fmt: skip
    readonly_fields: ClassVar = ["sum"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what it is for, or by the name of whom it is about or who pays."""
        sought = search_term.strip()
        if not sought:
            return queryset, False
        keys = queries.keys_of(queries.people_named(sought))
        accounts = queries.keys_of(Account.objects.filter(person__in=keys).values("pk"))
        found = Q(person__in=keys) | Q(account__in=accounts) | Q(description__icontains=sought)
        return queryset.filter(found), False

    @admin.display(description="How it was worked out")
    def sum(self, charge: Charge) -> SafeString:
        steps: dict[str, Any] = charge.explanation
        lines = (
            (name.replace("_", " "), said if isinstance(said, str) else json.dumps(said))
            for name, said in steps.items()
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", lines))
