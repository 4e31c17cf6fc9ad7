"""Adding a child: one question a page, then check, then made in one action."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from core import words
from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people import actions, drafts, forms
from people.drafts import Draft
from people.models import Person, School
from people.requests import SignedInRequest
from people.views import questions

QUESTIONS = ("name", "born", "school", "help", "contact", "photos")
CORRECTIONS = ("year", "picture")


@require_safe
def start_child(request: SignedInRequest) -> HttpResponse:
    """To the first question that is not answered yet."""
    draft = drafts.read(request.session, request.user)
    return redirect(_address(_next_step(draft), _next_page(request, draft)))


@require_http_methods(["GET", "POST"])
def add_child(request: SignedInRequest, step: str) -> HttpResponse:
    """One question, kept in the draft."""
    if step not in questions.FORMS:
        raise Http404
    draft = drafts.read(request.session, request.user)
    next_page = _next_page(request, draft)
    if _too_early(step, draft):
        return redirect(_address(_next_step(draft), next_page))
    form = questions.FORMS[step](request, draft)

    if request.method == "POST" and form.is_valid():
        draft = draft.with_answers(step, next_page=next_page, **form.answers())
        drafts.keep(request.session, request.user, draft)
        return redirect(_address(_next_step(draft), ""))

    return render(
        request,
        f"people/add_child/{step}.html",
        {
            "form": form,
            "draft": draft,
            "card": _card(draft),
            "number": QUESTIONS.index(step) + 1 if step in QUESTIONS else None,
            "of": len(QUESTIONS),
            "back": _back(step, draft),
            "next_page": next_page,
            "words": questions.searched(request),
        },
    )


@require_http_methods(["GET", "POST"])
def check_child(request: SignedInRequest) -> HttpResponse:
    """All answers on one page; then the child is made, once."""
    draft = drafts.read(request.session, request.user)
    if not draft.answered:
        return redirect("bookings:my_family")
    if _next_step(draft) != "check":
        return redirect(_address(_next_step(draft), ""))

    problem = ""
    if request.method == "POST":
        try:
            child = actions.add_child(
                child=_new_child(draft),
                answers=_photo_answer(draft),
                by=request.user,
                at=timezone.now(),
            )
        except RuleBroken as broken:
            problem = str(broken)
        else:
            drafts.forget(request.session)
            return redirect(_after(draft, child))

    return render(
        request,
        "people/add_child/check.html",
        {
            "draft": draft,
            "rows": _all_answers(draft),
            "problem": problem,
            "has_errors": bool(problem),
        },
    )


@require_safe
def child_added(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The child is on the page: what next?"""
    child = get_permitted_or_404(
        request.user, Permission.EDIT_PERSON, Person.objects.visible_to(request.user), ref=ref
    )
    return render(request, "people/child_added.html", {"child": child})


def _address(step: str, next_page: str) -> str:
    if step == "check":
        return reverse("people:check_child")
    query = f"?{urlencode({'next': next_page})}" if next_page else ""
    return reverse("people:add_child", args=[step]) + query


def _next_step(draft: Draft) -> str:
    return next((step for step in QUESTIONS if step not in draft.answered), "check")


def _too_early(step: str, draft: Draft) -> bool:
    """A question is asked once those before it are answered; a correction, once all are."""
    before = QUESTIONS[: QUESTIONS.index(step)] if step in QUESTIONS else QUESTIONS
    return any(question not in draft.answered for question in before)


def _back(step: str, draft: Draft) -> str:
    if step in CORRECTIONS or _next_step(draft) == "check":
        return reverse("people:check_child") if _next_step(draft) == "check" else ""
    place = QUESTIONS.index(step)
    return reverse("people:add_child", args=[QUESTIONS[place - 1]]) if place else ""


def _next_page(request: HttpRequest, draft: Draft) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours and asked.startswith("/") else draft.next_page


def _after(draft: Draft, child: Person) -> str:
    if draft.next_page:
        joint = "&" if "?" in draft.next_page else "?"
        return f"{draft.next_page}{joint}{urlencode({'who': child.ref})}"
    return reverse("people:child_added", args=[child.ref])


def _card(draft: Draft) -> dict[str, Any]:
    """The child's card as far as it is filled in."""
    rows = [
        {"term": "Full name", "words": f"{draft.given_name} {draft.family_name}".strip()},
        {"term": "Born", "words": _born_in_words(draft)},
        {"term": "School", "words": draft.school_name},
        {"term": "What helps", "words": _helps_in_words(draft)},
    ]
    return {
        "name": draft.first_name or "Your child",
        "tile": draft.tile or questions.face_of(draft),
        "rows": rows,
    }


def _all_answers(draft: Draft) -> list[dict[str, str]]:
    """Every answer with the way to change it. Of medical words, only that there are some."""
    called = f", called {draft.known_as}" if draft.known_as else ""
    told = "You told us something. It is kept sealed." if draft.medical else "Nothing"
    rows = [
        ("Name", f"{draft.given_name} {draft.family_name}".strip() + called, "name"),
        ("Date of birth", words.day(draft.birthday) if draft.birthday else "", "born"),
        ("School", draft.school_name, "school"),
        ("School year", questions.school_year_of(draft) or "None", "year"),
        ("What helps", _helps_in_words(draft), "help"),
        ("You are", f"{draft.first_name}’s {draft.relationship}", "contact"),
        ("In an emergency", draft.emergency_contacts, "contact"),
        ("Medical", told, "contact"),
        ("Photographs", "Yes, you may" if draft.photo == "yes" else "No photographs", "photos"),
        ("Picture", forms.FACES.get(draft.tile or questions.face_of(draft), ""), "picture"),
    ]
    return [
        {
            "term": term,
            "words": told,
            "change_url": reverse("people:add_child", args=[step]),
            "change_hint": term.lower(),
        }
        for term, told, step in rows
    ]


def _born_in_words(draft: Draft) -> str:
    if draft.birthday is None:
        return ""
    year = questions.school_year_of(draft)
    return words.day(draft.birthday) + (f", so {year}" if year else "")


def _helps_in_words(draft: Draft) -> str:
    return draft.what_helps or ("Nothing special" if "help" in draft.answered else "")


def _new_child(draft: Draft) -> actions.NewChild:
    assert draft.birthday is not None
    return actions.NewChild(
        ref=uuid.UUID(draft.ref),
        given_name=draft.given_name,
        family_name=draft.family_name,
        known_as=draft.known_as,
        born_on=draft.birthday,
        school=School.objects.filter(pk=draft.school_id).first() if draft.school_id else None,
        school_in_words=draft.school_in_words,
        set_year_group=draft.set_year_group,
        relationship=draft.relationship,
        what_helps=draft.what_helps,
        medical=draft.medical,
        emergency_contacts=draft.emergency_contacts,
        tile=draft.tile or questions.face_of(draft),
    )


def _photo_answer(draft: Draft) -> list[actions.Answer]:
    wording = questions.photo_wording()
    return [actions.Answer(wording, draft.photo == "yes")] if wording else []
