"""Sheets sent to the admin: read, rehearsed, shown row by row, and applied once confirmed.

What is shown between is kept sealed, for its sender alone, and goes when it is used or after half
an hour.
"""

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import structlog
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult
from tablib import Dataset

from core.admin.scoped import member_of
from core.refusals import RuleBroken
from core.sealed import Place, SealBroken, seal, unseal
from core.uploads import MOST_BYTES, Table, Unreadable, read_table

log = structlog.get_logger(__name__)

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = object

HALF_AN_HOUR = 1800
UNEXPECTED = "This row could not be applied. Nothing was changed for it."
GONE = "This sheet was applied already, or was forgotten after half an hour. Choose it again."


class SheetForm(forms.Form):
    """A file from a spreadsheet."""

    sheet = forms.FileField(
        label="The sheet (CSV or XLSX)",
        help_text="At most 1 MB. Nothing happens until you have seen what it would change.",
        error_messages={
            "required": "Choose a file",
            "empty": "This file is empty.",
            "invalid": "Choose a file",
        },
        max_length=400,
    )

    def clean_sheet(self) -> Any:
        sheet = self.cleaned_data["sheet"]
        if sheet.size > MOST_BYTES:
            raise ValidationError("This file is too big. Send one of at most 1 MB.")
        return sheet


@dataclass(frozen=True)
class Row:
    """One row of a sheet: what it is about, what it would change, or why it would not."""

    number: int
    about: str
    changes: tuple[tuple[str, str, str], ...] = ()
    refusal: str = ""


class SheetRow(RowResult):  # type: ignore[misc]  # the library carries no types
    """The library's, with what we tell of it."""

    told: Row


class SheetResource(resources.Resource):  # type: ignore[misc]  # the same
    """Applies a sheet through actions alone: never a save of its own."""

    class Meta:
        import_id_fields: ClassVar[list[str]] = []
        instance_loader_class = BaseInstanceLoader  # never asked: rows are not models
        report_skipped = True

    needs: ClassVar[tuple[str, ...]] = ()
    title: ClassVar[str] = ""
    explained: ClassVar[str] = ""

    def __init__(self, *, by: Any, at: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by, self.at = by, at

    def apply_row(self, row: dict[str, str]) -> tuple[str, list[tuple[str, str, str]]]:
        """Do what the row says: what it is about, and what is different now; or refuse."""
        raise NotImplementedError

    def about_of(self, row: dict[str, str]) -> str:
        """What a row that could not be read is about."""
        return next((value for value in row.values() if value), "")

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """The library's own would compare and save models; ours are changed by actions."""
        result = SheetRow()
        known = {str(key).casefold(): value for key, value in row.items()}
        number = kwargs["row_number"] + 1
        try:
            about, changes = self.apply_row(known)
        except RuleBroken as broken:
            result.import_type = result.IMPORT_TYPE_INVALID
            result.validation_error = ValidationError(str(broken))
            result.told = Row(number, self.about_of(known), refusal=str(broken))
        except Exception:
            log.exception("import_row_failed", row=number)
            result.import_type = result.IMPORT_TYPE_INVALID
            result.validation_error = ValidationError(UNEXPECTED)
            result.told = Row(number, self.about_of(known), refusal=UNEXPECTED)
        else:
            kind = result.IMPORT_TYPE_UPDATE if changes else result.IMPORT_TYPE_SKIP
            result.import_type = kind
            result.told = Row(number, about, changes=tuple(changes))
        return result

    def run(self, table: Table, *, dry_run: bool) -> list[Row]:
        """Each row by itself. A dry run does them all in one transaction, and undoes it."""
        dataset = Dataset(*table.rows, headers=list(table.headings))
        result = self.import_data(dataset, dry_run=dry_run, use_transactions=dry_run)
        return [each.told for each in result.rows]


class ImportPages(_ModelAdmin):
    """Adds a page for each resource: choose a sheet, see what it would do, let it."""

    sheet_resources: ClassVar[dict[str, type[SheetResource]]] = {}

    def may_import(self, request: HttpRequest) -> bool:
        return bool(self.has_module_permission(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}_import"
        pages = [
            path(f"import/{kind}/", view(self.import_view), {"kind": kind}, name=f"{name}_{kind}")
            for kind in self.sheet_resources
        ]
        return [*pages, *super().get_urls()]

    def import_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        if not self.may_import(request):
            raise PermissionDenied
        if request.method == "POST" and "confirmed" in request.POST:
            return self._apply(request, kind)
        form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
        if form.is_valid():
            try:
                return self._rehearse(request, kind, form.cleaned_data["sheet"].read())
            except Unreadable as refused:
                form.add_error("sheet", str(refused))
        return self._page(request, kind, form=form)

    def _rehearse(self, request: HttpRequest, kind: str, content: bytes) -> HttpResponse:
        resource = self._resource(request, kind)
        table = read_table(content, needs=resource.needs, most_rows=settings.IMPORT_MOST_ROWS)
        rows = resource.run(table, dry_run=True)
        token = _keep(request, kind, table)
        return self._page(request, kind, rows=rows, token=token)

    def _apply(self, request: HttpRequest, kind: str) -> HttpResponse:
        table = _take(request, kind, request.POST.get("token", ""))
        if table is None:
            messages.error(request, GONE)
            return redirect(request.path)
        rows = self._resource(request, kind).run(table, dry_run=False)
        return self._page(request, kind, rows=rows, is_done=True)

    def _resource(self, request: HttpRequest, kind: str) -> SheetResource:
        return self.sheet_resources[kind](by=member_of(request), at=timezone.now())

    def _page(
        self, request: HttpRequest, kind: str, *, form: SheetForm | None = None,
        rows: list[Row] | None = None, token: str = "", is_done: bool = False,
    ) -> HttpResponse:  # fmt: skip
        rows = rows or []
        resource = self.sheet_resources[kind]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": resource.title,
            "explained": resource.explained,
            "needs": resource.needs,
            "form": form,
            "most_rows": settings.IMPORT_MOST_ROWS,
            "changing": [row for row in rows if row.changes],
            "refused": [row for row in rows if row.refusal],
            "unchanged": sum(not row.changes and not row.refusal for row in rows),
            "token": token,
            "is_done": is_done,
            "media": self.media,
        }
        status = 422 if form is not None and form.errors else 200
        return render(request, "admin/import_sheet.html", context, status=status)


def _key(request: HttpRequest, kind: str) -> str:
    return f"sheet:{member_of(request).pk}:{kind}"


def _place(request: HttpRequest, kind: str) -> Place:
    return Place(table="sheet", column=kind, row=member_of(request).pk)


def _keep(request: HttpRequest, kind: str, table: Table) -> str:
    """One sheet of each kind for each sender: the next one takes its place."""
    token = secrets.token_urlsafe(16)
    said = json.dumps({"token": token, "headings": table.headings, "rows": table.rows})
    cache.set(_key(request, kind), seal(said, _place(request, kind)), HALF_AN_HOUR)
    return token


def _take(request: HttpRequest, kind: str, token: str) -> Table | None:
    """The sheet that was shown, once."""
    sealed = cache.get(_key(request, kind))
    try:
        said = json.loads(unseal(sealed or b"", _place(request, kind)) or "{}")
    except (SealBroken, ValueError):
        return None
    if not token or not secrets.compare_digest(said.get("token", "").encode(), token.encode()):
        return None
    cache.delete(_key(request, kind))
    return Table(tuple(said["headings"]), tuple(tuple(row) for row in said["rows"]))
