"""What admin actions share: a page that asks one more thing, and the truth told after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.template.response import TemplateResponse

from core.refusals import RuleBroken

T = TypeVar("T")

NAMED = 12  # names in one sentence, and sentences of refusal on one page
MOST = 200  # rows one request acts on: each is a transaction of its own
TOO_MANY = f"Choose at most {MOST} at once. Nothing was changed."


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
    template: str = "admin/ask.html",
    **more: object,
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
        **more,
    }
    return TemplateResponse(request, template, context)


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

    `act` returns something true when it changed something. Those refused for the same reason are
    named together.
    """
    chosen = list(islice(rows, MOST + 1))
    if len(chosen) > MOST:
        messages.error(request, TOO_MANY)
        return
    changed: list[str] = []
    unchanged: list[str] = []
    refused: dict[str, list[str]] = {}
    for row in chosen:
        try:
            (changed if act(row) else unchanged).append(str(row))
        except RuleBroken as broken:
            refused.setdefault(str(broken), []).append(str(row))
    if changed:
        messages.success(request, f"{done}: {named(changed)}.")
    if unchanged:
        messages.info(request, f"{undone}: {named(unchanged)}.")
    tell_refused(request, refused)


def do_once(
    request: HttpRequest, act: Callable[[], T], tell: Callable[[HttpRequest, T], None]
) -> None:
    """One act about several rows, and what it says of itself; or its refusal."""
    try:
        answer = act()
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        tell(request, answer)


def tell_refused(request: HttpRequest, refused: Mapping[str, Sequence[str]]) -> None:
    """Each reason once, with whom it kept; the reasons that kept most people first."""
    reasons = sorted(refused, key=lambda reason: -len(refused[reason]))
    for reason in reasons[:NAMED]:
        messages.error(request, f"{named(refused[reason])}: {reason}")
    more = sum(len(refused[reason]) for reason in reasons[NAMED:])
    if more:
        messages.error(request, f"{more} more were refused.")


def named(names: Sequence[str]) -> str:
    """How many when there are several, and who: 3 (Amy, Bea, Cal); never more than fit."""
    if len(names) == 1:
        return names[0]
    more = len(names) - NAMED
    listed = ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{len(names)} ({listed})"
