"""Somebody's schools: claiming one, who speaks for it, asking a colleague, and leaving."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Permission, get_permitted_or_404
from core.refusals import RuleBroken
from people import actions, dfe, forms, queries
from people.models import Person, School, SchoolClaim, SchoolInvitation
from people.queries import school_accounts
from people.requests import SignedInRequest
from people.rules import school_parts


@require_safe
def my_schools(request: SignedInRequest) -> HttpResponse:
    """The schools somebody speaks for, and what they asked for."""
    return render(
        request,
        "people/my_schools.html",
        {
            "schools": school_accounts.schools_of(request.user),
            "claims": [
                {"row": claim, "parts": school_parts.in_words(claim.roles)}
                for claim in school_accounts.claims_of(request.user)
            ],
            "directory": dfe.state_for(request),
        },
    )


@require_http_methods(["GET", "POST"])
def claim_school(request: SignedInRequest) -> HttpResponse:
    """A school is looked for by number, name or postcode; then somebody says what they are there.

    A demonstration's invented people speak for invented schools alone.
    """
    words = (request.POST.get("q") or request.GET.get("q") or "")[:100]
    found = school_accounts.schools_to_claim(words, invented_only=settings.DEMONSTRATION)
    initial = {"school": str(found[0].urn)} if len(found) == 1 else {}
    form = forms.ClaimSchoolForm(request.POST or None, initial=initial, found=found)

    if request.method == "POST" and form.is_valid():
        try:
            claims = _claim(request, form)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            _tell(request, claims, form.chosen)
            return redirect("people:my_schools")

    return render(
        request,
        "people/claim_school.html",
        {
            "form": form,
            "words": words,
            "found": found,
            "most": queries.MOST_SCHOOLS,
            "directory": dfe.state_for(request),
        },
        status=422 if form.errors else 200,
    )


def _claim(request: SignedInRequest, form: forms.ClaimSchoolForm) -> list[SchoolClaim]:
    told = form.cleaned_data
    return actions.claim_school(
        school=form.chosen,
        asked=actions.AskedPart(frozenset(told["roles"]), told["job_title"]),
        is_vouched=dfe.vouched_urn(request) == form.chosen.urn,
        most_a_day=settings.SCHOOL_CLAIMS_A_DAY,
        by=request.user,
        at=timezone.now(),
    )


def _tell(request: SignedInRequest, claims: list[SchoolClaim], school: School) -> None:
    for claim in claims:
        parts = school_parts.in_words(claim.roles)
        if claim.status == SchoolClaim.Status.APPROVED:
            messages.success(request, f"You speak for {school} now, as {parts}.")
        else:
            messages.success(
                request,
                f"We have your question about {school}, as {parts}. We check it with the school"
                " and write to you within two working days.",
            )


@require_POST
def withdraw_claim(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """Whoever asked does not ask any more."""
    own = SchoolClaim.objects.filter(person_id=request.user.person_id)
    claim = get_object_or_404(own, ref=ref)
    try:
        actions.withdraw_claim(claim=claim, by=request.user, at=timezone.now())
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, "You no longer ask for this school.")
    return redirect("people:my_schools")


@require_safe
def school_contacts(request: SignedInRequest, urn: int) -> HttpResponse:
    """Who speaks for the school, who was asked to, and whether orders need a second person."""
    school = seen_school(request, urn)
    may_speak = request.user.has_perm(Permission.SPEAK_FOR_SCHOOL, school)
    letters = school_accounts.open_school_invitations(school, timezone.now()) if may_speak else []
    return render(
        request,
        "people/school_contacts.html",
        {
            "school": school,
            "colleagues": school_accounts.colleagues_at(school, reader=request.user),
            "serves_it": school.pk in request.user.schools_served(),
            "may_speak": may_speak,
            "may_choose": request.user.has_perm(Permission.AGREE_ORDER, school),
            "letters": [{"row": row, "parts": school_parts.in_words(row.roles)} for row in letters],
        },
    )


@require_POST
def choose_approval(request: SignedInRequest, urn: int) -> HttpResponse:
    """Whether a second person agrees the school's orders: said by those who agree them."""
    school = seen_school(request, urn)
    if not request.user.has_perm(Permission.AGREE_ORDER, school):
        raise Http404
    answer = request.POST.get("answer")
    if answer not in {"yes", "no"}:
        raise Http404
    actions.choose_approval(
        school=school, wants_approval=answer == "yes", by=request.user, at=timezone.now()
    )
    messages.success(request, "Saved.")
    return redirect("people:school_contacts", urn=urn)


@require_http_methods(["GET", "POST"])
def invite_colleague(request: SignedInRequest, urn: int) -> HttpResponse:
    """A colleague is asked by letter."""
    school = _spoken_for(request, urn)
    form = forms.InviteColleagueForm(
        request.POST or None,
        own_address=request.user.email,
        gives=school_accounts.parts_to_give(request.user, school),
    )

    if request.method == "POST" and form.is_valid():
        try:
            _invite(request, school, form)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, "The invitation is on its way. We write to you when it is accepted."
            )
            return redirect("people:school_contacts", urn=urn)

    return render(
        request,
        "people/invite_colleague.html",
        {"form": form, "school": school, "days": settings.INVITATION_DAYS},
        status=422 if form.errors else 200,
    )


def _invite(request: SignedInRequest, school: School, form: forms.InviteColleagueForm) -> None:
    told = form.cleaned_data
    actions.invite_colleague(
        school=school,
        asked=actions.AskedColleague(told["email"], frozenset(told["roles"])),
        limits=actions.Limits(
            lasts=dt.timedelta(days=settings.INVITATION_DAYS),
            most_a_day=settings.INVITATIONS_A_DAY,
        ),
        by=request.user,
        at=timezone.now(),
    )


@require_POST
def withdraw_school_invitation(request: SignedInRequest, ref: uuid.UUID) -> HttpResponse:
    """The letter opens nothing any more; whoever speaks for the school may take it back."""
    invitation = get_permitted_or_404(
        request.user,
        Permission.SPEAK_FOR_SCHOOL,
        SchoolInvitation.objects.visible_to(request.user).select_related("school"),
        ref=ref,
    )
    try:
        actions.withdraw_school_invitation(
            invitation=invitation, by=request.user, at=timezone.now()
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, "The invitation is withdrawn. Its link opens nothing any more.")
    return redirect("people:school_contacts", urn=invitation.school.urn)


@require_http_methods(["GET", "POST"])
def end_contact(request: SignedInRequest, urn: int, ref: uuid.UUID) -> HttpResponse:
    """A colleague who left the school is taken out of it here."""
    school = _spoken_for(request, urn)
    person = get_object_or_404(Person, ref=ref)
    parts = school_accounts.parts_held(person.pk, school)
    if not parts or person.pk == request.user.person_id:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            actions.end_contact(school=school, person=person, by=request.user, at=timezone.now())
        except RuleBroken as broken:
            problem = str(broken)
        else:
            messages.success(request, f"{person} no longer speaks for {school}.")
            return redirect("people:school_contacts", urn=urn)
    return _ending(request, "people/end_contact.html", school, person, problem)


@require_http_methods(["GET", "POST"])
def leave_school(request: SignedInRequest, urn: int) -> HttpResponse:
    """Somebody gives up what they are at a school: from that moment they see nothing of it."""
    school = get_object_or_404(School, urn=urn)
    if school.pk not in request.user.schools_served():
        raise Http404
    if request.method == "POST":
        actions.leave_school(school=school, by=request.user, at=timezone.now())
        messages.success(request, f"You no longer speak for {school}.")
        return redirect("people:my_schools")
    return _ending(request, "people/leave_school.html", school, request.user.person, "")


def _ending(
    request: SignedInRequest, template: str, school: School, person: Person, problem: str
) -> HttpResponse:
    """What would end, and who is left."""
    parts = school_accounts.parts_held(person.pk, school)
    context = {
        "school": school,
        "person": person,
        "parts": school_parts.in_words(parts),
        "is_last": not school_accounts.speakers_of(school, but=[person.pk]),
        "problem": problem,
        "has_errors": bool(problem),
    }
    return render(request, template, context, status=422 if problem else 200)


def seen_school(request: SignedInRequest, urn: int) -> School:
    return get_permitted_or_404(request.user, Permission.SEE_SCHOOL, School.objects.all(), urn=urn)


def _spoken_for(request: SignedInRequest, urn: int) -> School:
    return get_permitted_or_404(
        request.user, Permission.SPEAK_FOR_SCHOOL, School.objects.all(), urn=urn
    )
