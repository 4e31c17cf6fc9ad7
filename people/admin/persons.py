"""Staff's door to people, for administrators alone. What is sealed about a child is not here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from core.access import Permission
from core.admin import ScopedAdmin, ScopedInline, asking, member_of
from people import actions as people
from people import queries
from people.models import (
    Guardianship,
    Invitation,
    Person,
    RoleHeld,
    User,
)
from people.models.persons import sort_name_of
from people.rules import check_about_somebody_else


class NameSearchAdmin(ScopedAdmin):
    """Search that minds neither accents nor capitals: names are looked for as they are sorted."""

    search_help_text = "A name, or part of one"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, sort_name_of("", search_term))


class ChildInline(ScopedInline):
    """The children this adult looks after."""

    model = Guardianship
    fk_name = "adult"
    verbose_name_plural = "children they look after"
    fields = readonly_fields = (
        "child",
        "relationship",
        "may_see",
        "may_book",
        "may_pay",
        "is_barred",
    )
    ordering = ["child__sort_name", "pk"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guardianship]:
        return super().get_queryset(request).select_related("adult", "child")


class AdultInline(ScopedInline):
    """The adults who look after this child."""

    model = Guardianship
    fk_name = "child"
    verbose_name_plural = "adults who look after them"
    fields = readonly_fields = (
        "adult",
        "relationship",
        "may_see",
        "may_book",
        "may_pay",
        "is_barred",
    )
    ordering = ["contact_order", "pk"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guardianship]:
        return super().get_queryset(request).select_related("adult", "child")


class RoleInline(ScopedInline):
    model = RoleHeld
    fields = readonly_fields = ("role", "centre", "school", "starts_on", "ends_on")
    ordering = ["-starts_on", "pk"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleHeld]:
        return super().get_queryset(request).select_related("person", "centre", "school")


@admin.register(Person)
class PersonAdmin(NameSearchAdmin):
    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["__str__", "born_on", "town", "postcode", "email"]
    search_fields = ["sort_name__contains", "email__istartswith"]
    ordering = ["sort_name", "pk"]
    fields = [
        "given_name", "family_name", "known_as", "born_on", "email", "phone", "address_line",
        "town", "postcode",
    ]  # fmt: skip
    inlines: ClassVar = [AdultInline, ChildInline, RoleInline]

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        obj.sort_name = sort_name_of(obj.given_name, obj.family_name)
        super().save_model(request, obj, form, change)


@admin.register(Guardianship)
class GuardianshipAdmin(NameSearchAdmin):
    """Who may do what for a child, a bar by a court's order included."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["child", "adult", "relationship", "may_see", "may_book", "may_pay", "is_barred"]
    list_filter = ["is_barred", "parental_responsibility"]
    list_select_related = ["child", "adult"]
    search_fields = ["child__sort_name__contains", "adult__sort_name__contains"]
    autocomplete_fields = ["child", "adult"]
    ordering = ["child__sort_name", "contact_order", "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        keys = queries.keys_of(queries.people_named(search_term))
        return queryset.filter(Q(child__in=keys) | Q(adult__in=keys)), False

    def save_model(self, request: HttpRequest, obj: Guardianship, form: Any, change: bool) -> None:
        check_about_somebody_else(obj.adult_id, by_person_id=member_of(request).person_id)
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["child", "adult"] if obj else []


@admin.register(RoleHeld)
class RoleHeldAdmin(NameSearchAdmin):
    """A role ends by its last day; who held it when is never unwritten."""

    edit = Permission.RUN_COUNTY
    may_add = True
    list_display = ["person", "role", "centre", "school", "starts_on", "ends_on"]
    list_filter = ["role"]
    list_select_related = ["person", "centre", "school"]
    search_fields = ["person__sort_name__contains"]
    autocomplete_fields = ["person", "centre", "school"]
    ordering = ["person__sort_name", "-starts_on", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["person", "role", "centre", "school", "starts_on"] if obj else []

    def save_model(self, request: HttpRequest, obj: RoleHeld, form: Any, change: bool) -> None:
        member = member_of(request)
        if not member.is_superuser:  # who sets a portal up has nobody to ask
            check_about_somebody_else(obj.person_id, by_person_id=member.person_id)
        super().save_model(request, obj, form, change)


@admin.register(Invitation)
class InvitationAdmin(NameSearchAdmin):
    """Who was asked to share the care of a child; staff may take it back, never send it."""

    list_display = ["child", "email", "invited_by", "made_at", "expires_at", "accepted_at", "state"]
    list_select_related = ["child", "invited_by"]
    search_fields = ["email__istartswith", "child__sort_name__contains"]
    search_help_text = "The start of an address, or a child’s name"
    ordering = ["-pk"]
    fields = [
        "child", "email", "relationship", "may_see", "may_book", "may_pay", "may_collect",
        "invited_by", "made_at", "expires_at", "accepted_at", "accepted_by", "state",
    ]  # fmt: skip
    readonly_fields = ["state"]
    actions = ["withdraw"]

    @admin.display(description="Stands")
    def state(self, invitation: Invitation) -> str:
        if invitation.withdrawn_at:
            return "Taken back"
        return "Accepted" if invitation.accepted_at else "Waits for an answer"

    @admin.action(description="Take these invitations back")
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        by, at = member_of(request), timezone.now()

        def take_back(invitation: Invitation) -> bool:
            if invitation.withdrawn_at:
                return False
            people.withdraw_invitation(invitation=invitation, by=by, at=at)
            return True

        asking.do_each(request, queryset, take_back, done="Taken back", undone="Taken back already")


@admin.register(User)
class UserAdmin(NameSearchAdmin):
    """Who can sign in, and who may come through this door; passwords are their owners’."""

    edit = Permission.RUN_COUNTY
    list_display = ["email", "person", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active"]
    list_select_related = ["person"]
    search_fields = ["email__istartswith", "person__sort_name__contains"]
    ordering = ["email"]
    fields = ["email", "person", "is_active", "is_staff", "last_login", "joined_at"]
    readonly_fields = ["email", "person", "last_login", "joined_at"]
