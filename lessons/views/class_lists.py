"""A school's list of a class: a sheet is looked at first, row by row, and then kept."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import sheets
from core.refusals import RuleBroken
from core.uploads import read_table
from lessons.actions import class_lists as actions
from lessons.forms.classes import ClassListForm
from lessons.models import ProgrammeClass
from lessons.queries import classes as queries
from lessons.rules import class_lists as rules
from lessons.rules.class_lists import Listed
from lessons.views.classes import class_or_404, knows_its_children
from people.requests import SignedInRequest

HALF_AN_HOUR = 30 * 60


@never_cache
@require_http_methods(["GET", "POST"])
def class_list(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """A sheet, then what each row of it would do, then yes."""
    found = _class_or_404(request, urn, ref)
    if "looked_at" in request.POST:
        return _keep(request, found, request.POST["looked_at"])
    form = ClassListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _looked_at(request, found, form.cleaned_data["sheet"])
        except RuleBroken as broken:
            form.add_error("sheet", str(broken))
    context = {
        "form": form,
        "school": found.activity.school,
        "class": found,
        "headings": rules.HEADINGS,
    }
    status = 422 if form.errors else 200
    return render(request, "schools/class_list.html", context, status=status)


@never_cache
@require_safe
def class_list_sheet(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The list as it is, as a sheet to change and send back; empty where there is none."""
    found = _class_or_404(request, urn, ref)
    rows = [
        (one.given_name, one.family_name, _yes(one.has_pp), _yes(one.has_send))
        for one in queries.pupils_of(found)
    ]
    name = f"class list {found.class_name}"
    return sheets.download(rules.HEADINGS, rows, name=name, suffix="csv")


@require_POST
def remove_pupil(
    request: SignedInRequest, urn: int, ref: uuid.UUID, pupil: uuid.UUID
) -> HttpResponse:
    """One child is on the list no more."""
    found = _class_or_404(request, urn, ref)
    child = get_object_or_404(found.pupils.all(), ref=pupil)
    try:
        actions.remove_pupil(pupil=child, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, f"{child.given_name} is on the list no more.")
    return redirect("schools:class_page", urn=urn, ref=ref)


def _class_or_404(request: SignedInRequest, urn: int, ref: uuid.UUID) -> ProgrammeClass:
    found = class_or_404(request, urn, ref)
    if not knows_its_children(request, found):
        raise Http404
    return found


def _looked_at(request: SignedInRequest, found: ProgrammeClass, content: bytes) -> HttpResponse:
    """The dry run: every row with what it would do, or why it cannot be read. Nothing is kept."""
    table = read_table(content, needs=rules.NEEDS, most_rows=settings.IMPORT_MOST_ROWS)
    rules.check_length(len(table.rows), expected=found.activity.headcount or 0)
    rows = rules.read_rows(table.headings, table.rows)
    known = queries.pupils_by_name(found)
    children = [row.child for row in rows if row.child]
    context: dict[str, Any] = {
        "school": found.activity.school,
        "class": found,
        "new": [child for child in children if child.name not in known],
        "known": [child for child in children if child.name in known],
        "refused": [row for row in rows if row.refusal],
        "stay": len(set(known) - {child.name for child in children}),
        "looked_at": signing.dumps([_cells(one) for one in children], salt=_salt(request, found)),
    }
    return render(request, "schools/class_list_check.html", context)


def _keep(request: SignedInRequest, found: ProgrammeClass, looked_at: str) -> HttpResponse:
    again = redirect("schools:class_list", urn=_urn(found), ref=found.activity.ref)
    try:
        said = signing.loads(looked_at, salt=_salt(request, found), max_age=HALF_AN_HOUR)
        kept = actions.keep_class_list(
            programme_class=found,
            children=[Listed(*cells) for cells in said],
            by=request.user,
            at=timezone.now(),
        )
    except signing.BadSignature:
        messages.error(request, "That sheet was looked at too long ago. Send it again.")
        return again
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return again
    messages.success(
        request,
        f"The list is kept: {kept.added} new, {kept.changed} changed, {kept.same} as before.",
    )
    return redirect("schools:class_page", urn=_urn(found), ref=found.activity.ref)


def _cells(child: Listed) -> list[Any]:
    return [child.given_name, child.family_name, child.has_pp, child.has_send]


def _salt(request: SignedInRequest, found: ProgrammeClass) -> str:
    """What one person looked at for one class is nobody else's, and no other class's."""
    return f"class-list:{request.user.pk}:{found.pk}"


def _urn(found: ProgrammeClass) -> int:
    assert found.activity.school is not None
    return found.activity.school.urn


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
