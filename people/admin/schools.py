"""Staff's door to schools: who speaks for them, who asks to, and whom they invited."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from core.admin import ScopedAdmin, ScopedInline, asking, member_of
from people import actions as people
from people import forms
from people.models import School, SchoolClaim, SchoolContact, SchoolInvitation
from people.models.persons import sort_name_of
from people.rules import school_parts


class ContactInline(ScopedInline):
    model = SchoolContact
    fields = readonly_fields = ("person", "role", "since", "ended_at")
    ordering = ["ended_at", "role", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolContact]:
        return super().get_queryset(request).select_related("person")


@admin.register(School)
class SchoolAdmin(ScopedAdmin):
    """Schools, to read: they come from the national register."""

    list_display = ["name", "town", "phase", "urn", "status"]
    list_filter = ["status"]
    search_fields = ["sort_name__contains", "urn__exact", "town"]
    ordering = ["sort_name", "pk"]
    fields = [
        "name", "urn", "phase", "kind", "address_line", "town", "postcode", "phone", "website",
        "pupils", "status", "closed_on", "wants_approval", "pages",
    ]  # fmt: skip
    readonly_fields = ["pages"]
    inlines: ClassVar = [ContactInline]

    @admin.display(description="As its people see it")
    def pages(self, school: School) -> str:
        """Where the first of a school's people is invited."""
        address = reverse("people:school_contacts", args=[school.urn])
        return format_html('<a href="{}">Its people, and inviting one</a>', address)


class OfASchoolAdmin(ScopedAdmin):
    """Rows of a school, found by its name, its number or a person's name."""

    search_fields = ["school__sort_name__contains", "person__sort_name__contains"]
    search_help_text = "A school, or a person"
    list_select_related = ["school", "person"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, sort_name_of("", search_term))


class WaitsFilter(admin.SimpleListFilter):
    """Those that wait for us, unless somebody asks for the others."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "All")]

    def choices(self, changelist: Any) -> Any:
        every = next(iter(reversed(list(super().choices(changelist)))))
        waiting = changelist.get_query_string(remove=[self.parameter_name])
        yield {"selected": self.value() is None, "query_string": waiting, "display": "Waiting"}
        yield every

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(status=SchoolClaim.Status.ASKED)


@admin.register(SchoolClaim)
class SchoolClaimAdmin(OfASchoolAdmin):
    """Who says that they speak for a school. Ring the school's own number before saying yes."""

    list_display = ["school", "person", "parts", "job_title", "telephone", "asked_at", "status"]
    list_filter = [WaitsFilter]
    ordering = ["asked_at", "pk"]
    fields = [
        "school", "telephone", "person", "address", "parts", "job_title", "asked_at", "status",
        "decided_at", "decided_by", "reason",
    ]  # fmt: skip
    readonly_fields = ["parts", "telephone", "address"]
    actions = ["approve", "refuse"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolClaim]:
        return super().get_queryset(request).select_related("school", "person__user")

    @admin.display(description="As")
    def parts(self, claim: SchoolClaim) -> str:
        return school_parts.in_words(claim.roles)

    @admin.display(description="School's number")
    def telephone(self, claim: SchoolClaim) -> str:
        return claim.school.phone or "–"

    @admin.display(description="Signs in with")
    def address(self, claim: SchoolClaim) -> str:
        user = getattr(claim.person, "user", None)
        return user.email if user else claim.person.email

    @admin.action(description="Approve: they speak for the school")
    def approve(self, request: HttpRequest, queryset: QuerySet[SchoolClaim]) -> None:
        by, at = member_of(request), timezone.now()
        asking.do_each(
            request,
            queryset,
            lambda claim: people.approve_claim(claim=claim, by=by, at=at),
            done="Approved",
        )

    @admin.action(description="Refuse, with a reason")
    def refuse(self, request: HttpRequest, queryset: QuerySet[SchoolClaim]) -> HttpResponse | None:
        by, at = member_of(request), timezone.now()
        form = forms.RefuseClaimForm(request.POST if asking.is_answered(request) else None)
        if not form.is_valid():
            return asking.ask(
                self, request, queryset, form, action="refuse", title="Refuse",
                button="Refuse them", explained="Each of them reads this reason in a letter.",
            )  # fmt: skip
        reason = form.cleaned_data["reason"]
        asking.do_each(
            request,
            queryset,
            lambda claim: people.refuse_claim(claim=claim, reason=reason, by=by, at=at),
            done="Refused",
        )
        return None


@admin.register(SchoolContact)
class SchoolContactAdmin(OfASchoolAdmin):
    """Who speaks for which school, and did."""

    list_display = ["school", "person", "role", "since", "ended_at"]
    list_filter = ["role"]
    ordering = ["school__sort_name", "person__sort_name", "pk"]
    fields = ["school", "person", "role", "since", "ended_at"]
    actions = ["end"]

    @admin.action(description="End: they speak for the school no more, in any part")
    def end(self, request: HttpRequest, queryset: QuerySet[SchoolContact]) -> None:
        by, at = member_of(request), timezone.now()

        def take_out(contact: SchoolContact) -> bool:
            if contact.ended_at:
                return False
            people.end_contact(school=contact.school, person=contact.person, by=by, at=at)
            return True

        asking.do_each(request, queryset, take_out, done="Ended", undone="Ended already")


@admin.register(SchoolInvitation)
class SchoolInvitationAdmin(ScopedAdmin):
    """Who was asked by letter to speak for a school; staff may take it back."""

    list_display = ["school", "email", "invited_by", "made_at", "expires_at", "accepted_at"]
    list_select_related = ["school", "invited_by"]
    search_fields = ["school__sort_name__contains", "email__istartswith"]
    search_help_text = "A school, or the start of an address"
    ordering = ["-made_at", "-pk"]
    fields = [
        "school", "email", "parts", "invited_by", "made_at", "expires_at", "accepted_at",
        "accepted_by", "withdrawn_at",
    ]  # fmt: skip
    readonly_fields = ["parts"]
    actions = ["withdraw"]

    @admin.display(description="As")
    def parts(self, invitation: SchoolInvitation) -> str:
        return school_parts.in_words(invitation.roles)

    @admin.action(description="Take these invitations back")
    def withdraw(self, request: HttpRequest, queryset: QuerySet[SchoolInvitation]) -> None:
        by, at = member_of(request), timezone.now()

        def take_back(invitation: SchoolInvitation) -> bool:
            if invitation.withdrawn_at:
                return False
            people.withdraw_school_invitation(invitation=invitation, by=by, at=at)
            return True

        asking.do_each(request, queryset, take_back, done="Taken back", undone="Taken back already")
