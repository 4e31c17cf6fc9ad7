"""A page that shows the letters that would have gone, so that a demonstration needs no mail."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.models import Email

_SHOWN = 50


@login_not_required
@require_safe
def demonstration_mail(request: HttpRequest) -> HttpResponse:
    """The latest letters, and one of them opened. Only where no real letter can leave."""
    if not settings.DEMONSTRATION or settings.EMAIL_HOST:
        raise Http404
    letters = Email.objects.order_by("-created_at", "-pk")
    chosen = request.GET.get("letter", "")
    if not chosen.isdecimal():
        return render(request, "demonstration_mail.html", {"letters": letters[:_SHOWN]})

    letter = get_object_or_404(letters, pk=int(chosen[:18]))
    return render(request, "demonstration_mail.html", {"letter": letter})
