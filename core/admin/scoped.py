"""The base of every admin class: what is not yours is not there, and a save calls an action."""

import re
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from django.contrib.admin import ModelAdmin, ShowFacets, TabularInline
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db import Error
from django.db.models import Model, QuerySet
from django.db.models.sql.where import WhereNode
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst

from core import editing, history
from core.access import Permission
from core.admin.forms import ChangeForm, KeySelect, NamedInlineFormSet
from core.refusals import RuleBroken, in_words

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
    _TabularInline = TabularInline[Any, Any]
    _Paginator = Paginator[Any]
else:
    _ModelAdmin, _TabularInline, _Paginator = ModelAdmin, TabularInline, Paginator

_KEY = re.compile(r"[0-9]{1,40}")
_LOOKUP = re.compile(r"(__id|__pk)?(__exact|__in|__isnull|__gte|__gt|__lte|__lt)?")


class Member(Protocol):
    """What an admin class asks of whoever is signed in."""

    def has_perm(self, perm: str, obj: Any = None) -> bool: ...

    def centres_run(self) -> set[int]: ...


def member_of(request: HttpRequest) -> Any:
    """Whoever is signed in: nobody else gets past the admin's door."""
    return request.user


class CappedPaginator(_Paginator):
    """Counts no further than anybody pages: counting every row is most of a big list's cost."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Model]", self.object_list)
        return rows.order_by().values("pk")[: self.most].count()

    def page(self, number: Any) -> Any:
        """Sorts bare keys, then reads the rows of one page: a county's rows are wide to sort."""
        page = super().page(number)
        keys = cast("QuerySet[Model]", page.object_list).values("pk")
        rows = cast("QuerySet[Model]", self.object_list).all()
        rows.query.where = WhereNode()  # the keys have met every condition already
        page.object_list = rows.filter(pk__in=keys)
        return page


class Scoped:
    """Permission by our one vocabulary. Django's own model permissions are never asked."""

    see: ClassVar[Permission] = Permission.RUN_COUNTY
    edit: ClassVar[Permission | None] = None  # nobody edits, unless a class says who
    may_add: ClassVar[bool] = False
    is_scoped: ClassVar[bool] = True  # the admin site takes no class without it

    def allows(self, user: Member, permission: Permission, row: Model | None = None) -> bool:
        """A row without a scope belongs to the county, as does one that is not made yet."""
        if row is None or not hasattr(row, "scope"):
            return user.has_perm(permission)
        return user.has_perm(permission, row)

    def opens_for(self, user: Member) -> bool:
        """May this user see some rows of this kind?"""
        return self.allows(user, self.see)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.opens_for(member_of(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = member_of(request)
        return self.opens_for(user) if obj is None else self.allows(user, self.see, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if self.edit is None:
            return False
        return self.allows(member_of(request), self.edit, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedInline(Scoped, _TabularInline):
    """Rows of the page's record, whose scope decides; read unless a class says who edits."""

    formset = NamedInlineFormSet
    form = ChangeForm
    extra = 0
    can_delete = False


class ScopedAdmin(Scoped, _ModelAdmin):
    """A kind of row that those who run the county see. Others see nothing, in any way in."""

    form = ChangeForm
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    other_lookups: ClassVar[tuple[str, ...]] = ()  # may stand in an address without being a filter

    class Media:
        css: ClassVar = {"all": ["css/admin_pages.css"]}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list is called what it lists, not "Select activity to view"."""
        if not all(map(_KEY.fullmatch, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest  # a row nobody could tick
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The page is called what it shows."""
        if context.get("original"):
            context |= {"title": str(context["original"]), "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    # What is there

    def rows_for(self, user: Member) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows if self.opens_for(user) else rows.none()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows_for(member_of(request)).order_by(*self.get_ordering(request) or ["-pk"])

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        """A form offers, and accepts, what its reader could see in that kind's own list."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if related is None:
            return super().get_field_queryset(db, db_field, request)
        return related.get_queryset(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the filters ask: a typed condition must not answer what a page would not."""
        filters = self.get_list_filter(request)
        names = [*self.other_lookups, *(_parameter_of(each) for each in filters)]
        return any(
            lookup.startswith(name) and _LOOKUP.fullmatch(lookup[len(name) :]) for name in names
        )

    # What is changed

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        names = {field.name for field in obj._meta.many_to_many}
        links = {name: form.cleaned_data[name] for name in names & set(form.cleaned_data)}
        editing.save_row(row=obj, links=links, by=member_of(request), at=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Links went with their row; only the inline rows are left."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        user, now = member_of(request), timezone.now()
        formset.save(commit=False)
        for row in formset.deleted_objects:
            editing.remove_row(row=row, by=user, at=now)
        for row in [*(row for row, _ in formset.changed_objects), *formset.new_objects]:
            editing.save_row(row=row, by=user, at=now)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[Any]:
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", "")
        return type(form.__name__, (form,), {"refusal": refusal}) if refusal else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A refusal, ours or the database's, is said on the page with what was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (RuleBroken, Error) as error:
            refused = in_words(error)
            if not isinstance(refused, RuleBroken):
                raise
            request.refusal = str(refused)  # type: ignore[attr-defined]  # read by get_form
        return super().changeform_view(request, object_id, form_url, extra_context)

    # What is remembered: the audit, and no second log beside it

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The audit has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The audit has it."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return, attr-defined]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {row}",
            "object": row,
            "opts": self.opts,
            "changes": history.changes_of(row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


class CentreScopedAdmin(ScopedAdmin):
    """A kind of row that belongs to a centre: its head sees theirs, and no other."""

    see = Permission.RUN_CENTRE

    def opens_for(self, user: Member) -> bool:
        return super().opens_for(user) or bool(user.centres_run())

    def rows_for(self, user: Member) -> QuerySet[Any]:
        """`run_by` of the model's queryset; a model without one says its rows itself."""
        return cast("QuerySet[Any]", self.model._default_manager.run_by(user))


class OpenAdmin(ScopedAdmin):
    """A kind of row that anybody past the admin's door may read, such as the terms."""

    def opens_for(self, user: Member) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


def _parameter_of(each: Any) -> str:
    """How a filter is named in an address."""
    if isinstance(each, tuple | list):
        return str(each[0])
    return str(getattr(each, "parameter_name", each))
