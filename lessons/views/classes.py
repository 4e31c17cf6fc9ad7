"""A school's classes: what each is, how many came, what to know of it, and who is in it."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings.models import Session
from core.access import Permission, get_permitted_or_404
from lessons.actions import class_care as actions
from lessons.forms.classes import ClassCareForm
from lessons.models import ProgrammeClass
from lessons.queries import classes as queries
from lessons.queries.class_sizes import size_of
from lessons.rules import classes as rules
from people.models import School
from people.requests import SignedInRequest


@require_safe
def classes(request: SignedInRequest, urn: int) -> HttpResponse:
    """What we teach in this school: when, with whom, how many came."""
    school = get_permitted_or_404(
        request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn
    )
    context = {
        "school": school,
        "classes": queries.classes_of(school, at=timezone.now()),
        "knows_children": rules.knows_children(request.user.contacts_held(), school.pk),
        "may_give_notice": request.user.has_perm(Permission.SPEAK_FOR_SCHOOL, school),
    }
    return render(request, "schools/classes.html", context)


@require_safe
def class_page(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """One class: its lessons, what was told of it, and its list for those who know the children."""
    found = class_or_404(request, urn, ref)
    now, school = timezone.now(), found.activity.school
    meetings = queries.meetings_of(found, at=now)
    knows = knows_its_children(request, found)
    context = {
        "school": school,
        "class": found,
        "activity": found.activity,
        "needs": queries.needs_of(found.line),
        "knows_children": knows,
        "pupils": queries.pupils_of(found) if knows else [],
        "size": size_of(found.activity, meetings),
        "entitlement": queries.entitlement(meetings),
        "coming": [one for one in meetings if not one.is_over],
        "over": [one for one in reversed(meetings) if one.is_over],
        "has_notes": any(one.note for one in meetings),
        "may_speak": request.user.has_perm(Permission.SPEAK_FOR_SCHOOL, school),
    }
    return render(request, "schools/class_page.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def class_needs(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """The school tells us what to know before the first day, and reads what it told."""
    found = class_or_404(request, urn, ref)
    if not knows_its_children(request, found):
        raise Http404
    now = timezone.now()
    if request.method == "POST":
        form = ClassCareForm(request.POST)
        if form.is_valid():
            words = form.cleaned_data["words"]
            actions.tell_class_care(programme_class=found, words=words, by=request.user, at=now)
            messages.success(request, "Told. Only whoever teaches the class can open it.")
            return redirect("schools:class_page", urn=urn, ref=ref)
    else:
        form = ClassCareForm(initial={"words": _told(request, found)})

    context = {"form": form, "school": found.activity.school, "class": found}
    status = 422 if form.errors else 200
    return render(request, "schools/class_needs.html", context, status=status)


@never_cache
@require_safe
def class_care(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """What to know of a class, for whoever teaches its meeting; each reading is written down."""
    sessions = Session.objects.select_related("activity__school").prefetch_related("staff")
    session = get_permitted_or_404(request.user, Permission.SEE_CARE, sessions, ref=ref)
    found = queries.with_order(ProgrammeClass.objects.filter(pk=session.activity_id)).first()
    is_open = rules.class_care_is_open(
        session,
        days_before=settings.CLASS_CARE_DAYS,
        days_after=settings.REGISTER_CARE_DAYS,
        today=timezone.localdate(),
    )
    if found is None or not is_open:
        raise Http404
    told = actions.open_class_care(
        programme_class=found,
        by=request.user,
        why=f"Opened by whoever teaches {session}",
        at=timezone.now(),
    )
    context: dict[str, Any] = {
        "session": session,
        "class": found,
        "words": told,
        "needs": queries.needs_of(found.line),
    }
    return render(request, "lessons/class_care.html", context)


def class_or_404(request: SignedInRequest, urn: int, ref: uuid.UUID) -> ProgrammeClass:
    """The class, for whoever sees its school. Its own teacher has the register instead."""
    rows = queries.with_order(ProgrammeClass.objects.all())
    found = get_permitted_or_404(
        request.user, Permission.SEE_SCHOOL, rows, activity__school__urn=urn, activity__ref=ref
    )
    school = found.activity.school
    if school is None or not request.user.has_perm(Permission.SEE_SCHOOL, school):
        raise Http404
    return found


def knows_its_children(request: SignedInRequest, found: ProgrammeClass) -> bool:
    school_id = found.activity.school_id
    return school_id is not None and rules.knows_children(request.user.contacts_held(), school_id)


def _told(request: SignedInRequest, found: ProgrammeClass) -> str:
    """What was told before. Where nothing was, there is nothing to open and to write down."""
    if not getattr(found, "has_care", False):
        return ""
    return actions.open_class_care(
        programme_class=found,
        by=request.user,
        why=f"Opened by the school to change it: {found}",
        at=timezone.now(),
    )
