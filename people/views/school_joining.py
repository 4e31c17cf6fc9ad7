"""What the link in an invitation to speak for a school opens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.refusals import RuleBroken
from people import actions
from people.models import User
from people.queries import school_accounts
from people.queries.invitations import is_proven
from people.queries.school_accounts import SchoolLetter
from people.rules import Standing, masked, school_parts


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def accept_school_invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Neither the school nor its people are named before the right account is signed in."""
    letter = school_accounts.school_letter(key, timezone.now())
    if letter is None:
        return _over(request, "unknown", status=404)
    user = request.user if isinstance(request.user, User) else None
    if user is None or not is_proven(user, letter.row.email):
        if letter.standing != Standing.OPEN:
            return _over(request, letter.standing)
        return render(
            request,
            "people/invitation_waits.html",
            {
                "signed_in_as": user and user.email,
                "needed": masked(letter.row.email),
                "here": request.path,
            },
        )

    problem = ""
    if request.method == "POST":
        try:
            joined = actions.accept_school_invitation(
                key_hash=letter.row.key_hash, by=user, at=timezone.now()
            )
        except RuleBroken as broken:
            problem = str(broken)
        else:
            _tell(request, joined)
            return redirect("people:my_schools")
        letter = school_accounts.school_letter(key, timezone.now()) or letter
    return _for_its_reader(request, letter, user, problem)


def _for_its_reader(
    request: HttpRequest, letter: SchoolLetter, user: User, problem: str
) -> HttpResponse:
    if letter.standing != Standing.OPEN:
        own = letter.row.accepted_by_id == user.person_id
        return _over(request, "done" if own else letter.standing)
    context = {
        "school": letter.row.school,
        "inviter": letter.row.invited_by,
        "parts": letter.in_words,
        "expires_at": letter.row.expires_at,
        "problem": problem,
        "has_errors": bool(problem),
    }
    return render(
        request,
        "people/accept_school_invitation.html",
        context,
        status=422 if problem else 200,
    )


def _tell(request: HttpRequest, joined: actions.Joined) -> None:
    if joined.parts:
        parts = school_parts.in_words(joined.parts)
        messages.success(request, f"You speak for {joined.school} now, as {parts}.")
    if joined.waiting:
        messages.success(
            request,
            f"As {school_parts.in_words(joined.waiting)} you would agree orders, so we check that"
            " with the school first and write to you within two working days.",
        )


def _over(request: HttpRequest, over: str, *, status: int = 200) -> HttpResponse:
    context = {"over": over, "for_school": True}
    return render(request, "people/invitation_over.html", context, status=status)
