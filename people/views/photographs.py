"""Somebody's own photograph, put up and taken away; and any of ours, for those who run a place."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import limits
from core.access import Permission, get_permitted_or_404
from core.pictures import as_picture
from core.refusals import RuleBroken
from people import actions, forms
from people.models import Photograph, Staff
from people.queries import photographs
from people.requests import SignedInRequest

HOUR = 60 * 60


@require_http_methods(["GET", "POST"])
def my_photograph(request: SignedInRequest) -> HttpResponse:
    """Whoever works for us shows schools their face, or does not."""
    me = _me_or_404(request)
    if request.method == "POST" and _sends_too_many(request):
        refused = render(request, "429.html", status=429)
        refused["Retry-After"] = str(HOUR)
        return refused
    is_sent = request.method == "POST"
    form = forms.PhotographForm(request.POST if is_sent else None, request.FILES or None)

    if is_sent and form.is_valid():
        picture, now = form.cleaned_data["photograph"], timezone.now()
        try:
            actions.put_up_photograph(staff=me, picture=picture, by=request.user, at=now)
        except RuleBroken as broken:
            form.add_error("photograph", str(broken))
        else:
            messages.success(request, "Your photograph is up.")
            return redirect("people:my_photograph")

    return render(
        request,
        "people/my_photograph.html",
        {"form": form, "up": photographs.photograph_of(me, on=timezone.localdate())},
        status=422 if form.errors else 200,
    )


@require_POST
def take_down_photograph(request: SignedInRequest) -> HttpResponse:
    """Nobody sees them from this moment."""
    me = _me_or_404(request)
    if actions.take_down_photograph(staff=me, by=request.user, at=timezone.now()):
        messages.success(request, "Your photograph is gone. We keep no copy.")
    return redirect("people:my_photograph")


@require_safe
def photograph(request: SignedInRequest, ref: uuid.UUID) -> HttpResponseBase:
    """The picture itself, for whom it shows and for those who run their centre or the county."""
    shown = Photograph.objects.shown_on(timezone.localdate()).select_related("staff")
    found = get_permitted_or_404(request.user, Permission.SEE_ROSTER, shown, ref=ref)
    return as_picture(request, version=str(found.ref), read=lambda: bytes(found.picture))


def _me_or_404(request: SignedInRequest) -> Staff:
    me = photographs.member_with_us(request.user, on=timezone.localdate())
    if me is None:
        raise Http404
    return me


def _sends_too_many(request: SignedInRequest) -> bool:
    most = settings.PHOTOGRAPHS_AN_HOUR
    return limits.is_over("photograph", str(request.user.pk), most=most, seconds=HOUR)
