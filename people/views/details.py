"""A family reads and corrects what we know about it."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Permission
from core.refusals import RuleBroken
from people import actions, care, forms, queries, rules
from people.models import Learner, Person, School
from people.queries import photographs
from people.requests import SignedInRequest
from people.views.common import edited, is_grown, permissions_of, seen


@require_safe
def child(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """What we know about a child, and what the family agreed to. Nothing sealed is opened."""
    person = seen(request, ref)
    learner = Learner.objects.filter(person=person).select_related("school").first()
    return render(
        request,
        "people/child.html",
        {
            "child": person,
            "is_self": person.pk == request.user.person_id,
            "learner": learner,
            "year": _year(person, learner),
            "may_change": request.user.has_perm(Permission.EDIT_PERSON, person),
            "permissions": permissions_of(person, queries.questions_in_force(timezone.localdate())),
        },
    )


@require_http_methods(["GET", "POST"])
def change_child(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """A child's name, date of birth, school and year are corrected."""
    person = edited(request, ref)
    if person.pk == request.user.person_id:
        return redirect("people:my_details")
    learner = Learner.objects.filter(person=person).select_related("school").first()
    words = request.POST.get("q", "") or request.GET.get("q", "")
    form = forms.ChildForm(
        request.POST or None,
        initial=_child_as_known(person, learner),
        found=_schools(words, learner),
        child_name=person.first_name,
        worked_out=_year(person, None) or "No school year",
    )

    if request.method == "POST" and "search" not in request.POST and form.is_valid():
        try:
            actions.change_child(
                child=person, details=_child_details(form), by=request.user, at=timezone.now()
            )
        except RuleBroken as broken:
            form.add_error("born_on", str(broken))
        else:
            messages.success(request, "Saved.")
            return redirect("people:child", ref=person.ref)

    return render(
        request, "people/change_child.html", {"form": form, "child": person, "words": words[:100]}
    )


@require_http_methods(["GET", "POST"])
def change_needs(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """What helps, what is medical and whom to ring: opened for the family, and kept sealed."""
    person = edited(request, ref)
    learner = Learner.objects.filter(person=person).first()
    known = None if request.method == "POST" else _care_for(request, learner)
    form = forms.NeedsForm(
        request.POST if request.method == "POST" else None,
        initial=forms.NeedsForm.from_care(known.what_helps, known.medical, known.emergency_contacts)
        if known
        else {},
        questions=[],
        child_name=person.first_name,
    )

    if request.method == "POST" and form.is_valid():
        actions.keep_needs(
            person=person,
            needs=actions.Needs(
                what_helps=form.what_helps(),
                medical=form.cleaned_data["medical"],
                emergency_contacts=form.cleaned_data["emergency_contacts"],
            ),
            answers=[],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Saved.")
        return redirect("people:child", ref=person.ref)

    is_self = person.pk == request.user.person_id
    return render(
        request, "people/change_needs.html", {"form": form, "child": person, "is_self": is_self}
    )


@require_http_methods(["GET", "POST"])
def my_details(request: SignedInRequest) -> HttpResponse:
    """An adult's own name, telephone number and address."""
    me = request.user.person
    names = [*forms.MyDetailsForm.base_fields]
    form = forms.MyDetailsForm(
        request.POST or None, initial={name: getattr(me, name) for name in names}
    )

    if request.method == "POST" and form.is_valid():
        actions.change_own_details(
            details=actions.OwnDetails(**form.cleaned_data), by=request.user, at=timezone.now()
        )
        messages.success(request, "Saved.")
        return redirect("people:my_details")

    today = timezone.localdate()
    news = queries.news_question(today) if is_grown(me) else None
    return render(
        request,
        "people/my_details.html",
        {
            "form": form,
            "wards": [ward for ward in queries.wards_of(request.user) if ward.may_anything],
            "news": permissions_of(me, [news] if news else []),
            "works_for_us": photographs.member_with_us(request.user, on=today) is not None,
        },
    )


def _care_for(request: SignedInRequest, learner: Learner | None) -> care.Care:
    if learner is None:
        return care.Care()
    return care.reveal(
        learner=learner,
        by=request.user,
        why="Their family opened it to change it",
        at=timezone.now(),
    )


def _year(person: Person, learner: Learner | None) -> str:
    if person.born_on is None:
        return ""
    corrected = learner.set_year_group if learner else None
    year = rules.year_group_of(person.born_on, on=timezone.localdate(), corrected=corrected)
    return "" if year is None else rules.year_in_words(year)


def _schools(words: str, learner: Learner | None) -> list[School]:
    found = queries.schools_matching(words, invented_only=settings.DEMONSTRATION)
    own = learner.school if learner else None
    return found if own is None or own in found else [own, *found]


def _child_as_known(person: Person, learner: Learner | None) -> dict[str, Any]:
    in_words = learner.school_in_words if learner else ""
    school = ""
    if learner and learner.school_id:
        school = str(learner.school_id)
    elif in_words:
        school = forms.AT_HOME if in_words == forms.TAUGHT_AT_HOME else forms.ELSEWHERE
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "known_as": person.known_as,
        "born_on": person.born_on,
        "set_year_group": learner.set_year_group if learner else None,
        "school": school,
        "school_in_words": in_words if school == forms.ELSEWHERE else "",
        "tile": person.tile,
    }


def _child_details(form: forms.ChildForm) -> actions.ChildDetails:
    told, school = form.cleaned_data, form.school_told()
    return actions.ChildDetails(
        given_name=told["given_name"],
        family_name=told["family_name"],
        known_as=told["known_as"],
        born_on=told["born_on"],
        school=form.found.get(told["school"]),
        school_in_words=school["school_in_words"],
        set_year_group=told["set_year_group"],
        tile=told["tile"],
    )
