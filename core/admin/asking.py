"""What admin actions share: a page that asks one more thing, and the truth told after."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.template.response import TemplateResponse

from core.refusals import RuleBroken

NAMED = 12


def ask(
    model_admin: "ModelAdmin[Any]",
    request: HttpRequest,
    rows: Iterable[Any],
    form: forms.Form,
    *,
    action: str,
    title: str,
    button: str,
    explained: str = "",
) -> TemplateResponse:
    """The page between: what it will happen to, and what is still to be said."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "rows": list(rows),
        "form": form,
        "action": action,
        "button": button,
        "explained": explained,
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/ask.html", context)


def is_answered(request: HttpRequest) -> bool:
    """True when what is posted came from the page between."""
    return "answered" in request.POST


def do_each(
    request: HttpRequest,
    rows: Iterable[Any],
    act: Callable[[Any], object],
    *,
    done: str,
    undone: str = "",
) -> None:
    """Act on each row by itself, then say what was done, what had nothing to do, what was refused.

    `act` returns something true when it changed something.
    """
    changed: list[str] = []
    unchanged: list[str] = []
    refused: list[str] = []
    for row in rows:
        try:
            (changed if act(row) else unchanged).append(str(row))
        except RuleBroken as broken:
            refused.append(f"{row}: {broken}")
    if changed:
        messages.success(request, f"{done}: {_named(changed)}.")
    if unchanged:
        messages.info(request, f"{undone}: {_named(unchanged)}.")
    for sentence in refused[:NAMED]:
        messages.error(request, sentence)
    if len(refused) > NAMED:
        messages.error(request, f"{len(refused) - NAMED} more were refused.")


def _named(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
