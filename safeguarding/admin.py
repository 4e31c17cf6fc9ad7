"""Staff's door to the single central record. Being a superuser does not open it: a role does."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from core.access import Permission
from core.admin import ScopedAdmin
from core.admin.scoped import Member
from people import access
from people.models import User
from people.models.persons import sort_name_of
from safeguarding.models import Check, RequiredCheck


class RoleOnlyAdmin(ScopedAdmin):
    """Django answers yes to a superuser before any backend is asked, so we ask ours."""

    def allows(self, user: Member, permission: Permission, row: Model | None = None) -> bool:
        return access.may(cast(User, user), permission)


@admin.register(Check)
class CheckAdmin(RoleOnlyAdmin):
    """That a check was made. A check that no longer holds is withdrawn, never unwritten."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["person", "kind", "checked_on", "checked_by", "expires_on", "withdrawn_on"]
    list_filter = ["kind"]
    list_select_related = ["person"]
    search_fields = ["person__sort_name__contains"]
    autocomplete_fields = ["person"]
    ordering = ["person__sort_name", "kind", "-checked_on", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["person", "kind", "checked_on", "checked_by"] if obj else []

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, sort_name_of("", search_term))


@admin.register(RequiredCheck)
class RequiredCheckAdmin(RoleOnlyAdmin):
    """What the law asks of adults before they teach, from when: to read."""

    list_display = ["kind", "from_on", "to_on", "source"]
    ordering = ["kind", "-from_on"]
