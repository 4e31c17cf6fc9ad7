"""Staff's door to the single central record. Being a superuser does not open it: a role does."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.access import Permission
from core.admin import ScopedAdmin, asking, member_of
from core.admin.scoped import Member
from people import access
from people.models import User
from people.models.persons import sort_name_of
from safeguarding import actions as safeguarding
from safeguarding.models import AssuranceLetter, Check, RequiredCheck


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


class WithdrawForm(forms.Form):
    """Why a letter is withdrawn: for the record, not for the school."""

    reason = forms.CharField(
        label="Why (for the record: the school only reads that it is withdrawn)",
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        max_length=200,
        error_messages={"required": "Say why"},
    )


@admin.register(AssuranceLetter)
class AssuranceLetterAdmin(RoleOnlyAdmin):
    """Who was written to about whom. Whether a letter holds is asked each time it is read."""

    list_display = ["person", "school", "code", "written_at", "withdrawn_at"]
    list_select_related = ["person", "school"]
    search_fields = ["person__sort_name__contains", "school__sort_name__contains", "code"]
    search_help_text = "An adult, a school, or a code"
    ordering = ["-written_at", "-pk"]
    actions = ["withdraw_letters", "write_again"]

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        plain = search_term if "-" in search_term else sort_name_of("", search_term)
        return super().get_search_results(request, queryset, plain)

    @admin.action(description="Withdraw, at once")
    def withdraw_letters(
        self, request: HttpRequest, queryset: QuerySet[AssuranceLetter]
    ) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = WithdrawForm(request.POST if asking.is_answered(request) else None)
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="withdraw_letters", title="Withdraw letters",
                button="Withdraw them",
                explained="The school’s page, the letter and the check by its code say so from the"
                " next moment on.",
            )  # fmt: skip
        reason = form.cleaned_data["reason"]
        asking.do_each(
            request,
            queryset,
            lambda letter: safeguarding.withdraw_letter(letter=letter, reason=reason, by=by, at=at),
            done="Withdrawn",
        )
        return None

    @admin.action(description="Write again what was withdrawn")
    def write_again(self, request: HttpRequest, queryset: QuerySet[AssuranceLetter]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda letter: safeguarding.write_letter_again(letter=letter, by=by, at=at),
            done="Written again",
        )
