"""The portal's own records: letters and their words, texts it stands by, the audit, the jobs."""

import re
from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import history
from core.access import Permission
from core.admin.scoped import ScopedAdmin
from core.models import AuditRow, Email, Heartbeat, MailCopy, Wording
from core.triggers import Audited

# A request is looked for among this many changes, the newest: no index is kept of requests.
_NEWEST, _SHORTEST_REQUEST = 200_000, 20
_WAY_IN = re.compile(r"\S*/account/(confirm-email|password/reset/key)/\S+")


@admin.register(MailCopy)
class MailCopyAdmin(ScopedAdmin):
    """The words of letters: administrators mend them, the code says which letters there are."""

    edit = Permission.RUN_COUNTY
    list_display = ["slug", "subject"]
    readonly_fields = ["slug"]
    search_fields = ["slug", "subject", "body"]
    ordering = ["slug"]


@admin.register(Wording)
class WordingAdmin(ScopedAdmin):
    """Texts the service stands by: a new version is added, an old one keeps its words."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["title", "slug", "version", "from_on", "to_on"]
    search_fields = ["slug", "title"]
    ordering = ["slug", "-version"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug", "version", "title", "body", "from_on"] if obj else []


@admin.register(Email)
class EmailAdmin(ScopedAdmin):
    """The outbox, to read: what a family was told, and whether it went."""

    list_display = ["created_at", "copy", "to_address", "subject", "status", "sent_at"]
    list_filter = ["status"]
    search_fields = ["to_address__istartswith", "copy__iexact"]
    ordering = ["-id"]
    fields = [
        "copy", "to_address", "subject", "said", "status", "attempts", "created_at",
        "not_before", "sent_at", "reason", "error",
    ]  # fmt: skip
    readonly_fields: ClassVar = ["said"]

    @admin.display(description="What it says")
    def said(self, letter: Email) -> str:
        """Without a link that would let whoever reads it here into somebody's account."""
        return _WAY_IN.sub("(a link that opens the reader’s account)", letter.body_text)


@admin.register(Heartbeat)
class HeartbeatAdmin(ScopedAdmin):
    """When each job last did its work."""

    list_display = ["job", "last_ok_at", "expected_every"]
    ordering = ["job"]


class TableFilter(admin.SimpleListFilter):
    """By kind of record, without asking a big table which kinds it holds."""

    title = "kind of record"
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(
            ((table, str(model._meta.verbose_name_plural)) for table, model in _audited().items()),
            key=lambda choice: choice[1].casefold(),
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRow]) -> QuerySet[AuditRow]:
        return queryset.filter(table=self.value()) if self.value() else queryset


@admin.register(AuditRow)
class AuditRowAdmin(ScopedAdmin):
    """Every change, to read: who, in which action, what before and what after."""

    list_display = ["at", "actor_name", "action", "op", "record", "row_id"]
    list_filter: ClassVar = [TableFilter]
    search_fields = ["row_id__exact"]  # and requests: see get_search_results
    search_help_text = "The number of a record, or of a request"
    ordering = ["-id"]
    fields = ["at", "actor_name", "action", "op", "record", "row_id", "what_changed", "request_id"]
    readonly_fields = ["record", "what_changed"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A record by its number; a request by its id, among the newest changes alone."""
        sought = search_term.strip()
        if not sought:
            return queryset, False
        if len(sought) < _SHORTEST_REQUEST:
            return queryset.filter(table__in=_audited(), row_id=sought), False
        newest = AuditRow.objects.order_by("-id").values_list("id", flat=True).first() or 0
        of_request = Q(request_id=sought, id__gt=newest - _NEWEST)
        return queryset.filter(of_request | Q(table__in=_audited(), row_id=sought)), False

    @admin.display(description="Kind of record")
    def record(self, row: AuditRow) -> str:
        model = _audited().get(row.table)
        return str(model._meta.verbose_name) if model else row.table

    @admin.display(description="What changed")
    def what_changed(self, row: AuditRow) -> SafeString:
        change = history.change_in(row, _audited().get(row.table))
        lines = ((each.label, each.was, each.is_now) for each in change.differences)
        listed = format_html_join("", "<li>{}: from {} to {}</li>", lines)
        why = format_html("<p>{}</p>", change.reason) if change.reason else ""
        return format_html("{}<ul>{}</ul>", why, listed) if listed else SafeString(why)


def _audited() -> dict[str, type[Model]]:
    """The audited models by their table."""
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if any(isinstance(trigger, Audited) for trigger in getattr(model._meta, "triggers", []))
    }
