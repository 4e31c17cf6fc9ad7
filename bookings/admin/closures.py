"""Closures: added with all that follows, and undone within the hour."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from bookings import actions as bookings
from bookings.admin.forms import causes_on
from bookings.models import Closure
from core import words
from core.access import Permission
from core.admin import CentreScopedAdmin, asking, member_of
from core.admin.forms import ChangeForm


class ClosureForm(ChangeForm):
    """A head of centre closes their centre; only the county closes everything or a school."""

    may_close_everything: ClassVar[bool] = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("centre") and "centre" in self.fields and not self.may_close_everything:
            self.add_error("centre", "Choose the centre that is closed.")
        return cleaned


@admin.register(Closure)
class ClosureAdmin(CentreScopedAdmin):
    """A closure is added, with everything that follows from it, and then stands."""

    form = ClosureForm
    edit = Permission.RUN_CENTRE
    may_add = True
    list_display = ["reason", "where", "starts_on", "ends_on", "cause", "state"]
    list_select_related = ["centre", "school", "room__centre", "activity", "cause"]
    ordering = ["-starts_on", "-pk"]
    autocomplete_fields: ClassVar = ["school"]
    readonly_fields = ["where", "state"]
    actions = ["undo"]

    def rows_for(self, user: Any) -> QuerySet[Closure]:
        return Closure.objects.visible_to(user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.opens_for(member_of(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        everywhere = member_of(request).has_perm(Permission.RUN_COUNTY)
        if obj:
            return [
                "where", "starts_on", "ends_on", "from_time", "until_time", "reason", "cause",
                "notice_given_on", "state",
            ]  # fmt: skip
        place = ["centre", "school"] if everywhere else ["centre"]
        return [*place, "starts_on", "ends_on", "reason", "cause"]

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        """Who runs one centre need not choose it."""
        run = member_of(request).centres_run()
        return {"centre": next(iter(run))} if len(run) == 1 else {}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        form = super().get_form(request, obj, change, **kwargs)
        everywhere = member_of(request).has_perm(Permission.RUN_COUNTY)
        return type(form.__name__, (form,), {"may_close_everything": everywhere})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cause":
            kwargs["queryset"] = causes_on(timezone.localdate())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        made = bookings.close_place(
            centre=obj.centre, school=obj.school, starts_on=obj.starts_on, ends_on=obj.ends_on,
            reason=obj.reason, cause=obj.cause, by=member_of(request), at=timezone.now(),
        )  # fmt: skip
        obj.pk = made.pk

    @admin.display(description="Where")
    def where(self, closure: Closure) -> str:
        return str(closure.where or "Everywhere")

    @admin.display(description="Stands")
    def state(self, closure: Closure) -> str:
        return f"Undone at {words.moment(closure.undone_at)}" if closure.undone_at else "Stands"

    @admin.action(description="Undo: everything is on again, and everybody told is told")
    def undo(self, request: HttpRequest, queryset: QuerySet[Closure]) -> None:
        by, at = member_of(request), timezone.now()

        def undo(closure: Closure) -> bool:
            if closure.undone_at or not self.allows(by, Permission.RUN_CENTRE, closure):
                return False
            bookings.undo_closure(closure=closure, by=by, at=at)
            return True

        asking.do_each(request, queryset, undo, done="Undone", undone="Undone already")
