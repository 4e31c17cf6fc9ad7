"""The adults of a child: who may do what, asking another, and stepping back."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission
from core.refusals import RuleBroken
from people import actions, forms, queries
from people.models import Guardianship, Invitation, Person
from people.queries import invitations
from people.requests import SignedInRequest
from people.rules import MAY
from people.views.common import seen


@require_safe
def adults(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The adults of this child that the reader may know of, and what each may do."""
    child = seen(request, ref)
    if child.pk == request.user.person_id:
        raise Http404
    letters = invitations.open_invitations(child, request.user, timezone.now())
    return render(
        request,
        "people/adults.html",
        {
            "child": child,
            "adults": [
                {"known": known, "may": _may(invitations.rights_in(known.link))}
                for known in queries.adults_known(child, request.user)
            ],
            "may_invite": _may_invite(request, child),
            "letters": [
                {
                    "row": letter.rows[0],
                    "others": [each for each in letter.children if each != child],
                    "may": _may(invitations.rights_in(letter.rows[0])),
                }
                for letter in letters
            ],
        },
    )


@require_http_methods(["GET", "POST"])
def invite_adult(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Another adult is asked: first what is meant, then a page to check it, then the letter."""
    child = seen(request, ref)
    if not _may_invite(request, child):
        raise Http404
    links = queries.inviting_for(request.user)
    form = _invite_form(request, child, links)
    is_checked = "send" in request.POST

    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        chosen = _chosen(form, child, [link.child for link in links])
        if not is_checked:
            return render(request, "people/check_invitation.html", _summary(form, child, chosen))
        try:
            _send(request, form, chosen)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, "The invitation is on its way. We write to you when it is accepted."
            )
            return redirect("people:adults", ref=child.ref)

    is_wrong = "change" not in request.POST and bool(form.errors)
    return render(
        request,
        "people/invite_adult.html",
        {"form": form, "child": child},
        status=422 if is_wrong else 200,
    )


@require_POST
def withdraw_invitation(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The letter opens nothing any more."""
    own = Invitation.objects.filter(invited_by_id=request.user.person_id)
    invitation = get_object_or_404(own.select_related("child"), ref=ref)
    child = seen(request, invitation.child.ref)
    try:
        actions.withdraw_invitation(invitation=invitation, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, "The invitation is withdrawn. Its link opens nothing any more.")
    return redirect("people:adults", ref=child.ref)


@require_http_methods(["GET", "POST"])
def step_back(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """An adult gives up what they may do for a child: their own rights, and nobody else's."""
    own = Guardianship.objects.filter(adult_id=request.user.person_id).select_related("child")
    link = get_object_or_404(own, ref=ref)
    if not link.may_anything:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            actions.step_back(link=link, by=request.user, at=timezone.now())
        except RuleBroken as broken:
            problem = str(broken)
        else:
            messages.success(request, f"You have stepped back from {link.child.first_name}’s page.")
            return redirect("people:my_details")

    return render(
        request,
        "people/step_back.html",
        {
            "link": link,
            "child": link.child,
            "may": _may(invitations.rights_in(link)),
            "problem": problem,
            "has_errors": bool(problem),
        },
        status=422 if problem else 200,
    )


def _may(rights: frozenset[str]) -> list[str]:
    return [forms.MAY_CHOICES[right][0].lower() for right in MAY if right in rights]


def _may_invite(request: SignedInRequest, child: Person) -> bool:
    """By their own standing towards this child: a role over the county is none."""
    own = {link.child_id for link in queries.inviting_for(request.user)}
    return child.pk in own and request.user.has_perm(Permission.INVITE_ADULT, child)


def _invite_form(
    request: SignedInRequest, child: Person, links: list[Guardianship]
) -> forms.InviteForm:
    return forms.InviteForm(
        request.POST or None,
        initial={"children": [str(child.ref)]},
        children=[link.child for link in links],
        own=frozenset[str]().union(*(invitations.rights_in(link) for link in links)),
        own_addresses={request.user.email},
    )


def _chosen(form: forms.InviteForm, child: Person, children: list[Person]) -> list[Person]:
    if "children" not in form.fields:
        return [child]
    return [each for each in children if str(each.ref) in form.cleaned_data["children"]]


def _summary(form: forms.InviteForm, child: Person, chosen: list[Person]) -> dict[str, object]:
    """What will be sent, in words, and the same answers again to send."""
    told = form.cleaned_data
    relationship = dict(form.fields["relationship"].choices)[told["relationship"]]  # type: ignore[attr-defined]  # a choice has them
    return {
        "child": child,
        "rows": [
            {"term": "To", "words": told["email"]},
            {"term": "For", "words": ", ".join(each.first_name for each in chosen)},
            {"term": "They are", "words": relationship},
            {"term": "They may", "words": ", ".join(_may(frozenset(told["may"])))},
        ],
        "again": [
            (name, value)
            for name in form.fields
            for value in (told[name] if isinstance(told[name], list) else [told[name]])
        ],
        "days": settings.INVITATION_DAYS,
    }


def _send(request: SignedInRequest, form: forms.InviteForm, chosen: list[Person]) -> None:
    told = form.cleaned_data
    actions.invite_adult(
        children=chosen,
        asked=actions.Asked(told["email"], told["relationship"], frozenset(told["may"])),
        limits=actions.Limits(
            lasts=dt.timedelta(days=settings.INVITATION_DAYS),
            most_a_day=settings.INVITATIONS_A_DAY,
        ),
        by=request.user,
        at=timezone.now(),
    )
