"""What the link in a letter of invitation opens: for anybody who has it, and for its reader."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.refusals import RuleBroken
from people import actions, forms
from people.models import User
from people.queries import invitations
from people.queries.invitations import Letter
from people.rules import MAY, Standing, masked


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def accept_invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Nobody and no child is named before the right account is signed in."""
    letter = invitations.letter_of(invitations.hash_of(key), timezone.now())
    if letter is None:
        return render(request, "people/invitation_over.html", {"over": "unknown"}, status=404)
    user = request.user if isinstance(request.user, User) else None
    if user is None or not invitations.is_proven(user, letter.email):
        return _before(request, letter, user)

    if request.method == "POST":
        try:
            actions.accept_invitation(key_hash=letter.rows[0].key_hash, by=user, at=timezone.now())
        except RuleBroken:
            letter = invitations.letter_of(letter.rows[0].key_hash, timezone.now()) or letter
        else:
            names = " and ".join(child.first_name for child in letter.children)
            messages.success(request, f"You now share the care of {names} here.")
            return redirect("bookings:my_family")
    return _for_its_reader(request, letter, user)


def _before(request: HttpRequest, letter: Letter, user: User | None) -> HttpResponse:
    """That there is an invitation, whether it can be used, and how to come in."""
    if letter.standing != Standing.OPEN:
        return render(request, "people/invitation_over.html", {"over": letter.standing})
    return render(
        request,
        "people/invitation_waits.html",
        {"signed_in_as": user and user.email, "needed": masked(letter.email), "here": request.path},
    )


def _for_its_reader(request: HttpRequest, letter: Letter, user: User) -> HttpResponse:
    if not invitations.may_be_let_in(user.person_id, letter.rows):
        return render(request, "people/invitation_over.html", {"over": Standing.CLOSED})
    if letter.standing != Standing.OPEN:
        own = letter.rows[0].accepted_by_id == user.person_id
        over = "done" if own else letter.standing
        return render(request, "people/invitation_over.html", {"over": over})
    return render(
        request,
        "people/accept_invitation.html",
        {
            "inviter": letter.inviter,
            "children": letter.children,
            "may": [
                forms.MAY_CHOICES[right]
                for right in MAY
                if right in invitations.rights_in(letter.rows[0])
            ],
            "expires_at": letter.rows[0].expires_at,
        },
    )
